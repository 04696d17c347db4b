// The limbs: bodies, bones, landmarks, and where lesions go. Lengths in mm, x right, y down.
#pragma once

#include "core/vocabulary.hpp"
#include "simulate/height_field.hpp"
#include "simulate/physics.hpp"

#include <opencv2/core.hpp>
#include <string>
#include <utility>
#include <vector>

namespace calx::phantom {

struct Bone {
  std::vector<Part> parts;
  double depth = 1;       ///< how deep for its width
  double blend_mm2 = 4;   ///< how its parts flow into each other
  std::vector<Part> bite; ///< what a neighbouring joint surface takes away

  double width_mm() const; ///< of its narrowest part
};

struct Limb {
  cv::Size2d film_mm;
  std::vector<Part> flesh;
  double flesh_depth = 1, flesh_blend_mm2 = 30;
  double fat_mm = 3; ///< under the skin
  std::vector<Bone> bones;
  std::vector<std::pair<std::string, cv::Point2d>> prominences;
  std::vector<cv::Point2d> stone_sites;      ///< under the skin at pressure points
  cv::Point2d mass_site;                     ///< beside the large prominence
  std::vector<cv::Point2d> vessel;           ///< the course of an artery
  std::vector<cv::Point2d> phlebolith_sites; ///< in soft tissue, clear of bone
  cv::Point2d marker_at;
  double magnification = 1; ///< of the limb's middle on the detector
  Exposure exposure;
};

/// Small variations of pose and size come from `random`.
Limb make_hand(cv::RNG& random);
Limb make_hip(cv::RNG& random);
Limb make_leg(cv::RNG& random);

} // namespace calx::phantom
