// Packing by random sequential addition; septa as the borders of an additively weighted Voronoi
// diagram of the lobules, which gives the "chicken wire" of tumoral calcinosis.
#include "simulate/deposits/mass.hpp"

#include "simulate/deposits/sculpt.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace calx::simulate {

namespace {

LobuleStyle choose_style(double levels, Random& random) {
  const double draw = random.uniform(0, 1);
  if (draw < levels) return LobuleStyle::Level;
  const double rest = (draw - levels) / (1 - levels);
  if (rest < 0.3) return LobuleStyle::Dense;
  if (rest < 0.64) return LobuleStyle::Amorphous;
  return rest < 0.82 ? LobuleStyle::Rim : LobuleStyle::Faint;
}

float fraction_of(LobuleStyle style, double density, Random& random) {
  switch (style) {
  case LobuleStyle::Faint:
    return static_cast<float>(random.uniform(0.05, 0.08));
  case LobuleStyle::Level:
    return static_cast<float>(std::clamp(density * random.uniform(0.8, 1.3), 0.1, 0.5));
  default:
    return static_cast<float>(std::clamp(density * random.log_uniform(0.4, 2.2), 0.05, 0.6));
  }
}

/// The density of a mass where it is not in the way of bone and skin.
class MassField {
  static constexpr float kWave_mm = 1.8F;
  static constexpr float kFarthestWave_mm = 1.8F * kWave_mm; ///< along all three axes at once

public:
  MassField(const Mass& mass, const Clearance& clearance, const Noise& noise)
      : mass_(mass), clearance_(clearance), noise_(noise) {}

  /// The density within a distance of a point, from the lobules that shape it there.
  Shape::Density part(const cv::Vec3f& p, float reach) const {
    float nearest = std::numeric_limits<float>::max();
    std::vector<float> distance;
    for (const Lobule& l : mass_.lobules) {
      distance.push_back(static_cast<float>(cv::norm(p - l.at_mm)) - l.radius_mm);
      nearest = std::min(nearest, distance.back());
    }
    if (nearest > reach + kFarthestWave_mm) return {};
    std::vector<const Lobule*> here;
    for (std::size_t i = 0; i < distance.size(); ++i)
      if (distance[i] < nearest + 2 * reach + 2 * kFarthestWave_mm)
        here.push_back(&mass_.lobules[i]);
    return [this, here = std::move(here)](const cv::Vec3f& at) { return density(at, here); };
  }

private:
  float density(const cv::Vec3f& p, const std::vector<const Lobule*>& here) const {
    const float open = clearance_.open(p);
    if (open <= 0) return 0;
    const Lobule* own = nullptr;
    float best = 1e6F, second = 1e6F;
    // The wave bends septa and outlines alike.
    const cv::Vec3f q = p / 4.5F;
    const cv::Vec3f wavy =
        p + kWave_mm * cv::Vec3f(noise_.fractal(q, 2), noise_.fractal(q + cv::Vec3f(9, 0, 0), 2),
                                 noise_.fractal(q + cv::Vec3f(0, 9, 0), 2));
    for (const Lobule* l : here) {
      const cv::Vec3f away = wavy - l->at_mm;
      const float d = std::sqrt(away.dot(away)) - l->radius_mm;
      if (d < best) {
        second = best;
        best = d;
        own = l;
      } else {
        second = std::min(second, d);
      }
    }
    if (!own || best > 1) return 0;
    const float wall = std::min(-best, (second - best - own->septum_mm) / 2);
    const float edge = coverage(-wall, mass_.pitch_mm * 1.5);
    return edge <= 0 ? 0 : open * edge * filling(*own, p, wall);
  }

