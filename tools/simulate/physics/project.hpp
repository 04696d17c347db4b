// Rays from the focal spot through the body to each pixel: how much of what each one meets.
#pragma once

#include "simulate/anatomy/anatomy.hpp"
#include "simulate/deposits/inclusion.hpp"

#include <optional>

namespace calx::simulate {

/// Where tube and detector are. Pixel (r, c) of the detector is centred on
/// `origin_mm + pitch_mm * (c, r)` in the plane z = 0 of the film frame.
struct Geometry {
  double sid_mm = 1000;        ///< source to image-receptor distance (0018,1110)
  cv::Point2d source_mm{0, 0}; ///< foot of the central ray
  double pitch_mm = 0.14;      ///< Imager Pixel Spacing (0018,1164)
  int rows = 0, columns = 0;
  cv::Point2d origin_mm{0, 0};

  /// Magnification of what lies at height z (< 0): SID / (SID + z).
  double magnification(double z_mm) const { return sid_mm / (sid_mm + z_mm); }
  /// Pixel coordinates (x, y) of a point in space.
  cv::Point2d project(const cv::Vec3d& at_mm) const;
};

/// A path image that is zero outside `box`.
struct PathPatch {
  cv::Rect box;
  cv::Mat1f path_mm;
};

/// What one inclusion puts into the rays; all nil outside its box. `inclusion` must live on.
struct InclusionPatch : PathPatch { ///< length with over 2 % of the peak density
  const Inclusion* inclusion = nullptr;
  cv::Mat1f g_cm2;        ///< of its material
  cv::Mat1f muscle_share; ///< of the soft tissue that it displaces; below 0: it lies in air
};

/// What the rays meet of one bone; all nil outside its box.
struct BoneShadow : PathPatch {
  cv::Mat1f mineral_mm;
  cv::Mat1f middle_mm; ///< from the focal spot to half way between where a ray enters and leaves
};

struct Projection {
  std::array<cv::Mat1f, material_count> g_cm2; ///< empty where a material does not occur
  cv::Mat1f body_mm;                           ///< length inside the skin
  std::vector<PathPatch> bones;                ///< of Anatomy::bones, in order
};

/// Follows each ray through each bone: most of the work of a projection, and the same for every
/// film of a body that has not moved.
std::vector<BoneShadow> trace_bones(const Anatomy& anatomy, const Geometry& geometry,
                                    const Random& random);

/// Projects the anatomy without anything added; `bones` are its own.
Projection project(const Anatomy& anatomy, const std::vector<BoneShadow>& bones,
                   const Geometry& geometry);

/// Projects what is to be added, in order.
std::vector<InclusionPatch> project_inclusions(const Anatomy& anatomy,
                                               const std::vector<Inclusion>& inclusions,
                                               const Geometry& geometry);

/// The same film with the inclusions, of which those of the kind `but` can be left out: adds their
/// material and takes out the soft tissue in their place. (Two steps, so that truth can compare
/// with and without.)
void add_inclusions(Projection& projection, const std::vector<InclusionPatch>& patches,
                    const Geometry& geometry, std::optional<Kind> but = {});

} // namespace calx::simulate
