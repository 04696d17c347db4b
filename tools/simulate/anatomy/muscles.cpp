#include "simulate/anatomy/muscles.hpp"

#include "simulate/anatomy/field.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <system_error>

namespace calx::simulate {

Result<std::vector<std::shared_ptr<const Solid>>>
load_muscles(const RegionRow& region, const std::filesystem::path& meshes, SolidLibrary& solids) {
  const double pitch_mm = region.soft_pitch_mm < 1.3 ? 0.8 : 1.6;
  std::vector<std::shared_ptr<const Solid>> muscles;
  std::error_code ignored;
  if (!std::filesystem::is_directory(meshes / "bodyparts3d" / "muscles", ignored)) return muscles;
  for (const std::string_view fma : region.muscles) {
    std::optional<std::filesystem::path> file;
    for (const std::string_view folder : {"muscles", "other", "tendons"})
      if (!file) file = bodyparts3d_file(meshes, folder, fma);
    if (!file)
      return fail(ErrorCode::FileNotFound,
                  fmt::format("no mesh of the muscle FMA{}: the folders muscles, other and tendons "
                              "of {} hold no file of it",
                              fma, (meshes / "bodyparts3d").string()));
    auto solid = solids.get(*file, "muscle " + std::string(fma), {pitch_mm, pitch_mm, 1});
    if (!solid) return tl::unexpected(std::move(solid.error()).within("reading " + file->string()));
    muscles.push_back(*std::move(solid));
  }
  return muscles;
}

Grid muscle_distance(const std::vector<std::shared_ptr<const Solid>>& muscles,
                     const cv::Vec3d& low_mm, const cv::Vec3d& high_mm, double pitch_mm,
                     double fat_plane_mm) {
  constexpr float far = 100;
  Grid nearest = Grid::covering(low_mm, high_mm, pitch_mm, far, far);
  const auto thinner = static_cast<float>(0.5 * fat_plane_mm);
  each_slice(nearest.size[2], [&](int z) {
    for (const auto& muscle : muscles) {
      const Grid& grid = muscle->distance_mm;
      std::array<int, 3> first{}, last{};
      for (int axis = 0; axis < 3; ++axis) {
        const double from = (grid.low_mm()[axis] - nearest.origin_mm[axis]) / pitch_mm,
                     to = (grid.high_mm()[axis] - nearest.origin_mm[axis]) / pitch_mm;
        const auto i = static_cast<std::size_t>(axis);
        first[i] = std::max(0, static_cast<int>(std::ceil(from)));
        last[i] = std::min(nearest.size[axis] - 1, static_cast<int>(std::floor(to)));
      }
      if (z < first[2] || z > last[2]) continue;
      for (int y = first[1]; y <= last[1]; ++y)
        for (int x = first[0]; x <= last[0]; ++x) {
          float& value = nearest.at(x, y, z);
          value = std::min(value, grid.sample(cv::Vec3f(nearest.node_mm(x, y, z))) + thinner);
        }
    }
  });
  return nearest;
}

} // namespace calx::simulate
