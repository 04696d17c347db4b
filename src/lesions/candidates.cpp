// A deposit is bright and short in every direction; cortex, skin folds, septa and vessels are
// bright and long in at least one. The response at scale L is therefore the film minus the supremum
// of its openings by line segments of length L in four directions (Vincent, "Morphological area
// openings", 1993; Soille, Morphological Image Analysis, sec. 4.3): whatever holds a segment of
// length L in any direction vanishes, whatever does not remains with its full contrast.
#include "lesions/candidates.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

struct Scale {
  double length_mm; ///< longer structures vanish
  double pitch_mm;  ///< about the grid on which the scale is computed
};
constexpr std::array kScales{Scale{3, 0.25}, Scale{8, 0.5}, Scale{20, 0.5}, Scale{45, 1.0},
                             Scale{90, 2.0}};

/// A segment's direction: where, within the box of two neighbouring pixels of it, they lie.
struct Direction {
  cv::Point first, second;
  bool slanting() const { return first.x + second.x + first.y + second.y > 1; }
};
const std::array<Direction, 4> kAlong{
    {{{0, 0}, {1, 0}}, {{0, 0}, {0, 1}}, {{0, 0}, {1, 1}}, {{1, 0}, {0, 1}}}};

using Pick = void (*)(cv::InputArray, cv::InputArray, cv::OutputArray); // cv::min or cv::max

/// Erosion or dilation by a segment of an odd number of pixels; what lies beyond the border is
/// `outside`. The segment grows by doubling: half a dozen passes in place of one for each pixel.
cv::Mat1w extreme_along(const cv::Mat1w& tone, const Direction& along, int length, Pick pick,
                        ushort outside) {
  const cv::Point extent(std::max(along.first.x, along.second.x),
                         std::max(along.first.y, along.second.y));
  const cv::Point margin = extent * (length / 2);
  cv::Mat1w grown;
  cv::copyMakeBorder(tone, grown, margin.y, margin.y, margin.x, margin.x, cv::BORDER_CONSTANT,
                     cv::Scalar(outside));
  for (int covered = 1; covered < length;) {
    const int by = std::min(covered, length - covered);
    const cv::Size size = grown.size() - cv::Size(extent * by);
    cv::Mat1w next;
    pick(grown(cv::Rect(along.first * by, size)), grown(cv::Rect(along.second * by, size)), next);
    grown = next;
    covered += by;
  }
  return grown;
}

cv::Mat1w opened_along(const cv::Mat1w& tone, const Direction& along, int length) {
  const cv::Mat1w eroded = extreme_along(tone, along, length, cv::min, 65535);
  return extreme_along(eroded, along, length, cv::max, 0);
}

/// 16-bit tones, 0..2: half the memory and twice the lanes of float for the openings.
constexpr double kToneSteps = 32767;

cv::Mat1w in_steps(const cv::Mat1f& density) {
  cv::Mat1w out;
  density.convertTo(out, CV_16U, kToneSteps);
  return out;
}

cv::Mat1f blob_response(const cv::Mat1w& tone, int length) {
  cv::Mat longest = cv::Mat1w(tone.size(), ushort(0));
  const int straight = length | 1;
  const int slanting = static_cast<int>(std::lround(straight / std::sqrt(2.0))) | 1;
  for (const Direction& along : kAlong)
    cv::max(longest, opened_along(tone, along, along.slanting() ? slanting : straight), longest);
  cv::Mat1w blobs;
  cv::subtract(tone, longest, blobs);
  cv::Mat1f response;
  blobs.convertTo(response, CV_32F, 1 / kToneSteps);
  return response;
}

constexpr int kActivityStep = 4; // the mean varies slowly: a quarter of the grid is enough

/// Mean over a square of about `side`, on the coarser grid: of whole blocks, so that activity_at()
/// reads the block that a pixel lies in.
cv::Mat1f mean_nearby(const cv::Mat1f& response, int side) {
  const cv::Size size(response.cols / kActivityStep, response.rows / kActivityStep);
  cv::Mat1f coarse;
  cv::resize(response(cv::Rect({}, size * kActivityStep)), coarse, size, 0, 0, cv::INTER_AREA);
  const int around = (side / kActivityStep) | 1;
  cv::boxFilter(coarse, coarse, CV_32F, {around, around}, {-1, -1}, true, cv::BORDER_REFLECT_101);
  return coarse;
}

/// One scale's response with what it is compared to.
struct Response {
  cv::Mat1f height;
  cv::Mat1f activity; ///< coarser by kActivityStep
  double pitch_mm = 0;

  float activity_at(int y, int x) const {
    return activity(std::min(y / kActivityStep, activity.rows - 1),
                    std::min(x / kActivityStep, activity.cols - 1));
  }
};

