// Which part of the picture is exposed film: collimators, shutters, frames and masks excluded.
#pragma once

#include "normalise/normalise.hpp"

namespace calx {

/// A flat region that touches the picture's border: air, a shutter, lead, a mask, a frame.
struct BorderRegion {
  cv::Rect box;
  cv::Mat1b mask;   ///< size of `box`, 255 inside
  double level = 0; ///< mean grey value
};
/// Those of at least 0.3 % of the picture. `range`: white minus black of the film.
std::vector<BorderRegion> flat_border_regions(const cv::Mat1f& image, double range);

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
