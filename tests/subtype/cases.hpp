// Hand-made regions and images for the tests of the rules: typical values, to be varied by a test.
#pragma once

#include "subtype/subtype.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace calx::cases {

/// A 6 mm stone under the skin, clear of bone: what every test starts from.
inline RegionFacts stone(double size_mm = 6) {
  RegionFacts r;
  Features& f = r.features;
  f.max_feret_mm = size_mm;
  f.min_feret_mm = size_mm / 1.2;
  f.area_mm2 = 0.6 * size_mm * size_mm;
  f.elongation = 1.2;
  f.circularity = 0.7;
  f.solidity = 0.9;
  f.lobulation = 0;
  f.contrast_to_noise = 10;
  f.density_grade = 2;
  f.density_to_cortex = 0.8;
  f.saturated_fraction = 0;
  f.rim_index = 0;
  f.texture = 0.15;
  f.septa_density = 0;
  f.parallel_line_score = 0;
  f.horizontal_level_score = 0;
  f.edge_sharpness = 0.5;
  f.bone_overlap = 0;
  f.bone_distance_mm = 4;
  f.depth_mm = 4;
  f.prominence_distance_mm = 30;
  f.joint_distance_mm = 12;
  f.neighbours = 0;
  return r;
}

/// A lobulated mass deep beside a large joint.
inline RegionFacts mass(double size_mm = 60) {
  RegionFacts r = stone(size_mm);
  r.features.lobulation = 5;
  r.features.septa_density = 0.1;
  r.features.depth_mm = 25;
  return r;
}

/// A sheet seen from its edge.
inline RegionFacts band(double length_mm = 40) {
  RegionFacts r = stone(length_mm);
  r.features.elongation = 8;
  r.features.min_feret_mm = length_mm / 8;
  r.features.circularity = 0.2;
  return r;
}

inline ImageFacts image(Region region, std::vector<RegionFacts> regions) {
  ImageFacts i;
  i.calibrated = true;
  i.region = region;
  i.region_known = true;
  i.view = View::Ap;
  i.context.age_years = 45;
  i.regions = std::move(regions);
  return i;
}

/// The same region as a film without spacing gives it.
inline RegionFacts without_mm(RegionFacts r) {
  for (const FeatureDescription& d : feature_descriptions()) {
    if (d.unit.find("mm") != std::string_view::npos) r.features.*(d.value) = std::nullopt;
  }
  return r;
}

inline KindDecision kind_of(const RegionFacts& r, Region region) {
  return Rules::standard().apply(image(region, {r})).kinds.front();
}

/// The rules that fired, by id.
inline bool fired(const SubtypeResult& result, const std::string& rule) {
  return std::ranges::any_of(result.assessment.candidates,
                             [&](const PatternCandidate& c) { return c.rule == rule && c.fired; });
}

inline bool measured(const std::vector<Evidence>& evidence, const std::string& name) {
  return std::ranges::find(evidence, name, &Evidence::measured) != evidence.end();
}

inline bool mentions(const std::vector<std::string>& texts, const std::string& part) {
  return std::ranges::any_of(texts,
                             [&](const auto& t) { return t.find(part) != std::string::npos; });
}

} // namespace calx::cases
