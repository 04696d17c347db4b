#include "simulate/physics/bone_interior.hpp"
#include "simulate/physics/project_parts.hpp"
#include "simulate/physics/rays.hpp"

#include <cmath>
#include <numbers>

namespace calx::simulate {

namespace {

/// What one ray meets of one bone.
struct BoneRay {
  float inside_mm = 0, mineral_mm = 0;
  float middle_mm = 0; ///< along the ray, of the first and the last point inside
};

/// Sphere tracing outside, steps that suit the interior inside; between two steps the depth is
/// taken as linear and the interior is integrated in closed form.
class BoneTracer {
public:
  BoneTracer(const Bone& bone, const Random& random)
      : interior_(bone, random), distance_(bone.solid->distance_mm),
        scale_(static_cast<float>(bone.scale)),
        node_mm_(static_cast<float>(bone.solid->distance_mm.pitch_mm * bone.scale)),
        finest_mm_(0.7F * node_mm_), zone_size_mm_(interior_.zone_size_mm()) {
    for (int axis = 0; axis < 3; ++axis)
      last_[axis] = static_cast<float>(bone.solid->distance_mm.size[axis]) - 1.001F;
  }

  BoneRay trace(const Ray& ray) const {
    const BoneInterior::Strands strands = interior_.strands_along(ray.start, ray.direction);
    BoneRay result;
    float at = 0, depth = depth_at(ray, 0);
    float first = -1, last = 0;
    BoneInterior::Zone zone{};
    float zone_end = -1; // how far along the ray the zone is good for
    const auto enter_zone = [&](float there) {
      if (there < zone_end) return;
      zone = interior_.zone(ray.at(there));
      zone_end = there + zone_size_mm_;
    };
    while (at < ray.length_mm) {
      float step = std::max(-0.95F * depth, finest_mm_);
      if (depth > 0) {
        enter_zone(at);
        step = interior_.step_mm(zone, depth);
        // As deep as this no cortex is near for some steps, wherever the ray goes.
        const float safe_mm = std::min(
            {0.9F * BoneInterior::below_cortex_mm(zone, depth), zone_end - at, ray.length_mm - at});
        if (safe_mm >= 2 * step) {
          if (first < 0) first = at;
          const int steps = static_cast<int>(safe_mm / step);
          for (int i = 0; i < steps; ++i, at += step)
            result.mineral_mm += BoneInterior::spongy_mm(zone, strands(at + 0.5F * step), step);
          result.inside_mm += static_cast<float>(steps) * step;
          last = at;
          depth = depth_at(ray, at);
          continue;
        }
      }
      step = std::min(step, ray.length_mm - at);
      const float next = depth_at(ray, at + step);
      if (depth > 0 || next > 0) {
        enter_zone(at + 0.5F * step);
        const BonePiece piece = interior_.piece(zone, strands(at + 0.5F * step), depth, next, step);
        result.inside_mm += piece.inside_mm;
        result.mineral_mm += piece.mineral_mm;
        if (first < 0) first = at;
        last = at + step;
      }
      at += step;
      depth = next;
    }
    result.middle_mm = (first + last) / 2;
    return result;
  }

  /// False: no ray that stays within a distance of this one meets the bone. The ray may leave the
  /// lattice by as much.
  bool near(const Ray& ray, float within_mm) const {
    for (float at = 0; at < ray.length_mm;) {
      const cv::Vec3f node = ray.at(at);
      cv::Vec3f inside;
      for (int axis = 0; axis < 3; ++axis) inside[axis] = std::clamp(node[axis], 0.F, last_[axis]);
      const auto beyond_mm = static_cast<float>(cv::norm(node - inside)) * node_mm_;
      const float outside = scale_ * distance_(inside) / kUnevenlyScaled - beyond_mm - within_mm;
      if (outside <= 0) return true;
      at += std::max(outside, finest_mm_);
    }
    return false;
  }

  /// How many nodes are at least so long, in whatever direction.
  double nodes(double mm) const { return mm * static_cast<double>(kUnevenlyScaled / node_mm_); }

private:
  static constexpr float kUnevenlyScaled = 1.2F; ///< along one axis more than on average, at most

