#include "simulate/anatomy/growth.hpp"
#include "simulate/anatomy/landmarks.hpp"
#include "simulate/anatomy/muscles.hpp"
#include "simulate/anatomy/soft_tissue.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <system_error>

namespace calx::simulate {

namespace {

/// Skeleton, region, view and side of one film.
struct Choice {
  std::string skeleton;
  const RegionRow* region = nullptr;
  const ViewRow* view = nullptr;
  Laterality side = Laterality::Right;
};

bool has_folder(std::string_view skeleton, const std::filesystem::path& meshes) {
  std::error_code ignored;
  const std::string_view folder = skeleton == "opensim" ? "opensim_arm_meshes" : skeleton;
  return std::filesystem::is_directory(meshes / folder, ignored);
}

bool fits(const AnatomySpec& spec, const Projectable& each) {
  return (!spec.region || *spec.region == each.region) && (!spec.view || *spec.view == each.view);
}

/// The skeletons that have what the spec asks for; of "auto", those whose folders are there.
std::vector<std::string> candidates(const AnatomySpec& spec) {
  std::vector<std::string> fitting;
  for (const std::string_view name : skeleton_names()) {
    const bool procedural = name == "procedural";
    const bool automatic = spec.skeleton == "auto" && procedural == spec.meshes.empty() &&
                           (procedural || has_folder(name, spec.meshes));
    if (!automatic && spec.skeleton != name) continue;
    if (std::ranges::any_of(projectable(name), [&](const auto& each) { return fits(spec, each); }))
      fitting.emplace_back(name);
  }
  return fitting;
}

/// Why there is no candidate, in words for the user.
Error nothing_fits(const AnatomySpec& spec) {
  const bool known = spec.skeleton == "auto" ||
                     std::ranges::find(skeleton_names(), spec.skeleton) != skeleton_names().end();
  if (!known)
    return {
        ErrorCode::BadParameter, fmt::format("there is no skeleton named {}", spec.skeleton), {}};
  if (spec.skeleton == "auto" && !spec.meshes.empty() && !has_folder("bodyparts3d", spec.meshes) &&
      !has_folder("z-anatomy", spec.meshes) && !has_folder("opensim", spec.meshes))
    return {ErrorCode::FileNotFound,
            fmt::format("{} holds no folder bodyparts3d, z-anatomy or opensim_arm_meshes",
                        spec.meshes.string()),
            {}};
  return {ErrorCode::BadParameter,
          fmt::format("the skeleton {} cannot be projected as {} {}", spec.skeleton,
                      spec.region ? to_string(*spec.region) : "any region",
                      spec.view ? to_string(*spec.view) : "in any view"),
          {}};
}

Result<Choice> choose(const AnatomySpec& spec, Random draw) {
  const std::vector<std::string> skeletons = candidates(spec);
  if (skeletons.empty()) return tl::unexpected(nothing_fits(spec));
  Choice choice;
  choice.skeleton = draw.pick(std::span<const std::string>(skeletons));
  std::vector<Projectable> fitting = projectable(choice.skeleton);
  std::erase_if(fitting, [&](const Projectable& each) { return !fits(spec, each); });
  const Projectable picked = draw.pick(std::span<const Projectable>(fitting));
  choice.region = &region_row(picked.region);
  choice.view = &*std::ranges::find_if(view_rows(), [&](const ViewRow& row) {
    return row.region == picked.region && row.view == picked.view;
  });
  const bool left = draw.chance(0.5);
  choice.side = left ? Laterality::Left : Laterality::Right;
  if (spec.laterality) choice.side = *spec.laterality;
  if (choice.region->both_sides) choice.side = Laterality::Both;
  return choice;
}

/// The box of the parts that the film is to show, in the film plane.
cv::Rect2d shown_parts(const RestRegion& rest, const Pose& pose, const ViewRow& view) {
  double low[2] = {1e9, 1e9}, high[2] = {-1e9, -1e9};
  for (const BonePart& part : view.field)
    for (const PosedBone& bone : pose.bones) {
      if (rest.bones[bone.rest].row->name != part.bone) continue;
      const auto [from, to] = rest.extent_mm(bone.rest);
      for (const cv::Vec3d& at : rest.surface[bone.rest]) {
        const double along = ((rest.body_to_region * at)[1] - from) / (to - from);
        if (along < part.from || along > part.to) continue;
        const cv::Vec3d posed = bone.body_to_film * at;
        for (int axis = 0; axis < 2; ++axis) {
          low[axis] = std::min(low[axis], posed[axis]);
          high[axis] = std::max(high[axis], posed[axis]);
        }
      }
    }
  return {low[0], low[1], high[0] - low[0], high[1] - low[1]};
}

/// The parts with a random margin on each side. `mirror` is -1 for the left side, so that it draws
/// what the right side draws.
cv::Rect2d choose_field(const cv::Rect2d& parts, const ViewRow& view, double size, int mirror,
                        Random draw) {
  const auto margin = [&] { return size * draw.uniform(view.margin_low_mm, view.margin_high_mm); };
  const double one = margin(), other = margin(), above = margin(), below = margin();
  const double left = mirror > 0 ? one : other, right = mirror > 0 ? other : one;
  return {parts.x - left, parts.y - above, parts.width + left + right,
          parts.height + above + below};
}

/// The box to fill with soft tissue: beyond the field, and as deep as the flesh may reach.
std::pair<cv::Vec3d, cv::Vec3d> soft_box(const RestRegion& rest, const Pose& pose,
                                         const cv::Rect2d& field, double fat_mm, double size) {
  const double beyond = 15 * size + 0.12 * std::max(field.width, field.height);
  const cv::Rect2d wide(field.x - beyond, field.y - beyond, field.width + 2 * beyond,
                        field.height + 2 * beyond);
  double low = 1e9, high = -1e9;
  for (const PosedBone& bone : pose.bones)
    for (const cv::Vec3d& at : rest.surface[bone.rest]) {
      const cv::Vec3d posed = bone.body_to_film * at;
      if (!wide.contains(cv::Point2d(posed[0], posed[1]))) continue;
      low = std::min(low, posed[2]);
      high = std::max(high, posed[2]);
    }
  for (const Filler& filler : rest.row->fillers)
    for (const PosedBone& bone : pose.bones) {
      if (rest.bones[bone.rest].row->name != filler.with) continue;
      const double depth = (bone.body_to_film * filler.centre_mm)[2];
      const double reach = size * std::max({filler.radii_mm[0], filler.radii_mm[1]});
      low = std::min(low, depth - reach);
      high = std::max(high, depth + reach);
    }
  // A limb that points at the tube is not followed all the way.
  low = std::max(low, high - (rest.row->soft_pitch_mm < 1.9 ? 190 : 330) * size);
  const double flesh = size * (rest.row->soft_pitch_mm < 1.3 ? 16 : 62) + 1.5 * fat_mm + 4;
  return {{wide.x, wide.y, low - flesh}, {wide.x + wide.width, wide.y + wide.height, high + flesh}};
}

/// How far the body must go along z so that its lowest skin lies `gap_mm` above the detector.
double lift(const Grid& skin, double gap_mm) {
  double lowest = skin.low_mm()[2];
  for (int z = 0; z < skin.size[2]; ++z)
    for (int y = 0; y < skin.size[1]; ++y)
      for (int x = 0; x < skin.size[0]; ++x)
        if (skin.at(x, y, z) < 0) lowest = std::max(lowest, skin.node_mm(x, y, z)[2]);
  return -gap_mm - lowest;
}

void list_bones(Anatomy& anatomy, const RestRegion& rest, const Pose& pose, const Random& random) {
  for (const PosedBone& posed : pose.bones) {
    const RestBone& shape = rest.bones[posed.rest];
    if (!shape.ossified) continue;
    Bone bone;
    bone.name = shape.row->name;
    if (posed.paired) bone.name = (posed.left ? "left_" : "right_") + bone.name;
    bone.solid = shape.solid;
    bone.to_film = posed.body_to_film * shape.to_body;
    bone.scale = std::cbrt(std::abs(cv::determinant(bone.to_film.linear())));
    bone.tissue = tissue_of(shape.row->kind, anatomy.patient,
                            random.stream("tissue").stream(shape.row->name));
    anatomy.bones.push_back(std::move(bone));
  }
}

Result<RestRegion> load_region(const Choice& choice, const AnatomySpec& spec,
                               const Patient& patient, SolidLibrary& solids, const Random& random) {
  std::vector<std::string_view> names;
  for (const RegionBone& bone : choice.region->bones) names.push_back(bone.name);
  auto bones = load_bones(choice.skeleton, spec.meshes, names, solids);
  if (!bones) return tl::unexpected(bones.error());
  for (RestBone& bone : *bones) bone = grown(bone, patient, random.stream(bone.row->name));
  return make_rest_region(*choice.region, *std::move(bones));
}

} // namespace

std::vector<Projectable> projectable(std::string_view skeleton) {
  std::vector<Projectable> found;
  for (const ViewRow& view : view_rows())
    if (has_region(skeleton, region_row(view.region))) found.push_back({view.region, view.view});
  return found;
}

Result<Anatomy> make_anatomy(const AnatomySpec& spec, SolidLibrary& solids, const Random& random) {
  const auto choice = choose(spec, random.stream("choice"));
  if (!choice) return tl::unexpected(choice.error());
  const RegionRow& row = *choice->region;
  Anatomy anatomy;
  anatomy.region = row.region;
  anatomy.view = choice->view->view;
  anatomy.laterality = choice->side;
  anatomy.patient =
      draw_patient(anatomy.region, row.fat_low_mm, row.fat_high_mm, random.stream("patient"));
  anatomy.skeleton = choice->skeleton;
  anatomy.attribution = attribution(choice->skeleton);

  const auto rest = load_region(*choice, spec, anatomy.patient, solids, random.stream("growth"));
  if (!rest) return tl::unexpected(rest.error());
  Random build = random.stream("build");
  const double size = anatomy.patient.size;
  const cv::Vec3d scale(size * build.uniform(0.93, 1.07), size * build.uniform(0.93, 1.07),
                        size * build.uniform(0.93, 1.07));
  const bool left = choice->side == Laterality::Left;
  Pose pose = draw_pose(*rest, *choice->view, scale, left, random.stream("pose"));
  anatomy.field_mm = choose_field(shown_parts(*rest, pose, *choice->view), *choice->view, size,
                                  left ? -1 : 1, random.stream("field"));

  std::vector<std::shared_ptr<const Solid>> muscles;
  const bool fits_muscles =
      choice->skeleton == "bodyparts3d" || choice->skeleton == "z-anatomy"; // of the same body
  if (fits_muscles && !choice->view->tears_muscles) {
    auto loaded = load_muscles(row, spec.meshes, solids);
    if (!loaded) return tl::unexpected(std::move(loaded.error()));
    muscles = *std::move(loaded);
  }
  const auto [low, high] = soft_box(*rest, pose, anatomy.field_mm, anatomy.patient.fat_mm, size);
  anatomy.soft = make_soft_tissue({*rest, pose, muscles, anatomy.patient.fat_mm, size, low, high},
                                  random.stream("soft tissue"));

  const double gap = random.stream("gap").uniform(row.gap_low_mm, row.gap_high_mm);
  const cv::Vec3d down(0, 0, lift(anatomy.soft.skin_distance_mm, gap));
  translate(pose, down);
  for (Grid* grid :
       {&anatomy.soft.skin_distance_mm, &anatomy.soft.muscle_fraction, &anatomy.soft.air_fraction})
    grid->origin_mm += down;
  list_bones(anatomy, *rest, pose, random);
  anatomy.prominences = find_prominences(*rest, pose);
  anatomy.joints = find_joints(*rest, pose);
  anatomy.vessels = find_vessels(*rest, pose, random.stream("vessels"));
  for (Vessel& vessel : anatomy.vessels) settle(vessel, anatomy);
  return anatomy;
}

} // namespace calx::simulate
