#include "simulate/deposits/noise.hpp"

#include "simulate/deposits/sculpt.hpp"

#include <cmath>

namespace calx::simulate {

namespace {

constexpr int kPeriod = 32; // a power of two: the lattice index wraps by a mask

} // namespace

Noise::Noise(Random random) {
  lattice_.resize(kPeriod * kPeriod * kPeriod);
  for (float& value : lattice_) value = static_cast<float>(random.uniform(-1, 1));
  turn_ = cv::Matx33f(random_rotation(random));
}

float Noise::operator()(const cv::Vec3f& at) const {
  const cv::Vec3f turned = turn_ * at;
  int cell[3];
  float part[3];
  for (int axis = 0; axis < 3; ++axis) {
    const float floor = std::floor(turned[axis]);
    cell[axis] = static_cast<int>(floor) & (kPeriod - 1);
    const float t = turned[axis] - floor;
    part[axis] = t * t * (3 - 2 * t);
  }
  const auto value = [&](int dx, int dy, int dz) {
    const int x = (cell[0] + dx) & (kPeriod - 1), y = (cell[1] + dy) & (kPeriod - 1),
              z = (cell[2] + dz) & (kPeriod - 1);
    return lattice_[static_cast<std::size_t>((z * kPeriod + y) * kPeriod + x)];
  };
  const auto line = [&](int dy, int dz) {
    const float a = value(0, dy, dz);
    return a + part[0] * (value(1, dy, dz) - a);
  };
  const auto plane = [&](int dz) {
    const float a = line(0, dz);
    return a + part[1] * (line(1, dz) - a);
  };
  const float a = plane(0);
  return a + part[2] * (plane(1) - a);
}

float Noise::fractal(const cv::Vec3f& at, int octaves) const {
  cv::Vec3f p = at;
  float sum = 0, strength = 0.6F;
  for (int i = 0; i < octaves; ++i, strength *= 0.5F) {
    sum += strength * (*this)(p);
    // Twice as fine, and turned, so that the octaves' lattices do not line up.
    p = 2 * cv::Vec3f(0.36F * p[0] + 0.48F * p[1] - 0.8F * p[2] + 1.7F, -0.8F * p[0] + 0.6F * p[1],
                      0.48F * p[0] + 0.64F * p[1] + 0.6F * p[2] + 3.1F);
  }
  return sum;
}

float Noise::ridges(const cv::Vec3f& at) const {
  return std::max(0.F, 1 - 3 * std::abs(fractal(at, 2)));
}

} // namespace calx::simulate
