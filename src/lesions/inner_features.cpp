#include "lesions/inner_features.hpp"

#include "core/distance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

constexpr double kNeighbourMm = 20;

double mean_of(const cv::Mat1f& image, const cv::Mat1b& mask) {
  return cv::mean(image, mask)[0];
}

/// Outer third against core, by the distance from the outline. 0 for masks too small to have both.
double rim_index(const cv::Mat1f& density, const cv::Mat1b& mask, double contrast) {
  cv::Mat1b framed;
  cv::copyMakeBorder(mask, framed, 1, 1, 1, 1, cv::BORDER_CONSTANT, cv::Scalar(0));
  const cv::Mat1f depth = distance_to_zero(framed)(cv::Rect({1, 1}, mask.size()));
  double deepest = 0;
  cv::minMaxLoc(depth, nullptr, &deepest);
  if (deepest < 3) return 0;
  const cv::Mat1b core = depth > deepest * 2 / 3;
  const cv::Mat1b rim = mask & (depth <= deepest / 3);
  return (mean_of(density, rim) - mean_of(density, core)) / contrast;
}

/// Length of thin dark lines inside the mask, by the bottom-hat of a 2 mm square, over the area.
double septa_density(const cv::Mat1f& density, const cv::Mat1b& mask, double contrast,
                     double pitch_mm) {
  const int side = std::max(3, static_cast<int>(2 / pitch_mm) | 1);
  if (mask.rows < 2 * side || mask.cols < 2 * side) return 0;
  cv::Mat1f closed;
  cv::morphologyEx(density, closed, cv::MORPH_CLOSE, cv::Mat::ones(side, side, CV_8U));
  cv::Mat1b inner;
  cv::erode(mask, inner, cv::Mat::ones(side, side, CV_8U), {-1, -1}, 1, cv::BORDER_CONSTANT,
            cv::Scalar(0));
  const cv::Mat1b lines = inner & ((closed - density) > 0.15 * contrast);
  cv::Mat1b thin; // a line's length is its area over its width: count the ridge only
  cv::erode(lines, thin, cv::Mat::ones(2, 2, CV_8U));
  const double ridge = cv::countNonZero(lines) - cv::countNonZero(thin);
  const double area = cv::countNonZero(mask);
  return ridge / 2 / (area * pitch_mm);
}

/// A straight horizontal step, as a fluid-calcium level leaves: the largest difference between the
/// mean tones just above and just below any row, as a share of the contrast.
double horizontal_level(const cv::Mat1f& density, const cv::Mat1b& mask, double contrast,
                        double pitch_mm) {
  const int band = std::max(2, static_cast<int>(1.5 / pitch_mm));
  double largest = 0;
  for (int y = 2 * band; y + 2 * band < mask.rows; ++y) {
    const cv::Mat1b above = mask.rowRange(y - band, y);
    const cv::Mat1b below = mask.rowRange(y, y + band);
    if (cv::countNonZero(above) < mask.cols * band / 3 ||
        cv::countNonZero(below) < mask.cols * band / 3)
      continue;
    largest = std::max(largest, mean_of(density.rowRange(y, y + band), below) -
                                    mean_of(density.rowRange(y - band, y), above));
  }
  return std::clamp(largest / contrast, 0.0, 1.0);
}

/// Two lines side by side: along the long axis, the share of cross-sections with two peaks and a
/// trough between them, 1-6 mm apart.
double parallel_lines(const cv::Mat1f& density, const cv::Mat1b& mask, double contrast,
                      double pitch_mm) {
  std::vector<cv::Point> points;
  cv::findNonZero(mask, points);
  if (points.size() < 30) return 0;
  const cv::RotatedRect box = cv::minAreaRect(points);
  const bool along_width = box.size.width >= box.size.height;
  const double angle = (box.angle + (along_width ? 0 : 90)) * CV_PI / 180;
  const double half_length = std::max(box.size.width, box.size.height) / 2;
  const double half_width = std::min(box.size.width, box.size.height) / 2 + 2;
  if (half_length < 2 * half_width) return 0;
  const cv::Point2d along(std::cos(angle), std::sin(angle));
  const cv::Point2d across(-along.y, along.x);
  int sections = 0;
  int pairs = 0;
  for (double t = -half_length; t <= half_length; t += 1) {
    std::vector<double> profile;
    for (double s = -half_width; s <= half_width; s += 1) {
      const cv::Point p = cv::Point2d(box.center) + t * along + s * across;
      if (p.x >= 0 && p.y >= 0 && p.x < density.cols && p.y < density.rows)
        profile.push_back(density(p));
    }
    if (profile.size() < 5) continue;
    ++sections;
    const auto trough = std::min_element(profile.begin() + 1, profile.end() - 1);
    const auto left = std::max_element(profile.begin(), trough);
    const auto right = std::max_element(trough + 1, profile.end());
    const double gap_mm = static_cast<double>(right - left) * pitch_mm;
    if (std::min(*left, *right) - *trough > 0.25 * contrast && gap_mm >= 1 && gap_mm <= 6) ++pairs;
  }
  return sections > 0 ? pairs / static_cast<double>(sections) : 0;
}

