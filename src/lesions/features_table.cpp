#include "lesions/features.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace calx {
namespace {

using F = Features;
using D = FeatureDescription;

constexpr std::array kTable{
    D{"area_mm2", "mm^2", "area of the pixel mask", &F::area_mm2},
    D{"equivalent_diameter_mm", "mm", "diameter of the circle of the same area",
      &F::equivalent_diameter_mm},
    D{"max_feret_mm", "mm",
      "longest distance between two points of the outline (IBSI: maximum diameter)",
      &F::max_feret_mm},
    D{"min_feret_mm", "mm", "short side of the smallest rectangle around the outline",
      &F::min_feret_mm},
    D{"perimeter_mm", "mm", "length of the outline", &F::perimeter_mm},
    D{"area_px", "px", "area of the pixel mask in pixels of the source image", &F::area_px},
    D{"max_feret_px", "px", "max_feret in pixels of the source image", &F::max_feret_px},
    D{"solidity", "1", "area divided by the area of the convex hull", &F::solidity},
    D{"elongation", "1", "max_feret divided by min_feret; 1 for a disc", &F::elongation},
    D{"circularity", "1", "4 pi area / perimeter^2; 1 for a disc", &F::circularity},
    D{"lobulation", "1",
      "number of lobes: outline indentations deeper than 6 % of max_feret, plus one where there "
      "are any",
      &F::lobulation},
    D{"edge_sharpness", "1/mm",
      "mean gradient on the outline divided by the contrast; per pixel of the working grid where "
      "mm are unknown",
      &F::edge_sharpness},
    D{"contrast", "1",
      "median density inside minus median of the soft tissue around, in units of the film's body "
      "range",
      &F::contrast},
    D{"contrast_to_noise", "1", "contrast divided by the standard deviation of the noise around",
      &F::contrast_to_noise},
    D{"density_to_cortex", "1",
      "contrast divided by the contrast of the film's cortical bone to soft tissue",
      &F::density_to_cortex},
    D{"density_grade", "1", "1 fainter than half of cortex, 2 up to cortex, 3 denser than cortex",
      &F::density_grade},
    D{"isolation", "1",
      "(median inside minus the brightest tenth of the ring around) / contrast; 1 for a region "
      "darker on all sides, negative where one side is as bright: a corner of something larger",
      &F::isolation},
    D{"activity_ratio", "1",
      "height over everything longer than the region, divided by the mean of the same in the "
      "neighbourhood: high in quiet soft tissue, low in trabeculae",
      &F::activity_ratio},
    D{"saturated_fraction", "1", "share of the mask at the film's upper limit",
      &F::saturated_fraction},
    D{"rim_index", "1",
      "(mean of the outer third minus mean of the core) / contrast; positive for a bright rim",
      &F::rim_index},
    D{"septa_density", "1/mm", "length of lucent lines inside the mask divided by its area",
      &F::septa_density},
    D{"texture", "1", "standard deviation inside the mask divided by the contrast", &F::texture},
    D{"parallel_line_score", "1", "share of the mask made of two parallel lines 1-6 mm apart",
      &F::parallel_line_score},
    D{"horizontal_level_score", "1",
      "strength of a straight horizontal step inside the mask, 0 none to 1 the whole contrast",
      &F::horizontal_level_score},
    D{"depth_mm", "mm", "distance from the centroid to the skin line", &F::depth_mm},
    D{"bone_distance_mm", "mm",
      "distance from the mask to the nearest bone edge; 0 where they overlap",
      &F::bone_distance_mm},
    D{"bone_overlap", "1", "share of the mask that lies over bone in projection", &F::bone_overlap},
    D{"bone_gap_overlap", "1",
      "share of the mask in gaps of up to 6 mm between bones: joints, growth plates",
      &F::bone_gap_overlap},
    D{"prominence_distance_mm", "mm", "distance from the centroid to the nearest bony prominence",
      &F::prominence_distance_mm},
    D{"joint_distance_mm", "mm", "distance from the centroid to the nearest joint space",
      &F::joint_distance_mm},
    D{"neighbours", "1", "number of other regions within 20 mm", &F::neighbours},
    D{"spread_mm", "mm",
      "greatest distance between centroids of the region's cluster: all regions that can be "
      "reached "
      "from it in steps of at most 20 mm; 0 for a region on its own",
      &F::spread_mm},
    D{"deposit_probability", "1",
      "probability of calcinosis that the network gives to the region; absent without the network",
      &F::deposit_probability},
    D{"mimic_probability", "1",
      "the same for what is dense but not calcinosis: vessel walls, phleboliths, tendons, new "
      "bone, ossicles",
      &F::mimic_probability},
};

} // namespace

std::span<const FeatureDescription> feature_descriptions() {
  return kTable;
}

Features::Value feature_value(const Features& features, std::string_view name) {
  const auto at = std::ranges::find(kTable, name, &FeatureDescription::name);
  if (at == kTable.end()) throw std::out_of_range("no feature is called " + std::string(name));
  return features.*(at->value);
}

} // namespace calx
