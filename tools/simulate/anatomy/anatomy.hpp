// A posed part of the body in front of the detector: bones, soft tissue, landmarks.
//
// Film frame, right-handed, mm: x along the image's rows to the right, y along its columns down,
// z from the tube towards the detector. The detector is the plane z = 0, the body lies at z < 0,
// the tube's focal spot at z = -SID. A film is seen from the tube.
#pragma once

#include "core/error.hpp"
#include "core/vocabulary.hpp"
#include "simulate/core/random.hpp"
#include "simulate/mesh/solid.hpp"

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <opencv2/core/affine.hpp>
#include <optional>

namespace calx::simulate {

/// What a bone is made of. The cortex is `cortex_shaft_mm` thick at mid-length and thins to
/// `cortex_end_mm` at both ends; the rest is trabeculae (a volume fraction) in marrow.
struct BoneTissue {
  double cortex_shaft_mm = 2, cortex_end_mm = 0.5;
  double trabecular_end_fraction = 0.2, trabecular_shaft_fraction = 0.02;
  double cortex_porosity = 0.06;
};

struct Bone {
  std::string
      name; ///< e.g. "index_distal_phalanx", "femur"; `left_`/`right_` before it if both show
  std::shared_ptr<const Solid> solid;
  cv::Affine3d
      to_film; ///< from the solid's frame; rigid, uniform or mildly anisotropic scale, may mirror
  double scale = 1; ///< mm of the film frame for one mm of the solid's frame (mean over axes)
  BoneTissue tissue;
};

/// Tissue around the bones, in the film frame, on a lattice of about 1 to 2 mm.
struct SoftTissue {
  Grid skin_distance_mm; ///< negative inside the body
  Grid muscle_fraction;  ///< 0 (fat) to 1 (muscle); bones and skin are not taken out
  Grid air_fraction;     ///< lungs and bowel gas: share of the volume without tissue; may be empty
};

struct Landmark {
  std::string name; ///< a prominence's name of the vocabulary
  cv::Vec3d at_mm;
};

struct Joint {
  std::string name;
  cv::Vec3d at_mm;
  double radius_mm;
};

/// A large artery, from proximal to distal.
struct Vessel {
  std::string name;
  std::vector<cv::Vec3d> path_mm;
  double radius_mm;
};

struct Patient {
  double age_years = 50;
  Sex sex = Sex::Unknown;
  double size = 1;   ///< of the bones, 1 is an adult of the meshes
  double fat_mm = 6; ///< typical thickness of the subcutaneous fat in this region
};

struct Anatomy {
  Region region = Region::Other;
  View view = View::Unknown;
  Laterality laterality = Laterality::Unknown;
  Patient patient;
  std::vector<Bone> bones;
  SoftTissue soft;
  std::vector<Landmark> prominences;
  std::vector<Joint> joints;
  std::vector<Vessel> vessels;
  cv::Rect2d field_mm;  ///< what a technician would put on the film, at the body's own depth
  std::string skeleton; ///< "bodyparts3d", "z-anatomy", "opensim" or "procedural"
  std::string attribution;

  /// Distance to the nearest bone's surface, negative inside a bone.
  double bone_distance_mm(const cv::Vec3d& at_mm) const;
  double skin_distance_mm(const cv::Vec3d& at_mm) const;
  bool inside_bone(const cv::Vec3d& at_mm) const { return bone_distance_mm(at_mm) < 0; }
};

struct AnatomySpec {
  std::optional<Region> region; ///< drawn where not given
  std::optional<View> view;
  std::optional<Laterality> laterality;
  std::string skeleton = "auto"; ///< or one of Anatomy::skeleton
  std::filesystem::path meshes;  ///< folder of the meshes; empty: procedural
};

/// The regions and views that can be made from a skeleton.
struct Projectable {
  Region region;
  View view;
};
std::vector<Projectable> projectable(std::string_view skeleton);

/// A random patient's region, posed for the view. Deterministic in `random`.
Result<Anatomy> make_anatomy(const AnatomySpec& spec, SolidLibrary& solids, const Random& random);

/// Everything that was drawn, for the truth file.
nlohmann::json to_json(const Anatomy& anatomy);

} // namespace calx::simulate
