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
  float middle_mm =
      0; ///< from the focal spot to half way between the first and the last point inside
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
    Walk walk(*this, ray);
    while (!walk.is_over()) {
      const float step_mm = walk.next_step_mm();
      if (!walk.pass_sponge(step_mm)) walk.pass(step_mm);
    }
    return walk.found();
  }

  /// False: no ray that stays within a distance of this one meets the bone. The ray may leave the
  /// lattice by as much.
  bool near(const Ray& ray, float within_mm) const {
    for (float at = 0; at < ray.length_mm;) {
      const cv::Vec3f node = ray.at(at);
      cv::Vec3f inside;
      for (int axis = 0; axis < 3; ++axis) inside[axis] = std::clamp(node[axis], 0.F, last_[axis]);
      const auto beyond_mm = static_cast<float>(cv::norm(node - inside)) * node_mm_;
      const float outside =
          scale_ * distance_(inside) / kUnevenlyScaled - kUnevenlyScaled * beyond_mm - within_mm;
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

  /// How far a ray has been followed, and what it has met.
  class Walk {
  public:
    Walk(const BoneTracer& tracer, const Ray& ray)
        : tracer_(tracer), ray_(ray),
          strands_(tracer.interior_.strands_along(ray.start, ray.direction)),
          depth_(tracer.depth_at(ray, 0)) {}

    bool is_over() const { return at_ >= ray_.length_mm; }

    float next_step_mm() {
      if (depth_ <= 0) return std::max(-0.95F * depth_, tracer_.finest_mm_);
      enter_zone(at_);
      return tracer_.interior_.step_mm(zone_, depth_);
    }

    /// Some steps at once where it is so deep that no cortex is near, wherever the ray goes.
    bool pass_sponge(float step_mm) {
      if (depth_ <= 0) return false;
      const float safe_mm = std::min({0.9F * BoneInterior::below_cortex_mm(zone_, depth_),
                                      zone_end_ - at_, ray_.length_mm - at_});
      if (safe_mm < 2 * step_mm) return false;
      if (first_ < 0) first_ = at_;
      const int steps = static_cast<int>(safe_mm / step_mm);
      for (int i = 0; i < steps; ++i, at_ += step_mm)
        met_.mineral_mm += BoneInterior::spongy_mm(zone_, strands_(at_ + 0.5F * step_mm), step_mm);
      met_.inside_mm += static_cast<float>(steps) * step_mm;
      last_ = at_;
      depth_ = tracer_.depth_at(ray_, at_);
      return true;
    }

    void pass(float step_mm) {
      const float step = std::min(step_mm, ray_.length_mm - at_);
      const float next = tracer_.depth_at(ray_, at_ + step);
      if (depth_ > 0 || next > 0) {
        const float middle = at_ + 0.5F * step;
        enter_zone(middle);
        const BonePiece piece =
            tracer_.interior_.piece(zone_, strands_(middle), depth_, next, step);
        met_.inside_mm += piece.inside_mm;
        met_.mineral_mm += piece.mineral_mm;
        if (first_ < 0) first_ = at_;
        last_ = at_ + step;
      }
      at_ += step;
      depth_ = next;
    }

    BoneRay found() const {
      return {met_.inside_mm, met_.mineral_mm, ray_.source_mm + (first_ + last_) / 2};
    }

  private:
    void enter_zone(float there) {
      if (there < zone_end_) return;
      zone_ = tracer_.interior_.zone(ray_.at(there));
      zone_end_ = there + tracer_.zone_size_mm_;
    }

    const BoneTracer& tracer_;
    const Ray& ray_;
    BoneInterior::Strands strands_;
    BonePiece met_;
    BoneInterior::Zone zone_{};
    float at_ = 0, depth_;
    float zone_end_ = -1;         // how far along the ray the zone is good for
    float first_ = -1, last_ = 0; // points inside the bone
  };

  BoneInterior interior_;
  Sampler distance_;
  float scale_, node_mm_, finest_mm_, zone_size_mm_;
  cv::Vec3f last_; // node that has a far side
};

/// Puts bones in the place of soft tissue.
class Displacement {
public:
  Displacement(Projection& projection, const SoftTissue& soft, const Geometry& geometry)
      : soft_(soft), geometry_(geometry), fat_(map_of(projection, Material::Adipose, geometry)),
        muscle_(map_of(projection, Material::Muscle, geometry)),
        mineral_(map_of(projection, Material::CorticalBone, geometry)) {}

  void add(const cv::Point& pixel, const BoneRay& found) {
    const float share =
        muscle_at(soft_, point_on_ray(geometry_, pixel.y, pixel.x, found.middle_mm));
    const float marrow = found.inside_mm - found.mineral_mm; // half of it is fat
    mineral_(pixel) += mineral_g_ * found.mineral_mm;
    fat_(pixel) += fat_g_ * (0.5F * marrow - (1 - share) * found.inside_mm);
    muscle_(pixel) += muscle_g_ * (0.5F * marrow - share * found.inside_mm);
  }

  /// A bone that stands out of the skin displaces nothing there.
  void finish() {
    fat_ = cv::max(fat_, 0.F);
    muscle_ = cv::max(muscle_, 0.F);
  }

private:
  static float per_mm(Material m) { return static_cast<float>(density_g_cm3(m) / 10); }

  const SoftTissue& soft_;
  const Geometry& geometry_;
  cv::Mat1f &fat_, &muscle_, &mineral_;
  float fat_g_ = per_mm(Material::Adipose), muscle_g_ = per_mm(Material::Muscle),
        mineral_g_ = per_mm(Material::CorticalBone);
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

BoneShadow shadow_of(const Bone& bone, const Geometry& geometry, const Random& random) {
  constexpr int side = 8; // pixels, whose rays are passed over together where all of them miss
  const double spread_mm = 0.5 * std::numbers::sqrt2 * side * geometry.pitch_mm;
  const Grid& lattice = bone.solid->distance_mm;
  const Rays rays(geometry, lattice, bone.to_film);
  const BoneTracer tracer(bone, random);
  BoneShadow patch{{shadow(geometry, lattice, bone.to_film), {}}, {}, {}};
  for (cv::Mat1f* map : {&patch.path_mm, &patch.mineral_mm, &patch.middle_mm})
    *map = cv::Mat1f::zeros(patch.box.size());
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
        const cv::Point at = cv::Point(x, y) - patch.box.tl();
        patch.path_mm(at) = found.inside_mm;
        patch.mineral_mm(at) = found.mineral_mm;
        patch.middle_mm(at) = found.middle_mm;
      }
  });
  return patch;
}

} // namespace

std::vector<BoneShadow> trace_bones(const Anatomy& anatomy, const Geometry& geometry,
                                    const Random& random) {
  std::vector<BoneShadow> shadows;
  for (const Bone& bone : anatomy.bones) shadows.push_back(shadow_of(bone, geometry, random));
  return shadows;
}

void add_bones(Projection& projection, const std::vector<BoneShadow>& shadows,
               const SoftTissue& soft, const Geometry& geometry) {
  Displacement displacement(projection, soft, geometry);
  for (const BoneShadow& bone : shadows) {
    for_rows(bone.box, [&](int y) {
      for (int x = bone.box.x; x < bone.box.x + bone.box.width; ++x) {
        const cv::Point at = cv::Point(x, y) - bone.box.tl();
        if (bone.path_mm(at) > 0)
          displacement.add({x, y}, {bone.path_mm(at), bone.mineral_mm(at), bone.middle_mm(at)});
      }
    });
    projection.bones.push_back(trimmed(bone));
  }
  displacement.finish();
}

} // namespace calx::simulate
