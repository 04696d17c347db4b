// Body, bone and joint-space masks of a film.
#pragma once

#include "anatomy/anatomy.hpp"

namespace calx {

/// Tissue inside the field: not air, not thin, not a stray fragment.
cv::Mat1b find_body(const NormalisedFilm& film, const AnatomyParams& params);

/// Bone inside the body, by a threshold that follows the local brightness of bone and soft tissue.
cv::Mat1b find_bone(const NormalisedFilm& film, const cv::Mat1b& body, const AnatomyParams& params);

/// Midway between two separate bones that come closer than joint_gap_mm.
cv::Mat1b find_joints(const cv::Mat1b& bone, double pitch_mm, const AnatomyParams& params);

} // namespace calx
