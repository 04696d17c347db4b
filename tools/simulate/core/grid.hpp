// A scalar field in space: distances, densities and tissue fractions, sampled on a cubic lattice.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

namespace calx::simulate {

/// Values at the nodes `origin_mm + pitch_mm * (i, j, k)`, x fastest.
struct Grid {
  cv::Vec3i size{0, 0, 0}; ///< nodes along x, y, z
  double pitch_mm = 1;
  cv::Vec3d origin_mm{0, 0, 0}; ///< node (0, 0, 0)
  float outside = 0;            ///< the field's value beyond the nodes
  std::vector<float> values;

  static Grid filled(cv::Vec3i size, double pitch_mm, cv::Vec3d origin_mm, float value,
                     float outside);
  /// A grid that holds the box from `low` to `high`.
  static Grid covering(cv::Vec3d low_mm, cv::Vec3d high_mm, double pitch_mm, float value,
                       float outside);

  bool empty() const { return values.empty(); }
  std::size_t index(int x, int y, int z) const {
    return (static_cast<std::size_t>(z) * static_cast<std::size_t>(size[1]) +
            static_cast<std::size_t>(y)) *
               static_cast<std::size_t>(size[0]) +
           static_cast<std::size_t>(x);
  }
  float& at(int x, int y, int z) { return values[index(x, y, z)]; }
  float at(int x, int y, int z) const { return values[index(x, y, z)]; }
  cv::Vec3d node_mm(int x, int y, int z) const { return origin_mm + pitch_mm * cv::Vec3d(x, y, z); }
  cv::Vec3d low_mm() const { return origin_mm; }
  cv::Vec3d high_mm() const { return node_mm(size[0] - 1, size[1] - 1, size[2] - 1); }
  /// Trilinear between the nodes, `outside` beyond them.
  float sample(const cv::Vec3f& point_mm) const;
  /// The field's gradient per mm by central differences over one pitch.
  cv::Vec3f gradient(const cv::Vec3f& point_mm) const;
};

} // namespace calx::simulate
