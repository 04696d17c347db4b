// Bony prominences: where a bone's outline stands out.
#pragma once

#include "anatomy/anatomy.hpp"

namespace calx {

/// Highest first; ties from the upper left.
void sort_prominences(std::vector<Prominence>& prominences);

/// Convex extrema of the bone outlines that do not lie where the field or the body cuts the bone
/// off. Highest first; no two closer than the reach.
std::vector<Prominence> find_prominences(const cv::Mat1b& bone, const cv::Mat1b& field,
                                         double pitch_mm, const AnatomyParams& params);

} // namespace calx
