// From points in front of the detector back to the body at rest.
#pragma once

#include "simulate/anatomy/soft_tissue.hpp"

namespace calx::simulate {

struct RestField {
  Grid lean;                       ///< distance to the lean body, about; film frame
  std::vector<cv::Vec3f> position; ///< of each node: where it was at rest; body frame, right side
  /// How much nearer to a bone a node was at rest than it is now, mm: behind a bent joint the
  /// forearm's bones lead back into the upper arm, whose muscles are not there.
  Grid displaced;
};

/// Each node follows the bones near it, the nearest most; `lean` holds the bones with the flesh
/// that they carry and the fillers.
RestField lead_back(const SoftRequest& request, double pitch_mm);

/// First-order distance to an ellipsoid with axes along the frame.
float ellipsoid_mm(const cv::Vec3f& at, const cv::Vec3f& centre, const cv::Vec3f& radii);

} // namespace calx::simulate
