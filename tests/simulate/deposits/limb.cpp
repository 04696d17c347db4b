#include "limb.hpp"

#include <algorithm>
#include <cmath>

namespace calx::simulate {

namespace {

double distance_to_segment_mm(const cv::Vec3d& p, const cv::Vec3d& a, const cv::Vec3d& b) {
  const double t = std::clamp((p - a).dot(b - a) / (b - a).dot(b - a), 0.0, 1.0);
  return cv::norm(p - a - t * (b - a));
}

struct Capsule {
  std::string name;
  cv::Vec3d from, to;
  double radius;
  double distance(const cv::Vec3d& p) const { return distance_to_segment_mm(p, from, to) - radius; }
};

template <class Field>
Grid sampled(const cv::Vec3d& low, const cv::Vec3d& high, double pitch, float outside,
             const Field& field) {
  Grid grid = Grid::covering(low, high, pitch, 0, outside);
  std::size_t i = 0;
  for (int z = 0; z < grid.size[2]; ++z)
    for (int y = 0; y < grid.size[1]; ++y)
      for (int x = 0; x < grid.size[0]; ++x, ++i)
        grid.values[i] = static_cast<float>(field(grid.node_mm(x, y, z)));
  return grid;
}

Bone bone_of(const Capsule& capsule) {
  const double length = cv::norm(capsule.to - capsule.from);
  const cv::Vec3d margin = cv::Vec3d::all(capsule.radius + 25);
  cv::Vec3d low, high;
  for (int axis = 0; axis < 3; ++axis) {
    low[axis] = std::min(capsule.from[axis], capsule.to[axis]);
    high[axis] = std::max(capsule.from[axis], capsule.to[axis]);
  }
  auto solid = std::make_shared<Solid>();
  solid->name = capsule.name;
  solid->distance_mm = sampled(low - margin, high + margin, 1.5, 20,
                               [&](const cv::Vec3d& p) { return capsule.distance(p); });
  solid->centre_mm = (capsule.from + capsule.to) / 2;
  solid->axis = (capsule.to - capsule.from) / length;
  solid->half_length_mm = length / 2 + capsule.radius;
  return {capsule.name, solid, cv::Affine3d::Identity(), 1, {}};
}

struct Plan {
  std::vector<Capsule> bones;
  double flesh_mm, fat_mm;
  std::vector<Landmark> prominences;
};

Plan hand() {
  Plan plan{{}, 4.5, 2.5, {}};
  const std::array<std::string, 5> rays{"thumb", "index", "middle", "ring", "little"};
  for (std::size_t i = 0; i < rays.size(); ++i) {
    const double x = 24.0 * static_cast<double>(i) - 48, z = -14;
    plan.bones.push_back({rays[i] + "_metacarpal", {x, 15, z}, {x, 60, z}, 4.5});
    plan.bones.push_back({rays[i] + "_proximal_phalanx", {x, -25, z}, {x, 4, z}, 4.5});
    plan.bones.push_back({rays[i] + "_distal_phalanx", {x, -55, z}, {x, -36, z}, 3.5});
    plan.prominences.push_back({rays[i] + "_tuft", {x, -58, z}});
    plan.prominences.push_back({rays[i] + "_mcp_head", {x, 15, z}});
  }
  return plan;
}

Plan limb(Region region) {
  const bool trunk = region == Region::Hip || region == Region::Pelvis || region == Region::Scrotum;
  const double flesh = trunk ? 45 : region == Region::Shoulder || region == Region::Thigh ? 35 : 20;
  const double z = -flesh - 16;
  Plan plan{{{"femur", {-8, 18, z}, {-8, 90, z}, 13}, {"tibia", {-8, -90, z}, {-8, -14, z}, 12}},
            flesh,
            trunk ? 14.0 : 7.0,
            {}};
  const auto name = [&]() -> std::vector<std::string> {
    switch (region) {
    case Region::Elbow:
      return {"olecranon", "medial_epicondyle"};
    case Region::Shoulder:
      return {"greater_tubercle", "acromion"};
    case Region::Hip:
      return {"greater_trochanter", "lesser_trochanter"};
    case Region::Pelvis:
      return {"pubic_symphysis", "left_ischial_tuberosity"};
    case Region::Knee:
      return {"patella", "lateral_femoral_epicondyle"};
    case Region::Foot:
      return {"first_metatarsal_head", "fifth_metatarsal_base"};
    case Region::Ankle:
      return {"lateral_malleolus", "calcaneal_tuberosity"};
    default:
      return {};
    }
  }();
  for (std::size_t i = 0; i < name.size(); ++i)
    plan.prominences.push_back({name[i], {i == 0 ? 5.0 : -20.0, 20, z}});
  return plan;
}

} // namespace

Anatomy make_limb(Region region, double age_years, Sex sex) {
  const Plan plan = region == Region::Hand ? hand() : limb(region);
  Anatomy anatomy;
  anatomy.region = region;
  anatomy.view = View::Ap;
  anatomy.laterality = Laterality::Right;
  anatomy.patient = {age_years, sex, 1, plan.fat_mm};
  anatomy.skeleton = "procedural";
  for (const Capsule& capsule : plan.bones) anatomy.bones.push_back(bone_of(capsule));
  anatomy.prominences = plan.prominences;
  const cv::Vec3d middle = plan.bones.front().from;
  anatomy.joints.push_back({"joint", {middle[0], 2, middle[2]}, 14});
  anatomy.vessels.push_back(
      {"artery", {{middle[0] + 16, -85, middle[2]}, {middle[0] + 19, 85, middle[2]}}, 2.5});
  const auto skin = [&](const cv::Vec3d& p) {
    double nearest = 1e6;
    for (const Capsule& capsule : plan.bones)
      nearest = std::min(nearest, capsule.distance(p) - plan.flesh_mm);
    return nearest;
  };
  const double reach = plan.flesh_mm + 40;
  const cv::Vec3d low(-48 - reach, -95, middle[2] - reach), high(48 + reach, 95, 0);
  anatomy.soft.skin_distance_mm = sampled(low, high, 2, 30, skin);
  anatomy.soft.muscle_fraction = sampled(low, high, 2, 0, [&](const cv::Vec3d& p) {
    return std::clamp(-skin(p) - plan.fat_mm, 0.0, 1.0);
  });
  anatomy.field_mm = {-90, -80, 180, 160};
  return anatomy;
}

} // namespace calx::simulate
