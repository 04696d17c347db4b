// Large patterns (tumor-like, universal), and the choice between all of them.
#include "simulate/deposits/patterns.hpp"

#include "simulate/deposits/mass.hpp"
#include "simulate/deposits/sculpt.hpp"
#include "simulate/deposits/sheet.hpp"
#include "simulate/deposits/stone.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace calx::simulate {

namespace {

struct MassHabit {
  Region region;
  double smallest_mm, largest_mm;
};

// Around large joints up to 15 cm and more; small parts hold less.
constexpr std::array kMassHabits{
    MassHabit{Region::Hand, 25, 48},      MassHabit{Region::Wrist, 25, 55},
    MassHabit{Region::Forearm, 25, 90},   MassHabit{Region::Elbow, 25, 100},
    MassHabit{Region::UpperArm, 30, 120}, MassHabit{Region::Shoulder, 30, 140},
    MassHabit{Region::Pelvis, 40, 150},   MassHabit{Region::Hip, 35, 150},
    MassHabit{Region::Thigh, 35, 140},    MassHabit{Region::Knee, 28, 110},
    MassHabit{Region::Leg, 25, 90},       MassHabit{Region::Ankle, 25, 65},
    MassHabit{Region::Foot, 25, 60},      MassHabit{Region::Scrotum, 25, 50},
    MassHabit{Region::Other, 30, 120},
};

constexpr std::array<std::string_view, 21> kMassProminences{"greater_trochanter",
                                                            "ischial_tuberosity",
                                                            "lesser_trochanter",
                                                            "anterior_superior_iliac_spine",
                                                            "olecranon",
                                                            "medial_epicondyle",
                                                            "lateral_epicondyle",
                                                            "acromion",
                                                            "greater_tubercle",
                                                            "coracoid_process",
                                                            "patella",
                                                            "tibial_tuberosity",
                                                            "lateral_femoral_epicondyle",
                                                            "fibular_head",
                                                            "calcaneal_tuberosity",
                                                            "lateral_malleolus",
                                                            "first_metatarsal_head",
                                                            "index_mcp_head",
                                                            "thumb_mcp_head",
                                                            "ulnar_styloid",
                                                            "prominence"};

struct MassSite {
  cv::Vec3d at_mm;
  std::string beside;
};

/// Among places around the point, outwards from the bone, the one with the most room.
std::optional<cv::Vec3d> roomy_place(const Surroundings& space, const cv::Vec3d& point, double size,
                                     Random& random) {
  const cv::Vec3d outwards = space.away_from_bone(point);
  std::optional<cv::Vec3d> best;
  double most = 1.5;
  for (int i = 0; i < 30; ++i) {
    const cv::Vec3d direction = unit(outwards + 0.9 * random_direction(random));
    cv::Vec3d p = point + random.uniform(0.15, 0.5) * size * direction;
    if (!space.in_field(p, 4) || space.depth_mm(p) < 0) continue;
    const double room = std::min({space.bone_mm(p), space.depth_mm(p) + 2, 0.3 * size});
    if (room <= most) continue;
    most = room;
    best = p;
  }
  return best;
}

std::optional<MassSite> mass_site(const Surroundings& space, double size, Random& random) {
  std::vector<const Landmark*> points;
  for (const Landmark& landmark : space.anatomy().prominences)
    if (space.in_field(landmark.at_mm, 3) && std::ranges::any_of(kMassProminences, [&](auto name) {
          return landmark.name.ends_with(name);
        }))
      points.push_back(&landmark);
  for (int attempt = 0; attempt < 4 && !points.empty(); ++attempt) {
    const Landmark& landmark = *random.pick(std::span<const Landmark* const>(points));
    if (auto at = roomy_place(space, landmark.at_mm, size, random))
      return MassSite{*at, landmark.name};
  }
  // No prominence in view: deep, beside a bone, where there is room.
  for (const double room : {0.25 * size, 0.12 * size, 2.0})
    if (auto at =
            space.find_site({room, 1e3, std::min(room, 6.0), 1e3, std::nullopt, 0, 20}, random))
      return MassSite{*at, "bone"};
  return std::nullopt;
}

/// Sheets of one kind that a patient tends to: the same for the whole film.
struct SheetHabit {
  double thickness_mm, fraction, meshes, streaks, deep;
};

Sheet draw_sheet(const Scene& scene, const cv::Vec3d& site, const SheetHabit& habit,
                 Random& random) {
  Sheet sheet;
  const double fascia = scene.space.fascia_depth_mm(site);
  const bool deep = random.chance(habit.deep);
  sheet.depth_mm = deep ? fascia * random.uniform(1.1, 2.2) + random.uniform(0, 8)
                        : std::max(1.6, fascia * random.uniform(0.35, 1.05));
  sheet.at_mm = scene.space.at_depth(site, sheet.depth_mm);
  const bool streak = random.chance(habit.streaks);
  const cv::Vec3d axis = scene.space.limb_axis(site);
  sheet.along = unit(axis + (streak ? 0.15 : 0.6) * random_direction(random));
  sheet.length_mm = streak ? random.log_uniform(25, 90) : random.log_uniform(14, 60);
  sheet.width_mm = streak ? random.uniform(1.8, 5) : sheet.length_mm * random.uniform(0.3, 0.9);
  sheet.thickness_mm = std::clamp(habit.thickness_mm * random.log_uniform(0.6, 1.6), 0.5, 4.0);
  sheet.fraction = std::clamp(habit.fraction * random.log_uniform(0.6, 1.6), 0.06, 0.6);
  sheet.meshes = !streak && random.chance(habit.meshes) ? random.uniform(0.7, 1) : 0;
  sheet.mesh_mm = random.uniform(3, 9);
  return sheet;
}

void add_clumps(std::vector<Inclusion>& out, const Scene& scene, int count, Random& random) {
  for (int i = 0; i < count; ++i) {
    const auto site = scene.space.find_site({1.5, 12, 1, 1e3, std::nullopt, 0, 20}, random);
    if (!site) return;
    Stone stone{*site,
                random.log_uniform(1.5, 14),
                random.chance(0.6) ? StoneStyle::Granular : StoneStyle::Net,
                random.log_uniform(0.12, 0.5),
                random.uniform(0.35, 0.8),
                1,
                random.integer(0, 4)};
    stone.along = scene.space.towards_skin(*site);
    stone.lying = true;
    Grid grid =
        sculpt_stone(stone, scene.space, scene.noise, random.stream("clump", std::uint64_t(i)));
    if (!grid.empty())
      out.push_back(
          apatite(std::move(grid), Kind::Deposit, Pattern::Universal, "clump in the fat"));
  }
}

double extent_mm(const Anatomy& anatomy) {
  return std::sqrt(std::max(1.0, anatomy.field_mm.area()));
}

} // namespace

