#include "simulate/deposits/sheet.hpp"

#include "simulate/deposits/sculpt.hpp"

#include <algorithm>
#include <cmath>

namespace calx::simulate {

namespace {

/// The ragged outline reaches this far beyond the plain one.
constexpr float kRagged = 1.3F;

class SheetField {
public:
  SheetField(const Sheet& sheet, const Clearance& clearance, const Noise& noise, double pitch_mm,
             Random& random)
      : sheet_(sheet), clearance_(clearance), noise_(noise), pitch_mm_(pitch_mm), at_(sheet.at_mm),
        along_(sheet.along), depth_(static_cast<float>(sheet.depth_mm)),
        half_(static_cast<float>(sheet.thickness_mm / 2)),
        wave_(static_cast<float>(random.uniform(0.3, 1.4))),
        fray_(static_cast<float>(random.uniform(0.5, 1.1))),
        grain_mm_(static_cast<float>(random.uniform(0.7, 2))),
        seed_(cv::Vec3f(30 * random_direction(random))) {}

  bool near(const cv::Vec3f& p, float reach) const {
    const cv::Vec3f q = p - at_;
    const float s = q.dot(along_);
    const float beyond =
        std::hypot(std::max(0.F, std::abs(s) - kRagged * static_cast<float>(sheet_.length_mm) / 2),
                   std::max(0.F, std::sqrt(std::max(0.F, q.dot(q) - s * s)) -
                                     kRagged * static_cast<float>(sheet_.width_mm) / 2));
    if (beyond > reach) return false;
    return std::abs(clearance_.depth_mm(p) - depth_) < reach + half_ + wave_ + 0.5F;
  }

  float operator()(const cv::Vec3f& p) const {
    const float height = clearance_.depth_mm(p) - depth_;
    if (std::abs(height) > half_ + wave_ + 0.5F) return 0;
    const float here = extent(p);
    if (here <= 0) return 0;
    const float bent = height + wave_ * noise_.fractal(seed_ + p / 9, 2);
    const float half = half_ * std::min(1.F, here / 0.35F) * strands(p);
    const float edge = coverage(std::abs(bent) - half, pitch_mm_) * std::min(1.F, half / 0.12F);
    if (edge <= 0) return 0;
    // Granules, strung along the sheet's fibres.
    const cv::Vec3f fibre = p - 0.65F * (p - at_).dot(along_) * along_;
    const float texture =
        std::clamp(0.62F + 0.8F * noise_.fractal(seed_ + fibre / grain_mm_, 2), 0.1F, 1.F);
    return static_cast<float>(sheet_.fraction) * edge * texture * clearance_.open(p);
  }

private:
  /// Above 0 inside the sheet's ragged outline.
  float extent(const cv::Vec3f& p) const {
    const cv::Vec3f q = p - at_;
    const float s = q.dot(along_);
    const float across = static_cast<float>(cv::norm(q - s * along_));
    const float u = 2 * s / static_cast<float>(sheet_.length_mm),
                v = 2 * across / static_cast<float>(sheet_.width_mm);
    const float r = u * u + v * v;
    if (r > kRagged * kRagged) return 0;
    return 1 - r + fray_ * noise_.fractal(seed_ + p / 6.5F, 3);
  }

  /// Thickness relative to a closed sheet's.
  float strands(const cv::Vec3f& p) const {
    if (sheet_.meshes <= 0) return 1;
    const float wire = noise_.ridges(seed_ + p / static_cast<float>(sheet_.mesh_mm));
    return static_cast<float>(1 - sheet_.meshes) + static_cast<float>(sheet_.meshes) * wire;
  }

  const Sheet& sheet_;
  const Clearance& clearance_;
  const Noise& noise_;
  double pitch_mm_;
  cv::Vec3f at_, along_;
  float depth_, half_, wave_, fray_, grain_mm_;
  cv::Vec3f seed_;
};

} // namespace

Grid sculpt_sheet(const Sheet& sheet, const Surroundings& space, const Noise& noise,
                  Random random) {
  const double pitch = std::clamp(sheet.thickness_mm / 4, 0.25, 0.4);
  cv::Vec3d half;
  for (int axis = 0; axis < 3; ++axis) {
    const double a = std::abs(sheet.along[axis]);
    half[axis] =
        0.71 * (a * sheet.length_mm + std::sqrt(std::max(0.0, 1 - a * a)) * sheet.width_mm) + 2;
  }
  const Clearance clearance = space.clearance(sheet.at_mm - half, sheet.at_mm + half);
  const SheetField field(sheet, clearance, noise, pitch, random);
  return sculpt({sheet.at_mm - half, sheet.at_mm + half, pitch,
                 [&](const cv::Vec3f& p, float reach) { return field.near(p, reach); },
                 [&](const cv::Vec3f& p) { return field(p); }});
}

} // namespace calx::simulate
