#include "simulate/height_field.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace calx::phantom {
namespace {

constexpr float kMiss = -1e6F;

float smooth_max(float a, float b, float blend) {
  const float overlap = std::max(blend - std::abs(a - b), 0.F) / std::max(blend, 1e-6F);
  return std::max(a, b) + overlap * overlap * blend / 4;
}

void add(Solid& s, const Grid& grid, const Part& part, double blend) {
  const cv::Rect box = grid.reach({part}, std::sqrt(blend));
  const cv::Point2d axis = part.b - part.a;
  const double length2 = std::max(axis.dot(axis), 1e-9);
  for (int y = box.y; y < box.br().y; ++y) {
    for (int x = box.x; x < box.br().x; ++x) {
      const cv::Point2d p = grid.spacing_mm * cv::Point2d(grid.corner + cv::Point(x, y));
      const double t = std::clamp((p - part.a).dot(axis) / length2, 0.0, 1.0);
      const cv::Point2d off = p - part.a - t * axis;
      const double r = part.radius_a + t * (part.radius_b - part.radius_a);
      const auto value = static_cast<float>(r * r - off.dot(off));
      float& f = s.half_chord2(y, x);
      if (value > f) {
        s.radius(y, x) = static_cast<float>(r);
        s.cortex(y, x) = static_cast<float>(part.cortex_mm);
        s.spongy(y, x) = static_cast<float>(part.spongy);
      }
      f = smooth_max(f, value, static_cast<float>(blend));
    }
  }
}

} // namespace

cv::Rect Grid::reach(const std::vector<Part>& parts, double margin_mm) const {
  cv::Rect all;
  for (const Part& p : parts) {
    const double r = std::max(p.radius_a, p.radius_b) + margin_mm;
    const auto pixel = [&](double mm) { return static_cast<int>(std::floor(mm / spacing_mm)); };
    const cv::Point low(pixel(std::min(p.a.x, p.b.x) - r), pixel(std::min(p.a.y, p.b.y) - r));
    const cv::Point high(pixel(std::max(p.a.x, p.b.x) + r) + 2,
                         pixel(std::max(p.a.y, p.b.y) + r) + 2);
    all |= cv::Rect(low - corner, high - corner);
  }
  return all & cv::Rect({}, size);
}

Solid solid(const Grid& grid, const std::vector<Part>& parts, double blend_mm2) {
  Solid s{cv::Mat1f(grid.size, kMiss), cv::Mat1f::zeros(grid.size), cv::Mat1f::zeros(grid.size),
          cv::Mat1f::zeros(grid.size)};
  for (const Part& part : parts) add(s, grid, part, blend_mm2);
  return s;
}

cv::Mat1f shrunk(const Solid& s, const cv::Mat1f& shell_mm) {
  // With d the distance from the axis: (r - c)^2 - d^2 = (r^2 - d^2) - 2 r c + c^2.
  cv::Mat1f inner = s.half_chord2 - 2 * s.radius.mul(shell_mm) + shell_mm.mul(shell_mm);
  inner.setTo(kMiss, shell_mm >= s.radius);
  return inner;
}

cv::Mat1f shrunk(const Solid& s, double shell_mm) {
  return shrunk(s, cv::Mat1f(s.radius.size(), static_cast<float>(shell_mm)));
}

cv::Mat1f chord(const cv::Mat1f& half_chord2, double depth) {
  cv::Mat1f c;
  cv::sqrt(cv::max(half_chord2, 0.F), c);
  return c * (2 * depth);
}

cv::Mat1f noise(const Grid& grid, double grain_mm, cv::RNG& random) {
  cv::Mat1f n(grid.size);
  random.fill(n, cv::RNG::NORMAL, 0, 1);
  const double sigma = std::max(grain_mm / (2.35 * grid.spacing_mm), 0.3);
  cv::GaussianBlur(n, n, {}, sigma);
  cv::Scalar mean, deviation;
  cv::meanStdDev(n, mean, deviation);
  return (n - mean[0]) / deviation[0];
}

} // namespace calx::phantom
