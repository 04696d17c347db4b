// Deposits in tendons and cartilage, spurs, small bones, and bone where no bone belongs.
#include "simulate/deposits/mimics.hpp"
#include "simulate/deposits/sculpt.hpp"
#include "simulate/deposits/stone.hpp"

#include <array>
#include <cmath>

namespace calx::simulate {

namespace {

struct Footprint {
  std::string_view prominence, tendon;
};

constexpr std::array kFootprints{
    Footprint{"greater_tubercle", "rotator cuff"},
    Footprint{"calcaneal_tuberosity", "Achilles tendon"},
    Footprint{"greater_trochanter", "gluteal tendons"},
    Footprint{"patella", "quadriceps tendon"},
    Footprint{"tibial_tuberosity", "patellar tendon"},
    Footprint{"olecranon", "triceps tendon"},
    Footprint{"lateral_epicondyle", "common extensor origin"},
    Footprint{"medial_epicondyle", "common flexor origin"},
    Footprint{"ischial_tuberosity", "hamstrings"},
};

struct Insertion {
  cv::Vec3d at_mm;
  std::string tendon;
};

std::optional<Insertion> draw_insertion(const Surroundings& space, Random& random) {
  std::vector<Insertion> found;
  for (const Footprint& footprint : kFootprints)
    for (const cv::Vec3d& at : space.prominences(footprint.prominence))
      found.push_back({at, std::string(footprint.tendon)});
  if (found.empty()) return std::nullopt;
  return found[static_cast<std::size_t>(random.integer(0, static_cast<int>(found.size()) - 1))];
}

/// A small bone: cortex around trabeculae, as mass of cortical bone for a volume.
Grid sculpt_bone(const Scene& scene, const Stone& form, double cortex_mm, double trabecular,
                 Random random) {
  constexpr float cortical_g_cm3 = 1.85F;
  Grid grid = sculpt_stone(form, scene.space, scene.noise, random);
  if (grid.empty()) return grid;
  // Depth under the surface, by how far the form reaches in each of 14 directions; its own density
  // texture is replaced.
  const Grid solid = grid;
  const int reach = std::max(1, static_cast<int>(std::lround(cortex_mm / grid.pitch_mm)));
  constexpr float inside = 0.02F;
  std::size_t i = 0;
  for (int z = 0; z < grid.size[2]; ++z)
    for (int y = 0; y < grid.size[1]; ++y)
      for (int x = 0; x < grid.size[0]; ++x, ++i) {
        if (solid.values[i] <= 0) continue;
        const cv::Vec3f p(grid.node_mm(x, y, z));
        const float local = static_cast<float>(reach) * (1 + 0.5F * scene.noise(p / 2.5F));
        bool shell = false;
        for (int d = 0; d < 26 && !shell; ++d) {
          const int k = d < 13 ? d : d + 1; // not the middle one of 27
          const cv::Vec3f step(static_cast<float>(k % 3 - 1), static_cast<float>(k / 3 % 3 - 1),
                               static_cast<float>(k / 9 - 1));
          const cv::Vec3f to =
              p + step * (local * static_cast<float>(grid.pitch_mm / cv::norm(step)));
          shell = solid.sample(to) < inside;
        }
        const float web =
            static_cast<float>(trabecular) * (0.35F + 1.3F * scene.noise.ridges(p / 1.4F));
        const float edge = std::min(1.F, solid.values[i] / 0.2F);
        grid.values[i] = cortical_g_cm3 * edge * (shell ? 0.9F : std::min(0.8F, web));
      }
  return grid;
}

std::vector<Inclusion> one(Inclusion inclusion) {
  std::vector<Inclusion> out;
  if (!inclusion.density_g_cm3.empty()) out.push_back(std::move(inclusion));
  return out;
}

struct SesamoidHabit {
  std::string_view beside, name;
  double size_mm;
  int count;
};

constexpr std::array kSesamoids{
    SesamoidHabit{"thumb_mcp_head", "sesamoid", 4.5, 2},
    SesamoidHabit{"index_mcp_head", "sesamoid", 3, 1},
    SesamoidHabit{"little_mcp_head", "sesamoid", 3, 1},
    SesamoidHabit{"first_metatarsal_head", "sesamoid", 9, 2},
    SesamoidHabit{"lateral_femoral_epicondyle", "fabella", 8, 1},
    SesamoidHabit{"calcaneal_tuberosity", "os trigonum", 7, 1},
    SesamoidHabit{"ulnar_styloid", "ossicle", 4, 1},
    SesamoidHabit{"medial_malleolus", "os subtibiale", 6, 1},
    SesamoidHabit{"lateral_malleolus", "os subfibulare", 6, 1},
    SesamoidHabit{"fifth_metatarsal_base", "os vesalianum", 6, 1},
    SesamoidHabit{"acromion", "ossicle", 8, 1},
    SesamoidHabit{"olecranon", "ossicle", 6, 1},
};

/// Near the point on the side with the most flesh: the palm, the sole, the hollow of the knee.
std::optional<cv::Vec3d> fleshy_side(const Surroundings& space, const cv::Vec3d& point,
                                     double reach_mm, double radius_mm, Random& random) {
  std::optional<cv::Vec3d> best;
  double deepest = radius_mm + 0.8;
  for (int i = 0; i < 120; ++i) {
    const cv::Vec3d p = point + random.uniform(0.3, 1) * reach_mm * random_direction(random);
    const double bone = space.bone_mm(p), depth = space.depth_mm(p);
    if (bone < radius_mm + 0.4 || bone > radius_mm + 3 || depth <= deepest) continue;
    deepest = depth;
    best = p;
  }
  return best;
}

/// Distances to the nearest two bones.
std::pair<float, float> two_nearest(const Surroundings& space, const cv::Vec3d& p) {
  float first = 1e6F, second = 1e6F;
  for (std::size_t i = 0; i < space.anatomy().bones.size(); ++i) {
    const auto d = static_cast<float>(space.bone_mm(i, p));
    if (d < first) {
      second = first;
      first = d;
    } else {
      second = std::min(second, d);
    }
  }
  return {first, second};
}

} // namespace

std::vector<Inclusion> make_tendon_deposit(const Scene& scene, Random random) {
  const auto insertion = draw_insertion(scene.space, random);
  if (!insertion) return {};
  const auto site = scene.space.find_site({2, 1e3, 1.5, 9, insertion->at_mm, 2, 15}, random);
  if (!site) return {};
  Stone stone{*site,
              random.log_uniform(4, 22),
              random.chance(0.55) ? StoneStyle::Solid : StoneStyle::Hazy,
              random.log_uniform(0.1, 0.4),
              random.uniform(0.25, 0.5),
              random.uniform(0, 0.45)};
  // Fibres run along the bone's surface.
  const cv::Vec3d outwards = scene.space.away_from_bone(*site);
  stone.along = unit(outwards.cross(random_direction(random)));
  return one(apatite(sculpt_stone(stone, scene.space, scene.noise, random.stream("form")),
                     Kind::Tendon, Pattern::None, "deposit in " + insertion->tendon));
}

std::vector<Inclusion> make_enthesophyte(const Scene& scene, Random random) {
  const auto insertion = draw_insertion(scene.space, random);
  if (!insertion) return {};
  const cv::Vec3d outwards = scene.space.away_from_bone(insertion->at_mm);
  const cv::Vec3d along = unit(0.5 * outwards + unit(outwards.cross(random_direction(random))));
  const double length = random.uniform(3, 12), width = random.uniform(1.5, 4);
  const cv::Vec3f foot(insertion->at_mm), tip(insertion->at_mm + length * along);
  const cv::Vec3d corner = cv::Vec3d::all(length + width);
  const Clearance clearance =
      scene.space.clearance(insertion->at_mm - corner, insertion->at_mm + corner);
  const double pitch = 0.2;
  Grid grid =
      sculpt({insertion->at_mm - corner, insertion->at_mm + corner, pitch,
              [&](const cv::Vec3f& p, float reach) {
                return distance_to_segment(p, foot, tip) < width + static_cast<double>(reach);
              },
              [&](const cv::Vec3f& p) {
                const float s = std::clamp(
                    (p - foot).dot(tip - foot) / static_cast<float>(length * length), 0.F, 1.F);
                const float radius = static_cast<float>(width) / 2 * (1 - 0.85F * s) *
                                     (1 + 0.4F * scene.noise.fractal(p / 2, 2));
                const float d = distance_to_segment(p, foot, tip) - radius;
                return 1.5F * coverage(d, pitch) * (d > -0.7F ? 1.F : 0.5F) * clearance.open(p);
              }});
  return one(
      added(std::move(grid), Kind::Tendon, Material::CorticalBone, "spur at " + insertion->tendon));
}

std::vector<Inclusion> make_chondrocalcinosis(const Scene& scene, Random random) {
  const Anatomy& anatomy = scene.space.anatomy();
  std::vector<const Joint*> joints;
  for (const Joint& joint : anatomy.joints)
    if (scene.space.in_field(joint.at_mm, 0)) joints.push_back(&joint);
  if (joints.empty() || anatomy.bones.size() < 2) return {};
  const Joint& joint = *random.pick(std::span<const Joint* const>(joints));
  const double radius = std::clamp(joint.radius_mm, 4.0, 45.0);
  const float fraction = static_cast<float>(random.log_uniform(0.1, 0.35));
  const float half = static_cast<float>(random.uniform(0.25, 0.6));
  const cv::Vec3d corner = cv::Vec3d::all(radius);
  // How far from midway between the two bones, on a coarse lattice: it is smooth.
  Grid gap =
      Grid::covering(joint.at_mm - corner, joint.at_mm + corner, radius > 12 ? 1.0 : 0.5, 0, 50);
  Grid middle = gap;
  std::size_t i = 0;
  for (int z = 0; z < gap.size[2]; ++z)
    for (int y = 0; y < gap.size[1]; ++y)
      for (int x = 0; x < gap.size[0]; ++x, ++i) {
        const auto [first, second] = two_nearest(scene.space, gap.node_mm(x, y, z));
        gap.values[i] = first + second;
        middle.values[i] = (second - first) / 2;
      }
  const Clearance clearance = scene.space.clearance(joint.at_mm - corner, joint.at_mm + corner);
  const cv::Vec3f seed(30 * random_direction(random)), at(joint.at_mm);
  const double pitch = 0.25;
  Grid grid =
      sculpt({joint.at_mm - corner, joint.at_mm + corner, pitch,
              [&](const cv::Vec3f& p, float reach) { return middle.sample(p) < half + 2 * reach; },
              [&](const cv::Vec3f& p) {
                const float line = coverage(middle.sample(p) - half, pitch);
                if (line <= 0 || gap.sample(p) > 9) return 0.F;
                const float out = static_cast<float>(cv::norm(p - at) / radius);
                const float patch =
                    ramp(scene.noise.fractal(seed + p / 5, 3) + 0.5F * (out - 0.6F), -0.1F, 0.3F);
                return fraction * line * patch * ramp(-out, -1.F, -0.9F) * clearance.open(p);
              }});
  return one(apatite(std::move(grid), Kind::Chondrocalcinosis, Pattern::None,
                     "line in the cartilage of " + joint.name));
}

std::vector<Inclusion> make_sesamoids(const Scene& scene, Random random) {
  const Anatomy& anatomy = scene.space.anatomy();
  const bool has_own = std::ranges::any_of(
      anatomy.bones, [](const Bone& bone) { return bone.name.ends_with("foot_sesamoids"); });
  std::vector<std::pair<const SesamoidHabit*, cv::Vec3d>> found;
  for (const SesamoidHabit& habit : kSesamoids)
    for (const cv::Vec3d& at : scene.space.prominences(habit.beside))
      if (!has_own || habit.beside != "first_metatarsal_head") found.emplace_back(&habit, at);
  std::vector<Inclusion> out;
  if (found.empty()) return out;
  const auto& [habit, point] =
      found[static_cast<std::size_t>(random.integer(0, static_cast<int>(found.size()) - 1))];
  for (int i = 0; i < habit->count; ++i) {
    const double size = habit->size_mm * anatomy.patient.size * random.uniform(0.6, 1.35);
    const double slenderness = random.uniform(0.6, 0.9);
    const auto site =
        fleshy_side(scene.space, point, 2.2 * habit->size_mm + 3, slenderness * size / 2, random);
    if (!site) break;
    Stone form{*site, size, StoneStyle::Solid, 0.6, slenderness, random.uniform(0, 0.3)};
    Grid grid = sculpt_bone(scene, form, random.uniform(0.4, 0.9), random.uniform(0.2, 0.4),
                            random.stream("bone", std::uint64_t(i)));
    if (!grid.empty())
      out.push_back(
          added(std::move(grid), Kind::Ossicle, Material::CorticalBone, std::string(habit->name)));
  }
  return out;
}

std::vector<Inclusion> make_heterotopic_bone(const Scene& scene, Random random) {
  const auto insertion = draw_insertion(scene.space, random);
  SiteWish wish{6, 1e3, 3, 18, std::nullopt, 0, 35};
  if (insertion) wish.near_mm = insertion->at_mm;
  const auto site = scene.space.find_site(wish, random);
  if (!site) return {};
  const double room = 2 * std::min(scene.space.bone_mm(*site), scene.space.depth_mm(*site));
  const double size = std::clamp(random.log_uniform(14, 60), 8.0, std::max(10.0, 3 * room));
  Stone form{*site, size, StoneStyle::Solid, 0.6, random.uniform(0.3, 0.6), random.uniform(0.6, 1)};
  form.along = unit(scene.space.limb_axis(*site) + 0.4 * random_direction(random));
  Grid grid = sculpt_bone(scene, form, random.uniform(0.5, 1.2), random.uniform(0.12, 0.3),
                          random.stream("bone"));
  return one(
      added(std::move(grid), Kind::Ossification, Material::CorticalBone, "heterotopic bone"));
}

} // namespace calx::simulate
