// Metal: what was left behind, what was put in, what is worn.
#include "simulate/deposits/mimics.hpp"
#include "simulate/deposits/sculpt.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace calx::simulate {

namespace {

using Distance = std::function<float(const cv::Vec3f&)>;

/// A body of one material from its exact signed distance.
Grid solid_body(Material material, const cv::Vec3d& low, const cv::Vec3d& high, double pitch,
                const Distance& distance) {
  const auto density = static_cast<float>(density_g_cm3(material));
  return sculpt({low, high, pitch,
                 [&](const cv::Vec3f& p, float reach) { return distance(p) < reach + 0.5F; },
                 [&](const cv::Vec3f& p) { return density * coverage(distance(p), pitch); }});
}

Grid rod(Material material, const cv::Vec3d& from, const cv::Vec3d& to, double radius,
         double pitch) {
  const cv::Vec3d margin = cv::Vec3d::all(radius + 0.5);
  cv::Vec3d low, high;
  for (int axis = 0; axis < 3; ++axis) {
    low[axis] = std::min(from[axis], to[axis]);
    high[axis] = std::max(from[axis], to[axis]);
  }
  const cv::Vec3f a(from), b(to);
  return solid_body(material, low - margin, high + margin, pitch, [&](const cv::Vec3f& p) {
    return distance_to_segment(p, a, b) - static_cast<float>(radius);
  });
}

void keep(std::vector<Inclusion>& out, Grid grid, Material material, std::string description) {
  if (!grid.empty())
    out.push_back(added(std::move(grid), Kind::Metal, material, std::move(description)));
}

/// Point on a bone's surface: from its axis outwards, at a share of its half length.
struct Shaft {
  cv::Vec3d middle, axis;
  double half_length_mm;
};

std::optional<Shaft> draw_shaft(const Scene& scene, double min_half_length, Random& random) {
  const Anatomy& anatomy = scene.space.anatomy();
  std::vector<Shaft> shafts;
  for (const Bone& bone : anatomy.bones) {
    const double half = bone.scale * bone.solid->half_length_mm;
    const cv::Vec3d middle = bone.to_film * bone.solid->centre_mm;
    if (half > min_half_length && scene.space.in_field(middle, 5))
      shafts.push_back({middle, unit(bone.to_film.linear() * bone.solid->axis), half});
  }
  if (shafts.empty()) return std::nullopt;
  return shafts[static_cast<std::size_t>(random.integer(0, static_cast<int>(shafts.size()) - 1))];
}

/// From inside a bone along `direction` to where it ends.
double to_surface(const Surroundings& space, const cv::Vec3d& from, const cv::Vec3d& direction) {
  double out = 0;
  while (out < 60 && space.bone_mm(from + out * direction) < 0) out += 0.4;
  return out;
}

/// A screw's distance: core, thread and head in its own frame; x along it, 0 at the head's top.
float screw_distance(const cv::Vec3f& q, float length, float radius) {
  const float across = std::hypot(q[1], q[2]);
  const float turn = std::atan2(q[2], q[1]) / (2 * std::numbers::pi_v<float>);
  const float phase = q[0] / 1.25F + turn; // 1.25 mm pitch of a 3.5 mm cortical screw
  const float saw = phase - std::floor(phase);
  const float tip = std::max(0.F, (q[0] - length + 2 * radius) / (2 * radius));
  const float core = radius * (0.72F + 0.28F * (1 - 2 * std::abs(saw - 0.5F))) * (1 - 0.8F * tip);
  const float shaft = std::max({across - core, -q[0], q[0] - length});
  const float head = std::max({across - 1.7F * radius, -q[0], q[0] - 1.1F * radius});
  return std::min(shaft, head);
}

Grid screw(Material material, const cv::Vec3d& head, const cv::Vec3d& direction, double length,
           double radius) {
  const cv::Matx33f to_own(frame_along(direction).t());
  const cv::Vec3d tip = head + length * direction, margin = cv::Vec3d::all(2 * radius + 0.5);
  cv::Vec3d low, high;
  for (int axis = 0; axis < 3; ++axis) {
    low[axis] = std::min(head[axis], tip[axis]);
    high[axis] = std::max(head[axis], tip[axis]);
  }
  const cv::Vec3f from(head);
  return solid_body(material, low - margin, high + margin, 0.25, [&](const cv::Vec3f& p) {
    return screw_distance(to_own * (p - from), static_cast<float>(length),
                          static_cast<float>(radius));
  });
}

Material implant(Random& random) {
  return random.chance(0.5) ? Material::Titanium : Material::Steel;
}

} // namespace

