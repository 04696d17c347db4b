// Smooth random fields in space: what makes a computed surface look grown.
#pragma once

#include "simulate/core/random.hpp"

#include <opencv2/core.hpp>
#include <vector>

namespace calx::simulate {

/// Value noise on a periodic lattice (Perlin's lattice, with values in place of gradients).
class Noise {
public:
  explicit Noise(Random random);
  /// -1 to 1, with features about one unit wide.
  float operator()(const cv::Vec3f& at) const;
  /// Octaves of halved size and strength, each turned against the one before; about -1 to 1.
  float fractal(const cv::Vec3f& at, int octaves) const;
  /// 1 on thin winding sheets, falling to 0 between them.
  float ridges(const cv::Vec3f& at) const;

private:
  std::vector<float> lattice_;
  cv::Matx33f turn_; ///< so that the lattice lies along no axis of the film
};

} // namespace calx::simulate
