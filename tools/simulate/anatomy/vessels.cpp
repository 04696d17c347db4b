#include "simulate/anatomy/landmarks.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace calx::simulate {

namespace {

/// A point beside a bone: at a part of its length, this far from its midline (medial, posterior).
struct WayPoint {
  std::string_view bone;
  double along, medial_mm, posterior_mm;
};

struct VesselRow {
  std::string_view name;
  double radius_mm;
  std::vector<WayPoint> way;
};

/// The arteries from proximal to distal, with the bones that they follow.
std::vector<VesselRow> vessel_rows() {
  return {
      {"brachial",
       2.2,
       {{"humerus", 0.2, 20, -4},
        {"humerus", 0.6, 20, -6},
        {"humerus", 0.9, 6, -22},
        {"radius", 0.08, 8, -16}}},
      {"radial",
       1.4,
       {{"radius", 0.1, 8, -16},
        {"radius", 0.5, -6, -13},
        {"radius", 0.93, -7, -10},
        {"scaphoid", 0.8, -9, 0}}},
      {"ulnar",
       1.3,
       {{"ulna", 0.18, -6, -20},
        {"ulna", 0.55, 0, -16},
        {"ulna", 0.97, 0, -12},
        {"pisiform", 0.7, -6, -4},
        {"ring_metacarpal", 0.4, 0, -9}}},
      {"axillary",
       3.2,
       {{"first_rib", 0.6, -20, -12}, {"humerus", 0.06, 38, -8}, {"humerus", 0.25, 20, -4}}},
      {"index_radial_digital",
       0.6,
       {{"index_metacarpal", 0.95, -7, -6},
        {"index_proximal_phalanx", 0.5, -6, -3},
        {"index_middle_phalanx", 0.5, -5.5, -2},
        {"index_distal_phalanx", 0.4, -4, -2}}},
      {"middle_ulnar_digital",
       0.6,
       {{"middle_metacarpal", 0.95, 7, -6},
        {"middle_proximal_phalanx", 0.5, 6.5, -3},
        {"middle_middle_phalanx", 0.5, 5.5, -2},
        {"middle_distal_phalanx", 0.4, 4, -2}}},
      {"ring_radial_digital",
       0.6,
       {{"ring_metacarpal", 0.95, -7, -6},
        {"ring_proximal_phalanx", 0.5, -6, -3},
        {"ring_middle_phalanx", 0.5, -5.5, -2},
        {"ring_distal_phalanx", 0.4, -4, -2}}},
      {"femoral",
       4.0,
       {{"femur", 0.02, -2, -34},
        {"femur", 0.2, 30, -28},
        {"femur", 0.5, 26, -8},
        {"femur", 0.75, 22, 12}}},
      {"popliteal", 3.2, {{"femur", 0.8, 8, 20}, {"femur", 0.95, 0, 32}, {"tibia", 0.12, -6, 26}}},
      {"posterior_tibial",
       1.5,
       {{"tibia", 0.12, -6, 24},
        {"tibia", 0.5, -4, 24},
        {"tibia", 0.85, 8, 20},
        {"tibia", 0.99, 12, 18},
        {"calcaneus", 0.4, 18, 0}}},
      {"anterior_tibial",
       1.3,
       {{"tibia", 0.16, -20, 2},
        {"tibia", 0.5, -16, -2},
        {"tibia", 0.85, -8, -14},
        {"tibia", 1, -2, -18}}},
      {"dorsalis_pedis",
       1.1,
       {{"tibia", 1, -2, -18},
        {"navicular", 0, -4, -2},
        {"intermediate_cuneiform", 0, 0, 0},
        {"first_metatarsal", 0.05, -8, 4}}},
  };
}

/// The midline of a bone: its surface's mean within a slice across the region's y; region frame.
cv::Vec3d midline(const RestRegion& rest, std::size_t bone, double along) {
  const auto [low, high] = rest.extent_mm(bone);
  const double at_y = low + along * (high - low), half = std::max(0.06 * (high - low), 2.0);
  cv::Vec3d sum(0, 0, 0);
  double count = 0;
  for (const cv::Vec3d& at : rest.surface[bone]) {
    const cv::Vec3d here = rest.body_to_region * at;
    if (std::abs(here[1] - at_y) < half) sum += here, ++count;
  }
  cv::Vec3d middle = count > 0 ? sum / count : cv::Vec3d(0, at_y, 0);
  middle[1] = at_y;
  return middle;
}

/// A curve through the points (Catmull and Rom), about every 2 mm.
std::vector<cv::Vec3d> curve(const std::vector<cv::Vec3d>& points) {
  std::vector<cv::Vec3d> path;
  const auto at = [&](std::ptrdiff_t i) {
    return points[static_cast<std::size_t>(
        std::clamp<std::ptrdiff_t>(i, 0, std::ssize(points) - 1))];
  };
  for (std::ptrdiff_t i = 0; i + 1 < std::ssize(points); ++i) {
    const int steps = std::max(1, static_cast<int>(cv::norm(at(i + 1) - at(i)) / 2));
    for (int k = 0; k < steps; ++k) {
      const double t = static_cast<double>(k) / steps;
      path.push_back(0.5 * (2 * at(i) + t * (at(i + 1) - at(i - 1)) +
                            t * t * (2 * at(i - 1) - 5 * at(i) + 4 * at(i + 1) - at(i + 2)) +
                            t * t * t * (3 * at(i) - at(i - 1) - 3 * at(i + 1) + at(i + 2))));
    }
  }
  path.push_back(points.back());
  return path;
}

cv::Vec3d bone_slope(const Anatomy& anatomy, const cv::Vec3d& at) {
  cv::Vec3d slope;
  for (int axis = 0; axis < 3; ++axis) {
    cv::Vec3d step(0, 0, 0);
    step[axis] = 0.5;
    slope[axis] = anatomy.bone_distance_mm(at + step) - anatomy.bone_distance_mm(at - step);
  }
  return slope * (1 / std::max(cv::norm(slope), 1e-6));
}

} // namespace

