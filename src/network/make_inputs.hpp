// From a normalised film to the network's inputs: tools/train makes the same for training.
#pragma once

#include "normalise/normalise.hpp"

#include <opencv2/core.hpp>

namespace calx {

/// Input "tone", 1 x 4 x H x W: the film's tone, black outside the field, padded below and to the
/// right to whole multiples of what the network halves, each 2 x 2 block of pixels as four
/// channels.
cv::Mat tone_input(const NormalisedFilm& film);

/// Input "thumbnail", 1 x 1 x 160 x 160: the tone of the field's bounding box, its longer side that
/// of the thumbnail, in the middle of black.
cv::Mat thumbnail_input(const NormalisedFilm& film);

} // namespace calx
