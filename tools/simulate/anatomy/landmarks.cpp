#include "simulate/anatomy/landmarks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace calx::simulate {

namespace {

enum class Way {
  Farthest, ///< the surface's farthest point in a direction
  Outline,  ///< the same among what the film's plane shows, unless the direction is along the beam
  End,      ///< where the bone's midline leaves its distal end
  Head,     ///< the middle of the articular head at the distal end
  Middle,   ///< the bone's centre
};

struct LandmarkRow {
  std::string_view name;
  BonePart where;
  Way way;
  cv::Vec3d direction{0, 1, 0}; ///< medial, distal, posterior
};

// clang-format off
const auto landmark_table = std::to_array<LandmarkRow>({
    {"thumb_tuft", {"thumb_distal_phalanx"}, Way::End},
    {"thumb_ip_head", {"thumb_proximal_phalanx"}, Way::Head},
    {"thumb_mcp_head", {"thumb_metacarpal"}, Way::Head},
    {"index_tuft", {"index_distal_phalanx"}, Way::End},
    {"index_dip_head", {"index_middle_phalanx"}, Way::Head},
    {"index_pip_head", {"index_proximal_phalanx"}, Way::Head},
    {"index_mcp_head", {"index_metacarpal"}, Way::Head},
    {"middle_tuft", {"middle_distal_phalanx"}, Way::End},
    {"middle_dip_head", {"middle_middle_phalanx"}, Way::Head},
    {"middle_pip_head", {"middle_proximal_phalanx"}, Way::Head},
    {"middle_mcp_head", {"middle_metacarpal"}, Way::Head},
    {"ring_tuft", {"ring_distal_phalanx"}, Way::End},
    {"ring_dip_head", {"ring_middle_phalanx"}, Way::Head},
    {"ring_pip_head", {"ring_proximal_phalanx"}, Way::Head},
    {"ring_mcp_head", {"ring_metacarpal"}, Way::Head},
    {"little_tuft", {"little_distal_phalanx"}, Way::End},
    {"little_dip_head", {"little_middle_phalanx"}, Way::Head},
    {"little_pip_head", {"little_proximal_phalanx"}, Way::Head},
    {"little_mcp_head", {"little_metacarpal"}, Way::Head},
    {"radial_styloid", {"radius", 0.85, 1}, Way::Outline, {-0.6, 1, 0}},
    {"ulnar_styloid", {"ulna", 0.9, 1}, Way::Outline, {0.5, 1, 0.3}},
    {"olecranon", {"ulna", 0, 0.2}, Way::Outline, {0, -0.7, 1}},
    {"coronoid_process", {"ulna", 0, 0.22}, Way::Outline, {0.3, -0.3, -1}},
    {"radial_head", {"radius", 0, 0.1}, Way::Outline, {-1, -0.5, 0}},
    {"medial_epicondyle", {"humerus", 0.85, 1}, Way::Outline, {1, 0, 0}},
    {"lateral_epicondyle", {"humerus", 0.85, 1}, Way::Outline, {-1, 0, 0}},
    {"acromion", {"scapula", 0, 0.35}, Way::Outline, {-1, -0.4, 0}},
    {"coracoid_process", {"scapula", 0, 0.5}, Way::Farthest, {-0.4, 0, -1}},
    {"greater_tubercle", {"humerus", 0, 0.16}, Way::Outline, {-1, -0.3, 0}},
    {"greater_trochanter", {"femur", 0, 0.25}, Way::Outline, {-1, -0.35, 0}},
    {"lesser_trochanter", {"femur", 0.15, 0.24}, Way::Farthest, {1, 0, 0.8}},
    {"ischial_tuberosity", {"hip_bone", 0.7, 1}, Way::Outline, {-0.3, 1, 0.2}},
    {"pubic_symphysis", {"hip_bone", 0.5, 1}, Way::Farthest, {1, 0, -0.7}},
    {"anterior_superior_iliac_spine", {"hip_bone", 0, 0.5}, Way::Farthest, {-0.5, 0.3, -1}},
    {"patella", {"patella"}, Way::Middle},
    {"medial_femoral_epicondyle", {"femur", 0.9, 1}, Way::Outline, {1, 0, 0}},
    {"lateral_femoral_epicondyle", {"femur", 0.9, 1}, Way::Outline, {-1, 0, 0}},
    {"tibial_tuberosity", {"tibia", 0.06, 0.2}, Way::Outline, {0, 0, -1}},
    {"fibular_head", {"fibula", 0, 0.1}, Way::Outline, {-0.4, -1, 0.2}},
    {"medial_malleolus", {"tibia", 0.9, 1}, Way::Outline, {0.6, 1, 0}},
    {"lateral_malleolus", {"fibula", 0.88, 1}, Way::Outline, {-0.5, 1, 0}},
    {"calcaneal_tuberosity", {"calcaneus"}, Way::Outline, {0, 0.35, 1}},
    {"fifth_metatarsal_base", {"fifth_metatarsal"}, Way::Outline, {-0.8, 0, 1}},
    {"first_metatarsal_head", {"first_metatarsal"}, Way::Head},
});
// clang-format on

/// Which way a bone runs from its proximal to its distal end, about, in the body frame.
cv::Vec3d distal(BoneKind kind) {
  return kind == BoneKind::Metatarsal || kind == BoneKind::Toe ? cv::Vec3d(0, -1, 0)
                                                               : cv::Vec3d(0, 0, -1);
}

/// Where the midline of the bone's distal fifth leaves the bone; body frame.
cv::Vec3d distal_end(const RestBone& bone, const std::vector<cv::Vec3d>& surface) {
  const cv::Affine3d& to_body = bone.to_body;
  cv::Vec3d axis = cv::normalize(to_body.linear() * bone.solid->axis);
  if (axis.dot(distal(bone.row->kind)) < 0) axis = -axis;
  double low = 1e9, high = -1e9;
  for (const cv::Vec3d& at : surface)
    low = std::min(low, at.dot(axis)), high = std::max(high, at.dot(axis));
  cv::Vec3d middle(0, 0, 0);
  double count = 0;
  for (const cv::Vec3d& at : surface)
    if (at.dot(axis) > high - 0.18 * (high - low)) middle += at, ++count;
  middle *= 1 / std::max(count, 1.0);
  const cv::Affine3d to_solid = to_body.inv();
  const double length = high - middle.dot(axis) + 2;
  for (double step = length; step > 0; step -= 0.05) {
    const cv::Vec3d at = middle + axis * step;
    if (bone.solid->distance_mm.sample(cv::Vec3f(to_solid * at)) <= 0) return at;
  }
  return middle;
}

/// The deepest point on the way from the distal end's surface inwards: the middle of the head, as
/// the shaft behind it is thinner.
cv::Vec3d distal_head(const RestBone& bone, const std::vector<cv::Vec3d>& surface) {
  const cv::Vec3d end = distal_end(bone, surface);
  const cv::Affine3d to_solid = bone.to_body.inv();
  const cv::Vec3d centre = bone.to_body * bone.solid->centre_mm;
  const cv::Vec3d inwards = cv::normalize(centre - end);
  const double reach = 0.5 * cv::norm(centre - end);
  cv::Vec3d deepest = end;
  float least = 0;
  for (double step = 0; step <= reach; step += 0.2) {
    const cv::Vec3d at = end + step * inwards;
    const float distance = bone.solid->distance_mm.sample(cv::Vec3f(to_solid * at));
    if (distance < least) least = distance, deepest = at;
  }
  return deepest;
}

cv::Vec3d farthest(const LandmarkRow& row, const RestRegion& rest, const PosedBone& bone,
                   const cv::Matx33d& region_to_body) {
  cv::Vec3d direction = bone.body_to_film.linear() * (region_to_body * row.direction);
  direction = cv::normalize(direction);
  if (row.way == Way::Outline && std::hypot(direction[0], direction[1]) > 0.4) direction[2] = 0;
  const auto [low, high] = rest.extent_mm(bone.rest);
  cv::Vec3d best(0, 0, 0);
  double most = -1e9;
  for (const cv::Vec3d& at : rest.surface[bone.rest]) {
    const double along = ((rest.body_to_region * at)[1] - low) / (high - low);
    if (along < row.where.from || along > row.where.to) continue;
    const cv::Vec3d posed = bone.body_to_film * at;
    if (posed.dot(direction) > most) most = posed.dot(direction), best = posed;
  }
  return best;
}

std::string sided(std::string_view name, const PosedBone& bone) {
  if (!bone.paired) return std::string(name);
  return fmt::format("{}_{}", bone.left ? "left" : "right", name);
}

/// The two halves of the symphysis are one point.
void join_symphysis(std::vector<Landmark>& found) {
  cv::Vec3d sum(0, 0, 0);
  double count = 0;
  std::erase_if(found, [&](const Landmark& each) {
    if (!each.name.ends_with("pubic_symphysis")) return false;
    sum += each.at_mm, ++count;
    return true;
  });
  if (count > 0) found.push_back({"pubic_symphysis", sum / count});
}

} // namespace

