#include "normalise/field.hpp"

#include "core/distance.hpp"
#include "core/statistics.hpp"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

/// How many rows from the top belong to a white frame: rows much brighter than the film behind the
/// margin. A limb that leaves the field is bright as well, so the darker quarter of a row decides.
int frame_rows(const cv::Mat1f& image, double range, double margin) {
  const int depth = std::max(3, static_cast<int>(margin * image.rows));
  if (image.rows < 4 * depth) return 0;
  const auto dark_quarter = [&](int y) { return percentile(image.row(y), {}, 0.25); };
  const double inner = dark_quarter(depth);
  int last = -1;
  for (int y = 0; y < depth; ++y)
    if (dark_quarter(y) > inner + 0.25 * range) last = y;
  return last < 0 ? 0 : last + 3; // two rows of blur beyond the last bright one
}

/// Blanks white frames along the four sides, as scanned films and cropped collimators leave them.
void remove_frames(const cv::Mat1f& image, double range, double margin, cv::Mat1b& field) {
  cv::Mat1f turned = image;
  cv::Mat1b mask = field;
  for (int side = 0; side < 4; ++side) {
    if (const int rows = frame_rows(turned, range, margin); rows > 0) mask.rowRange(0, rows) = 0;
    cv::rotate(turned, turned, cv::ROTATE_90_CLOCKWISE);
    cv::rotate(mask, mask, cv::ROTATE_90_CLOCKWISE);
  }
  field = mask;
}

/// The polygon of at most six straight sides of which the mask fills more than `least_share`, or
/// nothing.
std::vector<cv::Point> straight_polygon(const cv::Mat1b& mask, double least_share) {
  const double area = cv::countNonZero(mask);
  const double total = static_cast<double>(mask.total());
  if (area < 0.1 * total || area > 0.995 * total) return {};
  std::vector<std::vector<cv::Point>> outlines;
  cv::findContours(mask, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE);
  std::vector<cv::Point> points; // the hull of the outlines is the hull of the mask
  for (const auto& outline : outlines) points.insert(points.end(), outline.begin(), outline.end());
  std::vector<cv::Point> hull;
  cv::convexHull(points, hull);
  cv::approxPolyDP(hull, hull, 0.01 * (mask.cols + mask.rows), true);
  const bool filled = hull.size() <= 6 && area > least_share * cv::contourArea(hull);
  return filled ? hull : std::vector<cv::Point>{};
}

/// Does the picture step up at the mask's edge, as a collimator's blade makes it, rather than grow
/// with the thickness of a limb behind its skin line? `range` is that of the film. Compares a band
/// just inside the edge with one a few pixels further in. The picture's own border is no edge.
bool edge_is_step(const cv::Mat1f& image, const cv::Mat1b& mask, double range) {
  const cv::Mat1f depth = distance_to_zero(mask);
  const cv::Mat1b near = (depth > 2) & (depth <= 3.5F);
  const cv::Mat1b further = (depth > 7) & (depth <= 10);
  const double dark = percentile(image, ~mask, 0.5, 0);
  const double just_inside = percentile(image, near, 0.5, dark) - dark;
  const double further_in = percentile(image, further, 0.5, dark) - dark;
  return further_in > 0.05 * range && just_inside > 0.85 * further_in;
}

/// Is everything a few pixels outside the white region darker than `limit`? Bone that a hard
/// display window turned white fades out at its edge; lead and white masks do not.
bool fades_nowhere(const cv::Mat1f& image, const BorderRegion& region, double limit) {
  constexpr int kReach = 6;
  const cv::Rect box = region.box;
  const cv::Rect near =
      cv::Rect(box.x - kReach, box.y - kReach, box.width + 2 * kReach, box.height + 2 * kReach) &
      cv::Rect({}, image.size());
  cv::Mat1b elsewhere(near.size(), uchar(255));
  elsewhere(box - near.tl()).setTo(0, region.mask);
  const cv::Mat1f outside = distance_to_zero(elsewhere);
  return percentile(image(near), (outside > 3) & (outside <= 5), 0.8, limit) < limit;
}

