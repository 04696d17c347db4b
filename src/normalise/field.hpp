// Which part of the picture is exposed film: collimators, shutters, frames and masks excluded.
#pragma once

#include "normalise/normalise.hpp"

namespace calx {

/// 255 inside the exposed field. `outside` is what the file itself masked (may be empty). A coarse
/// image of a few hundred pixels a side is enough and quick.
cv::Mat1b find_field(const cv::Mat1f& image, const cv::Mat1b& outside,
                     const NormaliseParams& params);

/// The straight-edged window that `tissue` fills, if it fills one: then it is no body but the open
/// part of a collimator whose blades let some exposure through. Empty otherwise. `range`: white
/// minus black of the film.
cv::Mat1b collimated_window(const cv::Mat1f& image, const cv::Mat1b& tissue, const cv::Mat1b& field,
                            double range);

} // namespace calx
