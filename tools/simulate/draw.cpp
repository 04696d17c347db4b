#include "simulate/draw.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace calx::simulate {

namespace {

/// How often each pattern is seen in a region, for the draw.
struct PatternShares {
  double localized, limited_idiopathic, tumor_like, universal, scrotal;
};

PatternShares shares_of(Region region) {
  switch (region) {
  case Region::Hand:
  case Region::Wrist:
    return {3, 5, 1, 2, 0};
  case Region::Foot:
  case Region::Ankle:
    return {3, 3, 1.5, 2, 0};
  case Region::Elbow:
  case Region::Forearm:
    return {3, 2, 3, 2, 0};
  case Region::Shoulder:
  case Region::Hip:
    return {2, 0, 5, 2, 0};
  case Region::Pelvis:
    return {2, 0, 4, 2, 2};
  case Region::Scrotum:
    return {0, 0, 0, 0, 1};
  default:
    return {3, 1, 2.5, 2.5, 0};
  }
}

} // namespace

Pattern draw_pattern(Region region, double normal_share, Random random) {
  if (random.chance(normal_share)) return Pattern::None;
  const PatternShares s = shares_of(region);
  const std::array<std::pair<Pattern, double>, 5> weights{
      {{Pattern::Localized, s.localized},
       {Pattern::LimitedIdiopathic, s.limited_idiopathic},
       {Pattern::TumorLike, s.tumor_like},
       {Pattern::Universal, s.universal},
       {Pattern::Scrotal, s.scrotal}}};
  double whole = 0;
  for (const auto& [pattern, weight] : weights) whole += weight;
  double left = random.uniform(0, whole);
  for (const auto& [pattern, weight] : weights)
    if ((left -= weight) < 0) return pattern;
  return Pattern::Localized;
}

Projectable draw_film(std::vector<Projectable> films, Random random) {
  std::ranges::sort(films, {},
                    [](const Projectable& each) { return std::pair(each.region, each.view); });
  std::vector<Region> regions;
  for (const Projectable& each : films)
    if (regions.empty() || regions.back() != each.region) regions.push_back(each.region);
  const Region region = random.pick(std::span<const Region>(regions));
  std::vector<Projectable> views;
  for (const Projectable& each : films)
    if (each.region == region) views.push_back(each);
  return random.pick(std::span<const Projectable>(views));
}

} // namespace calx::simulate
