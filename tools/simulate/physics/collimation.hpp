// The collimator's shadow on the detector.
#pragma once

#include "simulate/physics/expose.hpp"

namespace calx::simulate {

/// The part of the focal spot that each pixel sees past the shutters: 1 in the field, 0 outside,
/// in between across the penumbra. Empty for an open collimator.
cv::Mat1f collimator_share(const Beam& beam, const Geometry& geometry);

} // namespace calx::simulate
