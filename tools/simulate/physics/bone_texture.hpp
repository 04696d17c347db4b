// The irregularity of bone: trabeculae and the unevenness of a cortex, as tiles of noise.
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>
#include <vector>

namespace calx::simulate {

/// Noise that repeats without a seam in all three directions.
class NoiseTile {
public:
  static constexpr int hill_width = 5; ///< nodes from a hill to a hollow, about

  /// Strands of trabeculae along the third axis, with gaps between them; mean 1, never negative.
  static NoiseTile trabeculae();
  /// Smooth hills and hollows; mean 0, deviation 1.
  static NoiseTile hills();

  /// The value of the nearest node.
  float operator()(const cv::Vec3f& node) const {
    const auto wrap = [this](float at) { // the shift makes the conversion round down
      return static_cast<int>(at + 65536.5F) & mask_;
    };
    const int at = (wrap(node[2]) << bits_ | wrap(node[1])) << bits_ | wrap(node[0]);
    return scale_ * static_cast<float>(values_[static_cast<std::size_t>(at)]) - shift_;
  }

private:
  NoiseTile(const cv::Mat1f& planes, float scale, float shift);

  std::vector<std::uint8_t> values_; // bytes: the tile stays in the cache
  float scale_, shift_;
  int bits_, mask_; // of the number of nodes of a side
};

/// The tiles, made at the first use, then only read.
const NoiseTile& trabecular_tile();
const NoiseTile& hill_tile();

} // namespace calx::simulate
