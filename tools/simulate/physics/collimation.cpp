#include "simulate/physics/collimation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace calx::simulate {

namespace {

/// How far a point of the detector's plane is inside the rectangle; negative outside.
class Field {
public:
  explicit Field(const cv::RotatedRect& rect)
      : centre_(rect.center), half_(rect.size.width / 2, rect.size.height / 2),
        cosine_(std::cos(double{rect.angle} * std::numbers::pi / 180)),
        sine_(std::sin(double{rect.angle} * std::numbers::pi / 180)) {}

  double depth_mm(const cv::Point2d& at) const {
    const cv::Point2d d = at - centre_;
    const double u = half_.x - std::abs(d.x * cosine_ + d.y * sine_),
                 v = half_.y - std::abs(d.y * cosine_ - d.x * sine_);
    return std::min(u, v);
  }

private:
  cv::Point2d centre_, half_;
  double cosine_, sine_;
};

cv::Point2d detector_point(const Geometry& geometry, int row, int column) {
  return geometry.origin_mm + cv::Point2d(column, row) * geometry.pitch_mm;
}

} // namespace

cv::Mat1f collimator_share(const Beam& beam, const Geometry& geometry) {
  if (!beam.collimation_mm) return {};
  const Field field(*beam.collimation_mm);
  const double width = std::max(beam.penumbra_mm, 1e-3);
  cv::Mat1f share(geometry.rows, geometry.columns);
  cv::parallel_for_({0, share.rows}, [&](const cv::Range& range) {
    for (int y = range.start; y < range.end; ++y)
      for (int x = 0; x < share.cols; ++x) {
        const double part = field.depth_mm(detector_point(geometry, y, x)) / width + 0.5;
        const float t = static_cast<float>(std::clamp(part, 0.0, 1.0));
        share(y, x) = t * t * (3 - 2 * t);
      }
  });
  return share;
}

cv::Mat1b field_mask(const Beam& beam, const Geometry& geometry) {
  cv::Mat1b mask(geometry.rows, geometry.columns, std::uint8_t{255});
  if (!beam.collimation_mm) return mask;
  const Field field(*beam.collimation_mm);
  for (int y = 0; y < mask.rows; ++y)
    for (int x = 0; x < mask.cols; ++x)
      if (field.depth_mm(detector_point(geometry, y, x)) < 0) mask(y, x) = 0;
  return mask;
}

} // namespace calx::simulate
