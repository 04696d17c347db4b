#include "simulate/physics/project.hpp"
#include "simulate/physics/project_parts.hpp"

#include <algorithm>

namespace calx::simulate {

cv::Mat1f& map_of(Projection& projection, Material material, const Geometry& geometry) {
  cv::Mat1f& map = projection.g_cm2[static_cast<std::size_t>(material)];
  if (map.empty()) map = cv::Mat1f::zeros(geometry.rows, geometry.columns);
  return map;
}

float muscle_at(const SoftTissue& soft, const cv::Vec3f& film_mm) {
  return std::clamp(soft.muscle_fraction.sample(film_mm), 0.F, 1.F);
}

PathPatch trimmed(const PathPatch& patch) {
  cv::Mat1f rows, columns; // a row is empty if its largest value is
  if (patch.box.empty()) return {};
  cv::reduce(patch.path_mm, rows, 1, cv::REDUCE_MAX);
  cv::reduce(patch.path_mm, columns, 0, cv::REDUCE_MAX);
  const auto first_and_end = [](const float* values, int count) {
    const float* const end = values + count;
    const auto lit = [](float v) { return v > 0; };
    const float* first = std::find_if(values, end, lit);
    const float* last = end;
    while (last != first && !(last[-1] > 0)) --last;
    return cv::Range(static_cast<int>(first - values), static_cast<int>(last - values));
  };
  const cv::Range y = first_and_end(rows.ptr<float>(), rows.rows);
  const cv::Range x = first_and_end(columns.ptr<float>(), columns.cols);
  if (y.empty() || x.empty()) return {};
  return {{patch.box.x + x.start, patch.box.y + y.start, x.size(), y.size()},
          patch.path_mm(y, x).clone()};
}

Projection project(const Anatomy& anatomy, const std::vector<BoneShadow>& bones,
                   const Geometry& geometry) {
  Projection projection;
  project_soft_tissue(projection, anatomy.soft, geometry);
  add_bones(projection, bones, anatomy.soft, geometry);
  return projection;
}

} // namespace calx::simulate
