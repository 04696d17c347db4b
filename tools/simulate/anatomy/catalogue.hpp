// The bones that a skeleton holds: names, files, the common frame, what each is made of.
//
// Body frame, right-handed, mm: x to the subject's left, y posterior, z up, the arms hanging with
// the palms forward. It is BodyParts3D's own frame; the other skeletons are brought into it.
#pragma once

#include "simulate/anatomy/anatomy.hpp"

#include <span>

namespace calx::simulate {

/// Bones that are alike in size, cortex and the flesh around them.
enum class BoneKind {
  DistalPhalanx,
  Phalanx,
  Metacarpal,
  Carpal,
  Forearm,
  Humerus,
  Femur,
  Tibia,
  Fibula,
  Patella,
  Tarsal,
  Metatarsal,
  Toe,
  Girdle, ///< scapula, clavicle, hip bone, sacrum
  Rib,
  Vertebra,
};

/// What bones of one kind have in common, for a grown-up of 30 years.
struct BoneTraits {
  double cortex_shaft_mm, cortex_end_mm;
  double trabecular_end, trabecular_shaft;
  double pitch_mm;        ///< of the solid
  double smoothing_mm;    ///< of the solid, for meshes of few polygons
  double pad_mm, back_mm; ///< flesh without fat on the pad's side (`pad_side`) and opposite
  double beside_muscles;  ///< part of that flesh that remains where muscles are known
  bool tubular;           ///< has a shaft, ends, and growth plates in a child
};
const BoneTraits& traits(BoneKind kind);
/// The side of the thicker flesh in the body frame: palm, sole or back of the limb.
cv::Vec3d pad_side(BoneKind kind);

struct BoneRow {
  std::string_view name;        ///< ours, of the right side
  std::string_view bodyparts3d; ///< FMA number in the file's name; empty: not in this skeleton
  std::string_view z_anatomy;   ///< file stem
  std::string_view opensim;     ///< file stem after "arm_r_"
  BoneKind kind;
};
std::span<const BoneRow> bone_rows();
/// The bone of that name; throws std::out_of_range for a name that no row has.
const BoneRow& bone_row(std::string_view name);

/// The names of the skeletons, best first; "procedural" is the last.
std::span<const std::string_view> skeleton_names();
bool has_bone(std::string_view skeleton, const BoneRow& bone);
/// Whom to name where films of this skeleton are shown.
std::string attribution(std::string_view skeleton);

/// A bone of the right side, where it is before any pose.
struct RestBone {
  const BoneRow* row;
  std::shared_ptr<const Solid> solid;
  cv::Affine3d to_body;
  bool ossified = true; ///< false: cartilage, which films do not show
};

/// Loads bones of a skeleton. Errors name the file that is missing or damaged.
Result<std::vector<RestBone>> load_bones(std::string_view skeleton,
                                         const std::filesystem::path& meshes,
                                         std::span<const std::string_view> names,
                                         SolidLibrary& solids);

/// The file of BodyParts3D with that FMA number below one of its folders, if there is one.
std::optional<std::filesystem::path> bodyparts3d_file(const std::filesystem::path& meshes,
                                                      std::string_view folder,
                                                      std::string_view fma);

} // namespace calx::simulate