std::vector<Inclusion> make_needle(const Scene& scene, Random random) {
  const auto site = scene.space.find_site({2, 14, 0.8, 1e3, std::nullopt, 0, 20}, random);
  if (!site) return {};
  const double length = random.uniform(2, 14);
  const cv::Vec3d half = 0.5 * length * random_direction(random);
  std::vector<Inclusion> out;
  keep(out, rod(Material::Steel, *site - half, *site + half, random.uniform(0.2, 0.45), 0.12),
       Material::Steel, "piece of a needle");
  return out;
}

std::vector<Inclusion> make_clips(const Scene& scene, Random random) {
  const auto site = scene.space.find_site({5, 1e3, 2, 1e3, std::nullopt, 0, 20}, random);
  std::vector<Inclusion> out;
  if (!site) return out;
  const bool pellets = random.chance(0.3);
  const int count = random.integer(2, 6);
  for (int i = 0; i < count; ++i) {
    const auto at = scene.space.find_site({3, 1e3, 1.5, 1e3, site, 0, 28}, random);
    if (!at) break;
    if (pellets) {
      keep(out, rod(Material::Lead, *at, *at, random.uniform(1, 1.7), 0.15), Material::Lead,
           "pellet");
      continue;
    }
    // A ligation clip: two legs that meet at a bend.
    const cv::Matx33d frame = random_rotation(random);
    const cv::Vec3d leg = frame * cv::Vec3d(random.uniform(3, 6), 0, 0);
    const cv::Vec3d gap = frame * cv::Vec3d(0, 0.55, 0);
    const cv::Vec3f a(*at - gap), b(*at - gap + leg), c(*at + gap), d(*at + gap + leg);
    const cv::Vec3d corner = cv::Vec3d::all(7.5);
    keep(out,
         solid_body(Material::Titanium, *at - corner, *at + corner, 0.15,
                    [&](const cv::Vec3f& p) {
                      return std::min({distance_to_segment(p, a, b), distance_to_segment(p, c, d),
                                       distance_to_segment(p, a, c)}) -
                             0.35F;
                    }),
         Material::Titanium, "surgical clip");
  }
  return out;
}

std::vector<Inclusion> make_wire(const Scene& scene, Random random) {
  const auto shaft = draw_shaft(scene, 6, random);
  if (!shaft) return {};
  const double length = std::min(1.2 * shaft->half_length_mm, random.uniform(25, 70));
  const cv::Vec3d direction = unit(shaft->axis + 0.7 * random_direction(random));
  const cv::Vec3d middle =
      shaft->middle + random.uniform(-0.7, 0.7) * shaft->half_length_mm * shaft->axis;
  std::vector<Inclusion> out;
  keep(out,
       rod(Material::Steel, middle - 0.5 * length * direction, middle + 0.5 * length * direction,
           random.uniform(0.5, 0.9), 0.25),
       Material::Steel, "K-wire");
  return out;
}

std::vector<Inclusion> make_screw(const Scene& scene, Random random) {
  const auto shaft = draw_shaft(scene, 8, random);
  if (!shaft) return {};
  const cv::Vec3d middle =
      shaft->middle + random.uniform(-0.8, 0.8) * shaft->half_length_mm * shaft->axis;
  const cv::Vec3d direction = unit(shaft->axis.cross(random_direction(random)));
  const double head = to_surface(scene.space, middle, -direction);
  const double end = to_surface(scene.space, middle, direction);
  const bool large = shaft->half_length_mm > 60;
  const Material material = implant(random);
  std::vector<Inclusion> out;
  keep(out,
       screw(material, middle - (head + 1) * direction, direction, std::max(6.0, head + end + 2),
             large ? random.uniform(1.7, 3.2) : random.uniform(0.8, 1.4)),
       material, "screw");
  return out;
}

