// From a normalised film to the network's inputs: tools/train makes the same for training.
#pragma once

#include "normalise/normalise.hpp"

#include <opencv2/core.hpp>

namespace calx {

/// Input "tone", 1 x 4 x H x W: the film's tone, black outside the field, padded below and to the
/// right to whole multiples of what the network halves, each 2 x 2 block of pixels as four
/// channels.
cv::Mat tone_input(const NormalisedFilm& film);

/// Input "overview", 1 x 1 x 256 x 256: the tone of the field's bounding box, its longer side that
/// of the overview, in the middle of black.
cv::Mat overview_input(const NormalisedFilm& film);

/// Where a point of the overview, in its pixels, lies on the working grid; `box` is the field's
/// bounding box, which is not empty.
cv::Point2d from_overview(cv::Point2d point, const cv::Rect& box);

} // namespace calx
