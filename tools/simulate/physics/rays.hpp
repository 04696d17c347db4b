// Straight lines from the focal spot to the pixels, in the film frame or in a body's own lattice.
#pragma once

#include "simulate/physics/project.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/core/affine.hpp>

namespace calx::simulate {

/// The part of a line that is inside a lattice: from 0 to `length_mm`.
struct Ray {
  cv::Vec3f start, direction; ///< in nodes, and in nodes per mm of the film frame
  float length_mm = 0;
  float source_mm = 0; ///< from the focal spot to the start

  cv::Vec3f at(float mm) const { return start + direction * mm; }
};

/// All rays of a film in the coordinates of a lattice that lies in the film frame by an affine map:
/// positions count nodes, lengths remain mm of the film frame.
class Rays {
public:
  Rays(const Geometry& geometry, const Grid& lattice,
       const cv::Affine3d& to_film = cv::Affine3d::Identity())
      : geometry_(geometry), limit_(lattice.size) {
    const cv::Affine3d from_film = to_film.inv();
    const auto nodes = [&](const cv::Vec3d& film) {
      return (from_film * film - lattice.origin_mm) * (1 / lattice.pitch_mm);
    };
    source_ = nodes({geometry.source_mm.x, geometry.source_mm.y, -geometry.sid_mm});
    corner_ = nodes({geometry.origin_mm.x, geometry.origin_mm.y, 0}) - source_;
    along_row_ = nodes({geometry.origin_mm.x + geometry.pitch_mm, geometry.origin_mm.y, 0}) -
                 source_ - corner_;
    down_column_ = nodes({geometry.origin_mm.x, geometry.origin_mm.y + geometry.pitch_mm, 0}) -
                   source_ - corner_;
  }

  /// The ray of a pixel (fractions allowed), bounded to the lattice and `beyond` nodes around it;
  /// false if it misses that. Starts at the lattice, not at the source, to keep single precision
  /// exact to a micrometre.
  bool cast(double row, double column, Ray& ray, double beyond = 0) const {
    const cv::Vec3d whole = corner_ + along_row_ * column + down_column_ * row;
    const double x = geometry_.origin_mm.x + geometry_.pitch_mm * column - geometry_.source_mm.x;
    const double y = geometry_.origin_mm.y + geometry_.pitch_mm * row - geometry_.source_mm.y;
    const double length = std::sqrt(x * x + y * y + geometry_.sid_mm * geometry_.sid_mm);
    const cv::Vec3d direction = whole * (1 / length);
    double from = 0, to = length;
    for (int axis = 0; axis < 3; ++axis) {
      const double begin = -beyond;
      const double end = limit_[axis] - 1.001 + beyond; // the last cell must have a far side
      if (std::abs(direction[axis]) < 1e-12) {
        if (source_[axis] < begin || source_[axis] > end) return false;
        continue;
      }
      const double a = (begin - source_[axis]) / direction[axis];
      const double b = (end - source_[axis]) / direction[axis];
      from = std::max(from, std::min(a, b));
      to = std::min(to, std::max(a, b));
    }
    if (from >= to) return false;
    ray.start = source_ + direction * from;
    ray.direction = direction;
    ray.length_mm = static_cast<float>(to - from);
    ray.source_mm = static_cast<float>(from);
    return true;
  }

private:
  const Geometry& geometry_;
  cv::Vec3i limit_;
  cv::Vec3d source_, corner_, along_row_, down_column_;
};

/// Reads a lattice between its nodes, at positions that are known to be inside.
class Sampler {
public:
  explicit Sampler(const Grid& grid)
      : values_(grid.values.data()), row_(grid.size[0]),
        slab_(std::ptrdiff_t{grid.size[0]} * grid.size[1]) {}

  float operator()(const cv::Vec3f& node) const {
    const int x = static_cast<int>(node[0]), y = static_cast<int>(node[1]),
              z = static_cast<int>(node[2]);
    const float u = node[0] - static_cast<float>(x), v = node[1] - static_cast<float>(y),
                w = node[2] - static_cast<float>(z);
    const float* p = values_ + z * slab_ + y * row_ + x;
    const float* q = p + slab_;
    const float a = p[0] + u * (p[1] - p[0]), b = p[row_] + u * (p[row_ + 1] - p[row_]);
    const float c = q[0] + u * (q[1] - q[0]), d = q[row_] + u * (q[row_ + 1] - q[row_]);
    const float near = a + v * (b - a), far = c + v * (d - c);
    return near + w * (far - near);
  }

private:
  const float* values_;
  std::ptrdiff_t row_, slab_;
};

/// The point of the film frame that lies so far from the focal spot towards a pixel.
cv::Vec3f point_on_ray(const Geometry& geometry, double row, double column, double from_source_mm);

/// The pixels on which a box of space can fall, within the film.
cv::Rect shadow(const Geometry& geometry, const Grid& lattice,
                const cv::Affine3d& to_film = cv::Affine3d::Identity());

} // namespace calx::simulate
