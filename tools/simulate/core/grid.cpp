#include "simulate/core/grid.hpp"

#include <cmath>

namespace calx::simulate {

Grid Grid::filled(cv::Vec3i size, double pitch_mm, cv::Vec3d origin_mm, float value,
                  float outside) {
  Grid grid{size, pitch_mm, origin_mm, outside, {}};
  grid.values.assign(static_cast<std::size_t>(size[0]) * static_cast<std::size_t>(size[1]) *
                         static_cast<std::size_t>(size[2]),
                     value);
  return grid;
}

Grid Grid::covering(cv::Vec3d low_mm, cv::Vec3d high_mm, double pitch_mm, float value,
                    float outside) {
  cv::Vec3i size;
  for (int axis = 0; axis < 3; ++axis)
    size[axis] = static_cast<int>(std::ceil((high_mm[axis] - low_mm[axis]) / pitch_mm)) + 1;
  return filled(size, pitch_mm, low_mm, value, outside);
}

float Grid::sample(const cv::Vec3f& point_mm) const {
  int base[3];
  float part[3];
  for (int axis = 0; axis < 3; ++axis) {
    const float at =
        (point_mm[axis] - static_cast<float>(origin_mm[axis])) / static_cast<float>(pitch_mm);
    if (!(at >= 0) || !(at <= static_cast<float>(size[axis] - 1))) return outside;
    base[axis] = std::min(static_cast<int>(at), size[axis] - 2);
    if (base[axis] < 0) return outside;
    part[axis] = at - static_cast<float>(base[axis]);
  }
  const float* p = &values[index(base[0], base[1], base[2])];
  const std::size_t row = static_cast<std::size_t>(size[0]),
                    slab = row * static_cast<std::size_t>(size[1]);
  const auto line = [&](const float* q) { return q[0] + part[0] * (q[1] - q[0]); };
  const auto plane = [&](const float* q) {
    const float a = line(q);
    return a + part[1] * (line(q + row) - a);
  };
  const float a = plane(p);
  return a + part[2] * (plane(p + slab) - a);
}

cv::Vec3f Grid::gradient(const cv::Vec3f& point_mm) const {
  cv::Vec3f slope;
  const float half = static_cast<float>(pitch_mm);
  for (int axis = 0; axis < 3; ++axis) {
    cv::Vec3f step(0, 0, 0);
    step[axis] = half;
    slope[axis] = (sample(point_mm + step) - sample(point_mm - step)) / (2 * half);
  }
  return slope;
}

} // namespace calx::simulate