void bulge(const Scene& scene, const cv::Vec3d& at_mm, double radius_mm) {
  if (!scene.yielding) return;
  Grid& skin = scene.yielding->soft.skin_distance_mm;
  const double reach = 2.2 * radius_mm + 6;
  cv::Vec3i low, high;
  for (int axis = 0; axis < 3; ++axis) {
    const double at = (at_mm[axis] - skin.origin_mm[axis]) / skin.pitch_mm;
    low[axis] = std::max(2, static_cast<int>(at - reach / skin.pitch_mm));
    high[axis] = std::min(skin.size[axis] - 3, static_cast<int>(at + reach / skin.pitch_mm) + 1);
  }
  const double blend = 0.35 * radius_mm + 1;
  for (int z = low[2]; z <= high[2]; ++z)
    for (int y = low[1]; y <= high[1]; ++y)
      for (int x = low[0]; x <= high[0]; ++x) {
        const double ball = cv::norm(skin.node_mm(x, y, z) - at_mm) - radius_mm;
        const double was = static_cast<double>(skin.at(x, y, z));
        // Polynomial smooth minimum (Quilez): a foot as wide as `blend`.
        const double h = std::max(0.0, blend - std::abs(was - ball)) / blend;
        skin.at(x, y, z) = static_cast<float>(std::min(was, ball) - 0.25 * h * h * blend);
      }
}

