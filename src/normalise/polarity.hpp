// Does a film look like a negative, whatever its file says?
#pragma once

#include <opencv2/core.hpp>

namespace calx {

/// How much a coarse film (a few hundred pixels a side) looks as if dense were dark, in shares of
/// its grey range; above kNegative it does. `outside` is what the file itself masked (may be
/// empty).
double negative_evidence(const cv::Mat1f& image, const cv::Mat1b& outside);

/// At 0.05 two of 197 right films of all regions are suspected (a dental panoramic and a chest: no
/// limb). Of their negatives four are missed, or twelve if what was black at the border stays so.
/// That is good enough to warn and not to act: a negative without a tag is rarer than one film in
/// fifty.
inline constexpr double kNegative = 0.05;

} // namespace calx
