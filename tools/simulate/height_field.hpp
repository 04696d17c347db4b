// Bodies of revolution on a pixel grid: how long a ray is inside a union of capsules.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

namespace calx::phantom {

/// A capsule whose radius changes linearly from `a` to `b`; mm.
struct Part {
  cv::Point2d a, b;
  double radius_a = 0, radius_b = 0;
  double cortex_mm = 0; ///< thickness of the shell
  double spongy = 0;    ///< share of bone mineral in the inside, 0..1
};

/// A pixel grid: pixel (column, row) has its centre at spacing_mm * (corner + (column, row)).
struct Grid {
  cv::Size size;
  double spacing_mm = 0;
  cv::Point corner{};

  /// The pixels of this grid that `parts` can reach, with `margin_mm` around them.
  cv::Rect reach(const std::vector<Part>& parts, double margin_mm) const;
  /// The same pixels as a grid of their own.
  Grid cut(const cv::Rect& box) const { return {box.size(), spacing_mm, corner + box.tl()}; }
};

/// A union of capsules as rays see it. Neighbouring parts flow into each other over `blend_mm2`.
struct Solid {
  cv::Mat1f half_chord2;    ///< half the chord of each ray, squared, mm^2; below 0: a miss
  cv::Mat1f radius;         ///< of the part that the ray meets deepest, mm
  cv::Mat1f cortex, spongy; ///< of that part
};
Solid solid(const Grid& grid, const std::vector<Part>& parts, double blend_mm2);

/// The half chord squared after everything has lost `shell_mm` of its radius.
cv::Mat1f shrunk(const Solid& solid, const cv::Mat1f& shell_mm);
cv::Mat1f shrunk(const Solid& solid, double shell_mm);

/// The chord in mm, `depth` times as deep as it is wide; 0 outside.
cv::Mat1f chord(const cv::Mat1f& half_chord2, double depth);

/// Smooth noise of mean 0 and standard deviation 1 whose grains are about `grain_mm` wide.
cv::Mat1f noise(const Grid& grid, double grain_mm, cv::RNG& random);

} // namespace calx::phantom