cv::Vec3d draw_gravity(Region region, View view, Random& random) {
  const bool upright = region == Region::Shoulder || region == Region::UpperArm ||
                       (region == Region::Knee && view != View::Lateral);
  const double standing = upright ? 0.75 : 0.3;
  if (random.chance(standing)) return {0, 1, 0};
  if (random.chance(0.3)) return {random.chance(0.5) ? 1.0 : -1.0, 0, 0};
  return {0, 0, 1};
}

std::vector<Inclusion> place_tumoral(const Scene& scene, Random random) {
  const Anatomy& anatomy = scene.space.anatomy();
  const cv::Vec3f gravity(draw_gravity(anatomy.region, anatomy.view, random));
  const auto habit = std::ranges::find(kMassHabits, anatomy.region, &MassHabit::region);
  const double largest =
      std::clamp(0.6 * extent_mm(anatomy), habit->smallest_mm, habit->largest_mm);
  std::vector<Inclusion> out;
  const int count = random.chance(0.25) ? 2 : 1;
  for (int attempt = 0; attempt < 6 && static_cast<int>(out.size()) < count; ++attempt) {
    const double size = random.log_uniform(habit->smallest_mm, largest) * (out.empty() ? 1 : 0.6);
    if (size < 25) continue;
    const auto site = mass_site(scene.space, size, random);
    if (!site) continue;
    const double depth = scene.space.depth_mm(site->at_mm);
    if (depth < 0.42 * size) bulge(scene, site->at_mm, std::min(0.42 * size, depth + 0.35 * size));
    const auto serial = static_cast<std::uint64_t>(attempt);
    const Mass mass =
        pack_lobules(site->at_mm, size, gravity, scene.space, random.stream("lobules", serial));
    if (mass.lobules.size() < 5) continue;
    Grid grid = sculpt_mass(mass, scene.space, scene.noise);
    if (grid.empty()) continue;
    out.push_back(apatite(std::move(grid), Kind::Deposit, Pattern::TumorLike,
                          "lobulated mass beside " + site->beside));
  }
  return out;
}

std::vector<Inclusion> place_universal(const Scene& scene, Random random) {
  const SheetHabit habit{random.log_uniform(0.7, 3), random.log_uniform(0.12, 0.5),
                         random.uniform(0, 0.8), random.uniform(0.1, 0.6),
                         random.uniform(0.1, 0.5)};
  std::vector<Inclusion> out;
  // From a few plaques to an armour, more of them on a larger field.
  const double amount =
      random.log_uniform(5, 26) * std::clamp(extent_mm(scene.space.anatomy()) / 200, 0.6, 1.3);
  const auto sheets = static_cast<std::uint64_t>(amount);
  std::optional<cv::Vec3d> last;
  for (std::uint64_t i = 0; i < sheets; ++i) {
    SiteWish wish{1.2, 12, 1, 1e3, std::nullopt, 0, 20};
    if (last && random.chance(0.5)) { // confluent: beside the one before
      wish.near_mm = last;
      wish.max_away_mm = 30;
    }
    const auto site = scene.space.find_site(wish, random);
    if (!site) continue;
    last = site;
    const Sheet sheet = draw_sheet(scene, *site, habit, random);
    Grid grid = sculpt_sheet(sheet, scene.space, scene.noise, random.stream("sheet", i));
    if (grid.empty()) continue;
    out.push_back(apatite(std::move(grid), Kind::Deposit, Pattern::Universal,
                          sheet.meshes > 0       ? "net along the fascia"
                          : sheet.width_mm < 5.5 ? "streak along the fascia"
                                                 : "sheet along the fascia"));
  }
  add_clumps(out, scene, random.integer(0, 10), random);
  return out;
}

std::vector<Inclusion> place_pattern(Pattern pattern, const Scene& scene, const Random& random) {
  switch (pattern) {
  case Pattern::Localized:
    return place_localized(scene, random.stream("localized"));
  case Pattern::LimitedIdiopathic:
    return place_limited(scene, random.stream("limited"));
  case Pattern::TumorLike:
    return place_tumoral(scene, random.stream("tumoral"));
  case Pattern::Universal:
    return place_universal(scene, random.stream("universal"));
  case Pattern::Scrotal:
    return place_scrotal(scene, random.stream("scrotal"));
  case Pattern::None:
  case Pattern::Indeterminate:
    break;
  }
  return {};
}

} // namespace calx::simulate
