#include "simulate/anatomy/lead_back.hpp"

#include "simulate/anatomy/field.hpp"

#include <algorithm>
#include <cmath>

namespace calx::simulate {

namespace {

/// A line from one point to another, ready for many questions.
struct Line {
  cv::Vec3f from, way;
  float per_square = 0; ///< 1 over the square of its length

  Line() = default;
  Line(const cv::Vec3f& begin, const cv::Vec3f& end)
      : from(begin), way(end - begin), per_square(1 / std::max(way.dot(way), 1e-6F)) {}

  float distance(const cv::Vec3f& at) const {
    const cv::Vec3f off = at - from;
    const cv::Vec3f across = off - way * std::clamp(off.dot(way) * per_square, 0.F, 1.F);
    return std::sqrt(across.dot(across));
  }
};

/// A posed bone, ready for many questions.
struct Follower {
  const Solid* solid;
  cv::Affine3f film_to_body, film_to_solid, body_to_solid;
  float scale;           ///< film mm for one mm of the solid
  Line core;             ///< film frame: a capsule about it holds the bone
  float radius;          ///< of the capsule
  Line rest_line;        ///< body frame: from end to end
  float rest_scale;      ///< film mm for one mm of the body frame
  cv::Vec3f axis, pad;   ///< solid frame; `pad` is a unit vector across the axis
  float pad_mm, back_mm; ///< flesh
  bool tapers;           ///< its flesh thins towards its ends
};

float mean_scale(const cv::Affine3d& transform) {
  return static_cast<float>(std::cbrt(std::abs(cv::determinant(transform.linear()))));
}

/// Lays the capsule around the bone's surface.
void enclose(Follower& follower, const cv::Affine3d& to_film,
             const std::vector<cv::Vec3d>& surface_in_body, const cv::Affine3d& body_to_solid) {
  const Solid& solid = *follower.solid;
  const cv::Vec3d half = solid.axis * (0.85 * solid.half_length_mm);
  follower.core = Line(cv::Vec3f(to_film * (solid.centre_mm - half)),
                       cv::Vec3f(to_film * (solid.centre_mm + half)));
  const cv::Affine3f to_film_f(to_film * body_to_solid);
  for (const cv::Vec3d& at : surface_in_body)
    follower.radius = std::max(follower.radius, follower.core.distance(to_film_f * cv::Vec3f(at)));
}

std::vector<Follower> followers_of(const SoftRequest& request) {
  std::vector<Follower> followers;
  for (const PosedBone& posed : request.pose.bones) {
    const RestBone& bone = request.rest.bones[posed.rest];
    const Solid& solid = *bone.solid;
    const cv::Affine3d to_film = posed.body_to_film * bone.to_body;
    const BoneTraits& kind = traits(bone.row->kind);
    cv::Vec3d pad = bone.to_body.inv().linear() * pad_side(bone.row->kind);
    pad = cv::normalize(pad - solid.axis * pad.dot(solid.axis));
    const auto flesh =
        static_cast<float>(request.size * (request.muscles.empty() ? 1 : kind.beside_muscles));
    Follower follower{&solid,
                      cv::Affine3f(posed.body_to_film.inv()),
                      cv::Affine3f(to_film.inv()),
                      cv::Affine3f(bone.to_body.inv()),
                      mean_scale(to_film),
                      {},
                      0,
                      {},
                      mean_scale(posed.body_to_film),
                      cv::Vec3f(solid.axis),
                      cv::Vec3f(pad),
                      flesh * static_cast<float>(kind.pad_mm),
                      flesh * static_cast<float>(kind.back_mm),
                      kind.tubular && kind.pad_mm + kind.back_mm > 20};
    const cv::Vec3d whole = solid.axis * solid.half_length_mm;
    follower.rest_line = Line(cv::Vec3f(bone.to_body * (solid.centre_mm - whole)),
                              cv::Vec3f(bone.to_body * (solid.centre_mm + whole)));
    enclose(follower, to_film, request.rest.surface[posed.rest], bone.to_body.inv());
    followers.push_back(follower);
  }
  return followers;
}

/// How thick the flesh is on the side of the bone where `at` (solid frame) lies.
float flesh_mm(const Follower& bone, const cv::Vec3f& at) {
  const cv::Vec3f centre = bone.solid->centre_mm;
  const auto half = static_cast<float>(bone.solid->half_length_mm);
  const float along = std::clamp((at - centre).dot(bone.axis), -0.85F * half, 0.85F * half);
  const cv::Vec3f away = at - centre - bone.axis * along;
  // Bellies lie along the shaft: joints of a long bone are nearly bare.
  const float bare = bone.tapers ? 0.72F * smooth_step(0.5F, 0.85F, std::abs(along) / half) : 0;
  const float cosine = away.dot(bone.pad) / std::max(static_cast<float>(cv::norm(away)), 1e-3F);
  return (1 - bare) *
         (bone.back_mm + (bone.pad_mm - bone.back_mm) * smooth_step(-0.6F, 0.9F, cosine));
}

/// The fillers, each with the bones that carry it.
struct Carried {
  cv::Affine3f film_to_body;
  cv::Vec3f centre, radii;
  float scale;
};

std::vector<Carried> carried_fillers(const SoftRequest& request) {
  std::vector<Carried> carried;
  for (const Filler& filler : request.rest.row->fillers) {
    if (filler.what != Filler::What::Flesh) continue;
    for (const PosedBone& posed : request.pose.bones)
      if (request.rest.bones[posed.rest].row->name == filler.with)
        carried.push_back({cv::Affine3f(posed.body_to_film.inv()), cv::Vec3f(filler.centre_mm),
                           cv::Vec3f(filler.radii_mm), mean_scale(posed.body_to_film)});
  }
  return carried;
}

} // namespace

namespace {

/// Distance to the nearest bone at rest, as far as it is below `enough`.
float rest_distance(const std::vector<Follower>& bones, const cv::Vec3f& at, float enough) {
  float nearest = enough;
  for (const Follower& bone : bones) {
    if (bone.rest_scale * bone.rest_line.distance(at) - bone.radius > nearest) continue;
    nearest = std::min(nearest,
                       bone.scale * far_distance(bone.solid->distance_mm, bone.body_to_solid * at));
  }
  return nearest;
}

} // namespace

float ellipsoid_mm(const cv::Vec3f& at, const cv::Vec3f& centre, const cv::Vec3f& radii) {
  cv::Vec3f once, twice;
  for (int axis = 0; axis < 3; ++axis) {
    once[axis] = (at[axis] - centre[axis]) / radii[axis];
    twice[axis] = once[axis] / radii[axis];
  }
  const auto size = static_cast<float>(cv::norm(once)), slope = static_cast<float>(cv::norm(twice));
  if (slope < 1e-6F) return -std::min({radii[0], radii[1], radii[2]});
  return size * (size - 1) / slope;
}

RestField lead_back(const SoftRequest& request, double pitch_mm) {
  const std::vector<Follower> bones = followers_of(request);
  const std::vector<Carried> fillers = carried_fillers(request);
  const bool fold = request.rest.row->both_sides;
  const auto blend = static_cast<float>(request.rest.row->blend_mm * request.size);
  RestField field;
  constexpr float far = 200;
  field.lean = Grid::covering(request.low_mm, request.high_mm, pitch_mm, far, far);
  field.position.resize(field.lean.values.size());

  const bool bends = !request.muscles.empty();
  if (bends) field.displaced = Grid::filled(field.lean.size, pitch_mm, field.lean.origin_mm, 0, 0);

  const auto add_fillers = [&](const cv::Vec3f& at, float& lean) {
    for (const Carried& filler : fillers)
      lean = smooth_min(
          lean, filler.scale * ellipsoid_mm(filler.film_to_body * at, filler.centre, filler.radii),
          2 * blend);
  };
  // Flesh on bones, hollows to close and fat end within this distance from a bone.
  float reach = static_cast<float>(2 * request.fat_mm + 20);
  for (const Follower& bone : bones)
    reach = std::max(reach, bone.pad_mm + static_cast<float>(2 * request.fat_mm + 20));
  if (!request.muscles.empty() && request.rest.row->soft_pitch_mm >= 1.3) reach += 90;

  struct Node {
    cv::Vec3f position;
    float lean = far, displaced = 0;
  };
  const auto lead = [&](const cv::Vec3f& at, std::vector<float>& distance) {
    Node node;
    float& lean = node.lean;
    std::size_t first = 0; // probably the nearest bone: most others need no closer look then
    for (std::size_t b = 0; b < bones.size(); ++b) {
      distance[b] = bones[b].core.distance(at) - bones[b].radius;
      if (distance[b] < distance[first]) first = b;
    }
    if (distance[first] > reach) { // air: only its order of distance matters
      node.lean = distance[first];
      node.position = bones[first].film_to_body * at;
      add_fillers(at, node.lean);
      return node;
    }
    float nearest = far;
    const auto look = [&](std::size_t b) {
      const cv::Vec3f in_solid = bones[b].film_to_solid * at;
      distance[b] = bones[b].scale * far_distance(bones[b].solid->distance_mm, in_solid);
      nearest = std::min(nearest, distance[b]);
      lean = smooth_min(lean, distance[b] - flesh_mm(bones[b], in_solid), blend);
    };
    look(first);
    const auto decay = [&] { return 2 + 0.18F * std::max(nearest, 0.F); };
    for (std::size_t b = 0; b < bones.size(); ++b) {
      if (b == first) continue;
      if (distance[b] < nearest + 7 * decay())
        look(b);
      else
        distance[b] = far + distance[b];
    }
    cv::Vec3f sum(0, 0, 0);
    float weights = 0;
    for (std::size_t b = 0; b < bones.size(); ++b) {
      const float beyond = (distance[b] - nearest) / decay();
      if (beyond > 7) continue;
      const float weight = std::exp(-beyond);
      cv::Vec3f rest = bones[b].film_to_body * at;
      if (fold) rest[0] = -std::abs(rest[0]);
      sum += rest * weight;
      weights += weight;
    }
    add_fillers(at, lean);
    node.position = weights > 0 ? sum * (1 / weights) : sum;
    if (bends && nearest < 80)
      node.displaced = std::max(nearest - rest_distance(bones, node.position, nearest), 0.F);
    return node;
  };

  each_slice(field.lean.size[2], [&](int z) {
    std::vector<float> distance(bones.size());
    for (int y = 0; y < field.lean.size[1]; ++y)
      for (int x = 0; x < field.lean.size[0]; ++x) {
        const std::size_t i = field.lean.index(x, y, z);
        const Node node = lead(field.lean.node_mm(x, y, z), distance);
        field.position[i] = node.position;
        field.lean.values[i] = node.lean;
        if (bends) field.displaced.values[i] = node.displaced;
      }
  });
  return field;
}

} // namespace calx::simulate
