// What a simulated film shows, measured on its path lengths: the exact truth.
#pragma once

#include "simulate/simulate.hpp"

#include <functional>

namespace calx::simulate {

/// The noise-free signal with a lesion, and without it; 1 in the open field.
struct SignalPair {
  cv::Mat1f with, without;
  double open_field_quanta = 0;
};

/// The noise-free signal with everything, and with everything but what is of one kind.
struct Signals {
  cv::Mat1f with;
  std::function<cv::Mat1f(Kind)> without;
  double open_field_quanta = 0;
};

/// Fills Film::body, bone, bones, lesions, truth and prominences from the projection.
///
/// A lesion is what a reader would outline as one: inclusions of one kind whose shadows lie within
/// 1 mm of one another are one lesion, and an inclusion whose shadow falls apart is several. Its
/// contrast is what it adds to the rest of the film, a cast or a letter over it included. Where
/// lesions overlap, Film::lesions names the smallest of those that can be seen.
void measure_truth(Film& film, const std::vector<InclusionPatch>& patches,
                   const Projection& projection, const Signals& signals, const cv::Mat1b& field);

} // namespace calx::simulate
