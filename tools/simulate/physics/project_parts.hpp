// The steps of a projection; each adds to what the ones before have found.
#pragma once

#include "simulate/physics/project.hpp"

namespace calx::simulate {

/// Fat, muscle, skin: fills body_mm and both materials as if there were nothing but soft tissue.
void project_soft_tissue(Projection& projection, const SoftTissue& soft, const Geometry& geometry);

/// Adds each bone's mineral and marrow, takes out the soft tissue in its place, records its path.
void add_bones(Projection& projection, const std::vector<BoneShadow>& shadows,
               const SoftTissue& soft, const Geometry& geometry);

/// The map of a material, made where there is none.
cv::Mat1f& map_of(Projection& projection, Material material, const Geometry& geometry);

/// The part of a volume at this place that is muscle, 0 to 1.
float muscle_at(const SoftTissue& soft, const cv::Vec3f& film_mm);

/// A patch cut down to where its path is not nil.
PathPatch trimmed(const PathPatch& patch);

/// Calls `row(y)` for the rows of a box, in parallel.
template <class Row>
void for_rows(const cv::Rect& box, const Row& row) {
  cv::parallel_for_({box.y, box.y + box.height}, [&](const cv::Range& range) {
    for (int y = range.start; y < range.end; ++y) row(y);
  });
}

} // namespace calx::simulate
