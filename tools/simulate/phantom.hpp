// A procedural radiograph with known truth: a limb made of analytic bodies, projected, exposed,
// detected and presented as a digital radiograph would be. No patient, no mesh, no data file.
//
// The geometry is a parallel projection of capsules: each body part gives the length of the beam
// inside it, from which the physics follows by Beer-Lambert. Bones are a cortical shell around a
// trabecular inside; deposits displace soft tissue, so their contrast is physical.
#pragma once

#include "core/vocabulary.hpp"

#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace calx {

/// What to make. Any pattern goes with any of the regions.
struct PhantomSpec {
  Region region = Region::Hand;    ///< Hand (PA), Hip (AP) or Leg (AP, lower half with the ankle)
  Pattern pattern = Pattern::None; ///< not Scrotal, not Indeterminate
  bool mimics = false;             ///< adds calcified arteries and phleboliths
  /// The same seed and spacing give the same film; the same limb and noise whatever the lesions.
  unsigned seed = 1;
  double spacing_mm = 0.2; ///< in the middle of the limb, which is not the detector's plane
  bool marker = true;      ///< a lead letter, "L": all limbs are left ones
};

/// One bright thing that is not bone, and the value it has in PhantomFilm::labels.
struct PhantomLesion {
  int label = 0;
  Kind kind = Kind::Deposit;
  double peak_mm = 0; ///< the longest path of a ray inside it
};

struct PhantomProminence {
  std::string name; ///< a word of the vocabulary
  cv::Point2d xy;   ///< pixels
};

/// The film and its truth, all on one pixel grid; the masks end where the collimated field does.
struct PhantomFilm {
  cv::Mat1w pixels; ///< 12 bits, dense is bright (MONOCHROME2)
  cv::Mat1w labels; ///< PhantomLesion::label, 0 elsewhere
  cv::Mat1b bone;   ///< 255 where a ray meets bone
  cv::Mat1b body;   ///< 255 where a ray meets the body
  cv::Mat1b field;  ///< 255 inside the collimated field
  std::vector<PhantomLesion> lesions;
  std::vector<PhantomProminence> prominences;
  double spacing_mm = 0;
  double magnification = 1; ///< radiographic: the detector's spacing divided by spacing_mm
  double kvp = 0;
};

/// Throws std::invalid_argument for a region or pattern that it cannot make, or a spacing outside
/// 0.05 to 1 mm.
PhantomFilm make_phantom(const PhantomSpec& spec);

} // namespace calx
