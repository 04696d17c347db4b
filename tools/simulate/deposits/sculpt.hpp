// From a function of space to a density grid.
#pragma once

#include "simulate/core/grid.hpp"
#include "simulate/deposits/inclusion.hpp"

#include <algorithm>
#include <functional>

namespace calx::simulate {

/// A body as functions of space, in the film frame.
struct Shape {
  cv::Vec3d low_mm, high_mm; ///< a box that holds it
  double pitch_mm = 0.3;
  /// False: no matter within the given distance of the point. It is asked for the middle of a block
  /// right before that block's nodes, so that it may also choose what matters there.
  std::function<bool(const cv::Vec3f&, float)> near;
  std::function<float(const cv::Vec3f&)> density_g_cm3;
};

/// Samples the shape and trims the grid to its matter, with an empty node all round. An empty grid
/// for a shape without matter.
Grid sculpt(const Shape& shape);

/// Part of a node's cube that lies inside a surface at this signed distance (negative inside).
inline float coverage(float distance_mm, double pitch_mm) {
  return std::clamp(0.5F - distance_mm / static_cast<float>(pitch_mm), 0.F, 1.F);
}

/// 0 below `low`, 1 above `high`, smooth between.
inline float ramp(float value, float low, float high) {
  const float t = std::clamp((value - low) / (high - low), 0.F, 1.F);
  return t * t * (3 - 2 * t);
}

/// Distance from a point to the line piece from a to b.
float distance_to_segment(const cv::Vec3f& p, const cv::Vec3f& a, const cv::Vec3f& b);

cv::Vec3d random_direction(Random& random);
/// Columns are three random orthogonal unit vectors, right-handed.
cv::Matx33d random_rotation(Random& random);
/// A right-handed frame whose first column is `axis` (a unit vector).
cv::Matx33d frame_along(const cv::Vec3d& axis);
cv::Vec3d unit(const cv::Vec3d& v);

/// An inclusion of apatite; the grid is a volume fraction on entry, mass density on return.
Inclusion apatite(Grid fraction, Kind kind, Pattern pattern, std::string description);
/// An inclusion of any other material; the grid is its mass density.
Inclusion added(Grid density_g_cm3, Kind kind, Material material, std::string description);

} // namespace calx::simulate
