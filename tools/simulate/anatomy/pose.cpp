#include "simulate/anatomy/pose.hpp"

#include "simulate/anatomy/field.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace calx::simulate {

namespace {

constexpr double radians = std::numbers::pi / 180;
const cv::Affine3d mirror_x(cv::Matx33d(-1, 0, 0, 0, 1, 0, 0, 0, 1), cv::Vec3d(0, 0, 0));

cv::Affine3d turn_about(const cv::Vec3d& centre, const cv::Vec3d& rotation) {
  return cv::Affine3d(rotation).translate(centre) * cv::Affine3d().translate(-centre);
}

/// The rotation vector that lays `from` on `to` by the shortest way.
cv::Vec3d shortest_turn(const cv::Vec3d& from, const cv::Vec3d& to) {
  const cv::Vec3d axis = cv::normalize(from).cross(cv::normalize(to));
  const double sine = cv::norm(axis), cosine = cv::normalize(from).dot(cv::normalize(to));
  if (sine < 1e-9) return {0, 0, 0};
  return axis * (std::atan2(sine, cosine) / sine);
}

/// Where parent and child touch at rest: the mean of the child's surface that is nearest.
cv::Vec3d contact(const RestRegion& rest, std::size_t parent, std::size_t child) {
  const RestBone& bone = rest.bones[parent];
  const cv::Affine3d to_parent = bone.to_body.inv();
  const auto& points = rest.surface[child];
  std::vector<float> gap(points.size());
  std::ranges::transform(points, gap.begin(), [&](const cv::Vec3d& at) {
    return far_distance(bone.solid->distance_mm, cv::Vec3f(to_parent * at));
  });
  const float near = *std::ranges::min_element(gap) + 2;
  cv::Vec3d sum(0, 0, 0);
  double count = 0;
  for (std::size_t i = 0; i < gap.size(); ++i)
    if (gap[i] <= near) sum += points[i], ++count;
  return sum / count;
}

/// The centre of the bone's end at `touch`: of its surface within `reach_mm`.
cv::Vec3d end_centre(const std::vector<cv::Vec3d>& surface, const cv::Vec3d& touch,
                     double reach_mm) {
  cv::Vec3d sum = touch;
  double count = 1;
  for (const cv::Vec3d& at : surface)
    if (cv::norm(at - touch) < reach_mm) sum += at, ++count;
  return sum / count;
}

/// Draws one motion after the other and keeps where each bone went.
class Articulation {
public:
  Articulation(const RestRegion& rest, View view, const cv::Vec3d& scale, const Random& random)
      : rest_(rest), view_(view), random_(random),
        to_region_(cv::Affine3d(cv::Matx33d::diag(scale), cv::Vec3d(0, 0, 0)) *
                   rest.body_to_region) {
    for (std::size_t i = 0; i < rest.bones.size(); ++i) move(i);
  }
  std::vector<cv::Affine3d> motion;            ///< of each bone, within the scaled region frame
  std::vector<std::optional<cv::Vec3d>> joint; ///< posed centre

private:
  const RestRegion& rest_;
  View view_;
  const Random& random_;
  cv::Affine3d to_region_;
  std::vector<cv::Vec3d> line_; ///< posed, from the joint to the bone's centre

  cv::Vec3d centre(std::size_t i) const {
    const RestBone& bone = rest_.bones[i];
    return to_region_ * (bone.to_body * bone.solid->centre_mm);
  }

  void move(std::size_t i) {
    const RegionBone& row = rest_.row->bones[i];
    const auto parent = row.parent.empty() ? std::nullopt : rest_.find(row.parent);
    cv::Affine3d moved = parent ? motion[*parent] : cv::Affine3d::Identity();
    cv::Vec3d pivot = centre(i);
    if (parent && row.joint != JointKind::Fixed) {
      const std::size_t head = row.joint == JointKind::Head ? *parent : i;
      pivot =
          to_region_ * end_centre(rest_.surface[head], contact(rest_, *parent, i), row.reach_mm);
      joint.emplace_back(moved * pivot);
    } else {
      joint.emplace_back();
    }
    const cv::Vec3d rest_line = centre(i) - pivot;
    for (const Motion& each : motions())
      if (applies(each, row.name)) moved = apply(each, moved, pivot, rest_line, parent);
    motion.push_back(moved);
    line_.push_back(moved.rotation() * rest_line);
  }

