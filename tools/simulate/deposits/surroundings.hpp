// Where something can lie: questions that a deposit asks of the anatomy around it.
#pragma once

#include "simulate/anatomy/anatomy.hpp"

#include <string_view>

namespace calx::simulate {

/// A wish for a place inside the body and inside the field.
struct SiteWish {
  double min_depth_mm = 1, max_depth_mm = 1e3; ///< below the skin
  double min_bone_mm = 1, max_bone_mm = 1e3;   ///< from the nearest bone's surface
  std::optional<cv::Vec3d> near_mm;            ///< else anywhere
  double min_away_mm = 0, max_away_mm = 20;    ///< from `near_mm`
};

/// How much of a place is free soft tissue, on a lattice that is quick to ask.
class Clearance {
public:
  Clearance(Grid bone_mm, Grid depth_mm)
      : bone_mm_(std::move(bone_mm)), depth_mm_(std::move(depth_mm)) {}
  /// 0 in bone and outside the body, 1 in soft tissue, with a narrow edge between.
  float open(const cv::Vec3f& at_mm) const;
  float bone_mm(const cv::Vec3f& at_mm) const { return bone_mm_.sample(at_mm); }
  float depth_mm(const cv::Vec3f& at_mm) const { return depth_mm_.sample(at_mm); }

private:
  Grid bone_mm_, depth_mm_;
};

class Surroundings {
public:
  explicit Surroundings(const Anatomy& anatomy);
  const Anatomy& anatomy() const { return anatomy_; }

  /// Signed distance to the nearest bone, as Anatomy's, without asking the bones that are far.
  double bone_mm(const cv::Vec3d& at_mm) const;
  double depth_mm(const cv::Vec3d& at_mm) const { return -anatomy_.skin_distance_mm(at_mm); }
  /// Signed distance to one bone.
  double bone_mm(std::size_t bone, const cv::Vec3d& at_mm) const;
  /// Unit vectors of the fields' slopes.
  cv::Vec3d away_from_bone(const cv::Vec3d& at_mm) const;
  cv::Vec3d towards_skin(const cv::Vec3d& at_mm) const;
  bool in_field(const cv::Vec3d& at_mm, double margin_mm) const;

  /// A random place that meets the wish, or nothing where none was met in many tries.
  std::optional<cv::Vec3d> find_site(const SiteWish& wish, Random& random) const;
  /// The point moved along the skin's normal until it lies this deep.
  cv::Vec3d at_depth(cv::Vec3d at_mm, double depth_mm) const;
  /// Depth at which the fat under the skin near this point ends; the patient's typical fat where
  /// no muscle lies below it.
  double fascia_depth_mm(const cv::Vec3d& at_mm) const;
  /// Along the limb: of the longest bone near the point.
  cv::Vec3d limb_axis(const cv::Vec3d& at_mm) const;
  Clearance clearance(const cv::Vec3d& low_mm, const cv::Vec3d& high_mm) const;
  /// Named prominences inside the field, also with a side before the name.
  std::vector<cv::Vec3d> prominences(std::string_view name) const;

private:
  const Anatomy& anatomy_;
  struct BoneBox {
    cv::Affine3d to_bone;
    cv::Vec3d low_mm, high_mm; ///< of the solid's lattice, film frame
  };
  static BoneBox box_of(const Bone& bone);

  std::vector<BoneBox> boxes_;
  cv::Vec3d low_mm_, high_mm_; ///< box of the body in the field
};

} // namespace calx::simulate