  float depth_at(const Ray& ray, float mm) const { return -scale_ * distance_(ray.at(mm)); }

  BoneInterior interior_;
  Sampler distance_;
  float scale_, node_mm_, finest_mm_, zone_size_mm_;
  cv::Vec3f last_; // node that has a far side
};

/// What becomes of the soft tissue and the mineral of the film where the rays meet a bone.
class BoneShadow {
public:
  BoneShadow(Projection& projection, const Anatomy& anatomy, const Geometry& geometry)
      : anatomy_(anatomy), geometry_(geometry),
        fat_(map_of(projection, Material::Adipose, geometry)),
        muscle_(map_of(projection, Material::Muscle, geometry)),
        mineral_(map_of(projection, Material::CorticalBone, geometry)) {}

  void cast(const cv::Point& pixel, const Ray& ray, const BoneRay& found) {
    const auto per_mm = [](Material m) { return static_cast<float>(density_g_cm3(m) / 10); };
    const float share = muscle_at(
        anatomy_.soft, point_on_ray(geometry_, pixel.y, pixel.x, ray.source_mm + found.middle_mm));
    const float marrow = found.inside_mm - found.mineral_mm; // half of it is fat
    mineral_(pixel) += per_mm(Material::CorticalBone) * found.mineral_mm;
    fat_(pixel) += per_mm(Material::Adipose) * (0.5F * marrow - (1 - share) * found.inside_mm);
    muscle_(pixel) += per_mm(Material::Muscle) * (0.5F * marrow - share * found.inside_mm);
  }

  /// A bone that stands out of the skin displaces nothing there.
  void finish() {
    fat_ = cv::max(fat_, 0.F);
    muscle_ = cv::max(muscle_, 0.F);
  }

private:
  const Anatomy& anatomy_;
  const Geometry& geometry_;
  cv::Mat1f &fat_, &muscle_, &mineral_;
};

/// Calls `tile(box)` for squares that cover a box, in parallel.
template <class Tile>
void for_tiles(const cv::Rect& box, int side, const Tile& tile) {
  const int across = (box.width + side - 1) / side, down = (box.height + side - 1) / side;
  for_rows({0, 0, across, down}, [&](int row) {
    for (int column = 0; column < across; ++column)
      tile(cv::Rect(box.x + column * side, box.y + row * side, side, side) & box);
  });
}

PathPatch project_bone(const Bone& bone, BoneShadow& shadow_of_bone, const Geometry& geometry,
                       const Random& random) {
  constexpr int side = 8; // pixels, whose rays are passed over together where all of them miss
  const double spread_mm = 0.5 * std::numbers::sqrt2 * side * geometry.pitch_mm;
  const Grid& lattice = bone.solid->distance_mm;
  const Rays rays(geometry, lattice, bone.to_film);
  const BoneTracer tracer(bone, random);
  PathPatch patch{shadow(geometry, lattice, bone.to_film), {}};
  patch.path_mm = cv::Mat1f::zeros(patch.box.size());
  for_tiles(patch.box, side, [&](const cv::Rect& tile) {
    Ray ray;
    if (!rays.cast(tile.y + 0.5 * (tile.height - 1), tile.x + 0.5 * (tile.width - 1), ray,
                   tracer.nodes(spread_mm)) ||
        !tracer.near(ray, static_cast<float>(spread_mm)))
      return;
    for (int y = tile.y; y < tile.br().y; ++y)
      for (int x = tile.x; x < tile.br().x; ++x) {
        if (!rays.cast(y, x, ray)) continue;
        const BoneRay found = tracer.trace(ray);
        if (found.inside_mm <= 0) continue;
        patch.path_mm(y - patch.box.y, x - patch.box.x) = found.inside_mm;
        shadow_of_bone.cast({x, y}, ray, found);
      }
  });
  return trimmed(patch);
}

} // namespace

void project_bones(Projection& projection, const Anatomy& anatomy, const Geometry& geometry,
                   const Random& random) {
  BoneShadow shadow_of_bone(projection, anatomy, geometry);
  for (const Bone& bone : anatomy.bones)
    projection.bones.push_back(project_bone(bone, shadow_of_bone, geometry, random));
  shadow_of_bone.finish();
}

} // namespace calx::simulate
