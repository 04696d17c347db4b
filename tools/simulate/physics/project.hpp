// Rays from the focal spot through the body to each pixel: how much of what each one meets.
#pragma once

#include "simulate/anatomy/anatomy.hpp"
#include "simulate/deposits/inclusion.hpp"

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

struct Projection {
  std::array<cv::Mat1f, material_count> g_cm2; ///< empty where a material does not occur
  cv::Mat1f body_mm;                           ///< length inside the skin
  std::vector<PathPatch> bones;                ///< of Anatomy::bones, in order
  std::vector<PathPatch> inclusions; ///< in order; length with over 2 % of the peak density
};

/// Projects the anatomy without anything added.
Projection project(const Anatomy& anatomy, const Geometry& geometry, const Random& random);

/// The same film with the inclusions: adds their material, takes out the soft tissue in their
/// place, and appends their paths in order. (Two steps, so that truth can compare with and
/// without.)
void add_inclusions(Projection& projection, const Anatomy& anatomy,
                    const std::vector<Inclusion>& inclusions, const Geometry& geometry);

} // namespace calx::simulate
