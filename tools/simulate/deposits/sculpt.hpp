// From a function of space to a density grid.
#pragma once

#include "simulate/core/grid.hpp"
#include "simulate/deposits/inclusion.hpp"

#include <algorithm>
#include <functional>

namespace calx::simulate {

/// A body as functions of space, in the film frame. They are asked from several threads at once.
struct Shape {
  using Density = std::function<float(const cv::Vec3f&)>; ///< g/cm3 at a point
  using Near = std::function<bool(const cv::Vec3f&, float)>;
  using Part = std::function<Density(const cv::Vec3f&, float)>;

  /// `near_by`: false where no matter lies within the given distance of the point.
  Shape(const cv::Vec3d& low, const cv::Vec3d& high, double pitch, Near near_by, Density density)
      : Shape(low, high, pitch,
              Part([near_by = std::move(near_by), density = std::move(density)](const cv::Vec3f& at,
                                                                                float reach) {
                return near_by(at, reach) ? Density(std::cref(density)) : Density();
              })) {}
  Shape(const cv::Vec3d& low, const cv::Vec3d& high, double pitch, Part part_near)
      : low_mm(low), high_mm(high), pitch_mm(pitch), part(std::move(part_near)) {}

  cv::Vec3d low_mm, high_mm; ///< a box that holds it
  double pitch_mm;
  Part part; ///< the density within the given distance of a point; empty where there is no matter
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
