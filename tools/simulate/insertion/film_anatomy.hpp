// A body in three dimensions guessed from one film, so that deposits find their places in it.
#pragma once

#include "core/radiograph.hpp"
#include "simulate/anatomy/anatomy.hpp"
#include "simulate/physics/project.hpp"

namespace calx::simulate {

/// What a region usually measures and how it is usually taken.
struct RegionTechnique {
  Region region;
  double half_thickness_mm; ///< of the body along the ray
  double bone_half_mm;      ///< of the thickest bone
  double effective_kev;     ///< gives the contrasts of polyenergetic calculations
  double scatter_ratio;     ///< scatter over primary, behind the grid if there is one
  double cortical_mm;       ///< of cortical bone that bright bone is worth
};
const RegionTechnique& technique_of(Region region);

/// The film's outlines as a body: limbs round where they are slender, flat beyond the region's
/// thickness, bones in the middle of it. Pixel (r, c) lies at x = c * spacing, y = r * spacing.
struct FilmAnatomy {
  Anatomy anatomy;
  cv::Mat1b field, body, bone;  ///< source pixels, 0 or 255; letters and metal are not in `field`
  std::vector<PathPatch> bones; ///< of Anatomy::bones, source pixels
  cv::Mat1f body_mm;            ///< length inside the skin, source pixels
  double spacing_mm = 0;
  bool spacing_assumed = false;
};

/// Errors: no body on the film.
Result<FilmAnatomy> estimate_anatomy(const Radiograph& film, std::optional<Region> region);

} // namespace calx::simulate
