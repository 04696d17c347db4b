#include "report/example.hpp"
#include "report/overlay_footer.hpp"
#include "report/palette.hpp"
#include "report/report.hpp"

#include <gtest/gtest.h>
#include <limits>
#include <opencv2/imgproc.hpp>
#include <set>
#include <stdexcept>
#include <tuple>

namespace calx {
namespace {

constexpr int kShownSide = 1200; // the example film of 400 x 300 is shown three times as large
constexpr double kScale = 3;

Findings one_lesion() {
  Findings f = test::example_findings(true);
  f.lesions.resize(1);
  f.lesions[0].nearest_prominence.reset();
  f.prominences.clear();
  return f;
}

Findings no_lesion() {
  Findings f = one_lesion();
  f.lesions.clear();
  return f;
}

/// Where two pictures differ, over the film only.
cv::Mat1b changed(const cv::Mat3b& a, const cv::Mat3b& b, int film_rows) {
  cv::Mat difference;
  cv::absdiff(a.rowRange(0, film_rows), b.rowRange(0, film_rows), difference);
  cv::Mat1b grey;
  cv::transform(difference, grey, cv::Matx13f(1, 1, 1));
  return grey > 0;
}

TEST(Overlay, KeepsTheFilmAwayFromItsMarks) {
  const Radiograph film = test::example_film();
  const cv::Mat1b marks =
      changed(draw_overlay(film, one_lesion()), draw_overlay(film, no_lesion()), 900);
  // The lesion is a disc of radius 20 at (120, 120), its label beside it.
  const cv::Rect around(cv::Point(90 * 3, 95 * 3), cv::Point(180 * 3, 145 * 3));
  EXPECT_GT(cv::countNonZero(marks(around)), 300);
  EXPECT_EQ(cv::countNonZero(marks), cv::countNonZero(marks(around)));
  // The lesion itself stays in view: nothing is drawn on its inner half.
  EXPECT_EQ(cv::countNonZero(marks(cv::Rect(112 * 3, 112 * 3, 16 * 3, 16 * 3))), 0);
}

TEST(Overlay, OutlineHasItsKindsColourAtItsPlace) {
  const cv::Mat3b page = draw_overlay(test::example_film(), one_lesion());
  const cv::Vec3b at_left_edge =
      page(cvRound((120 + 0.5) * kScale - 0.5), cvRound((100 + 0.5) * kScale - 0.5));
  EXPECT_LT(cv::norm(cv::Vec3i(at_left_edge) - cv::Vec3i(style_of(Kind::Deposit).colour)), 120);
}

TEST(Overlay, TinyLesionsGetARing) {
  Findings f = no_lesion();
  f.lesions = {test::example_findings(true).lesions[2]};
  f.lesions[0].nearest_prominence.reset();
  const Radiograph film = test::example_film();
  const cv::Mat1b marks = changed(draw_overlay(film, f), draw_overlay(film, no_lesion()), 900);
  EXPECT_GT(cv::boundingRect(marks).height, 24);
}

TEST(Overlay, IsTheSameEachTime) {
  const Findings f = test::example_findings(true);
  const cv::Mat3b once = draw_overlay(test::example_film(), f);
  EXPECT_EQ(cv::norm(once, draw_overlay(test::example_film(), f), cv::NORM_INF), 0);
  EXPECT_EQ(once.cols, kShownSide);
}

TEST(Overlay, LargeFilmsAreShownWithinTheLimit) {
  Radiograph film;
  film.pixels = cv::Mat1f(3100, 2600, 0.5F);
  const cv::Mat3b page = draw_overlay(film, Findings{}, {.max_side_px = 2400});
  EXPECT_EQ(page.cols, cvRound(2600 * 2400.0 / 3100));
  EXPECT_GT(page.rows, 2400); // and the strip below
}

TEST(Overlay, DrawsOddFilmsWithoutFailing) {
  for (const cv::Size size : {cv::Size(1, 1), cv::Size(5000, 3), cv::Size(3, 5000)}) {
    Radiograph film;
    film.pixels = cv::Mat1f(size, std::numeric_limits<float>::quiet_NaN());
    EXPECT_FALSE(draw_overlay(film, test::example_findings(false)).empty()) << size;
  }
  EXPECT_THROW(draw_overlay(Radiograph{}, Findings{}), std::invalid_argument);
}

TEST(Overlay, EveryKindLooksDifferent) {
  std::set<std::tuple<int, int, int, bool>> styles;
  for (std::size_t i = 0; i < words<Kind>().size(); ++i) {
    const KindStyle s = style_of(static_cast<Kind>(i));
    EXPECT_TRUE(styles.insert({s.colour[0], s.colour[1], s.colour[2], s.dashed}).second)
        << words<Kind>()[i];
  }
}

TEST(ScaleBar, IsARoundLengthThatFits) {
  const ScaleBar mm = choose_scale_bar(test::example_findings(true), 2.0, 300);
  EXPECT_EQ(mm.length, 10); // 0.1 mm a pixel, two picture pixels each: 20 to the mm
  EXPECT_EQ(mm.length_px, 200);
  const ScaleBar px = choose_scale_bar(test::example_findings(false), 0.5, 300);
  EXPECT_EQ(px.length, 500);
  EXPECT_EQ(px.length_px, 250);
}

} // namespace
} // namespace calx
