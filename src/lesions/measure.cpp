#include "lesions/measure.hpp"

#include "core/distance.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

constexpr double kRingGapMm = 0.6;   // the blurred edge itself belongs to neither side
constexpr double kRingWidthMm = 2.0; // wide enough for a median, narrow enough to be local

/// How a region stands out of what lies around it.
struct Standing {
  double inside = 0;           ///< median tone of the mask
  double around = 0;           ///< median tone of the ring around it
  double brightest_around = 0; ///< 90th percentile of that ring: one bright side shows here
  double spread_around = 0;    ///< half the 16-84 % range of that ring
  double territory = 0;        ///< share of the mask in the narrow gaps between bones
};

int pixels(double mm, double pitch_mm) {
  return std::max(1, static_cast<int>(std::lround(mm / pitch_mm)));
}

cv::Mat square(int radius) {
  return cv::Mat::ones(2 * radius + 1, 2 * radius + 1, CV_8U);
}

/// `box` with a margin, clipped to the image.
cv::Rect widened(const cv::Rect& box, int margin, cv::Size size) {
  return cv::Rect(box.x - margin, box.y - margin, box.width + 2 * margin, box.height + 2 * margin) &
         cv::Rect({}, size);
}

/// The mask of `box` placed in the frame of `window`, which contains it.
cv::Mat1b placed(const cv::Mat1b& mask, const cv::Rect& box, const cv::Rect& window) {
  cv::Mat1b out(window.size(), uchar(0));
  mask.copyTo(out(box - window.tl()));
  return out;
}

/// The quantiles `q`, ascending, of at least one value; reorders the values.
template <std::size_t n>
std::array<double, n> quantiles(std::vector<float>& values, const std::array<double, n>& q) {
  std::array<double, n> out{};
  auto from = values.begin(); // everything before is smaller already
  for (std::size_t i = 0; i < n; ++i) {
    const auto at =
        values.begin() + static_cast<std::ptrdiff_t>(q[i] * static_cast<double>(values.size() - 1));
    std::nth_element(from, at, values.end());
    out[i] = *at;
    from = at;
  }
  return out;
}

double quantile(std::vector<float>& values, double q) {
  return values.empty() ? 0 : quantiles(values, std::array{q})[0];
}

std::vector<float> selected(const cv::Mat1f& image, const cv::Mat1b& mask) {
  std::vector<float> out;
  out.reserve(static_cast<std::size_t>(cv::countNonZero(mask)));
  for (int y = 0; y < image.rows; ++y) {
    const float* value = image[y];
    const uchar* inside = mask[y];
    for (int x = 0; x < image.cols; ++x)
      if (inside[x]) out.push_back(value[x]);
  }
  return out;
}

double share(const cv::Mat1b& part, const cv::Mat1b& whole) {
  const int n = cv::countNonZero(whole);
  return n > 0 ? cv::countNonZero(part & whole) / static_cast<double>(n) : 0;
}

/// Ring of body around the mask. A region beside a bone is compared with the soft tissue only.
cv::Mat1b ring_around(const cv::Mat1b& mask, const cv::Rect& window, const NormalisedFilm& film,
                      const AnatomyMap& anatomy) {
  const int gap = pixels(kRingGapMm, film.grid.pitch_mm);
  cv::Mat1b near;
  cv::Mat1b far;
  cv::dilate(mask, near, square(gap));
  cv::dilate(near, far, square(pixels(kRingWidthMm, film.grid.pitch_mm)));
  const cv::Mat1b ring = far & ~near & anatomy.body(window) & ~film.foreign(window);
  const cv::Mat1b soft = ring & ~anatomy.bone(window);
  const bool beside_bone = share(anatomy.bone(window), mask) < 0.5 && share(soft, ring) >= 0.4;
  return beside_bone ? soft : ring;
}

Standing stand_out(const cv::Mat1b& mask, const cv::Rect& window, const NormalisedFilm& film,
                   const AnatomyMap& anatomy, const Surroundings& around) {
  const cv::Mat1f density = film.density(window);
  std::vector<float> inside = selected(density, mask);
  std::vector<float> outside = selected(density, ring_around(mask, window, film, anatomy));
  Standing s;
  s.inside = quantile(inside, 0.5);
  s.around = s.brightest_around = s.inside;
  if (!outside.empty()) {
    const auto [low, middle, high, highest] = quantiles(outside, std::array{0.16, 0.5, 0.84, 0.9});
    s.around = middle;
    s.brightest_around = highest;
    s.spread_around = (high - low) / 2;
  }
  s.territory = share(around.territory(window) & ~anatomy.bone(window), mask);
  return s;
}

