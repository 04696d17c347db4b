// Regions that the U-Net marks as calcified: tools/train/patches.py makes the same for training.
#pragma once

#include "network/network.hpp"

#include <opencv2/core.hpp>
#include <vector>

namespace calx {

/// What is worth a closer look: what lies inside outlines of a low and of a higher probability, so
/// that a region can come twice, alone and with what it runs together with. Likeliest first at each
/// level; grains less than half a millimetre apart are one region. Those `marked` with less than
/// `min_marked` are left out; `deposit` and `mimic` are still 0.
std::vector<SeenRegion> candidate_regions(const cv::Mat1f& calcified, double min_marked);

/// The region with an outline of its own, for the report: to where the probability has fallen to
/// 0.55 of its highest, a little beyond the given outline at most.
SeenRegion outlined(const cv::Mat1f& calcified, const SeenRegion& region);

} // namespace calx