std::vector<Vessel> find_vessels(const RestRegion& rest, const Pose& pose, const Random& random) {
  const cv::Affine3d region_to_body = rest.body_to_region.inv();
  const double scale = (pose.scale[0] + pose.scale[1] + pose.scale[2]) / 3;
  std::vector<Vessel> found;
  for (const VesselRow& row : vessel_rows())
    for (const bool left : {false, true}) {
      Random draw = random.stream(row.name, left ? 1 : 0);
      std::vector<cv::Vec3d> points;
      bool paired = false;
      for (const WayPoint& way : row.way) {
        const auto bone = std::ranges::find_if(pose.bones, [&](const PosedBone& each) {
          return each.left == left && rest.bones[each.rest].row->name == way.bone;
        });
        const cv::Vec3d offset(way.medial_mm * draw.uniform(0.85, 1.2), draw.uniform(-3, 3),
                               way.posterior_mm * draw.uniform(0.85, 1.2));
        if (bone == pose.bones.end()) continue;
        paired = bone->paired;
        const cv::Vec3d at = midline(rest, bone->rest, way.along) + offset;
        points.push_back(bone->body_to_film * (region_to_body * at));
      }
      if (points.size() < 2) continue;
      std::string name(row.name);
      if (paired) name = fmt::format("{}_{}", left ? "left" : "right", row.name);
      found.push_back({std::move(name), curve(points), row.radius_mm * scale});
    }
  return found;
}

void settle(Vessel& vessel, const Anatomy& anatomy) {
  const Grid& skin = anatomy.soft.skin_distance_mm;
  const double from_bone = vessel.radius_mm + 0.8, below_skin = vessel.radius_mm + 1.5;
  const auto covered = [&](const cv::Vec3d& at) {
    for (int axis = 0; axis < 3; ++axis)
      if (at[axis] < skin.low_mm()[axis] || at[axis] > skin.high_mm()[axis]) return false;
    return true;
  };
  for (int round = 0; round < 6; ++round) {
    for (cv::Vec3d& at : vessel.path_mm) {
      if (!covered(at)) continue;
      const double out = skin.sample(cv::Vec3f(at)) + below_skin;
      if (out > 0) {
        const cv::Vec3d slope = skin.gradient(cv::Vec3f(at));
        at -= slope * (out / std::max(cv::norm(slope), 0.2));
      }
      const double deep = from_bone - anatomy.bone_distance_mm(at);
      if (deep > 0) at += bone_slope(anatomy, at) * deep;
    }
    if (round + 1 == 6) return; // rounded off between the rounds, not after the last
    const std::vector<cv::Vec3d> before = vessel.path_mm;
    for (std::size_t i = 1; i + 1 < before.size(); ++i)
      vessel.path_mm[i] = 0.25 * before[i - 1] + 0.5 * before[i] + 0.25 * before[i + 1];
  }
}

} // namespace calx::simulate
