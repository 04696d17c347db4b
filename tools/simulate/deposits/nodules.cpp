// Patterns made of nodules: localized, limited, scrotal.
#include "simulate/deposits/patterns.hpp"
#include "simulate/deposits/sculpt.hpp"
#include "simulate/deposits/stone.hpp"

#include <array>
#include <cmath>

namespace calx::simulate {

namespace {

StoneStyle draw_style(Random& random, const std::array<double, 5>& weights) {
  double draw = random.uniform(0, 1);
  for (std::size_t i = 0; i < weights.size(); ++i)
    if ((draw -= weights[i]) < 0) return static_cast<StoneStyle>(i);
  return StoneStyle::Solid;
}

double draw_fraction(StoneStyle style, Random& random) {
  return style == StoneStyle::Hazy ? random.log_uniform(0.06, 0.25) : random.log_uniform(0.14, 0.6);
}

void add(std::vector<Inclusion>& list, Grid grid, Pattern pattern, std::string description) {
  if (!grid.empty()) list.push_back(apatite(std::move(grid), Kind::Deposit, pattern, description));
}

/// A nodule under the skin: as deep as its half thickness needs, flattened where there is not room
/// for a ball between bone and skin.
struct Seat {
  cv::Vec3d at_mm;
  double slenderness;
  bool lying;
};

Seat seat_under_skin(const Scene& scene, const cv::Vec3d& site, double size_mm, double cover_mm,
                     Random& random) {
  const double room = scene.space.bone_mm(site) + scene.space.depth_mm(site) - cover_mm - 0.4;
  double slenderness = random.uniform(0.55, 0.9);
  if (!scene.yielding) slenderness = std::clamp(room / size_mm, 0.3, slenderness);
  const double half = slenderness * size_mm / 2;
  cv::Vec3d at = scene.space.at_depth(site, std::max(1.0, cover_mm + half));
  // Skin gives way more easily than bone.
  const double into_bone = half + 0.4 - scene.space.bone_mm(at);
  if (into_bone > 0) at += std::min(into_bone, half) * scene.space.away_from_bone(at);
  if (scene.space.depth_mm(at) < 0.8) at = scene.space.at_depth(at, 0.8);
  bulge(scene, at, half + 0.6 * cover_mm);
  return {at, slenderness, true};
}

Grid nodule(const Scene& scene, const cv::Vec3d& site, double size_mm, StoneStyle style,
            double cover_mm, int satellites, Random& random) {
  const Seat seat = seat_under_skin(scene, site, size_mm, cover_mm, random);
  Stone stone{
      seat.at_mm,           size_mm,   style, draw_fraction(style, random), seat.slenderness,
      random.uniform(0, 1), satellites};
  stone.along = scene.space.towards_skin(seat.at_mm);
  stone.lying = seat.lying;
  return sculpt_stone(stone, scene.space, scene.noise, random.stream("nodule"));
}

struct Habitat {
  std::string_view prominence;
  double weight;
  double away_mm; ///< how far from the landmark
};

// Hands carry most of it, the thumb most of all; the rest are points of pressure.
constexpr std::array kHabitats{
    Habitat{"thumb_tuft", 3, 8},
    Habitat{"_tuft", 2, 7},
    Habitat{"thumb_ip_head", 2, 8},
    Habitat{"thumb_mcp_head", 1, 12},
    Habitat{"_dip_head", 1, 7},
    Habitat{"_pip_head", 1.2, 9},
    Habitat{"_mcp_head", 0.5, 12},
    Habitat{"ulnar_styloid", 0.8, 18},
    Habitat{"radial_styloid", 0.6, 18},
    Habitat{"olecranon", 3, 20},
    Habitat{"medial_epicondyle", 1, 22},
    Habitat{"lateral_epicondyle", 1, 22},
    Habitat{"radial_head", 0.5, 25},
    Habitat{"patella", 2, 28},
    Habitat{"tibial_tuberosity", 2, 25},
    Habitat{"fibular_head", 0.8, 22},
    Habitat{"ischial_tuberosity", 3, 40},
    Habitat{"greater_trochanter", 2, 40},
    Habitat{"acromion", 1.5, 35},
    Habitat{"greater_tubercle", 1, 35},
    Habitat{"medial_malleolus", 1, 20},
    Habitat{"lateral_malleolus", 1.2, 20},
    Habitat{"calcaneal_tuberosity", 1.5, 22},
    Habitat{"first_metatarsal_head", 1.5, 18},
    Habitat{"fifth_metatarsal_base", 1, 18},
    Habitat{"prominence", 1, 16}, // a real film's, unnamed
};

struct Haunt {
  cv::Vec3d at_mm;
  double weight, away_mm;
};

std::vector<Haunt> haunts(const Surroundings& space) {
  std::vector<Haunt> out;
  for (const Landmark& landmark : space.anatomy().prominences) {
    if (!space.in_field(landmark.at_mm, 2)) continue;
    for (const Habitat& habitat : kHabitats)
      if (landmark.name.ends_with(habitat.prominence)) {
        out.push_back({landmark.at_mm, habitat.weight, habitat.away_mm});
        break;
      }
  }
  return out;
}

/// A place under the skin near a habitual point; anywhere under the skin if the field holds none,
/// or none with room.
std::optional<cv::Vec3d> limited_site(const Scene& scene, const std::vector<Haunt>& habitual,
                                      Random& random) {
  SiteWish wish{0.8, 6, 0.8, 1e3, std::nullopt, 0, 20};
  if (!habitual.empty() && random.chance(0.85)) {
    double total = 0;
    for (const Haunt& haunt : habitual) total += haunt.weight;
    double draw = random.uniform(0, total);
    const Haunt* chosen = &habitual.front();
    for (const Haunt& haunt : habitual) {
      chosen = &haunt;
      if ((draw -= haunt.weight) < 0) break;
    }
    wish.near_mm = chosen->at_mm;
    wish.max_away_mm = chosen->away_mm;
    if (auto site = scene.space.find_site(wish, random)) return site;
    wish.near_mm.reset();
  }
  wish.min_bone_mm = 0.5;
  wish.max_depth_mm = 8;
  return scene.space.find_site(wish, random);
}

/// Largest stone that a region's flesh takes without looking pasted on.
double largest_stone_mm(Region region, bool yielding) {
  const bool slender = region == Region::Hand || region == Region::Foot || region == Region::Wrist;
  return slender ? (yielding ? 12 : 9) : 15;
}

/// One focus: a stone, often with dust, and small ones beside it.
void add_focus(std::vector<Inclusion>& out, const Scene& scene, const cv::Vec3d& site,
               double largest_mm, Random& random) {
  const double size = random.log_uniform(1, largest_mm);
  const StoneStyle style = draw_style(random, {0.4, 0.2, 0.25, 0.08, 0.07});
  const int dust = random.chance(0.5) ? random.integer(1, 9) : 0;
  add(out, nodule(scene, site, size, style, random.uniform(0.5, 2), dust, random),
      Pattern::LimitedIdiopathic, "stone under the skin");
  const int beside = random.chance(0.45) ? random.integer(1, 4) : 0;
  for (int i = 0; i < beside; ++i) {
    const SiteWish wish{0.8, 6, 0.6, 1e3, site, 0.6 * size, 0.8 * size + 7};
    const auto at = scene.space.find_site(wish, random);
    if (!at) break;
    const double speck = random.log_uniform(0.5, std::max(0.9, 0.5 * size));
    Stone stone{*at, speck, StoneStyle::Solid, random.log_uniform(0.15, 0.6)};
    add(out,
        sculpt_stone(stone, scene.space, scene.noise, random.stream("speck", std::uint64_t(i))),
        Pattern::LimitedIdiopathic, "speck beside a stone");
  }
}

/// Where the scrotum can lie: below the symphysis in the midline of a pelvis, or anywhere of a film
/// of the scrotum.
std::optional<SiteWish> scrotal_wish(const Surroundings& space) {
  const Region region = space.anatomy().region;
  SiteWish wish{1, 5, 2, 1e3, std::nullopt, 0, 45};
  if (region == Region::Scrotum) return wish;
  if (region != Region::Pelvis && region != Region::Hip) return std::nullopt;
  if (space.anatomy().patient.sex == Sex::Female) return std::nullopt;
  const auto symphysis = space.prominences("pubic_symphysis");
  if (symphysis.empty()) return std::nullopt;
  wish.near_mm = symphysis.front() + cv::Vec3d(0, 60, 0);
  return wish;
}

} // namespace

std::vector<Inclusion> place_localized(const Scene& scene, Random random) {
  std::vector<Inclusion> out;
  const SiteWish wish{1, 5, 2.2, 1e3, std::nullopt, 0, 20};
  auto site = scene.space.find_site(wish, random);
  if (!site) site = scene.space.find_site({0.8, 8, 0.6, 1e3, std::nullopt, 0, 20}, random);
  if (!site) return out;
  const double size = random.uniform(3.3, 12);
  const StoneStyle style = draw_style(random, {0.45, 0.2, 0.22, 0.08, 0.05});
  add(out,
      nodule(scene, *site, size, style, random.uniform(0.6, 2), random.chance(0.25) ? 4 : 0,
             random),
      Pattern::Localized, "nodule under the skin");
  const int others = random.chance(0.2) ? random.integer(1, 2) : 0;
  for (int i = 0; i < others; ++i) {
    const auto at = scene.space.find_site({1, 5, 1, 1e3, site, 0.9 * size, 1.2 * size + 5}, random);
    if (!at) break;
    add(out,
        nodule(scene, *at, random.uniform(3, std::max(3.5, 0.7 * size)), style,
               random.uniform(0.6, 2), 0, random),
        Pattern::Localized, "nodule beside another");
  }
  return out;
}

std::vector<Inclusion> place_limited(const Scene& scene, Random random) {
  std::vector<Inclusion> out;
  const auto habitual = haunts(scene.space);
  const bool many = habitual.size() > 6; // a hand
  const int foci = random.integer(1, many ? 6 : 3);
  const double largest = largest_stone_mm(scene.space.anatomy().region, scene.yielding != nullptr);
  for (int i = 0; i < foci; ++i)
    if (const auto site = limited_site(scene, habitual, random))
      add_focus(out, scene, *site, largest, random);
  return out;
}

std::vector<Inclusion> place_scrotal(const Scene& scene, Random random) {
  std::vector<Inclusion> out;
  auto wish = scrotal_wish(scene.space);
  if (!wish) return out;
  const int count = random.integer(3, 16);
  const double typical = random.log_uniform(4, 16);
  for (int i = 0; i < count; ++i) {
    const double size = std::clamp(typical * random.log_uniform(0.5, 1.8), 3.0, 30.0);
    const auto site = scene.space.find_site(*wish, random);
    if (!site) break;
    const StoneStyle style = draw_style(random, {0.4, 0.25, 0.2, 0.15, 0});
    const double cover = random.uniform(0.6, 1.5);
    const Seat seat = seat_under_skin(scene, *site, size, cover, random);
    const Stone stone{
        seat.at_mm, size, style, draw_fraction(style, random), 0.85, random.uniform(0, 0.3)};
    add(out,
        sculpt_stone(stone, scene.space, scene.noise, random.stream("nodule", std::uint64_t(i))),
        Pattern::Scrotal, "round nodule of the scrotal wall");
  }
  return out;
}

} // namespace calx::simulate