std::vector<Landmark> find_prominences(const RestRegion& rest, const Pose& pose) {
  const cv::Matx33d region_to_body = rest.body_to_region.rotation().t();
  std::vector<Landmark> found;
  for (const LandmarkRow& row : landmark_table)
    for (const PosedBone& bone : pose.bones) {
      const RestBone& shape = rest.bones[bone.rest];
      if (shape.row->name != row.where.bone || !shape.ossified) continue;
      cv::Vec3d at;
      if (row.way == Way::Middle) {
        at = bone.body_to_film * (shape.to_body * shape.solid->centre_mm);
      } else if (row.way == Way::End) {
        at = bone.body_to_film * distal_end(shape, rest.surface[bone.rest]);
      } else if (row.way == Way::Head) {
        at = bone.body_to_film * distal_head(shape, rest.surface[bone.rest]);
      } else {
        at = farthest(row, rest, bone, region_to_body);
      }
      found.push_back({sided(row.name, bone), at});
    }
  join_symphysis(found);
  return found;
}

std::vector<Joint> find_joints(const RestRegion& rest, const Pose& pose) {
  std::vector<Joint> found;
  for (const PosedBone& bone : pose.bones) {
    const RegionBone& row = rest.row->bones[bone.rest];
    if (row.joint_name.empty() || !bone.joint_mm) continue;
    const double scale = (pose.scale[0] + pose.scale[1] + pose.scale[2]) / 3;
    found.push_back({sided(row.joint_name, bone), *bone.joint_mm, 0.6 * row.reach_mm * scale});
  }
  return found;
}

} // namespace calx::simulate
