// What lies on the picture and is not the patient: shutters, frames, letters, rulers, arrows, and
// the light of the camera that took it. Grey from 0 (black) to 1 (white), changed in place.
#pragma once

#include "simulate/presentation/present.hpp"

namespace calx::simulate {

/// Blackens or whitens what is outside the collimated field. With a gap the shutter misses the
/// field's edge by a little, on some sides more than on others.
void draw_shutter(cv::Mat1f& picture, const cv::Mat1b& field, double pitch_mm,
                  const Presentation& presentation, Random random);

/// The white frame of a storage phosphor plate, of another width on each side.
void draw_plate_border(cv::Mat1f& picture, double pitch_mm, Random random);

/// Text, ruler and arrow, as the presentation has them.
void draw_annotation(cv::Mat1f& picture, double pitch_mm, const Presentation& presentation,
                     const Random& random);

/// Softness and vignetting, and the uneven light of a photographed film.
void draw_camera(cv::Mat1f& picture, const Presentation& presentation, Random random);

} // namespace calx::simulate