/// Median tone of the ring around the mask, or of the mask where nothing is left of the ring.
double tone_around(const cv::Mat1b& mask, const cv::Rect& window, const NormalisedFilm& film,
                   const AnatomyMap& anatomy) {
  std::vector<float> tones =
      selected(film.density(window), ring_around(mask, window, film, anatomy));
  if (tones.empty()) tones = selected(film.density(window), mask);
  return quantile(tones, 0.5);
}

/// Cuts the mask where the tone is midway between inside and `around`, connected to the candidate.
/// Grains and septa finer than a tenth of the scale do not part one deposit into many.
cv::Mat1b refine(const cv::Mat1b& mask, const cv::Rect& window, const NormalisedFilm& film,
                 double around, double scale_mm) {
  cv::Mat1f density = film.density(window);
  const int grain = std::max(3, static_cast<int>(0.06 * scale_mm / film.grid.pitch_mm) | 1);
  if (grain > 1) {
    cv::Mat1f smooth;
    cv::blur(density, smooth, {grain, grain});
    density = smooth;
  }
  std::vector<float> inside = selected(density, mask);
  const double top = quantile(inside, 0.9);
  cv::Mat1b above = density > (top + around) / 2;
  cv::Mat1b reach;
  cv::dilate(mask, reach, square(pixels(0.8, film.grid.pitch_mm) + grain / 2));
  above &= reach;
  std::vector<std::vector<cv::Point>> outlines;
  cv::findContours(above, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  cv::Mat1b best;
  int most = 0;
  for (std::size_t i = 0; i < outlines.size(); ++i) {
    cv::Mat1b piece(mask.size(), uchar(0));
    cv::drawContours(piece, outlines, static_cast<int>(i), cv::Scalar(255), cv::FILLED);
    if (const int shared = cv::countNonZero(piece & mask); shared > most) {
      most = shared;
      best = piece;
    }
  }
  return best;
}

/// Bone under the mask that is more than the mask itself: a dense mass is outlined as bone as well,
/// but then most of that "bone" is the mass.
cv::Mat1b other_bone(const cv::Mat1b& mask, const cv::Rect& window, const Surroundings& around) {
  const cv::Mat1i piece = around.bones.label(window);
  std::vector<int> covered(around.bones.area.size(), 0);
  for (int y = 0; y < mask.rows; ++y)
    for (int x = 0; x < mask.cols; ++x)
      if (mask(y, x)) ++covered[static_cast<std::size_t>(piece(y, x))];
  cv::Mat1b bone(mask.size(), uchar(0));
  for (int y = 0; y < mask.rows; ++y)
    for (int x = 0; x < mask.cols; ++x) {
      const auto i = static_cast<std::size_t>(piece(y, x));
      if (i > 0 && 2 * covered[i] < around.bones.area[i]) bone(y, x) = 255;
    }
  return bone;
}

struct Shape {
  double area = 0, perimeter = 0, max_feret = 0, min_feret = 0, solidity = 0;
  int lobes = 0;
  std::vector<cv::Point> outline;
};

/// Indentations of the outline deeper than `least_depth` under its hull, plus one if there are any.
/// cv::convexityDefects throws on outlines that touch themselves, as those of thin masks do.
int lobes_of(const std::vector<cv::Point>& outline, std::vector<int> hull, double least_depth) {
  std::ranges::sort(hull);
  const auto n = outline.size();
  int indentations = 0;
  for (std::size_t h = 0; h < hull.size(); ++h) {
    const auto from = static_cast<std::size_t>(hull[h]);
    const auto to = static_cast<std::size_t>(hull[(h + 1) % hull.size()]);
    const cv::Point2d chord = outline[to] - outline[from];
    const double length = cv::norm(chord);
    double depth = 0;
    for (std::size_t i = from; length > 0 && i != to; i = (i + 1) % n)
      depth =
          std::max(depth, std::abs(chord.cross(cv::Point2d(outline[i] - outline[from]))) / length);
    indentations += depth > least_depth ? 1 : 0;
  }
  return indentations > 0 ? indentations + 1 : 0;
}

Shape shape_of(const cv::Mat1b& mask) {
  Shape s;
  std::vector<std::vector<cv::Point>> contours;
  cv::findContours(mask, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  s.outline = *std::ranges::max_element(contours, {}, [](const auto& c) { return c.size(); });
  s.area = cv::countNonZero(mask);
  std::vector<int> hull;
  cv::convexHull(s.outline, hull);
  double hull_reach = 0;
  for (const int i : hull)
    for (const int j : hull)
      hull_reach = std::max(hull_reach, cv::norm(s.outline[static_cast<std::size_t>(i)] -
                                                 s.outline[static_cast<std::size_t>(j)]));
  s.max_feret = hull_reach + 1; // from pixel edge to pixel edge
  const cv::RotatedRect rectangle = cv::minAreaRect(s.outline);
  s.min_feret = std::min(rectangle.size.width, rectangle.size.height) + 1;
  // Centres of outline pixels run half a pixel inside the region's edge.
  s.perimeter = cv::arcLength(s.outline, true) + std::numbers::pi;
  std::vector<cv::Point> corners;
  for (const int i : hull) corners.push_back(s.outline[static_cast<std::size_t>(i)]);
  const double hull_area = cv::contourArea(corners) + cv::arcLength(corners, true) / 2 + 1;
  s.solidity = std::min(1.0, s.area / hull_area);
  s.lobes = lobes_of(s.outline, hull, 0.06 * s.max_feret);
  return s;
}

double edge_gradient(const cv::Mat1f& density, const std::vector<cv::Point>& outline) {
  const auto at = [&](int y, int x) {
    return density(std::clamp(y, 0, density.rows - 1), std::clamp(x, 0, density.cols - 1));
  };
  double sum = 0;
  for (const auto& p : outline)
    sum += std::hypot(at(p.y, p.x + 1) - at(p.y, p.x - 1), at(p.y + 1, p.x) - at(p.y - 1, p.x)) / 2;
  return outline.empty() ? 0 : sum / static_cast<double>(outline.size());
}

constexpr double kCoarsePitchMm = 0.5;

} // namespace

DistanceMap::DistanceMap(const cv::Mat1b& set, double pitch_mm) {
  shrink_ = std::max(1.0, kCoarsePitchMm / pitch_mm);
  cv::Mat1b coarse;
  cv::resize(set, coarse,
             {std::max(1, static_cast<int>(set.cols / shrink_)),
              std::max(1, static_cast<int>(set.rows / shrink_))},
             0, 0, cv::INTER_LINEAR);
  shrink_ = static_cast<double>(set.cols) / coarse.cols;
  mm_ = distance_to_zero(coarse < 128) * (shrink_ * pitch_mm);
}

int DistanceMap::cell(double working, int size) const {
  return std::clamp(static_cast<int>((working + 0.5) / shrink_), 0, size - 1);
}

double DistanceMap::mm_at(cv::Point2d working) const {
  return mm_(cell(working.y, mm_.rows), cell(working.x, mm_.cols));
}

double DistanceMap::least_mm(const cv::Rect& box, const cv::Mat1b& mask) const {
  std::vector<int> column(static_cast<std::size_t>(mask.cols));
  for (int x = 0; x < mask.cols; ++x)
    column[static_cast<std::size_t>(x)] = cell(box.x + x, mm_.cols);
  float least = std::numeric_limits<float>::max();
  for (int y = 0; y < mask.rows; ++y) {
    const float* mm = mm_[cell(box.y + y, mm_.rows)];
    const uchar* inside = mask[y];
    for (std::size_t x = 0; x < column.size(); ++x)
      if (inside[x]) least = std::min(least, mm[column[x]]);
  }
  return static_cast<double>(least);
}

Surroundings survey(const NormalisedFilm& film, const AnatomyMap& anatomy) {
  const double pitch = film.grid.pitch_mm;
  Surroundings s;
  s.to_skin = DistanceMap(~anatomy.body, pitch);
  s.to_bone = DistanceMap(anatomy.bone, pitch);
  s.to_edge = DistanceMap(~film.field, pitch);
  // Closing by distance: within the gap of a bone, and further than the gap from everything beyond.
  constexpr double kGapMm = 3;
  const cv::Mat1b wide = s.to_bone.coarse() <= kGapMm;
  const cv::Mat1b gaps = distance_to_zero(wide) > kGapMm / std::max(kCoarsePitchMm, pitch);
  cv::resize(gaps, s.territory, film.density.size(), 0, 0, cv::INTER_NEAREST);
  s.territory |= anatomy.bone;
  s.bones = number_pieces(anatomy.bone);
  s.bone_contrast = std::max(anatomy.bone_tone - anatomy.soft_tone, 0.05);
  return s;
}

std::optional<Deposit> measure(const NormalisedFilm& film, const AnatomyMap& anatomy,
                               const Surroundings& around, const Candidate& candidate,
                               const LesionParams& params) {
  const double mm = film.grid.pitch_mm;
  const int margin = pixels(kRingGapMm + kRingWidthMm + 1, mm) + 2;
  const cv::Rect window = widened(candidate.box, margin, film.density.size());
  cv::Mat1b mask = placed(candidate.mask, candidate.box, window);
  if (!candidate.outlined)
    mask = refine(mask, window, film, tone_around(mask, window, film, anatomy), candidate.scale_mm);
  if (mask.empty() || cv::countNonZero(mask) * mm * mm < params.min_area_mm2) return std::nullopt;
  const Standing standing = stand_out(mask, window, film, anatomy, around);
  const double contrast = standing.inside - standing.around;
  if (contrast < params.min_contrast) return std::nullopt;

  const Shape shape = shape_of(mask);
  const cv::Rect tight = cv::boundingRect(mask);
  Deposit d;
  d.box = tight + window.tl();
  d.mask = mask(tight).clone();
  const cv::Moments moments = cv::moments(mask, true);
  d.centroid =
      cv::Point2d(moments.m10 / moments.m00, moments.m01 / moments.m00) + cv::Point2d(window.tl());
  d.touches_field_edge = around.to_edge.least_mm(d.box, d.mask) <= std::max(0.5, 2 * mm) ||
                         d.box.x <= 1 || d.box.y <= 1 || d.box.br().x >= film.density.cols - 1 ||
                         d.box.br().y >= film.density.rows - 1;
  d.touches_foreign = cv::countNonZero(film.foreign(widened(d.box, 2, film.density.size()))) > 0;

  Features& f = d.features;
  f.area_mm2 = shape.area * mm * mm;
  f.equivalent_diameter_mm = 2 * std::sqrt(shape.area / std::numbers::pi) * mm;
  f.max_feret_mm = shape.max_feret * mm;
  f.min_feret_mm = shape.min_feret * mm;
  f.perimeter_mm = shape.perimeter * mm;
  f.area_px = shape.area * film.grid.scale_x * film.grid.scale_y;
  f.max_feret_px = shape.max_feret * std::sqrt(film.grid.scale_x * film.grid.scale_y);
  f.solidity = shape.solidity;
  f.elongation = shape.max_feret / shape.min_feret;
  f.circularity =
      std::min(1.0, 4 * std::numbers::pi * shape.area / (shape.perimeter * shape.perimeter));
  f.lobulation = shape.lobes;
  f.contrast = contrast;
  f.contrast_to_noise = contrast / std::max(standing.spread_around, std::max(film.noise, 1e-3));
  f.density_to_cortex = contrast / around.bone_contrast;
  f.density_grade = *f.density_to_cortex < 0.5 ? 1 : *f.density_to_cortex <= 1 ? 2 : 3;
  f.edge_sharpness =
      edge_gradient(film.density(window), shape.outline) / std::max(contrast, 0.01) / mm;
  f.depth_mm = around.to_skin.mm_at(d.centroid);
  f.bone_distance_mm = around.to_bone.least_mm(d.box, d.mask);
  f.bone_overlap = share(other_bone(d.mask, d.box, around), d.mask);
  f.bone_gap_overlap = standing.territory;
  f.isolation = (standing.inside - standing.brightest_around) / std::max(contrast, 0.01);
  f.activity_ratio = candidate.peak / std::max(candidate.activity, 1e-4);
  return d;
}

} // namespace calx
