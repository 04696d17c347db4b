// Letters, lines and the scale bar on a film of 2 and on one of 9 megapixels.
#include "report/example.hpp"
#include "report/lettering.hpp"
#include "report/overlay_footer.hpp"
#include "report/palette.hpp"
#include "report/report.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

constexpr double kLetterShare = 1 / 85.0; // of the longer side of the picture: 24 px of 2048
constexpr double kNumberShare = 1.2 * kLetterShare; // the number of a lesion is a fifth larger
constexpr double kCapital = 0.73;                   // of a line: DejaVu Sans
constexpr double kPenShare = kLetterShare / 14;
constexpr double kSpacingMm = 0.1;

/// An even film with one round lesion in its middle.
struct Sheet {
  cv::Size size;
  double radius = 0; ///< of the lesion, in pixels of the film
  Findings findings;
  cv::Mat3b page;
  double scale = 1;

  explicit Sheet(cv::Size of) : size(of), radius(of.width / 20.0) {
    findings = test::example_findings(true);
    findings.rows = size.height;
    findings.columns = size.width;
    findings.spacing = Spacing{kSpacingMm, kSpacingMm};
    findings.prominences.clear();
    findings.lesions.resize(1);
    LesionFinding& lesion = findings.lesions[0];
    lesion.nearest_prominence.reset();
    lesion.centroid = middle();
    lesion.bbox = {cvRound(middle().x - radius), cvRound(middle().y - radius),
                   cvRound(2 * radius) + 1, cvRound(2 * radius) + 1};
    lesion.outlines = {{}};
    for (int i = 0; i < 360; ++i)
      lesion.outlines[0].emplace_back(middle().x + radius * std::cos(i * CV_PI / 180),
                                      middle().y + radius * std::sin(i * CV_PI / 180));
    Radiograph film;
    film.pixels = cv::Mat1f(size, 100.0F);
    film.display = {0, 200};
    page = draw_overlay(film, findings);
    scale = page.cols / static_cast<double>(size.width);
  }

  cv::Point2d middle() const { return {size.width / 2.0, size.height / 2.0}; }
  double longer_side() const { return std::max(size.width, size.height) * scale; }
  cv::Rect shown_box() const {
    const cv::Rect& box = findings.lesions[0].bbox;
    return {cv::Point(cv::Point2d(box.tl()) * scale), cv::Point(cv::Point2d(box.br()) * scale)};
  }
  cv::Mat3b shown_film() const { return page.rowRange(0, cvRound(size.height * scale)); }
  cv::Mat3b strip() const { return page.rowRange(cvRound(size.height * scale), page.rows); }

  /// How much of each pixel of the film is ink in the deposits' colour. Film and rims are grey.
  cv::Mat1d ink() const {
    const Colour colour = style_of(Kind::Deposit).colour;
    const cv::Mat3b film = shown_film();
    cv::Mat1d share(film.size());
    for (int y = 0; y < film.rows; ++y)
      for (int x = 0; x < film.cols; ++x)
        share(y, x) = (film(y, x)[0] - film(y, x)[2]) / double(colour[0] - colour[2]);
    return share;
  }

  /// Height of the lesion's number.
  int number_height() const {
    cv::Mat1b inked = ink() > 0.5;
    const cv::Rect box = shown_box();
    const int line = cvCeil(3 * kPenShare * longer_side());
    inked(cv::Rect(box.x - line, box.y - line, box.width + 2 * line, box.height + 2 * line)) = 0;
    return cv::boundingRect(inked).height;
  }

  /// Mean width of the line around the lesion, on the side away from the number.
  double line_width() const {
    const cv::Mat1d share = ink();
    const cv::Rect box = shown_box();
    const cv::Point centre = (box.tl() + box.br()) / 2;
    const int line = cvCeil(3 * kPenShare * longer_side());
    const cv::Rect half(box.x - line, box.y - line, centre.x - box.x + line, box.height + 2 * line);
    return cv::sum(share(half))[0] / (CV_PI * radius * scale);
  }

  /// The longest level run of the strip's ink.
  int bar_length() const {
    int longest = 0;
    const cv::Mat3b below = strip();
    for (int y = 0; y < below.rows; ++y)
      for (int x = 0, run = 0; x < below.cols; ++x) {
        run = below(y, x) == kText ? run + 1 : 0;
        longest = std::max(longest, run);
      }
    return longest;
  }
};

class OverlayScale : public ::testing::TestWithParam<cv::Size> {};

TEST_P(OverlayScale, NumbersAreTheSameShareOfThePicture) {
  const Sheet sheet(GetParam());
  const double expected = kNumberShare * kCapital * sheet.longer_side();
  EXPECT_NEAR(sheet.number_height(), expected, 1.5);
  EXPECT_GE(sheet.number_height(), 14) << "legible at the picture's own size";
}

/// Smooth lines come in steps: OpenCV draws one of 1 pixel 1.3 wide and one of 2 pixels 3.8.
TEST_P(OverlayScale, LinesAreNeitherHairsNorBands) {
  const Sheet sheet(GetParam());
  const double pen = kPenShare * sheet.longer_side();
  EXPECT_GT(sheet.line_width(), 0.8 * pen);
  EXPECT_LT(sheet.line_width(), 2.4 * pen);
}

TEST_P(OverlayScale, TheBarIsAsLongAsItSays) {
  const Sheet sheet(GetParam());
  const double text = std::max(11.0, std::round(kLetterShare * sheet.longer_side()));
  const double room = (sheet.page.cols - 2 * text) / 4;
  const ScaleBar said = choose_scale_bar(sheet.findings, sheet.scale, room);
  const double pen = std::round(text / 9);
  const double drawn_px = sheet.bar_length() - pen; // the line reaches half a pen beyond its ends
  EXPECT_NEAR(drawn_px, said.length / kSpacingMm * sheet.scale, 2);
  // And it is a round number, which is what is written beside it.
  const double decade = std::pow(10, std::floor(std::log10(said.length)));
  const double leading = said.length / decade;
  EXPECT_TRUE(leading == 1 || leading == 2 || leading == 5) << said.length;
  EXPECT_LE(drawn_px, room + 2);
  EXPECT_GT(drawn_px, room / 2.6) << "as long as fits";
}

// 2.0 and 9.0 megapixels, both ways up.
INSTANTIATE_TEST_SUITE_P(Films, OverlayScale,
                         ::testing::Values(cv::Size(1200, 1700), cv::Size(1700, 1200),
                                           cv::Size(2600, 3460), cv::Size(3460, 2600)),
                         [](const auto& param) {
                           return std::to_string(param.param.width) + "x" +
                                  std::to_string(param.param.height);
                         });

} // namespace
} // namespace calx
