// Flesh, fat and skin around posed bones.
#pragma once

#include "simulate/anatomy/pose.hpp"

namespace calx::simulate {

struct SoftRequest {
  const RestRegion& rest;
  const Pose& pose;
  const std::vector<std::shared_ptr<const Solid>>& muscles; ///< may be empty
  double fat_mm;                                            ///< typical thickness
  double size;                                              ///< of the patient
  cv::Vec3d low_mm, high_mm; ///< of the box to fill, film frame; the body may reach beyond it
};

/// The body is its lean part (bones with the flesh that each carries, muscles, fillers; hollows
/// closed) in a coat of fat of uneven thickness. Every point of the film frame is led back to the
/// body at rest by the bones near it, and meets the muscles there.
SoftTissue make_soft_tissue(const SoftRequest& request, const Random& random);

} // namespace calx::simulate
