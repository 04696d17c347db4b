#include "evaluate/match.hpp"

#include <algorithm>
#include <numeric>

namespace calx::evaluation {
namespace {

bool hits_box(const Mark& mark, const cv::Rect2d& box) {
  const double margin = kBoxMarginPx;
  const cv::Rect2d enlarged(box.x - margin, box.y - margin, box.width + 2 * margin,
                            box.height + 2 * margin);
  if (mark.box.area() > kMaxTimesBox * enlarged.area()) return false;
  const cv::Point2d c = mark.centroid;
  if (c.x >= enlarged.x && c.x <= enlarged.br().x && c.y >= enlarged.y && c.y <= enlarged.br().y)
    return true;
  const double both = (mark.box & box).area();
  if (both <= 0) return false;
  return both >= kMinBoxIou * (mark.box.area() + box.area() - both) ||
         both >= kMinBoxCovered * box.area();
}

bool hits_pixels(const Mark& mark, const Target& target) {
  if ((mark.plus.box & target.plus.box).empty()) return false;
  return overlap_px(mark.plus, target.pixels) >= kMinCovered * target.pixels.area_px ||
         overlap_px(mark.pixels, target.plus) >= kPartShare * mark.pixels.area_px;
}

/// Rule 1, for each mark.
std::vector<bool> lie_on_lesions(const std::vector<Target>& targets, const std::vector<Mark>& marks,
                                 cv::Size film) {
  cv::Mat1b lesions(film, uchar{0});
  for (const Target& target : targets) paint(target.plus, lesions);
  std::vector<bool> on;
  for (const Mark& mark : marks)
    on.push_back(mark.pixels.area_px > 0 &&
                 overlap_px(mark.pixels, lesions) >= kMinOnLesions * mark.pixels.area_px);
  return on;
}

} // namespace

Hits find_hits(const std::vector<Target>& targets, const std::vector<Mark>& marks, cv::Size film) {
  if (targets.empty() || marks.empty()) return Hits(targets.size());
  const std::vector<bool> on_lesions = lie_on_lesions(targets, marks, film);
  std::vector<std::size_t> by_score(marks.size());
  std::iota(by_score.begin(), by_score.end(), std::size_t{0});
  std::ranges::stable_sort(by_score, std::greater{},
                           [&marks](std::size_t i) { return marks[i].score; });
  Hits hits;
  for (const Target& target : targets) {
    auto& hitting = hits.emplace_back();
    for (const std::size_t i : by_score)
      if (target.box_only ? hits_box(marks[i], target.box)
                          : on_lesions[i] && hits_pixels(marks[i], target))
        hitting.push_back(i);
  }
  return hits;
}

std::optional<double> found_at(const Target& target, const std::vector<std::size_t>& hitting,
                               const std::vector<Mark>& marks,
                               const std::function<bool(Kind)>& accepts) {
  Patch left = target.pixels; // what no accepted mark has covered yet
  left.mask = left.mask.clone();
  for (const std::size_t i : hitting) {
    const Mark& mark = marks[i];
    if (!accepts(mark.kind)) continue;
    if (target.box_only) return mark.score;
    const cv::Rect both = left.box & mark.plus.box;
    if (!both.empty())
      left.mask(both - left.box.tl()).setTo(0, mark.plus.mask(both - mark.plus.box.tl()));
    const int covered = target.pixels.area_px - cv::countNonZero(left.mask);
    if (covered >= kMinFound * target.pixels.area_px) return mark.score;
  }
  return std::nullopt;
}

} // namespace calx::evaluation
