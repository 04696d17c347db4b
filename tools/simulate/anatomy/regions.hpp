// The regions of the body and their views, as tables: a region or a view more is a row more.
//
// Region frame: x medial, y distal, z posterior (hand: dorsal) of the right side, mm, right-handed.
// It is the film frame of an AP film of the right side that is seen from the tube.
#pragma once

#include "simulate/anatomy/catalogue.hpp"

namespace calx::simulate {

/// How a bone hangs on the bone before it.
enum class JointKind {
  Fixed,  ///< moves with its parent
  Head,   ///< turns about the centre of the parent's end
  Socket, ///< turns about the centre of its own end in the parent
};

/// One bone of a region. Parents stand before their children.
struct RegionBone {
  std::string_view name;
  std::string_view parent; ///< empty: the bone stays where the region is
  JointKind joint = JointKind::Fixed;
  double reach_mm = 0;              ///< about the diameter of the joint's head
  std::string_view joint_name = {}; ///< empty: a joint that is not reported
};

/// Axes of a region out of two bones' centres for each; an empty pair means the body's own axis.
struct FrameRule {
  std::string_view distal_from, distal_to;
  std::string_view medial_from, medial_to;
  std::string_view posterior_from, posterior_to; ///< read if there is no medial pair
};

/// A part of a bone along the region's y: 0 at its proximal, 1 at its distal end.
struct BonePart {
  std::string_view bone;
  double from = 0, to = 1;
};

/// Flesh that no bone or muscle mesh tells of: an ellipsoid with axes along the body frame, moving
/// with the bone it is named after.
struct Filler {
  enum class What { Flesh, Fat, Air } what;
  std::string_view with;
  cv::Vec3d centre_mm, radii_mm; ///< body frame, right side
};

struct RegionRow {
  Region region;
  std::span<const RegionBone> bones;
  FrameRule frame;
  bool both_sides = false;
  std::span<const std::string_view> muscles; ///< FMA numbers in BodyParts3D
  std::span<const Filler> fillers;
  double soft_pitch_mm = 2;
  double fat_low_mm = 2, fat_high_mm = 12; ///< lean and obese
  double closing_mm = 6;                   ///< hollows narrower than twice this are filled
  double blend_mm = 4;                     ///< roundness where two parts of the skin meet
  double gap_low_mm = 1, gap_high_mm = 10; ///< from the skin to the detector
};
std::span<const RegionRow> region_rows();
const RegionRow& region_row(Region region); ///< throws std::out_of_range for one without a row

/// The film's axes in the region frame.
struct Facing {
  cv::Vec3d x, y, z;
};

struct ViewRow {
  Region region;
  View view;
  Facing facing;
  cv::Vec3d turn_deg;              ///< mean turn about the film's axes, after facing
  cv::Vec3d spread_deg;            ///< uniform about it
  std::span<const BonePart> field; ///< what the film shows
  double margin_low_mm, margin_high_mm;
  /// Posed so far from rest that muscles from bone to bone would tear and leave dense bodies that
  /// no patient has: flesh without structure takes their place.
  bool tears_muscles = false;
};
std::span<const ViewRow> view_rows();

/// A movement of a bone and of all that hangs on it.
struct Motion {
  Region region;
  View view; ///< Unknown: every view without rows of its own for this bone
  std::string_view bone;
  enum class Way {
    Turn, ///< by an angle about an axis
    Aim,  ///< lay the line from the joint to the bone's centre flexed and abducted
  } way;
  cv::Vec3d axis;                                     ///< Turn: in the region frame. Aim: not read
  double mean_deg = 0;                                ///< Turn: the angle. Aim: flexion
  double spread_deg = 0;                              ///< uniform about the mean
  double abduction_deg = 0, abduction_spread_deg = 0; ///< Aim: towards lateral
  bool from_region = false;       ///< Aim: against the region's y, not against the parent's line
  std::string_view together = {}; ///< motions with the same word share the random part
};
std::span<const Motion> motions();

/// Whether the skeleton holds every bone of the region.
bool has_region(std::string_view skeleton, const RegionRow& region);

} // namespace calx::simulate
