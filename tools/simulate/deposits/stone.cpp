// Metaballs (Blinn 1982) with a smooth minimum, displaced by noise.
#include "simulate/deposits/stone.hpp"

#include "simulate/deposits/sculpt.hpp"

#include <algorithm>
#include <cmath>

namespace calx::simulate {

namespace {

struct Ball {
  cv::Vec3f at;
  float radius;
};

/// The stone in its own frame, in units of its size: balls within a sphere of diameter 1.
std::vector<Ball> knobs(const Stone& stone, Random& random) {
  const double core = 0.5 - 0.2 * stone.knobbiness;
  std::vector<Ball> balls{{cv::Vec3f(0, 0, 0), static_cast<float>(core)}};
  const int count = 2 + random.integer(0, 2) + static_cast<int>(std::lround(5 * stone.knobbiness));
  for (int i = 0; i < count; ++i) {
    const double radius = random.uniform(0.14, 0.26);
    balls.push_back({cv::Vec3f(random.uniform(0.7, 1) * (0.5 - radius) * random_direction(random)),
                     static_cast<float>(radius)});
  }
  return balls;
}

class StoneField {
public:
  StoneField(const Stone& stone, const Clearance& clearance, const Noise& noise, double pitch_mm,
             Random& random)
      : stone_(stone), clearance_(clearance), noise_(noise), pitch_mm_(pitch_mm),
        size_(static_cast<float>(stone.size_mm)), balls_(knobs(stone, random)),
        seed_(cv::Vec3f(30 * random_direction(random))),
        grain_(static_cast<float>(random.uniform(0.07, 0.16))),
        rim_(static_cast<float>(random.uniform(0.08, 0.16))),
        core_(static_cast<float>(random.uniform(0.08, 0.5))),
        roughness_(static_cast<float>(random.uniform(0.04, 0.13))) {
    const cv::Matx33d frame =
        stone.along ? frame_along(unit(*stone.along)) : random_rotation(random);
    const double thin = stone.slenderness, middle = random.uniform(thin, 1);
    const cv::Vec3d axes =
        stone.lying ? cv::Vec3d(thin, middle, 1) : cv::Vec3d(1, middle, std::min(thin, middle));
    to_ball_ = cv::Matx33f(cv::Matx33d(1 / axes[0], 0, 0, 0, 1 / axes[1], 0, 0, 0, 1 / axes[2]) *
                           frame.t() * (1 / stone.size_mm));
    thinnest_ = static_cast<float>(std::min({axes[0], axes[1], axes[2]}));
    for (int i = 0; i < stone.satellites; ++i)
      dust_.push_back(
          {cv::Vec3f(stone.at_mm) +
               cv::Vec3f(stone.size_mm * random.uniform(0.45, 1.15) * random_direction(random)),
           static_cast<float>(random.log_uniform(0.15, 0.5))});
  }

  bool near(const cv::Vec3f& p, float reach) const {
    if (cv::norm(p - cv::Vec3f(stone_.at_mm)) < 0.62 * stone_.size_mm + reach) return true;
    return std::ranges::any_of(
        dust_, [&](const Ball& b) { return cv::norm(p - b.at) < b.radius + reach; });
  }

  float operator()(const cv::Vec3f& p) const {
    float fraction = body(p);
    for (const Ball& b : dust_) {
      const cv::Vec3f away = p - b.at;
      if (std::abs(away[0]) > b.radius + 0.2F) continue;
      fraction = std::max(
          fraction, 0.7F * coverage(static_cast<float>(cv::norm(away)) - b.radius, pitch_mm_));
    }
    if (fraction <= 0) return 0;
    return static_cast<float>(stone_.fraction) * fraction * clearance_.open(p);
  }

private:
  float body(const cv::Vec3f& p) const {
    const cv::Vec3f q = to_ball_ * (p - cv::Vec3f(stone_.at_mm));
    if (q.dot(q) > 0.42F) return 0;
    constexpr float blend = 0.05F;
    float sum = 0;
    for (const Ball& b : balls_)
      sum += std::exp(-(static_cast<float>(cv::norm(q - b.at)) - b.radius) / blend);
    float d = -blend * std::log(sum + 1e-12F);
    if (d > 0.25F) return 0;
    d += roughness_ * noise_.fractal(seed_ + q * 4.5F, 3);
    return inside(d, q) * std::clamp(0.8F + 0.3F * noise_.fractal(seed_ + q * 6, 2), 0.3F, 1.F);
  }

  /// `d`: distance to the surface in units of the size.
  float inside(float d, const cv::Vec3f& q) const {
    const float edge = coverage(d * size_ * thinnest_, pitch_mm_);
    switch (stone_.style) {
    case StoneStyle::Solid:
      return edge;
    case StoneStyle::Hazy:
      return ramp(-d, -0.04F, 0.26F) * (0.75F + 0.25F * noise_(seed_ + q * 9));
    case StoneStyle::Granular:
      return edge * (0.12F + 0.88F * ramp(noise_.fractal(seed_ + q / grain_, 2), -0.05F, 0.3F));
    case StoneStyle::Rim:
      return edge * (core_ + (1 - core_) * ramp(d, -2 * rim_, -rim_));
    case StoneStyle::Net:
      return edge * (0.1F + 0.9F * noise_.ridges(seed_ + q * 5));
    }
    return edge;
  }

  const Stone& stone_;
  const Clearance& clearance_;
  const Noise& noise_;
  double pitch_mm_;
  float size_;
  std::vector<Ball> balls_, dust_;
  cv::Vec3f seed_;
  float grain_, rim_, core_, roughness_, thinnest_ = 1;
  cv::Matx33f to_ball_;
};

} // namespace

Grid sculpt_stone(const Stone& stone, const Surroundings& space, const Noise& noise,
                  Random random) {
  const double pitch = stone.satellites > 0 ? 0.15 : std::clamp(stone.size_mm / 36, 0.1, 0.35);
  const double reach = stone.size_mm * (stone.satellites > 0 ? 1.2 : 0.65) + 0.6;
  const cv::Vec3d corner = cv::Vec3d::all(reach);
  const Clearance clearance = space.clearance(stone.at_mm - corner, stone.at_mm + corner);
  const StoneField field(stone, clearance, noise, pitch, random);
  return sculpt({stone.at_mm - corner, stone.at_mm + corner, pitch,
                 [&](const cv::Vec3f& p, float near) { return field.near(p, near); },
                 [&](const cv::Vec3f& p) { return field(p); }});
}

} // namespace calx::simulate
