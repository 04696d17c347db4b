// What a simulated film shows, measured on its path lengths: the exact truth.
#pragma once

#include "simulate/simulate.hpp"

namespace calx::simulate {

/// The noise-free signal with everything, and with the anatomy alone; 1 in the open field.
struct SignalPair {
  cv::Mat1f with, without;
  double open_field_quanta = 0;
};

/// Fills Film::body, bone, bones, lesions, truth and prominences from the projection.
///
/// A lesion is what a reader would outline as one: inclusions of one kind whose shadows lie within
/// 1 mm of one another are one lesion, and an inclusion whose shadow falls apart is several.
void measure_truth(Film& film, const std::vector<Inclusion>& inclusions,
                   const Projection& projection, const SignalPair& signal, const cv::Mat1b& field);

} // namespace calx::simulate