  bool applies(const Motion& motion_row, std::string_view bone) const {
    if (motion_row.region != rest_.row->region || motion_row.bone != bone) return false;
    if (motion_row.view != View::Unknown) return motion_row.view == view_;
    return std::ranges::none_of(motions(), [&](const Motion& other) {
      return other.region == motion_row.region && other.bone == bone && other.view == view_;
    });
  }

  cv::Affine3d apply(const Motion& each, const cv::Affine3d& moved, const cv::Vec3d& pivot,
                     const cv::Vec3d& rest_line, std::optional<std::size_t> parent) const {
    const std::string_view word = each.together.empty() ? each.bone : each.together;
    Random draw = random_.stream(
        word, each.together.empty() ? static_cast<std::uint64_t>(&each - motions().data()) : 0);
    const double angle = (each.mean_deg + each.spread_deg * draw.uniform(-1, 1)) * radians;
    if (each.way == Motion::Way::Turn) return moved * turn_about(pivot, each.axis * angle);

    const double sideways =
        (each.abduction_deg + each.abduction_spread_deg * draw.uniform(-1, 1)) * radians;
    const cv::Vec3d now = moved.rotation() * rest_line;
    cv::Vec3d against = each.from_region || !parent ? cv::Vec3d(0, 1, 0) : line_[*parent];
    if (against.dot(now) < 0) against = -against;
    const cv::Vec3d bent = cv::Affine3d(cv::Vec3d(-angle, 0, 0)) * against;
    const cv::Vec3d target = cv::Affine3d(cv::Vec3d(0, 0, sideways)) * bent;
    return turn_about(moved * pivot, shortest_turn(now, target)) * moved;
  }
};

cv::Matx33d film_rotation(const ViewRow& view, Random draw) {
  const auto& [x, y, z] = view.facing;
  const cv::Matx33d facing(x[0], x[1], x[2], y[0], y[1], y[2], z[0], z[1], z[2]);
  cv::Matx33d turned = facing;
  for (const int axis : {1, 0, 2}) { // the wanted obliquity first, the hand's tremor of set-up last
    cv::Vec3d turn(0, 0, 0);
    turn[axis] = (view.turn_deg[axis] + view.spread_deg[axis] * draw.uniform(-1, 1)) * radians;
    turned = cv::Affine3d(turn).rotation() * turned;
  }
  return turned;
}

} // namespace

std::vector<cv::Vec3d> surface_points(const Solid& solid) {
  const Grid& grid = solid.distance_mm;
  const auto near = static_cast<float>(0.7 * grid.pitch_mm);
  // About one node of `stride` on the surface, scattered by a fixed hash: some thousands a bone.
  const double area_mm2 = 12 * std::pow(std::max(solid.volume_mm3, 1.0), 2.0 / 3);
  const auto stride =
      static_cast<std::uint32_t>(1 + area_mm2 / (grid.pitch_mm * grid.pitch_mm) / 12000);
  std::vector<cv::Vec3d> points;
  std::uint32_t hash = 1;
  for (int z = 0; z < grid.size[2]; ++z)
    for (int y = 0; y < grid.size[1]; ++y)
      for (int x = 0; x < grid.size[0]; ++x) {
        const float distance = grid.at(x, y, z);
        if (std::abs(distance) > near) continue;
        hash = hash * 1664525U + 1013904223U;
        if ((hash >> 8) % stride != 0) continue;
        const cv::Vec3d at = grid.node_mm(x, y, z);
        const cv::Vec3d slope = grid.gradient(cv::Vec3f(at));
        const double steep = std::max(slope.dot(slope), 0.25);
        points.push_back(at - slope * (distance / steep));
      }
  return points;
}

