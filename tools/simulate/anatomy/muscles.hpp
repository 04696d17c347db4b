// The muscles of a region as one field, with the fat between them.
#pragma once

#include "simulate/anatomy/regions.hpp"

namespace calx::simulate {

/// The solids of the region's muscles, body frame, right side. None where the meshes have no folder
/// of muscles: flesh without structure takes their place. Errors name the mesh that is missing from
/// such a folder or is damaged.
Result<std::vector<std::shared_ptr<const Solid>>>
load_muscles(const RegionRow& region, const std::filesystem::path& meshes, SolidLibrary& solids);

/// Distance to the nearest muscle within the box (body frame), negative inside. Each muscle is a
/// little thinner than its mesh, so that a plane of fat parts it from the next.
Grid muscle_distance(const std::vector<std::shared_ptr<const Solid>>& muscles,
                     const cv::Vec3d& low_mm, const cv::Vec3d& high_mm, double pitch_mm,
                     double fat_plane_mm);

} // namespace calx::simulate
