// A prominence is measured as a person would with a ruler: the chord between the two outline points
// one reach away along the outline, and how far the point in the middle stands out of it.
#include "anatomy/prominences.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

using Outline = std::vector<cv::Point2d>;

/// A closed outline resampled at even steps and smoothed, so that pixel corners do not count.
Outline smooth_outline(const std::vector<cv::Point>& contour, double step_px, double smoothing_px) {
  Outline even;
  double carried = 0;
  for (std::size_t i = 0; i < contour.size(); ++i) {
    const cv::Point2d a = contour[i];
    const cv::Point2d b = contour[(i + 1) % contour.size()];
    const double length = cv::norm(b - a);
    for (; carried < length; carried += step_px) even.push_back(a + (b - a) * (carried / length));
    carried -= length;
  }
  const int half = static_cast<int>(std::lround(smoothing_px / step_px));
  const int n = static_cast<int>(even.size());
  if (n < 2 * half + 1) return {};
  Outline smooth(even.size());
  for (int pass = 0; pass < 2; ++pass) { // two box passes: close to a Gaussian
    for (int i = 0; i < n; ++i) {
      cv::Point2d sum(0, 0);
      for (int k = -half; k <= half; ++k) sum += even[static_cast<std::size_t>((i + k + n) % n)];
      smooth[static_cast<std::size_t>(i)] = sum / (2.0 * half + 1);
    }
    even = smooth;
  }
  return smooth;
}

/// How far each outline point stands out of the chord that spans `reach` steps to either side.
/// OpenCV's outer contours run so that the outside is below a chord that runs to the right.
std::vector<double> heights(const Outline& outline, int reach) {
  const int n = static_cast<int>(outline.size());
  const auto at = [&](int i) { return outline[static_cast<std::size_t>((i % n + n) % n)]; };
  std::vector<double> out(outline.size(), 0);
  for (int i = 0; i < n; ++i) {
    const cv::Point2d a = at(i - reach);
    const cv::Point2d chord = at(i + reach) - a;
    const double length = cv::norm(chord);
    if (length < 1e-9) continue;
    const cv::Point2d v = at(i) - a;
    out[static_cast<std::size_t>(i)] = (v.y * chord.x - v.x * chord.y) / length;
  }
  return out;
}

} // namespace

void sort_prominences(std::vector<Prominence>& prominences) {
  std::ranges::sort(prominences, [](const Prominence& a, const Prominence& b) {
    return std::tie(b.height_mm, a.point.y, a.point.x) <
           std::tie(a.height_mm, b.point.y, b.point.x);
  });
}

std::vector<Prominence> find_prominences(const cv::Mat1b& bone, const cv::Mat1b& field,
                                         double pitch_mm, const AnatomyParams& params) {
  std::vector<std::vector<cv::Point>> contours;
  cv::findContours(bone, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  const double step_mm = std::max(0.5, pitch_mm);
  const int reach = static_cast<int>(std::lround(params.prominence_reach_mm / step_mm));
  cv::Mat1b open; // well inside the field: a bone cut off at the edge has corners that mean nothing
  const int margin = std::max(1, static_cast<int>(3 / pitch_mm));
  cv::erode(field, open,
            cv::getStructuringElement(cv::MORPH_RECT, {2 * margin + 1, 2 * margin + 1}), {-1, -1},
            1, cv::BORDER_CONSTANT, cv::Scalar(0));

  std::vector<Prominence> all;
  for (const auto& contour : contours) {
    const Outline outline =
        smooth_outline(contour, step_mm / pitch_mm, params.outline_smoothing_mm / pitch_mm);
    const int n = static_cast<int>(outline.size());
    if (n < 3 * reach) continue;
    const std::vector<double> height = heights(outline, reach);
    for (int i = 0; i < n; ++i) {
      const double h = height[static_cast<std::size_t>(i)];
      const cv::Point2d p = outline[static_cast<std::size_t>(i)];
      if (h * pitch_mm < params.min_prominence_mm || !open(cv::Point(p))) continue;
      bool highest = true;
      for (int k = -reach / 2; k <= reach / 2 && highest; ++k) {
        const double other = height[static_cast<std::size_t>((i + k + n) % n)];
        highest = other < h || (other == h && k >= 0);
      }
      if (highest) all.push_back({p, h * pitch_mm, ""});
    }
  }
  sort_prominences(all);
  std::vector<Prominence> kept;
  for (const auto& candidate : all)
    if (std::ranges::none_of(kept, [&](const Prominence& k) {
          return cv::norm(k.point - candidate.point) * pitch_mm < params.prominence_reach_mm / 2;
        }))
      kept.push_back(candidate);
  if (kept.size() > static_cast<std::size_t>(params.max_prominences))
    kept.resize(static_cast<std::size_t>(params.max_prominences));
  return kept;
}

} // namespace calx
