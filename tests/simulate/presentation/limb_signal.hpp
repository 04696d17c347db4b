// A limb as a detector reads it, made in code: soft tissue, a hollow bone, a bead, noise.
#pragma once

#include "simulate/core/random.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

namespace calx::simulate::testing {

struct LimbSignal {
  static constexpr double pitch_mm = 0.3;
  cv::Mat1f signal;  ///< 1 in the open field
  cv::Mat1b field;   ///< 255 inside the collimated field
  cv::Mat1b soft;    ///< only soft tissue, away from its rim
  cv::Mat1b cortex;  ///< where the bone is thickest
  cv::Mat1b open;    ///< open field
  cv::Mat1b outside; ///< away from the field, which is collimated by `margin_px`
};

/// Chord of a circle of the radius at the distance from its centre.
inline double chord(double radius, double at) {
  return std::abs(at) < radius ? 2 * std::sqrt(radius * radius - at * at) : 0;
}

/// 300 x 200 pixels: a limb of 40 mm with a 14 mm bone along the columns.
inline LimbSignal limb_signal(double noise = 0.02, int margin_px = 20) {
  constexpr int rows = 300, columns = 200;
  LimbSignal limb;
  limb.signal = cv::Mat1f(rows, columns);
  for (cv::Mat1b* mask : {&limb.field, &limb.soft, &limb.cortex, &limb.open, &limb.outside})
    *mask = cv::Mat1b(rows, columns, std::uint8_t{0});
  Random random(5);
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns; ++x) {
      const double at_mm = (x - 100) * LimbSignal::pitch_mm;
      const double bone_mm = chord(7, at_mm) - chord(5, at_mm);
      const double path = 0.025 * chord(20, at_mm) + 0.12 * bone_mm;
      const bool inside =
          x >= margin_px && y >= margin_px && x < columns - margin_px && y < rows - margin_px;
      const double mean = inside ? std::exp(-path) : 0.004;
      limb.signal(y, x) =
          static_cast<float>(std::max(1e-5, mean + noise * std::sqrt(mean) * random.normal(0, 1)));
      const auto mark = [&](cv::Mat1b& mask, bool belongs) { mask(y, x) = belongs ? 255 : 0; };
      mark(limb.field, inside);
      mark(limb.soft, inside && std::abs(at_mm) > 9 && std::abs(at_mm) < 14);
      mark(limb.cortex, inside && std::abs(std::abs(at_mm) - 5.3) < 0.5);
      mark(limb.open,
           inside && std::abs(at_mm) > 21 && x > margin_px + 6 && x < columns - margin_px - 6);
      mark(limb.outside, !inside && (x < margin_px - 6 || x > columns - margin_px + 6));
    }
  return limb;
}

} // namespace calx::simulate::testing
