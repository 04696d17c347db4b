// What is inside a bone: cortex, its endosteal edge, trabeculae and marrow.
#pragma once

#include "simulate/anatomy/anatomy.hpp"
#include "simulate/physics/bone_texture.hpp"

namespace calx::simulate {

/// What a piece of a ray meets inside a bone.
struct BonePiece {
  float inside_mm = 0;
  float mineral_mm = 0; ///< length of solid bone; the rest of `inside_mm` is marrow
};

/// The interior of one bone. Positions are nodes of its solid's lattice, depths mm below the
/// surface in the film frame.
class BoneInterior {
public:
  BoneInterior(const Bone& bone, const Random& random);

  /// What is the same over some mm around one position.
  struct Zone {
    float cortex_mm, edge_mm;  ///< thickness of the cortex, and over which it gives way
    float compact, trabecular; ///< volume fractions of mineralised bone, the mean of the latter
  };
  Zone zone(const cv::Vec3f& node) const;
  float zone_size_mm() const { return 0.3F * hill_mm_ * NoiseTile::hill_width; }

  /// The trabeculae that one ray meets.
  class Strands {
  public:
    /// Their share of the mean at a place along the ray.
    float operator()(float at_mm) const { return tile_(start_ + way_ * at_mm); }

  private:
    friend class BoneInterior;
    Strands(const NoiseTile& tile, const cv::Vec3f& start, const cv::Vec3f& way)
        : tile_(tile), start_(start), way_(way) {}
    const NoiseTile& tile_;
    cv::Vec3f start_, way_; // in nodes of the tile, and in nodes per mm
  };
  /// Of the ray that starts at a node and goes on by so many nodes per mm.
  Strands strands_along(const cv::Vec3f& start, const cv::Vec3f& nodes_per_mm) const {
    return {strands_, to_strands_ * start + strand_shift_, to_strands_ * nodes_per_mm};
  }

  /// A piece of `length_mm` between two depths, along which depth is linear; `strand` is that of
  /// its middle.
  BonePiece piece(const Zone& zone, float strand, float depth_from, float depth_to,
                  float length_mm) const;
  /// Length of solid bone in a piece that is all below the cortex.
  static float spongy_mm(const Zone& zone, float strand, float length_mm) {
    return zone.trabecular * strand * length_mm;
  }

  /// How far one may go from a place this deep without missing what is there.
  float step_mm(const Zone& zone, float depth) const;
  /// How far below the cortex and its edge a place is.
  static float below_cortex_mm(const Zone& zone, float depth) {
    return depth - zone.cortex_mm - zone.edge_mm;
  }

private:
  const NoiseTile& strands_;
  const NoiseTile& hills_;
  static constexpr int kProfile = 64;
  struct Profile {
    float cortex_mm, trabecular;
  };
  std::array<Profile, kProfile + 1> profile_; ///< from the middle to an end of the bone
  cv::Vec3f centre_, along_; ///< position along the axis, 0 in the middle, 1 at ends
  cv::Matx33f to_strands_, to_hills_;
  cv::Vec3f strand_shift_, hill_shift_;
  float compact_, pitch_mm_, strand_mm_, hill_mm_;
};

} // namespace calx::simulate