std::vector<Inclusion> make_plate(const Scene& scene, Random random) {
  const auto shaft = draw_shaft(scene, 18, random);
  std::vector<Inclusion> out;
  if (!shaft) return out;
  const Material material = implant(random);
  const bool large = shaft->half_length_mm > 90;
  const int holes = random.integer(4, 8);
  const double spacing = large ? 13 : std::min(8.0, 1.2 * shaft->half_length_mm / holes);
  const double width = large ? 11 : 0.75 * spacing, thick = large ? 3.6 : 0.3 * width + 0.4;
  const double length = holes * spacing;
  const cv::Vec3d side = unit(shaft->axis.cross(random_direction(random)));
  const cv::Vec3d middle =
      shaft->middle + random.uniform(-0.3, 0.3) * shaft->half_length_mm * shaft->axis;
  double out_mm = 0; // straight: it rests on the shaft's highest point
  for (int i = 0; i <= 4; ++i)
    out_mm =
        std::max(out_mm, to_surface(scene.space,
                                    middle + (i / 4.0 - 0.5) * 0.8 * length * shaft->axis, side));
  const cv::Vec3d centre = middle + (out_mm + thick / 2) * side;
  const cv::Vec3d across = shaft->axis.cross(side);
  const cv::Matx33f to_own(cv::Matx33d(shaft->axis[0], across[0], side[0], shaft->axis[1],
                                       across[1], side[1], shaft->axis[2], across[2], side[2])
                               .t());
  const cv::Vec3f at(centre);
  const auto hole_radius = static_cast<float>(0.24 * width);
  cv::Vec3d half;
  for (int axis = 0; axis < 3; ++axis)
    half[axis] = 0.5 * (length * std::abs(shaft->axis[axis]) + width * std::abs(across[axis]) +
                        thick * std::abs(side[axis])) +
                 0.6;
  keep(out,
       solid_body(material, centre - half, centre + half, 0.3,
                  [&](const cv::Vec3f& p) {
                    const cv::Vec3f q = to_own * (p - at);
                    const float waist =
                        static_cast<float>(width) *
                        (0.44F + 0.06F * std::cos(q[0] / static_cast<float>(spacing) * 2 *
                                                  std::numbers::pi_v<float>));
                    const float body = std::max({std::abs(q[0]) - static_cast<float>(length / 2),
                                                 std::abs(q[1]) - waist,
                                                 std::abs(q[2]) - static_cast<float>(thick / 2)});
                    const float s = static_cast<float>(spacing);
                    const float nearest = q[0] - s * (std::floor(q[0] / s) + 0.5F);
                    return std::max(body, hole_radius - std::hypot(nearest, q[1]));
                  }),
       material, "plate");
  for (int i = 0; i < holes; ++i) {
    if (random.chance(0.2)) continue;
    const cv::Vec3d head =
        centre + (thick / 2 + 0.3) * side + (i - holes / 2.0 + 0.5) * spacing * shaft->axis;
    const cv::Vec3d inside = head - (thick + out_mm) * side;
    const double screw_length =
        std::clamp(thick + out_mm + to_surface(scene.space, inside, -side) + 1.5, 6.0, 70.0);
    keep(out, screw(material, head, -side, screw_length, large ? 2.2 : 0.22 * width), material,
         "screw of a plate");
  }
  return out;
}