/// The blob around a peak, cut at half of its height. `seen` gathers the cut-out pixels.
Candidate cut_out(const Response& response, cv::Point peak, double scale_mm, cv::Mat1b& seen) {
  const int reach = std::max(3, static_cast<int>(scale_mm / response.pitch_mm));
  const cv::Rect window = cv::Rect(peak.x - reach, peak.y - reach, 2 * reach + 1, 2 * reach + 1) &
                          cv::Rect({}, seen.size());
  const float height = response.height(peak);
  cv::Mat1b half = response.height(window) > height / 2;
  cv::Mat1b filled(half.rows + 2, half.cols + 2, uchar(0));
  cv::Rect box;
  cv::floodFill(half, filled, peak - window.tl(), cv::Scalar(128), &box, {}, {},
                8 | cv::FLOODFILL_FIXED_RANGE);
  const cv::Mat1b blob = half(box) == 128;
  seen(box + window.tl()).setTo(255, blob);
  return {box + window.tl(), blob, height, response.activity_at(peak.y, peak.x), scale_mm};
}

/// Every blob that rises over the floor and over its surroundings, the highest of each region once.
std::vector<Candidate> collect(const Response& response, const cv::Mat1b& where, double floor,
                               double scale_mm, const LesionParams& params) {
  std::vector<std::pair<float, cv::Point>> peaks;
  const float least = static_cast<float>(floor);
  const float ratio = static_cast<float>(params.min_activity_ratio);
  for (int y = 0; y < where.rows; ++y) {
    const float* height = response.height[y];
    const uchar* inside = where[y];
    for (int x = 0; x < where.cols; ++x)
      if (height[x] > least && inside[x] && height[x] > ratio * response.activity_at(y, x))
        peaks.emplace_back(height[x], cv::Point(x, y));
  }
  std::ranges::stable_sort(peaks, std::greater{}, &std::pair<float, cv::Point>::first);
  cv::Mat1b seen(where.size(), uchar(0));
  std::vector<Candidate> out;
  for (const auto& [height, at] : peaks)
    if (!seen(at)) out.push_back(cut_out(response, at, scale_mm, seen));
  std::ranges::stable_sort(out, std::greater{},
                           [](const Candidate& c) { return c.peak / std::max(c.activity, 1e-4); });
  if (out.size() > static_cast<std::size_t>(params.max_candidates))
    out.resize(static_cast<std::size_t>(params.max_candidates));
  return out;
}

/// The candidate on the working grid, from a coarser one.
Candidate enlarged(const Candidate& c, cv::Size coarse, cv::Size fine) {
  const double fx = static_cast<double>(fine.width) / coarse.width;
  const double fy = static_cast<double>(fine.height) / coarse.height;
  if (coarse == fine) return c;
  Candidate out = c;
  const cv::Point from(static_cast<int>(std::lround(c.box.x * fx)),
                       static_cast<int>(std::lround(c.box.y * fy)));
  const cv::Point to(static_cast<int>(std::lround(c.box.br().x * fx)),
                     static_cast<int>(std::lround(c.box.br().y * fy)));
  out.box = cv::Rect(from, to) & cv::Rect({}, fine);
  cv::resize(c.mask, out.mask, out.box.size(), 0, 0, cv::INTER_LINEAR);
  out.mask = out.mask >= 128;
  return out;
}

} // namespace

std::vector<Candidate> find_candidates(const NormalisedFilm& film, const cv::Mat1f& density,
                                       const cv::Mat1b& where, const LesionParams& params,
                                       const Trace& trace) {
  std::vector<Candidate> all;
  cv::Mat1w tone;
  cv::blur(in_steps(density), tone, {3, 3});
  cv::Mat1b mask = where;
  Response response;
  response.pitch_mm = film.grid.pitch_mm;
  for (const Scale& scale : kScales) {
    while (response.pitch_mm < 0.7 * scale.pitch_mm && std::min(tone.rows, tone.cols) >= 16) {
      cv::resize(tone, tone, {}, 0.5, 0.5, cv::INTER_AREA);
      cv::resize(mask, mask, tone.size(), 0, 0, cv::INTER_NEAREST);
      response.pitch_mm *= 2;
    }
    const int length = static_cast<int>(std::lround(scale.length_mm / response.pitch_mm));
    if (length < 3) continue;
    // Lobules and septa of one deposit belong together: gaps of a sixth of the scale are closed.
    cv::Mat1w joined = tone;
    if (const int gap = (length / 6) | 1; gap > 1)
      cv::morphologyEx(tone, joined, cv::MORPH_CLOSE, cv::Mat::ones(gap, gap, CV_8U));
    response.height = blob_response(joined, length);
    response.activity = mean_nearby(response.height, 6 * length);
    const double floor = std::max(params.min_contrast, params.min_contrast_to_noise * film.noise *
                                                           film.grid.pitch_mm / response.pitch_mm);
    for (const Candidate& c : collect(response, mask, floor, scale.length_mm, params))
      all.push_back(enlarged(c, tone.size(), film.density.size()));
    if (trace)
      trace("4-lesions/blobs-" + std::to_string(static_cast<int>(scale.length_mm)) + "mm",
            response.height);
  }
  return all;
}

} // namespace calx
