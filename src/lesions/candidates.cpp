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
  double pitch_mm;  ///< grid on which the scale is computed, never finer than the working grid
};
constexpr std::array kScales{Scale{3, 0.2}, Scale{8, 0.4}, Scale{20, 0.5}, Scale{45, 1.0},
                             Scale{90, 2.0}};

cv::Mat line_kernel(int length, int direction) {
  if (direction == 0) return cv::Mat::ones(1, length, CV_8U);
  if (direction == 1) return cv::Mat::ones(length, 1, CV_8U);
  const int diagonal = static_cast<int>(std::lround(length / std::sqrt(2.0))) | 1;
  cv::Mat kernel = cv::Mat::eye(diagonal, diagonal, CV_8U);
  if (direction == 3) cv::flip(kernel, kernel, 1);
  return kernel;
}

cv::Mat1f blob_response(const cv::Mat1f& density, int length) {
  cv::Mat1f longest;
  for (int direction = 0; direction < 4; ++direction) {
    cv::Mat1f opened;
    cv::morphologyEx(density, opened, cv::MORPH_OPEN, line_kernel(length | 1, direction));
    longest = direction == 0 ? opened : cv::Mat1f(cv::max(longest, opened));
  }
  return density - longest;
}

/// Splits the response into blobs, each cut at half of its own peak.
void collect(const cv::Mat1f& response, const cv::Mat1f& activity, const cv::Mat1b& where,
             double floor, double scale_mm, double pitch_mm, const LesionParams& params,
             std::vector<Candidate>& out) {
  cv::Mat1b above = (response > floor) & where;
  above &= response > params.min_activity_ratio * activity;
  cv::Mat1i label;
  cv::Mat1i stats;
  cv::Mat1d centroids;
  const int count = cv::connectedComponentsWithStats(above, label, stats, centroids, 8, CV_32S);
  for (int i = 1; i < count; ++i) {
    const cv::Rect seed(stats(i, cv::CC_STAT_LEFT), stats(i, cv::CC_STAT_TOP),
                        stats(i, cv::CC_STAT_WIDTH), stats(i, cv::CC_STAT_HEIGHT));
    if (stats(i, cv::CC_STAT_AREA) < 2) continue;
    double peak = 0;
    cv::Point at;
    cv::minMaxLoc(response(seed), nullptr, &peak, nullptr, &at, label(seed) == i);
    const int reach = std::max(2, static_cast<int>(scale_mm / pitch_mm));
    const cv::Rect window =
        cv::Rect(seed.x - reach, seed.y - reach, seed.width + 2 * reach, seed.height + 2 * reach) &
        cv::Rect({}, response.size());
    cv::Mat1b half = response(window) > peak / 2;
    cv::Mat1i part;
    cv::connectedComponents(half, part, 8, CV_32S);
    half = part == part(at + seed.tl() - window.tl());
    const cv::Rect tight = cv::boundingRect(half);
    out.push_back(
        {tight + window.tl(), half(tight).clone(), peak, activity(at + seed.tl()), scale_mm});
  }
}

/// The candidate on the working grid, from a coarser one.
Candidate enlarged(const Candidate& c, cv::Size coarse, cv::Size fine) {
  const double fx = static_cast<double>(fine.width) / coarse.width;
  const double fy = static_cast<double>(fine.height) / coarse.height;
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

std::vector<Candidate> find_candidates(const NormalisedFilm& film, const cv::Mat1b& where,
                                       const LesionParams& params, const Trace& trace) {
  std::vector<Candidate> all;
  for (const Scale& scale : kScales) {
    const double shrink = std::max(1.0, scale.pitch_mm / film.grid.pitch_mm);
    const cv::Size size(static_cast<int>(std::lround(film.density.cols / shrink)),
                        static_cast<int>(std::lround(film.density.rows / shrink)));
    if (std::min(size.width, size.height) < 8) continue;
    const double pitch = film.grid.pitch_mm * film.density.cols / size.width;
    const int length = static_cast<int>(std::lround(scale.length_mm / pitch));
    if (length < 3) continue;
    cv::Mat1f density; // never film.density itself: it is written to below
    cv::Mat1b mask = where;
    if (shrink > 1) {
      cv::resize(film.density, density, size, 0, 0, cv::INTER_AREA);
      cv::resize(where, mask, size, 0, 0, cv::INTER_NEAREST);
    } else {
      cv::GaussianBlur(film.density, density, {3, 3}, 0);
    }
    // Lobules and septa of one deposit belong together: gaps of a sixth of the scale are closed.
    if (const int gap = (length / 6) | 1; gap > 1)
      cv::morphologyEx(density, density, cv::MORPH_CLOSE, cv::Mat::ones(gap, gap, CV_8U));
    const cv::Mat1f response = blob_response(density, length);
    cv::Mat1f activity;
    const int around = 6 * length | 1;
    cv::boxFilter(response, activity, CV_32F, {around, around}, {-1, -1}, true,
                  cv::BORDER_REFLECT_101);
    const double floor =
        std::max(params.min_contrast, params.min_contrast_to_noise * film.noise / shrink);
    std::vector<Candidate> found;
    collect(response, activity, mask, floor, scale.length_mm, pitch, params, found);
    for (const Candidate& c : found)
      all.push_back(shrink > 1 ? enlarged(c, size, film.density.size()) : c);
    if (trace)
      trace("4-lesions/blobs-" + std::to_string(static_cast<int>(scale.length_mm)) + "mm",
            response);
  }
  return all;
}

} // namespace calx
