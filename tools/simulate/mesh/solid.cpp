#include "simulate/mesh/solid.hpp"
#include "simulate/mesh/refine.hpp"
#include "simulate/mesh/shapes.hpp"
#include "simulate/mesh/signed_distance.hpp"
#include "simulate/mesh/voxelise.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace calx::simulate {

namespace {

constexpr double kMostNodes = 3e8;
constexpr double kMargin_mm = 2;         ///< beyond the surface, for distances outside
constexpr double kContestedLimit = 0.35; ///< share of cells about which the directions may differ

struct Box {
  cv::Vec3d low, high;
};

Box bounds(const Mesh& mesh) {
  Box box{cv::Vec3d::all(1e30), cv::Vec3d::all(-1e30)};
  for (const auto& triangle : mesh.triangles)
    for (const int corner : triangle)
      for (int axis = 0; axis < 3; ++axis) {
        const double at = mesh.vertices[static_cast<std::size_t>(corner)][axis];
        box.low[axis] = std::min(box.low[axis], at);
        box.high[axis] = std::max(box.high[axis], at);
      }
  return box;
}

/// A lattice around the mesh, or an error where that would not fit into memory.
Result<Grid> lattice_around(const Box& box, const SolidOptions& options) {
  const double margin = kMargin_mm + 2 * options.pitch_mm;
  double nodes = 1;
  for (int axis = 0; axis < 3; ++axis)
    nodes *= (box.high[axis] - box.low[axis] + 2 * margin) / options.pitch_mm + 2;
  if (!(nodes <= kMostNodes))
    return fail(ErrorCode::TooLarge, "the mesh is too large for this pitch: is its unit right?");
  return Grid::covering(box.low - cv::Vec3d::all(margin), box.high + cv::Vec3d::all(margin),
                        options.pitch_mm, 0, 0);
}

/// Gaussian smoothing whose second moment is nil: 2 G - G G. It takes facets away and leaves
/// gently curved surfaces and thin plates where they are, which a Gaussian alone would shrink.
void smooth(Grid& inside, double sigma_nodes) {
  if (sigma_nodes <= 0) return;
  blur(inside, sigma_nodes);
  Grid twice = inside;
  blur(twice, sigma_nodes);
  for (std::size_t i = 0; i < inside.values.size(); ++i)
    inside.values[i] = 2 * inside.values[i] - twice.values[i];
}

/// The level above which as many nodes lie as the body has volume.
float level_of_volume(const Grid& inside, double nodes) {
  float low = 0.3F, high = 0.6F;
  for (int i = 0; i < 12; ++i) {
    const float level = (low + high) / 2;
    // A node near the level counts by its part, so that the volume is smooth in the level.
    double sum = 0;
    for (const float value : inside.values) sum += std::clamp((value - level) * 2 + 0.5F, 0.F, 1.F);
    (sum > nodes ? low : high) = level;
  }
  return (low + high) / 2;
}

/// Moves the surface by the same distance everywhere until the body has the volume; not at all if
/// that would be far, because then the mesh's volume is none of one body.
void set_volume(Grid& distance, double volume_mm3) {
  const float pitch = static_cast<float>(distance.pitch_mm);
  float moved = 0;
  for (int i = 0; i < 3; ++i) {
    double inside = 0, surface = 0;
    for (const float d : distance.values) {
      const float part = 0.5F - (d + moved) / pitch;
      inside += std::clamp(part, 0.F, 1.F);
      surface += part > 0 && part < 1;
    }
    const double excess = inside * std::pow(distance.pitch_mm, 3) - volume_mm3;
    if (std::abs(excess) > 0.25 * volume_mm3 || surface <= 0) return;
    moved += static_cast<float>(excess / (surface * distance.pitch_mm * distance.pitch_mm));
  }
  moved = std::round(moved / distance_step_mm) * distance_step_mm;
  for (float& d : distance.values) d = std::clamp(d + moved, -farthest_mm, farthest_mm);
}

} // namespace

Result<Solid> make_solid(const Mesh& mesh, std::string name, const SolidOptions& options) {
  const auto in_context = [&](Error error) {
    return std::move(error).within("making a body of " + name);
  };
  if (!(options.pitch_mm > 0) || !(options.unit_mm > 0) || !(options.smoothing_mm >= 0))
    return fail(ErrorCode::BadParameter, "pitch and unit must be above nil, smoothing not below");
  if (mesh.triangles.empty())
    return tl::unexpected(in_context({ErrorCode::NotAnImage, "the mesh has no triangles", {}}));
  Mesh scaled = mesh;
  for (cv::Vec3f& v : scaled.vertices) v *= options.unit_mm;
  auto lattice = lattice_around(bounds(scaled), options); // before the work of refining
  if (!lattice) return tl::unexpected(in_context(lattice.error()));
  scaled = refine(scaled, options.pitch_mm);
  lattice = lattice_around(bounds(scaled), options);
  if (!lattice) return tl::unexpected(in_context(lattice.error()));

  Voxels voxels = voxelise(scaled, std::move(*lattice));
  const double nodes =
      std::accumulate(voxels.inside.values.begin(), voxels.inside.values.end(), 0.0);
  if (nodes < 20)
    return tl::unexpected(
        in_context({ErrorCode::NotAnImage, "the mesh encloses no volume: is its unit right?", {}}));
  if (voxels.contested_share > kContestedLimit)
    return tl::unexpected(in_context(
        {ErrorCode::NotAnImage,
         fmt::format("the mesh has large holes: {:.0f} % of its inside is open from a side",
                     100 * voxels.contested_share),
         {}}));
  smooth(voxels.inside, options.smoothing_mm / options.pitch_mm);
  const float level = level_of_volume(voxels.inside, nodes);
  Grid distance = signed_distance(voxels.inside, level);
  // Meshes are thinned out so that their volume stays: curved patches through their vertices hold
  // a little more.
  if (const auto volume = enclosed_volume(mesh))
    set_volume(distance, *volume * std::pow(options.unit_mm, 3));
  return solid_of(std::move(name), std::move(distance));
}

} // namespace calx::simulate
