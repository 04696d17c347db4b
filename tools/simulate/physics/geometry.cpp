#include "simulate/physics/rays.hpp"

namespace calx::simulate {

cv::Point2d Geometry::project(const cv::Vec3d& at_mm) const {
  const double larger = magnification(at_mm[2]);
  const cv::Point2d on_detector =
      source_mm + cv::Point2d(at_mm[0] - source_mm.x, at_mm[1] - source_mm.y) * larger;
  return (on_detector - origin_mm) * (1 / pitch_mm);
}

cv::Vec3f point_on_ray(const Geometry& geometry, double row, double column, double from_source_mm) {
  const cv::Vec3d source(geometry.source_mm.x, geometry.source_mm.y, -geometry.sid_mm);
  const cv::Vec3d pixel(geometry.origin_mm.x + geometry.pitch_mm * column,
                        geometry.origin_mm.y + geometry.pitch_mm * row, 0);
  return source + (pixel - source) * (from_source_mm / cv::norm(pixel - source));
}

cv::Rect shadow(const Geometry& geometry, const Grid& lattice, const cv::Affine3d& to_film) {
  cv::Point2d low(1e9, 1e9), high(-1e9, -1e9);
  for (int corner = 0; corner < 8; ++corner) {
    const auto end = [&](int axis) { return (corner >> axis & 1) * (lattice.size[axis] - 1); };
    const cv::Vec3d at = to_film * lattice.node_mm(end(0), end(1), end(2));
    if (at[2] <= -geometry.sid_mm) return {0, 0, geometry.columns, geometry.rows};
    const cv::Point2d pixel = geometry.project(at);
    low = {std::min(low.x, pixel.x), std::min(low.y, pixel.y)};
    high = {std::max(high.x, pixel.x), std::max(high.y, pixel.y)};
  }
  const auto within = [](double at, int end) {
    return static_cast<int>(std::clamp(at, -1.0, static_cast<double>(end)));
  };
  const cv::Point first(within(std::floor(low.x), geometry.columns),
                        within(std::floor(low.y), geometry.rows));
  const cv::Point last(within(std::ceil(high.x), geometry.columns) + 1,
                       within(std::ceil(high.y), geometry.rows) + 1);
  return cv::Rect(first, last) & cv::Rect(0, 0, geometry.columns, geometry.rows);
}

} // namespace calx::simulate
