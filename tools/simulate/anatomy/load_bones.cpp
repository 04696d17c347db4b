#include "simulate/anatomy/catalogue.hpp"
#include "simulate/anatomy/procedural.hpp"

#include <fmt/format.h>
#include <system_error>

namespace calx::simulate {

namespace {

namespace fs = std::filesystem;

/// Z-Anatomy (y up) in the body frame; fitted on the centroids of bones that both skeletons hold.
cv::Affine3d z_anatomy_to_body() {
  constexpr double scale = 0.9709;
  return {cv::Matx33d(scale, 0, 0, 0, 0, -scale, 0, scale, 0), cv::Vec3d(0, -98, -13)};
}

/// OpenSim's right arm (x palmar, -y distal, z radial) in the body frame.
cv::Affine3d opensim_to_body() {
  return {cv::Matx33d(0, 0, -1, -1, 0, 0, 0, 1, 0), cv::Vec3d(-190, -80, 1050)};
}

struct Source {
  fs::path file;
  cv::Affine3d to_body;
  double unit_mm, smoothing;
};

Result<Source> source_of(const BoneRow& row, std::string_view skeleton, const fs::path& meshes) {
  const bool coarse_arm = row.kind == BoneKind::Forearm; // of OpenSim: 200 vertices a bone
  if (skeleton == "opensim")
    return Source{meshes / "opensim_arm_meshes" / fmt::format("arm_r_{}.vtp", row.opensim),
                  opensim_to_body(), 1000, coarse_arm ? 1.3 : 0.35};
  if (skeleton == "z-anatomy" || row.bodyparts3d.empty())
    return Source{meshes / "z-anatomy" / "skeletal" / fmt::format("{}.ply", row.z_anatomy),
                  z_anatomy_to_body(), 1, 0.9};
  const auto file = bodyparts3d_file(meshes, "bones", row.bodyparts3d);
  if (!file)
    return fail(ErrorCode::FileNotFound,
                fmt::format("no mesh of the {}: the folder {} holds no file of FMA{}", row.name,
                            (meshes / "bodyparts3d" / "bones").string(), row.bodyparts3d));
  return Source{*file, cv::Affine3d::Identity(), 1, 1};
}

Result<RestBone> load_bone(const BoneRow& row, std::string_view skeleton, const fs::path& meshes,
                           SolidLibrary& solids) {
  if (skeleton == "procedural") {
    auto solid =
        solids.made(fmt::format("procedural {}", row.name), [&] { return procedural_bone(row); });
    return RestBone{&row, std::move(solid), cv::Affine3d::Identity()};
  }
  const auto source = source_of(row, skeleton, meshes);
  if (!source) return tl::unexpected(source.error());
  std::error_code ignored;
  if (!fs::exists(source->file, ignored))
    return fail(ErrorCode::FileNotFound, fmt::format("no mesh of the {}: {} does not exist",
                                                     row.name, source->file.string()));
  const BoneTraits& kind = traits(row.kind);
  auto solid = solids.get(source->file, std::string(row.name),
                          {kind.pitch_mm, kind.smoothing_mm * source->smoothing, source->unit_mm});
  if (!solid)
    return tl::unexpected(std::move(solid.error()).within("reading " + source->file.string()));
  return RestBone{&row, *std::move(solid), source->to_body};
}

} // namespace

std::optional<fs::path> bodyparts3d_file(const fs::path& meshes, std::string_view folder,
                                         std::string_view fma) {
  const std::string key = fmt::format("_FMA{}_", fma);
  std::error_code failed;
  for (fs::directory_iterator entry(meshes / "bodyparts3d" / folder, failed), end;
       !failed && entry != end; entry.increment(failed))
    if (entry->path().filename().string().find(key) != std::string::npos) return entry->path();
  return std::nullopt;
}

Result<std::vector<RestBone>> load_bones(std::string_view skeleton, const fs::path& meshes,
                                         std::span<const std::string_view> names,
                                         SolidLibrary& solids) {
  std::vector<RestBone> bones;
  for (const std::string_view name : names) {
    auto bone = load_bone(bone_row(name), skeleton, meshes, solids);
    if (!bone) return tl::unexpected(bone.error());
    bones.push_back(*std::move(bone));
  }
  return bones;
}

} // namespace calx::simulate
