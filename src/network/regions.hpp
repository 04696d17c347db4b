// Regions that the U-Net marks, and what the network that judges them gets of each:
// tools/train/patches.py makes the same for training.
#pragma once

#include "network/network.hpp"

#include <opencv2/core.hpp>
#include <vector>

namespace calx {

/// What is worth a closer look: what lies inside outlines of a low and of a higher probability, so
/// that a region can come twice, alone and with what it runs together with. Likeliest first at each
/// level; grains less than half a millimetre apart are one region. `deposit` and `mimic` are still
/// 0.
std::vector<SeenRegion> candidate_regions(const cv::Mat1f& deposit);

/// The region with an outline of its own, for the report: to where the probability has fallen to a
/// fifth of its highest, a little beyond the given outline at most.
SeenRegion outlined(const cv::Mat1f& deposit, const SeenRegion& region);

/// Input "patches", 1 x 10 x 48 x 48: tone, tone in its own range, deposit, bone and the region
/// from near; all but the second from further away; the region's size.
cv::Mat patches_input(const cv::Mat1f& tone, const cv::Mat1f& deposit, const cv::Mat1f& bone,
                      const SeenRegion& region);

} // namespace calx
