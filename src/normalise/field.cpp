#include "normalise/field.hpp"

#include "core/distance.hpp"
#include "core/statistics.hpp"
#include "normalise/blank_edges.hpp"

#include <algorithm>
#include <cmath>
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

/// The polygon of at most six straight sides that a region without holes fills, or nothing. A
/// window fills its own; pelves were seen to waver further from theirs, or to fill 0.986 to 0.991.
std::vector<cv::Point> straight_polygon(const cv::Mat1b& region) {
  const double area = cv::countNonZero(region);
  const double total = static_cast<double>(region.total());
  if (area < 0.1 * total || area > 0.995 * total) return {};
  std::vector<std::vector<cv::Point>> outlines;
  cv::findContours(region, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE);
  std::vector<cv::Point> polygon;
  cv::convexHull(outlines.front(), polygon);
  const double most_off = 0.005 * (region.cols + region.rows);
  cv::approxPolyDP(polygon, polygon, most_off, true);
  const bool filled = polygon.size() <= 6 && area > 0.995 * cv::contourArea(polygon);
  return filled ? polygon : std::vector<cv::Point>{};
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

} // namespace

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
  const std::vector<cv::Point> polygon = straight_polygon(filled);
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
  if (!(range > 0) || !std::isfinite(range)) return field;
  const cv::Mat1f tones = cv::min(cv::max((image - low) / range, 0.0), 1.0);
  const cv::Mat1b uncut = cut_along_blank_edges(tones, field);
  remove_frames(image, range, params.frame_margin, field);
  // The blur of the edge itself is neither field nor shutter.
  if (cv::countNonZero(field) < static_cast<int>(field.total()))
    cv::erode(field, field, cv::getStructuringElement(cv::MORPH_RECT, {3, 3}), {-1, -1}, 1,
              cv::BORDER_CONSTANT, cv::Scalar(255));
  field &= uncut; // without the blur of its edges
  return field;
}

} // namespace calx
