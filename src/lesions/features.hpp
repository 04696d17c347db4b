// What is measured of one dense region in soft tissue, each number with its unit and definition.
//
// Shape terms follow the Image Biomarker Standardisation Initiative (IBSI) where it has one.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace calx {

/// Measurements of one region. A value is absent when it cannot be known: every one in mm where
/// the film's spacing is unknown, depth where no skin line is in view, and so on.
struct Features {
  using Value = std::optional<double>;
  Value area_mm2, equivalent_diameter_mm, max_feret_mm, min_feret_mm, perimeter_mm;
  Value area_px, max_feret_px;
  Value solidity, elongation, circularity, lobulation;
  Value edge_sharpness, contrast, contrast_to_noise, density_to_cortex, density_grade;
  Value isolation, activity_ratio;
  Value saturated_fraction, rim_index, septa_density, texture;
  Value parallel_line_score, horizontal_level_score;
  Value depth_mm, bone_distance_mm, bone_overlap, bone_gap_overlap, prominence_distance_mm,
      joint_distance_mm;
  Value neighbours, spread_mm;
  Value deposit_probability, mimic_probability;
};

/// One feature: its spelling in outputs and rules, unit, definition, and where it is in Features.
struct FeatureDescription {
  std::string_view name;
  std::string_view unit; ///< "mm", "mm^2", "1" for a ratio, "px"
  std::string_view definition;
  Features::Value Features::* value;
};

/// Every feature, in the order of the outputs.
std::span<const FeatureDescription> feature_descriptions();

/// The value of the feature with that name; nothing where absent. The name must exist.
Features::Value feature_value(const Features&, std::string_view name);

} // namespace calx
