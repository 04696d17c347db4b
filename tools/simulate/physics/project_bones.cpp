#include "simulate/physics/bone_interior.hpp"
#include "simulate/physics/project_parts.hpp"
#include "simulate/physics/rays.hpp"

#include <cmath>

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
        finest_mm_(0.7F * static_cast<float>(bone.solid->distance_mm.pitch_mm * bone.scale)),
        zone_size_mm_(interior_.zone_size_mm()) {}

  BoneRay trace(const Ray& ray) const {
    BoneRay result;
    float at = 0, depth = -scale_ * distance_(ray.start);
    float first = -1, last = 0;
    BoneInterior::Zone zone{};
    float zone_end = -1; // how far along the ray the zone is good for
    while (at < ray.length_mm) {
      float step = std::max(-0.95F * depth, finest_mm_);
      if (depth > 0) {
        if (at >= zone_end) {
          zone = interior_.zone(ray.at(at));
          zone_end = at + zone_size_mm_;
        }
        step = interior_.step_mm(zone, depth);
      }
      step = std::min(step, ray.length_mm - at);
      const float next = -scale_ * distance_(ray.at(at + step));
      if (depth > 0 || next > 0) {
        const cv::Vec3f middle = ray.at(at + 0.5F * step);
        if (at >= zone_end) {
          zone = interior_.zone(middle);
          zone_end = at + zone_size_mm_;
        }
        const BonePiece piece = interior_.piece(zone, middle, depth, next, step);
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

private:
  BoneInterior interior_;
  Sampler distance_;
  float scale_, finest_mm_, zone_size_mm_;
};

} // namespace

void project_bones(Projection& projection, const Anatomy& anatomy, const Geometry& geometry,
                   const Random& random) {
  cv::Mat1f& fat = map_of(projection, Material::Adipose, geometry);
  cv::Mat1f& muscle = map_of(projection, Material::Muscle, geometry);
  cv::Mat1f& mineral = map_of(projection, Material::CorticalBone, geometry);
  const auto per_mm = [](Material m) { return static_cast<float>(density_g_cm3(m) / 10); };
  const float fat_g = per_mm(Material::Adipose), muscle_g = per_mm(Material::Muscle),
              mineral_g = per_mm(Material::CorticalBone);
  for (const Bone& bone : anatomy.bones) {
    const Grid& lattice = bone.solid->distance_mm;
    const Rays rays(geometry, lattice, bone.to_film);
    const BoneTracer tracer(bone, random);
    PathPatch patch{shadow(geometry, lattice, bone.to_film), {}};
    patch.path_mm = cv::Mat1f::zeros(patch.box.size());
    for_rows(patch.box, [&](int y) {
      for (int x = patch.box.x; x < patch.box.x + patch.box.width; ++x) {
        Ray ray;
        if (!rays.cast(y, x, ray)) continue;
        const BoneRay found = tracer.trace(ray);
        if (found.inside_mm <= 0) continue;
        const float share =
            muscle_at(anatomy.soft, point_on_ray(geometry, y, x, ray.source_mm + found.middle_mm));
        const float marrow = found.inside_mm - found.mineral_mm; // half of it is fat
        patch.path_mm(y - patch.box.y, x - patch.box.x) = found.inside_mm;
        mineral(y, x) += mineral_g * found.mineral_mm;
        fat(y, x) += fat_g * (0.5F * marrow - (1 - share) * found.inside_mm);
        muscle(y, x) += muscle_g * (0.5F * marrow - share * found.inside_mm);
      }
    });
    projection.bones.push_back(trimmed(patch));
  }
  // A bone that stands out of the skin displaces nothing there.
  fat = cv::max(fat, 0.F);
  muscle = cv::max(muscle, 0.F);
}

} // namespace calx::simulate
