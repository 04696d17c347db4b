// Body, bone and joint-space masks on the anatomy grid: the working grid, shrunk.
#pragma once

#include "anatomy/anatomy.hpp"

namespace calx {

/// The film as the anatomy stage works on it.
struct AnatomyFilm {
  cv::Mat1f density;
  cv::Mat1b field;
  cv::Mat1b foreign;
  double pitch_mm = 0;
  double air_below = 0;
};
AnatomyFilm shrink(const NormalisedFilm& film, const AnatomyParams& params);

/// A mask of the anatomy grid on a grid of another size.
cv::Mat1b resized(const cv::Mat1b& mask, cv::Size size);

/// Keeps components of at least `min_area` pixels.
void drop_small(cv::Mat1b& mask, double min_area);

/// Tissue inside the field: not air, not thin, not a stray fragment.
cv::Mat1b find_body(const AnatomyFilm& film, const AnatomyParams& params);

/// Bone inside the body, by a threshold that follows the local brightness of bone and soft tissue.
cv::Mat1b find_bone(const AnatomyFilm& film, const cv::Mat1b& body, const AnatomyParams& params);

/// Midway between two separate bones that come closer than joint_gap_mm.
cv::Mat1b find_joints(const cv::Mat1b& bone, double pitch_mm, const AnatomyParams& params);

} // namespace calx