/// The nearest of the points to `from`.
template <class Points>
std::optional<Nearest> nearest_of(const Points& points, const cv::Point2d& from, double pitch_mm) {
  if (points.empty()) return std::nullopt;
  const auto distance = [&](const auto& p) { return cv::norm(cv::Point2d(p) - from); };
  const auto closest = std::ranges::min_element(points, {}, distance);
  return Nearest{-1, *closest, distance(*closest) * pitch_mm};
}

/// The nearest pixel of bone, searched no wider than its distance map says.
std::optional<Nearest> nearest_bone(const AnatomyMap& anatomy, const Surroundings& around,
                                    const cv::Point2d& from, double pitch_mm) {
  const int reach = static_cast<int>((around.to_bone.mm_at(from) + 1.5) / pitch_mm) + 2;
  const cv::Point at(from);
  const cv::Rect window = cv::Rect(at.x - reach, at.y - reach, 2 * reach + 1, 2 * reach + 1) &
                          cv::Rect({}, anatomy.bone.size());
  std::vector<cv::Point> points;
  if (window.area() > 0) cv::findNonZero(anatomy.bone(window), points);
  auto nearest = nearest_of(points, from - cv::Point2d(window.tl()), pitch_mm);
  if (nearest) nearest->point += cv::Point2d(window.tl());
  return nearest;
}

/// A mass that was outlined as bone has prominences of its own, which tell nothing.
bool on_own_outline(const Deposit& d, cv::Point2d p) {
  constexpr int kMargin = 3;
  const cv::Rect near = cv::Rect(cv::Point(p) - d.box.tl() - cv::Point(kMargin, kMargin),
                                 cv::Size(2 * kMargin + 1, 2 * kMargin + 1)) &
                        cv::Rect({}, d.box.size());
  return near.area() > 0 && cv::countNonZero(d.mask(near)) > 0;
}

/// How many others lie within reach of each region, and how far its cluster extends.
void measure_clusters(std::vector<Deposit>& deposits, double pitch_mm) {
  const auto apart_mm = [&](std::size_t a, std::size_t b) {
    return cv::norm(deposits[a].centroid - deposits[b].centroid) * pitch_mm;
  };
  std::vector<bool> seen(deposits.size(), false);
  for (std::size_t first = 0; first < deposits.size(); ++first) {
    if (seen[first]) continue;
    std::vector<std::size_t> cluster{first};
    seen[first] = true;
    double spread = 0;
    for (std::size_t at = 0; at < cluster.size(); ++at) { // grows as it is walked
      int neighbours = 0;
      for (std::size_t other = 0; other < deposits.size(); ++other) {
        if (other == cluster[at] || apart_mm(cluster[at], other) > kNeighbourMm) continue;
        ++neighbours;
        if (!seen[other]) cluster.push_back(other);
        seen[other] = true;
      }
      deposits[cluster[at]].features.neighbours = neighbours;
    }
    for (const std::size_t a : cluster)
      for (const std::size_t b : cluster) spread = std::max(spread, apart_mm(a, b));
    for (const std::size_t member : cluster) deposits[member].features.spread_mm = spread;
  }
}

} // namespace

void measure_inside(const NormalisedFilm& film, double ceiling, Deposit& d) {
  const cv::Mat1f density = film.density(d.box);
  Features& f = d.features;
  const double contrast = std::max(*f.contrast, 0.01);
  cv::Scalar mean;
  cv::Scalar deviation;
  cv::meanStdDev(density, mean, deviation, d.mask);
  f.texture = deviation[0] / contrast;
  f.saturated_fraction = cv::countNonZero((density >= 0.995 * ceiling) & d.mask) /
                         static_cast<double>(cv::countNonZero(d.mask));
  f.rim_index = rim_index(density, d.mask, contrast);
  f.septa_density = septa_density(density, d.mask, contrast, film.grid.pitch_mm);
  f.horizontal_level_score = horizontal_level(density, d.mask, contrast, film.grid.pitch_mm);
  f.parallel_line_score = parallel_lines(density, d.mask, contrast, film.grid.pitch_mm);
}

void measure_neighbourhood(const NormalisedFilm& film, const AnatomyMap& anatomy,
                           const Surroundings& around, std::vector<Deposit>& deposits) {
  const double mm = film.grid.pitch_mm;
  for (Deposit& d : deposits) {
    d.bone = nearest_bone(anatomy, around, d.centroid, mm);
    if (auto joint = nearest_of(anatomy.joint_points, d.centroid, mm)) {
      d.joint = joint;
      d.features.joint_distance_mm = joint->distance_mm;
    }
    for (std::size_t i = 0; i < anatomy.prominences.size(); ++i) {
      const cv::Point2d p = anatomy.prominences[i].point;
      if (on_own_outline(d, p)) continue;
      const double distance = cv::norm(p - d.centroid) * mm;
      if (!d.prominence || distance < d.prominence->distance_mm)
        d.prominence = Nearest{static_cast<int>(i), p, distance};
    }
    if (d.prominence) d.features.prominence_distance_mm = d.prominence->distance_mm;
  }
  measure_clusters(deposits, mm);
}

} // namespace calx
