// Calcified arteries and phleboliths.
#include "simulate/deposits/mimics.hpp"
#include "simulate/deposits/sculpt.hpp"

#include <cmath>
#include <numbers>

namespace calx::simulate {

namespace {

/// A stretch of an artery, resampled about every millimetre.
struct Stretch {
  std::vector<cv::Vec3f> path;
  float radius;
};

cv::Vec3d on_path(const std::vector<cv::Vec3d>& path, double along_mm) {
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    const double piece = cv::norm(path[i + 1] - path[i]);
    if (along_mm <= piece)
      return path[i] + (along_mm / std::max(piece, 1e-9)) * (path[i + 1] - path[i]);
    along_mm -= piece;
  }
  return path.back();
}

double length_of(const std::vector<cv::Vec3d>& path) {
  double length = 0;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) length += cv::norm(path[i + 1] - path[i]);
  return length;
}

Stretch stretch(const Vessel& vessel, double from_mm, double to_mm, const Noise& noise) {
  Stretch out{{}, static_cast<float>(vessel.radius_mm)};
  for (double s = from_mm; s <= to_mm; s += 1) {
    // Old arteries wind a little.
    const cv::Vec3f at(static_cast<float>(s / 11), 0, 0);
    const cv::Vec3f bend(noise(at), noise(at + cv::Vec3f(0, 7, 0)), noise(at + cv::Vec3f(0, 0, 7)));
    out.path.push_back(cv::Vec3f(on_path(vessel.path_mm, s)) + 0.8F * out.radius * bend);
  }
  return out;
}

/// How an artery's wall is calcified: rings of the media (Moenckeberg) or plaques of the intima.
struct Wall {
  float thickness_mm, fraction;
  bool media;
  float ring_mm; ///< distance between rings
  float gaps;    ///< the higher, the more of the wall is free
};

class ArteryField {
public:
  ArteryField(const Stretch& piece, const Wall& wall, const Clearance& clearance,
              const Noise& noise, const cv::Vec3f& seed, double pitch_mm)
      : piece_(piece), wall_(wall), clearance_(clearance), noise_(noise), seed_(seed),
        pitch_mm_(pitch_mm) {}

  bool near(const cv::Vec3f& p, float reach) const {
    return nearest(p).distance < piece_.radius + wall_.thickness_mm + reach;
  }

  float operator()(const cv::Vec3f& p) const {
    const Nearest n = nearest(p);
    const float d = std::abs(n.distance - piece_.radius + wall_.thickness_mm / 2);
    const float edge = coverage(d - wall_.thickness_mm / 2, pitch_mm_);
    if (edge <= 0) return 0;
    float part = ramp(noise_.fractal(seed_ + p / (wall_.media ? 7.F : 3.5F), 2), wall_.gaps - 0.15F,
                      wall_.gaps + 0.2F);
    if (wall_.media) {
      const float phase = n.along + 0.7F * noise_(seed_ + p / 2);
      part *= 0.45F + 0.55F * ramp(std::cos(phase * 2 * std::numbers::pi_v<float> / wall_.ring_mm),
                                   -0.6F, 0.5F);
    }
    const float ends =
        ramp(std::min(n.along, static_cast<float>(piece_.path.size() - 1) - n.along), 0, 2.5F);
    const float grain = 0.8F + 0.25F * noise_(seed_ + p / 0.7F);
    return wall_.fraction * edge * part * ends * grain * clearance_.open(p);
  }

private:
  struct Nearest {
    float distance = 1e6F, along = 0;
  };
  Nearest nearest(const cv::Vec3f& p) const {
    Nearest best;
    for (std::size_t i = 0; i + 1 < piece_.path.size(); ++i) {
      const cv::Vec3f ab = piece_.path[i + 1] - piece_.path[i], ap = p - piece_.path[i];
      const float t = std::clamp(ap.dot(ab) / std::max(ab.dot(ab), 1e-6F), 0.F, 1.F);
      const cv::Vec3f away = ap - t * ab;
      const float d2 = away.dot(away);
      if (d2 < best.distance) best = {d2, static_cast<float>(i) + t};
    }
    best.distance = std::sqrt(best.distance);
    return best;
  }

  const Stretch& piece_;
  const Wall& wall_;
  const Clearance& clearance_;
  const Noise& noise_;
  cv::Vec3f seed_;
  double pitch_mm_;
};

