// Bodies simple enough for closed forms.
#pragma once

#include "simulate/mesh/shapes.hpp"
#include "simulate/physics/expose.hpp"

namespace calx::simulate {

inline Geometry square_detector(int side_px, double pitch_mm) {
  Geometry geometry;
  geometry.pitch_mm = pitch_mm;
  geometry.rows = geometry.columns = side_px;
  geometry.origin_mm = cv::Point2d(1, 1) * (-pitch_mm * (side_px - 1) / 2);
  return geometry;
}

/// A field over the box that is given at every node.
template <class Field>
Grid field_over(cv::Vec3d low, cv::Vec3d high, double pitch_mm, float outside, const Field& field) {
  Grid grid = Grid::covering(low, high, pitch_mm, 0, outside);
  for (int z = 0; z < grid.size[2]; ++z)
    for (int y = 0; y < grid.size[1]; ++y)
      for (int x = 0; x < grid.size[0]; ++x)
        grid.at(x, y, z) = static_cast<float>(field(grid.node_mm(x, y, z)));
  return grid;
}

/// A slab of muscle between two heights, wider than any detector here.
inline SoftTissue slab(double thickness_mm, double below_mm = 10, double half_width_mm = 60) {
  const double top = -below_mm - thickness_mm;
  const cv::Vec3d low(-half_width_mm, -half_width_mm, top - 4),
      high(half_width_mm, half_width_mm, -below_mm + 4);
  return {field_over(low, high, 2, 4,
                     [&](const cv::Vec3d& p) { return std::max(top - p[2], p[2] + below_mm); }),
          field_over(low, high, 4, 0, [](const cv::Vec3d&) { return 1.0; }),
          {}};
}

inline Bone bone_of(Solid solid, BoneTissue tissue = {}) {
  Bone bone;
  bone.name = solid.name;
  bone.solid = std::make_shared<const Solid>(std::move(solid));
  bone.to_film = cv::Affine3d::Identity();
  bone.tissue = tissue;
  return bone;
}

inline Projection projected(const Anatomy& anatomy, const Geometry& geometry,
                            const Random& random) {
  return project(anatomy, trace_bones(anatomy, geometry, random), geometry);
}

inline const cv::Mat1f& mass(const Projection& projection, Material material) {
  return projection.g_cm2[static_cast<std::size_t>(material)];
}

} // namespace calx::simulate