  /// `wall`: how far inside the lobule's outline.
  float filling(const Lobule& l, const cv::Vec3f& p, float wall) const {
    const float scale = std::max(1.5F, l.radius_mm / 2.5F);
    const auto cloud = [&] { return noise_.fractal((p + l.at_mm) / scale, 3); };
    switch (l.style) {
    case LobuleStyle::Dense:
      return l.fraction * std::clamp(0.88F + 0.2F * cloud(), 0.5F, 1.F);
    case LobuleStyle::Amorphous:
      return l.fraction * ramp(0.15F + cloud(), -0.35F, 0.6F);
    case LobuleStyle::Rim: { // uneven, with gaps
      const float thick = l.radius_mm * (0.2F + 0.12F * noise_(p / 3 + l.at_mm));
      const float wall_part = ramp(-wall, -thick, -0.4F * thick) * ramp(cloud(), -0.5F, 0.1F);
      return l.fraction * (0.2F + 0.12F * cloud() + 0.68F * wall_part);
    }
    case LobuleStyle::Level: {
      const float below = (p - l.at_mm).dot(mass_.gravity) - l.level_mm;
      const float fluid = 0.12F + 0.06F * ramp(below, -l.radius_mm, 0);
      return l.fraction * (fluid + (1 - fluid) * coverage(-below, 1.5 * mass_.pitch_mm));
    }
    case LobuleStyle::Faint:
      return l.fraction;
    }
    return l.fraction;
  }

  const Mass& mass_;
  const Clearance& clearance_;
  const Noise& noise_;
};

} // namespace

Mass pack_lobules(const cv::Vec3d& at_mm, double size_mm, const cv::Vec3f& gravity,
                  const Surroundings& space, Random random) {
  Mass mass;
  mass.gravity = gravity;
  mass.pitch_mm = std::clamp(size_mm / 150, 0.4, 0.6);
  const cv::Matx33d frame = random_rotation(random);
  const cv::Vec3d half =
      0.5 * size_mm * cv::Vec3d(1, random.uniform(0.6, 0.95), random.uniform(0.5, 0.85));
  const double density = random.log_uniform(0.12, 0.45);
  const double levels = random.chance(0.45) ? random.uniform(0.15, 0.5) : 0;
  const double coarse = random.uniform(0.07, 0.19); // of the size: radius of a large lobule
  const float septum = static_cast<float>(random.uniform(0.5, 1.8));
  const auto wanted = static_cast<std::size_t>(random.integer(16, 150));
  for (int attempt = 0; attempt < 2500 && mass.lobules.size() < wanted; ++attempt) {
    const double out = std::cbrt(random.uniform(0, 1));
    cv::Vec3d q = out * random_direction(random);
    q = frame * cv::Vec3d(q[0] * half[0], q[1] * half[1], q[2] * half[2]);
    // Large ones first; later ones fill the gaps.
    const double shrink = 1 - 0.65 * attempt / 2500.0;
    double radius = std::max(1.5, size_mm * coarse * shrink * random.uniform(0.7, 1.1));
    // Squeezed between bone and skin a lobule is smaller; part of it may be cut off flat.
    const cv::Vec3d p = at_mm + q;
    const double room = std::min(space.bone_mm(p), space.depth_mm(p));
    if (room < 1) continue;
    radius = std::min(radius, 1.5 * room);
    if (radius < 1.5) continue;
    const bool free = std::ranges::none_of(mass.lobules, [&](const Lobule& l) {
      return cv::norm(cv::Vec3f(p) - l.at_mm) < 0.72 * (l.radius_mm + radius);
    });
    if (!free) continue;
    Lobule lobule{cv::Vec3f(p),
                  static_cast<float>(radius),
                  choose_style(levels, random),
                  0,
                  0,
                  septum * static_cast<float>(random.uniform(0.6, 1.5))};
    if (lobule.style == LobuleStyle::Level && radius < 3.5) lobule.style = LobuleStyle::Dense;
    lobule.fraction = fraction_of(lobule.style, density, random);
    lobule.level_mm = static_cast<float>(radius * random.uniform(-0.4, 0.5));
    mass.lobules.push_back(lobule);
  }
  return mass;
}

Grid sculpt_mass(const Mass& mass, const Surroundings& space, const Noise& noise) {
  if (mass.lobules.empty()) return {};
  cv::Vec3d low = cv::Vec3d::all(1e9), high = cv::Vec3d::all(-1e9);
  for (const Lobule& l : mass.lobules)
    for (int axis = 0; axis < 3; ++axis) {
      const double margin = static_cast<double>(l.radius_mm) + 2.5;
      low[axis] = std::min(low[axis], static_cast<double>(l.at_mm[axis]) - margin);
      high[axis] = std::max(high[axis], static_cast<double>(l.at_mm[axis]) + margin);
    }
  const Clearance clearance = space.clearance(low, high);
  const MassField field(mass, clearance, noise);
  return sculpt({low, high, mass.pitch_mm,
                 [&](const cv::Vec3f& p, float reach) { return field.part(p, reach); }});
}

} // namespace calx::simulate