std::optional<std::size_t> RestRegion::find(std::string_view bone) const {
  const auto found = std::ranges::find(row->bones, bone, &RegionBone::name);
  if (found == row->bones.end()) return std::nullopt;
  return static_cast<std::size_t>(found - row->bones.begin());
}

std::pair<double, double> RestRegion::extent_mm(std::size_t bone) const {
  double low = 1e9, high = -1e9;
  for (const cv::Vec3d& at : surface[bone]) {
    const double y = (body_to_region * at)[1];
    low = std::min(low, y), high = std::max(high, y);
  }
  return {low, high};
}

RestRegion make_rest_region(const RegionRow& row, std::vector<RestBone> bones) {
  RestRegion rest{&row, std::move(bones), {}, {}};
  cv::Vec3d origin(0, 0, 0);
  for (const RestBone& bone : rest.bones) {
    auto points = surface_points(*bone.solid);
    for (cv::Vec3d& at : points) at = bone.to_body * at;
    rest.surface.push_back(std::move(points));
    origin += bone.to_body * bone.solid->centre_mm / static_cast<double>(rest.bones.size());
  }
  if (row.both_sides) origin[0] = 0;

  const auto between = [&](std::string_view from, std::string_view to, const cv::Vec3d& otherwise) {
    const auto a = rest.find(from), b = rest.find(to);
    if (!a || !b) return otherwise;
    const auto at = [&](std::size_t i) {
      return rest.bones[i].to_body * rest.bones[i].solid->centre_mm;
    };
    return cv::normalize(at(*b) - at(*a));
  };
  const FrameRule& rule = row.frame;
  const cv::Vec3d y = between(rule.distal_from, rule.distal_to, {0, 0, -1});
  cv::Vec3d x;
  if (rule.posterior_from.empty()) {
    x = between(rule.medial_from, rule.medial_to, {1, 0, 0});
  } else {
    x = y.cross(between(rule.posterior_from, rule.posterior_to, {0, 1, 0}));
  }
  x = cv::normalize(x - y * x.dot(y));
  const cv::Vec3d z = x.cross(y);
  const cv::Matx33d rotation(x[0], x[1], x[2], y[0], y[1], y[2], z[0], z[1], z[2]);
  rest.body_to_region = cv::Affine3d(rotation, -(rotation * origin));
  return rest;
}

Pose draw_pose(const RestRegion& rest, const ViewRow& view, const cv::Vec3d& scale, bool mirrored,
               const Random& random) {
  Pose pose;
  pose.scale = scale;
  pose.region_to_film =
      cv::Affine3d(film_rotation(view, random.stream("view")), cv::Vec3d(0, 0, 0));
  if (mirrored) pose.region_to_film = mirror_x * pose.region_to_film;
  const cv::Affine3d scaled =
      cv::Affine3d(cv::Matx33d::diag(scale), cv::Vec3d(0, 0, 0)) * rest.body_to_region;

  const auto add = [&](bool left) {
    const Articulation articulation(rest, view.view, scale,
                                    random.stream(left ? "left joints" : "joints"));
    const cv::Affine3d side = left ? pose.region_to_film * mirror_x : pose.region_to_film;
    for (std::size_t i = 0; i < rest.bones.size(); ++i) {
      const std::string_view name = rest.bones[i].row->name;
      const bool midline =
          name == "sacrum" || name == "coccyx" || name.find("vertebra") != std::string_view::npos;
      if (left && midline) continue;
      PosedBone bone{i, left, rest.row->both_sides && !midline,
                     side * articulation.motion[i] * scaled, std::nullopt};
      if (articulation.joint[i]) bone.joint_mm = side * *articulation.joint[i];
      pose.bones.push_back(bone);
    }
  };
  add(false);
  if (rest.row->both_sides) add(true);
  return pose;
}

void translate(Pose& pose, const cv::Vec3d& by_mm) {
  pose.region_to_film = pose.region_to_film.translate(by_mm);
  for (PosedBone& bone : pose.bones) {
    bone.body_to_film = bone.body_to_film.translate(by_mm);
    if (bone.joint_mm) *bone.joint_mm += by_mm;
  }
}

} // namespace calx::simulate