/// Flat pixels: no more variation in 3 x 3 than the quantisation of an 8-bit picture.
cv::Mat1b flat_pixels(const cv::Mat1f& image, double range) {
  cv::Mat1f high;
  cv::Mat1f low;
  const cv::Mat kernel = cv::getStructuringElement(cv::MORPH_RECT, {3, 3});
  cv::dilate(image, high, kernel);
  cv::erode(image, low, kernel);
  return (high - low) <= range * 1.5 / 255;
}

/// Takes off flat regions at the border that are white (lead, a white mask) or that leave a film
/// that is a straight-edged window (a black shutter, straight or rotated).
void remove_shutters(const cv::Mat1f& image, double low, double range, cv::Mat1b& field) {
  cv::Mat1b dark(image.size(), uchar(0));
  for (const BorderRegion& region : flat_border_regions(image, range)) {
    if (region.level > low + 0.8 * range &&
        fades_nowhere(image, region, region.level - 0.2 * range))
      field(region.box).setTo(0, region.mask);
    else if (region.level < low + 0.1 * range)
      dark(region.box).setTo(255, region.mask);
  }
  if (!straight_polygon(~dark, 0.97).empty()) field.setTo(0, dark);
}

} // namespace

std::vector<BorderRegion> flat_border_regions(const cv::Mat1f& image, double range) {
  cv::Mat1i label;
  cv::Mat1i stats;
  cv::Mat1d centroids;
  const int count = cv::connectedComponentsWithStats(flat_pixels(image, range), label, stats,
                                                     centroids, 4, CV_32S);
  std::vector<BorderRegion> regions;
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats(i, cv::CC_STAT_LEFT), stats(i, cv::CC_STAT_TOP),
                       stats(i, cv::CC_STAT_WIDTH), stats(i, cv::CC_STAT_HEIGHT));
    const bool at_border =
        box.x == 0 || box.y == 0 || box.br().x == image.cols || box.br().y == image.rows;
    if (!at_border || stats(i, cv::CC_STAT_AREA) < 0.003 * static_cast<double>(image.total()))
      continue;
    const cv::Mat1b mask = label(box) == i;
    regions.push_back({box, mask, cv::mean(image(box), mask)[0]});
  }
  return regions;
}

cv::Mat1b collimated_window(const cv::Mat1f& image, const cv::Mat1b& tissue, const cv::Mat1b& field,
                            double range) {
  cv::Mat1i label;
  cv::Mat1i stats;
  cv::Mat1d centroids;
  const int count = cv::connectedComponentsWithStats(tissue, label, stats, centroids, 8, CV_32S);
  int largest = 0;
  for (int i = 1; i < count; ++i)
    if (largest == 0 || stats(i, cv::CC_STAT_AREA) > stats(largest, cv::CC_STAT_AREA)) largest = i;
  if (largest == 0) return {};
  cv::Mat1b filled(tissue.size(), uchar(0));
  std::vector<std::vector<cv::Point>> contours;
  cv::findContours(label == largest, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  cv::drawContours(filled, contours, -1, cv::Scalar(255), cv::FILLED);
  const std::vector<cv::Point> polygon = straight_polygon(filled, 0.96);
  if (polygon.empty() || cv::contourArea(polygon) > 0.97 * cv::countNonZero(field)) return {};
  if (!edge_is_step(image, filled, range)) return {};
  cv::Mat1b window(tissue.size(), uchar(0));
  cv::fillConvexPoly(window, polygon, cv::Scalar(255));
  cv::erode(window, window, cv::getStructuringElement(cv::MORPH_RECT, {7, 7})); // penumbra
  return window & field;
}

cv::Mat1b find_field(const cv::Mat1f& image, const cv::Mat1b& outside,
                     const NormaliseParams& params) {
  cv::Mat1b field(image.size(), uchar(255));
  if (!outside.empty()) field.setTo(0, outside);
  const auto [low, high] = percentiles(image, field, {0.002, 0.998});
  const double range = high - low;
  if (range <= 0) return field;
  remove_shutters(image, low, range, field);
  remove_frames(image, range, params.frame_margin, field);
  // The blur of the edge itself is neither field nor shutter.
  if (cv::countNonZero(field) < static_cast<int>(field.total()))
    cv::erode(field, field, cv::getStructuringElement(cv::MORPH_RECT, {3, 3}), {-1, -1}, 1,
              cv::BORDER_CONSTANT, cv::Scalar(255));
  return field;
}

} // namespace calx
