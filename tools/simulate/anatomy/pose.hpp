// From bones at rest to bones in front of the detector.
#pragma once

#include "simulate/anatomy/regions.hpp"

namespace calx::simulate {

/// Points on a bone's surface, in its solid's frame, evenly scattered.
std::vector<cv::Vec3d> surface_points(const Solid& solid);

/// A region's bones before any pose, of the right side.
struct RestRegion {
  const RegionRow* row;
  std::vector<RestBone> bones;                 ///< in the order of `row->bones`
  std::vector<std::vector<cv::Vec3d>> surface; ///< of each bone, in the body frame
  cv::Affine3d body_to_region;                 ///< rigid

  /// The bone's place in `bones`; nothing if the region does not hold it.
  std::optional<std::size_t> find(std::string_view bone) const;
  /// The span of the bone along the region's y, in the region frame before scaling.
  std::pair<double, double> extent_mm(std::size_t bone) const;
};
RestRegion make_rest_region(const RegionRow& row, std::vector<RestBone> bones);

/// One bone where the pose puts it. A region of both sides holds its paired bones twice.
struct PosedBone {
  std::size_t rest;                  ///< index of RestRegion::bones
  bool left;                         ///< the mirror image of the mesh, in a region of both sides
  bool paired;                       ///< its name needs a side
  cv::Affine3d body_to_film;         ///< from the mesh's own (right) side
  std::optional<cv::Vec3d> joint_mm; ///< film frame: the centre that it turned about
};

struct Pose {
  std::vector<PosedBone> bones;
  cv::Affine3d region_to_film; ///< of what does not move with a joint; before scaling
  cv::Vec3d scale;             ///< along the region's axes
};

/// Draws the articulation and the view. The region's centre comes to the film's origin.
/// `mirrored`: the patient's left side, the exact mirror image in the film's x.
Pose draw_pose(const RestRegion& rest, const ViewRow& view, const cv::Vec3d& scale, bool mirrored,
               const Random& random);

/// Moves everything within the film frame.
void translate(Pose& pose, const cv::Vec3d& by_mm);

} // namespace calx::simulate
