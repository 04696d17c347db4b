// Calcifications as path lengths, on the limb that carries them.
#pragma once

#include "core/vocabulary.hpp"
#include "simulate/anatomy_models.hpp"
#include "simulate/phantom.hpp"

#include <opencv2/core.hpp>
#include <vector>

namespace calx::phantom {

/// What the lesions add to the rays, and their truth.
struct Lesions {
  cv::Mat1f apatite_mm; ///< of a paste of 30 % hydroxyapatite
  cv::Mat1w labels;
  std::vector<PhantomLesion> list;
};

/// The deposits of `pattern` and, if asked for, arteries and phleboliths. `body` is where rays meet
/// the body, `flesh` the limb's half chord squared.
Lesions make_lesions(const Limb& limb, Pattern pattern, bool mimics, const Grid& grid,
                     const cv::Mat1b& body, cv::RNG& random);

} // namespace calx::phantom