std::vector<Inclusion> make_stem(const Scene& scene, Random random) {
  const auto shaft = draw_shaft(scene, 70, random);
  if (!shaft) return {};
  const double length = random.uniform(0.5, 0.8) * shaft->half_length_mm;
  const double wide = random.uniform(4, 7);
  const cv::Vec3d end = shaft->middle + random.uniform(0.4, 0.8) *
                                            (random.chance(0.5) ? 1.0 : -1.0) *
                                            shaft->half_length_mm * shaft->axis;
  const cv::Vec3d into = unit(shaft->middle - end);
  const cv::Vec3f a(end), b(end + length * into);
  const cv::Vec3d corner = cv::Vec3d::all(wide + 1);
  cv::Vec3d low, high;
  for (int axis = 0; axis < 3; ++axis) {
    low[axis] = static_cast<double>(std::min(a[axis], b[axis]));
    high[axis] = static_cast<double>(std::max(a[axis], b[axis]));
  }
  std::vector<Inclusion> out;
  keep(out,
       solid_body(Material::Titanium, low - corner, high + corner, 0.5,
                  [&](const cv::Vec3f& p) {
                    const float s = std::clamp(
                        (p - a).dot(b - a) / static_cast<float>(length * length), 0.F, 1.F);
                    return distance_to_segment(p, a, b) -
                           static_cast<float>(wide) * (1 - 0.55F * s);
                  }),
       Material::Titanium, "stem of a prosthesis");
  return out;
}

std::vector<Inclusion> make_ring(const Scene& scene, Random random) {
  const Anatomy& anatomy = scene.space.anatomy();
  std::vector<const Bone*> fingers;
  for (const Bone& bone : anatomy.bones)
    if (bone.name.ends_with("_proximal_phalanx") && bone.name.find("toe") == std::string::npos &&
        bone.name.find("thumb") == std::string::npos)
      fingers.push_back(&bone);
  if (fingers.empty()) return {};
  const Bone& finger = *random.pick(std::span<const Bone* const>(fingers));
  const cv::Vec3d axis = unit(finger.to_film.linear() * finger.solid->axis);
  const cv::Matx33d frame = frame_along(axis);
  // Around the skin of the finger: middle and radius of its section.
  cv::Vec3d middle = finger.to_film * finger.solid->centre_mm;
  double radius = 0;
  std::array<double, 12> reach{};
  for (std::size_t i = 0; i < reach.size(); ++i) {
    const double angle =
        2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(reach.size());
    const cv::Vec3d direction = frame * cv::Vec3d(0, std::cos(angle), std::sin(angle));
    while (reach[i] < 16 && scene.space.depth_mm(middle + reach[i] * direction) > 0)
      reach[i] += 0.3;
    radius += reach[i] / static_cast<double>(reach.size());
  }
  if (radius < 4 || radius > 15) return {};
  for (std::size_t i = 0; i < reach.size(); ++i) {
    const double angle =
        2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(reach.size());
    middle += 2 * reach[i] / static_cast<double>(reach.size()) *
              (frame * cv::Vec3d(0, std::cos(angle), std::sin(angle)));
  }
  const auto half_width = static_cast<float>(random.uniform(1, 3.2)),
             wall = static_cast<float>(random.uniform(0.5, 0.9));
  const auto ring = static_cast<float>(radius + 0.4) + wall;
  const bool gem = random.chance(0.2);
  const Material material = random.chance(0.75) ? Material::Gold : Material::Steel;
  const cv::Matx33f to_own(frame.t());
  const cv::Vec3f at(middle), jewel(0, ring + 1.2F, 0);
  const cv::Vec3d corner = cv::Vec3d::all(radius + 5);
  std::vector<Inclusion> out;
  keep(out,
       solid_body(material, middle - corner, middle + corner, 0.25,
                  [&](const cv::Vec3f& p) {
                    const cv::Vec3f q = to_own * (p - at);
                    const float across = std::hypot(q[1], q[2]);
                    const float band =
                        std::max(std::abs(across - ring) - wall, std::abs(q[0]) - half_width);
                    if (!gem) return band;
                    return std::min(band, static_cast<float>(cv::norm(q - jewel)) - 2);
                  }),
       material, "ring on a finger");
  return out;
}

} // namespace calx::simulate
