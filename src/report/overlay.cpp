// The picture a reader checks calx by: the film as a viewer shows it, with thin marks on it and
// every word beside it.
#include "report/lettering.hpp"
#include "report/overlay_footer.hpp"
#include "report/overlay_ink.hpp"
#include "report/overlay_labels.hpp"
#include "report/report.hpp"
#include "report/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace calx {
namespace {

constexpr int kMinSide = 1200;             // smaller films are shown larger, for the letters
constexpr double kTextShare = 1 / 85.0;    // letter height of the long side: 24 px of 2048
constexpr int kTinyPx = 12;                // smaller marks get a ring around them
constexpr std::size_t kMostDistances = 12; // more lines than this hide the film
constexpr std::size_t kMostUnnamed = 20;   // so do more crosses; the findings list all

/// From film to picture.
struct Frame {
  double scale = 1;
  cv::Size size;
  int text_px = 16;

  cv::Point2d operator()(cv::Point2d film) const {
    return {(film.x + 0.5) * scale - 0.5, (film.y + 0.5) * scale - 0.5};
  }
  double pen() const { return std::max(1.0, text_px / 14.0); }
};

Frame frame_of(cv::Size film, const OverlayOptions& options) {
  const int longest = std::max(film.width, film.height);
  const int shown = std::min(std::max(longest, kMinSide), options.max_side_px);
  Frame frame;
  frame.scale = static_cast<double>(shown) / longest;
  frame.size = {std::max(1, cvRound(film.width * frame.scale)),
                std::max(1, cvRound(film.height * frame.scale))};
  frame.text_px = std::max(11, cvRound(shown * kTextShare));
  return frame;
}

/// The film's own display range, or the middle 99 % of its grey values where it has none.
DisplayRange display_range(const Radiograph& film) {
  if (film.display.white > film.display.black) return film.display;
  constexpr int kStep = 7; // every 49th pixel tells the percentiles well enough
  std::vector<float> sample;
  for (int y = 0; y < film.pixels.rows; y += kStep)
    for (int x = 0; x < film.pixels.cols; x += kStep)
      if (std::isfinite(film.pixels(y, x))) sample.push_back(film.pixels(y, x));
  if (sample.empty()) return {};
  const auto percentile = [&sample](double share) {
    const auto at = sample.begin() + static_cast<std::ptrdiff_t>(share * double(sample.size() - 1));
    std::ranges::nth_element(sample, at);
    return *at;
  };
  return {percentile(0.005), percentile(0.995)};
}

void show_film(const Radiograph& film, cv::Mat3b picture) {
  const DisplayRange range = display_range(film);
  const double width = std::max(range.white - range.black, 1e-12);
  cv::Mat1b grey, resized;
  film.pixels.convertTo(grey, CV_8U, 255 / width, -255 * range.black / width);
  // Down to a half, two by two neighbours hold every film pixel, and cost a fifth of an area mean.
  const bool shrinks_much = 2 * picture.cols < grey.cols;
  cv::resize(grey, resized, picture.size(), 0, 0, shrinks_much ? cv::INTER_AREA : cv::INTER_LINEAR);
  cv::cvtColor(resized, picture, cv::COLOR_GRAY2RGB);
}

/// A lesion as it will be drawn.
struct Mark {
  const LesionFinding* lesion = nullptr;
  std::vector<std::vector<cv::Point2d>> outlines;
  cv::Point2d centre;
  cv::Rect box; ///< of everything drawn, ring included
  double ring_px = 0;
};

Mark mark_of(const LesionFinding& lesion, const Frame& frame) {
  Mark mark;
  mark.lesion = &lesion;
  for (const auto& outline : lesion.outlines) {
    auto& drawn = mark.outlines.emplace_back();
    for (const cv::Point2d& p : outline) drawn.push_back(frame(p));
  }
  const cv::Point2d corner = frame({lesion.bbox.x - 0.5, lesion.bbox.y - 0.5});
  const cv::Size2d size(lesion.bbox.width * frame.scale, lesion.bbox.height * frame.scale);
  mark.centre = corner + cv::Point2d(size.width / 2, size.height / 2);
  mark.box =
      cv::Rect(cvRound(corner.x), cvRound(corner.y), cvCeil(size.width), cvCeil(size.height));
  if (std::max(size.width, size.height) < kTinyPx) {
    mark.ring_px = std::max<double>(kTinyPx, 0.6 * frame.text_px);
    const int r = cvCeil(mark.ring_px);
    mark.box = cv::Rect(cvRound(mark.centre.x) - r, cvRound(mark.centre.y) - r, 2 * r, 2 * r);
  }
  return mark;
}

/// A label that waits for its place.
struct Label {
  std::string text;
  Colour colour;
  const Lettering* letters = nullptr;
  cv::Point2d target; ///< where a leader line ends
  double reach = 1;   ///< in label heights: further away it gets a leader line
};

cv::Point2d nearest_in(cv::Rect box, cv::Point2d to) {
  return {std::clamp(to.x, double(box.x), double(box.br().x)),
          std::clamp(to.y, double(box.y), double(box.br().y))};
}

/// The point of the mark's drawn lines that is nearest to `from`.
cv::Point2d nearest_on(const Mark& mark, cv::Point2d from) {
  if (mark.ring_px > 0) {
    const cv::Point2d away = from - mark.centre;
    return mark.centre + away * (mark.ring_px / std::max(1e-9, std::hypot(away.x, away.y)));
  }
  cv::Point2d best = nearest_in(mark.box, from);
  double least = 1e300;
  for (const auto& outline : mark.outlines)
    for (const cv::Point2d& p : outline) {
      const double distance = std::hypot(p.x - from.x, p.y - from.y);
      if (distance < least) {
        least = distance;
        best = p;
      }
    }
  return best;
}

/// "radial_styloid" as people write it.
std::string spaced(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

/// Collects marks and labels of one film, then draws them so that no label hides a mark.
class Sheet {
public:
  Sheet(cv::Mat3b& picture, const Frame& frame, const Lettering& ids, const Lettering& names)
      : picture_(picture), frame_(frame), ids_(ids), names_(names), ink_(frame.pen()) {}

  void lesions(const std::vector<LesionFinding>& lesions) {
    for (const LesionFinding& lesion : lesions) marks_.push_back(mark_of(lesion, frame_));
    for (const Mark& mark : marks_)
      request(mark.box, {fmt::format("{}", mark.lesion->id), style_of(mark.lesion->kind).colour,
                         &ids_, mark.centre});
  }

  void prominences(const std::vector<ProminenceFinding>& prominences) {
    std::vector<const ProminenceFinding*> unnamed;
    for (const ProminenceFinding& p : prominences) {
      if (p.name.empty())
        unnamed.push_back(&p);
      else
        request(cross(p, 0.35), {spaced(p.name), kAnatomyInk, &names_, frame_(p.xy), kNameReach});
    }
    std::ranges::stable_sort(unnamed, std::greater{}, &ProminenceFinding::prominence_px);
    // They stay crosses: a number beside each would be read as a lesion's.
    for (std::size_t i = 0; i < std::min(kMostUnnamed, unnamed.size()); ++i)
      obstacles_.push_back(cross(*unnamed[i], 0.18));
  }

  /// From a lesion to its nearest prominence, for the best lesions only.
  void distances() {
    for (std::size_t i = 0; i < std::min(kMostDistances, marks_.size()); ++i) {
      if (!marks_[i].lesion->nearest_prominence) continue;
      const NearestFinding& nearest = *marks_[i].lesion->nearest_prominence;
      const cv::Point2d to = frame_(nearest.xy), from = nearest_on(marks_[i], to);
      ink_.dashed_line(from, to, kAnatomyInk);
      // A box on the middle of the line: as wide as the line there, so that its label stands
      // beside.
      const cv::Point2d middle = (from + to) / 2, along = (to - from) * 0.12;
      const cv::Rect box(cv::Point(middle - along), cv::Point(middle + along));
      request(box + cv::Size(1, 1), {length_text(nearest.distance_mm, nearest.distance_px),
                                     kAnatomyInk, &names_, middle, kNameReach});
    }
  }

  void draw() {
    for (const Mark& mark : marks_) draw_mark(mark);
    const auto places = place_labels(requests_, obstacles_, {{0, 0}, picture_.size()});
    for (std::size_t i = 0; i < places.size(); ++i) draw_leader(labels_[i], i, places[i]);
    ink_.draw_on(picture_);
    for (std::size_t i = 0; i < places.size(); ++i) {
      const Label& label = labels_[i];
      const int below = (places[i].height + label.letters->ascent()) / 2;
      label.letters->draw(picture_, {places[i].x, places[i].y + below}, label.text, label.colour,
                          true);
    }
  }

private:
  static constexpr double kNameReach = 2; // a name beside its cross needs no line

  /// Gives the box around the cross.
  cv::Rect cross(const ProminenceFinding& p, double arm_in_letters) {
    const cv::Point2d at = frame_(p.xy);
    const double arm = arm_in_letters * frame_.text_px;
    ink_.cross(at, arm, kAnatomyInk);
    const int a = cvCeil(arm);
    return {cvRound(at.x) - a, cvRound(at.y) - a, 2 * a, 2 * a};
  }

  void request(cv::Rect box, Label label) {
    requests_.push_back({box, label.letters->measure(label.text)});
    labels_.push_back(std::move(label));
  }

  void draw_mark(const Mark& mark) {
    const KindStyle style = style_of(mark.lesion->kind);
    for (const auto& outline : mark.outlines) ink_.outline(outline, style);
    if (mark.ring_px > 0) ink_.ring(mark.centre, mark.ring_px, style);
  }

  /// Only where the label had to move away: a short gap explains itself.
  void draw_leader(const Label& label, std::size_t index, cv::Rect place) {
    const cv::Point2d from = nearest_in(place, label.target);
    const cv::Point2d to = index < marks_.size() ? nearest_on(marks_[index], from) : label.target;
    if (std::hypot(to.x - from.x, to.y - from.y) > label.reach * place.height)
      ink_.line(from, to, label.colour);
  }

  cv::Mat3b& picture_;
  const Frame& frame_;
  const Lettering& ids_;
  const Lettering& names_;
  Ink ink_;
  std::vector<Mark> marks_;
  std::vector<cv::Rect> obstacles_;
  std::vector<LabelRequest> requests_;
  std::vector<Label> labels_; ///< the first ones belong to marks_, in order
};

} // namespace

cv::Mat3b draw_overlay(const Radiograph& film, const Findings& findings,
                       const OverlayOptions& options) {
  if (film.pixels.empty()) throw std::invalid_argument("an overlay needs a film");
  const Frame frame = frame_of(film.pixels.size(), options);
  const Lettering ids(cvRound(1.2 * frame.text_px)), names(cvRound(0.85 * frame.text_px)),
      small(frame.text_px);
  const cv::Mat3b footer =
      draw_footer(findings, frame.size.width, {ids, small, frame.text_px, frame.scale});
  cv::Mat3b page(frame.size.height + footer.rows, frame.size.width);
  footer.copyTo(page.rowRange(frame.size.height, page.rows));
  cv::Mat3b picture = page.rowRange(0, frame.size.height);
  show_film(film, picture);
  Sheet sheet(picture, frame, ids, names);
  sheet.lesions(findings.lesions);
  sheet.prominences(findings.prominences);
  sheet.distances();
  sheet.draw();
  return page;
}

} // namespace calx