Grid sculpt_artery(const Stretch& piece, const Wall& wall, const Scene& scene, Random& random) {
  cv::Vec3d low = piece.path.front(), high = low;
  for (const cv::Vec3f& p : piece.path)
    for (int axis = 0; axis < 3; ++axis) {
      low[axis] = std::min(low[axis], static_cast<double>(p[axis]));
      high[axis] = std::max(high[axis], static_cast<double>(p[axis]));
    }
  const cv::Vec3d margin = cv::Vec3d::all(static_cast<double>(piece.radius) + 1);
  const Clearance clearance = scene.space.clearance(low - margin, high + margin);
  const double pitch = 0.25;
  const ArteryField field(piece, wall, clearance, scene.noise,
                          cv::Vec3f(30 * random_direction(random)), pitch);
  return sculpt({low - margin, high + margin, pitch,
                 [&](const cv::Vec3f& p, float reach) { return field.near(p, reach); },
                 [&](const cv::Vec3f& p) { return field(p); }});
}

Wall draw_wall(double radius_mm, Random& random) {
  const bool media = random.chance(0.6);
  return {static_cast<float>(std::min(0.45 * radius_mm, random.uniform(0.35, 0.8))),
          static_cast<float>(random.log_uniform(0.14, 0.5)), media,
          static_cast<float>(random.uniform(1.3, 2.6)),
          static_cast<float>(media ? random.uniform(-0.5, 0) : random.uniform(-0.1, 0.25))};
}

} // namespace

std::vector<Inclusion> make_artery(const Scene& scene, Random random) {
  const auto& vessels = scene.space.anatomy().vessels;
  std::vector<Inclusion> out;
  if (vessels.empty()) return out;
  const Vessel& vessel =
      vessels[static_cast<std::size_t>(random.integer(0, static_cast<int>(vessels.size()) - 1))];
  if (vessel.path_mm.size() < 2) return out;
  const Wall wall = draw_wall(vessel.radius_mm, random);
  const double length = length_of(vessel.path_mm);
  double at = random.uniform(0, 0.5) * length;
  const double end = at + random.uniform(0.2, 0.6) * length;
  for (std::uint64_t i = 0; at + 6 < std::min(end, length) && i < 12; ++i) {
    const double to = std::min({at + random.uniform(8, 34), end, length});
    const Stretch piece = stretch(vessel, at, to, scene.noise);
    at = to + random.uniform(0, 9);
    if (piece.path.size() < 4) continue;
    Random local = random.stream("stretch", i);
    Grid grid = sculpt_artery(piece, wall, scene, local);
    if (!grid.empty())
      out.push_back(apatite(std::move(grid), Kind::Vascular, Pattern::None,
                            wall.media ? "media of " + vessel.name : "plaque of " + vessel.name));
  }
  return out;
}

std::vector<Inclusion> make_phlebolith(const Scene& scene, Random random) {
  const Region region = scene.space.anatomy().region;
  const bool pelvic = region == Region::Pelvis || region == Region::Hip;
  SiteWish wish{pelvic ? 25.0 : 4.0, pelvic ? 1e3 : 14.0, 3, 1e3, std::nullopt, 0, 60};
  const auto symphysis = scene.space.prominences("pubic_symphysis");
  if (pelvic && !symphysis.empty()) { // beside the floor of the pelvis
    wish.near_mm = symphysis.front() + cv::Vec3d(random.chance(0.5) ? 40 : -40, -25, 0);
    wish.max_away_mm = 45;
  }
  const auto site = scene.space.find_site(wish, random);
  if (!site) return {};
  const float radius = static_cast<float>(random.log_uniform(1, 3.6));
  const cv::Vec3f middle(*site);
  const cv::Vec3f hole = middle + 0.25F * radius * cv::Vec3f(random_direction(random));
  const float hole_radius =
      random.chance(0.75) ? radius * static_cast<float>(random.uniform(0.25, 0.6)) : 0;
  const float fraction = static_cast<float>(random.log_uniform(0.15, 0.45));
  const bool layers = random.chance(0.3);
  const cv::Vec3d corner = cv::Vec3d::all(1.3 * static_cast<double>(radius) + 0.5);
  const Clearance clearance = scene.space.clearance(*site - corner, *site + corner);
  const double pitch = 0.15;
  Grid grid =
      sculpt({*site - corner, *site + corner, pitch, [](const cv::Vec3f&, float) { return true; },
              [&](const cv::Vec3f& p) {
                const float r = static_cast<float>(cv::norm(p - middle)) *
                                (1 + 0.09F * scene.noise(p / radius + middle));
                float value = coverage(r - radius, pitch);
                if (value <= 0) return 0.F;
                const float inner = static_cast<float>(cv::norm(p - hole)) - hole_radius;
                value *= 0.12F + 0.88F * ramp(inner, -0.15F * radius, 0.15F * radius);
                if (layers) value *= 0.75F + 0.25F * std::cos(9 * r / radius);
                return fraction * value * clearance.open(p);
              }});
  if (grid.empty()) return {};
  std::vector<Inclusion> out;
  out.push_back(apatite(std::move(grid), Kind::Phlebolith, Pattern::None, "phlebolith"));
  return out;
}

} // namespace calx::simulate
