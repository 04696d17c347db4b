#include "simulate/deposits/surroundings.hpp"

#include "simulate/deposits/sculpt.hpp"

#include <algorithm>
#include <cmath>

namespace calx::simulate {

namespace {

// What a deposit keeps free of bone and skin, so that the lattices' small errors never let it in.
constexpr float kBoneGap_mm = 0.3F, kSkinGap_mm = 0.3F, kEdge_mm = 0.4F;

template <class Field>
cv::Vec3d slope(const Field& field, const cv::Vec3d& at, double step) {
  cv::Vec3d out;
  for (int axis = 0; axis < 3; ++axis) {
    cv::Vec3d offset(0, 0, 0);
    offset[axis] = step;
    out[axis] = field(at + offset) - field(at - offset);
  }
  return unit(out);
}

} // namespace

float Clearance::open(const cv::Vec3f& at_mm) const {
  const float bone = std::clamp((bone_mm_.sample(at_mm) - kBoneGap_mm) / kEdge_mm, 0.F, 1.F);
  if (bone <= 0) return 0;
  return bone * std::clamp((depth_mm_.sample(at_mm) - kSkinGap_mm) / kEdge_mm, 0.F, 1.F);
}

Surroundings::BoneBox Surroundings::box_of(const Bone& bone) {
  const Grid& grid = bone.solid->distance_mm;
  BoneBox box{bone.to_film.inv(), cv::Vec3d::all(1e9), cv::Vec3d::all(-1e9)};
  for (int corner = 0; corner < 8; ++corner) {
    const cv::Vec3d p = bone.to_film * grid.node_mm(corner & 1 ? grid.size[0] - 1 : 0,
                                                    corner & 2 ? grid.size[1] - 1 : 0,
                                                    corner & 4 ? grid.size[2] - 1 : 0);
    for (int axis = 0; axis < 3; ++axis) {
      box.low_mm[axis] = std::min(box.low_mm[axis], p[axis]);
      box.high_mm[axis] = std::max(box.high_mm[axis], p[axis]);
    }
  }
  return box;
}

Surroundings::Surroundings(const Anatomy& anatomy) : anatomy_(anatomy) {
  for (const Bone& bone : anatomy.bones) boxes_.push_back(box_of(bone));
  const Grid& skin = anatomy.soft.skin_distance_mm;
  low_mm_ = skin.low_mm();
  high_mm_ = skin.high_mm();
  const cv::Rect2d& field = anatomy.field_mm;
  if (field.empty()) return;
  low_mm_[0] = std::max(low_mm_[0], field.x);
  low_mm_[1] = std::max(low_mm_[1], field.y);
  high_mm_[0] = std::min(high_mm_[0], field.x + field.width);
  high_mm_[1] = std::min(high_mm_[1], field.y + field.height);
}

double Surroundings::bone_mm(std::size_t bone, const cv::Vec3d& at_mm) const {
  const Bone& b = anatomy_.bones[bone];
  const cv::Vec3d own = boxes_[bone].to_bone * at_mm;
  const Grid& grid = b.solid->distance_mm;
  double beyond2 = 0; // of the lattice, which ends shortly outside the bone
  const cv::Vec3d low = grid.low_mm(), high = grid.high_mm();
  for (int axis = 0; axis < 3; ++axis) {
    const double beyond = std::max({0.0, low[axis] - own[axis], own[axis] - high[axis]});
    beyond2 += beyond * beyond;
  }
  if (beyond2 > 0) return b.scale * (static_cast<double>(grid.outside) + std::sqrt(beyond2));
  return b.scale * static_cast<double>(grid.sample(cv::Vec3f(own)));
}

double Surroundings::bone_mm(const cv::Vec3d& at_mm) const {
  double nearest = 1e3;
  for (std::size_t i = 0; i < boxes_.size(); ++i) {
    double outside = 0; // of the lattice
    for (int axis = 0; axis < 3; ++axis)
      outside = std::max(
          {outside, boxes_[i].low_mm[axis] - at_mm[axis], at_mm[axis] - boxes_[i].high_mm[axis]});
    if (outside >= nearest) continue;
    const double distance = bone_mm(i, at_mm);
    nearest = std::min(nearest, outside > 0 ? std::max(outside, distance) : distance);
  }
  return nearest;
}

cv::Vec3d Surroundings::away_from_bone(const cv::Vec3d& at_mm) const {
  return slope([&](const cv::Vec3d& p) { return bone_mm(p); }, at_mm, 0.7);
}

cv::Vec3d Surroundings::towards_skin(const cv::Vec3d& at_mm) const {
  return slope([&](const cv::Vec3d& p) { return -depth_mm(p); }, at_mm, 2);
}

bool Surroundings::in_field(const cv::Vec3d& at_mm, double margin_mm) const {
  for (int axis = 0; axis < 2; ++axis)
    if (at_mm[axis] < low_mm_[axis] + margin_mm || at_mm[axis] > high_mm_[axis] - margin_mm)
      return false;
  return true;
}

cv::Vec3d Surroundings::at_depth(cv::Vec3d at_mm, double depth) const {
  for (int i = 0; i < 5; ++i) at_mm += (depth_mm(at_mm) - depth) * towards_skin(at_mm);
  return at_mm;
}

std::optional<cv::Vec3d> Surroundings::find_site(const SiteWish& wish, Random& random) const {
  const bool shallow = wish.max_depth_mm < 100;
  for (int attempt = 0; attempt < 400; ++attempt) {
    cv::Vec3d p;
    if (wish.near_mm)
      p = *wish.near_mm +
          random.uniform(wish.min_away_mm, wish.max_away_mm) * random_direction(random);
    else
      for (int axis = 0; axis < 3; ++axis) p[axis] = random.uniform(low_mm_[axis], high_mm_[axis]);
    const double wanted = shallow ? random.uniform(wish.min_depth_mm, wish.max_depth_mm) : 0;
    if (!in_field(p, 3)) continue;
    const double there = depth_mm(p);
    if (there < -8) continue;
    if (shallow && (there < wish.min_depth_mm || there > wish.max_depth_mm))
      p = at_depth(p, wanted);
    if (!in_field(p, 3)) continue;
    if (wish.near_mm && cv::norm(p - *wish.near_mm) > 1.4 * wish.max_away_mm + 1) continue;
    const double depth = depth_mm(p);
    if (depth < wish.min_depth_mm || depth > wish.max_depth_mm) continue;
    const double bone = bone_mm(p);
    if (bone >= wish.min_bone_mm && bone <= wish.max_bone_mm) return p;
  }
  return std::nullopt;
}

double Surroundings::fascia_depth_mm(const cv::Vec3d& at_mm) const {
  const Grid& muscle = anatomy_.soft.muscle_fraction;
  const cv::Vec3d inwards = -towards_skin(at_mm);
  const cv::Vec3d surface = at_depth(at_mm, 0.5);
  for (double depth = 1; depth < 45; depth += 0.5)
    if (muscle.sample(cv::Vec3f(surface + depth * inwards)) > 0.5F) return depth + 0.5;
  return std::max(2.0, anatomy_.patient.fat_mm);
}

cv::Vec3d Surroundings::limb_axis(const cv::Vec3d& at_mm) const {
  double best = 0;
  cv::Vec3d axis(0, 1, 0);
  for (std::size_t i = 0; i < anatomy_.bones.size(); ++i) {
    const Bone& bone = anatomy_.bones[i];
    const double length = bone.scale * bone.solid->half_length_mm;
    const double away = cv::norm(bone.to_film * bone.solid->centre_mm - at_mm);
    const double weight = length / (30 + std::max(0.0, away - length));
    if (weight <= best) continue;
    best = weight;
    axis = unit(bone.to_film.linear() * bone.solid->axis);
  }
  return axis;
}

Clearance Surroundings::clearance(const cv::Vec3d& low_mm, const cv::Vec3d& high_mm) const {
  const cv::Vec3d extent = high_mm - low_mm;
  const double largest = std::max({extent[0], extent[1], extent[2]});
  const double pitch = std::clamp(largest / 14, 0.4, 1.6);
  const cv::Vec3d margin = cv::Vec3d::all(pitch);
  Grid bone = Grid::covering(low_mm - margin, high_mm + margin, pitch, 0, -1);
  Grid depth = bone;
  std::size_t i = 0;
  for (int z = 0; z < bone.size[2]; ++z)
    for (int y = 0; y < bone.size[1]; ++y)
      for (int x = 0; x < bone.size[0]; ++x, ++i) {
        const cv::Vec3d p = bone.node_mm(x, y, z);
        depth.values[i] = static_cast<float>(depth_mm(p));
        // Far outside the body nobody asks how near the bone is.
        bone.values[i] = depth.values[i] < -4 ? 1.F : static_cast<float>(bone_mm(p));
      }
  return {std::move(bone), std::move(depth)};
}

std::vector<cv::Vec3d> Surroundings::prominences(std::string_view name) const {
  std::vector<cv::Vec3d> out;
  for (const Landmark& landmark : anatomy_.prominences)
    if (landmark.name.ends_with(name) && in_field(landmark.at_mm, 0)) out.push_back(landmark.at_mm);
  return out;
}

} // namespace calx::simulate
