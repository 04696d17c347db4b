// Exposure recognition: what on the film is open field, skin, soft tissue and bone.
#pragma once

#include <opencv2/core.hpp>

namespace calx::simulate {

/// The parts of a film, 255 where a pixel belongs; all inside the field, away from its edge.
struct ExposedParts {
  cv::Mat1b direct; ///< open field; may be empty of pixels (the body fills the field)
  cv::Mat1b body;   ///< without metal
  double skin = 0;  ///< density at the thin rim of the body
};

/// `density`: -ln(signal). `field`: 255 inside the collimated field.
ExposedParts recognise_exposure(const cv::Mat1f& density, const cv::Mat1b& field, double pitch_mm);

/// The value below which `share` of the image's pixels within the mask lie. 0 for an empty mask.
double quantile_within(const cv::Mat1f& image, const cv::Mat1b& mask, double share);

} // namespace calx::simulate
