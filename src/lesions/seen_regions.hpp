// Regions of a probability map.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

namespace calx {

/// A connected region in which the probability is at least that of its outline.
struct SeenRegion {
  cv::Rect box;
  cv::Mat1b mask;         ///< size of `box`, 255 inside
  double probability = 0; ///< region_probability by the map it was seen on
};

/// How probable a region is by a map: nine tenths of its pixels are at most this probable. `mask`
/// has the size of `box` and at least one pixel set.
double region_probability(const cv::Mat1f& probability, const cv::Rect& box, const cv::Mat1b& mask);

/// From the upper left. Grains less than half a millimetre apart are one region.
std::vector<SeenRegion> seen_regions(const cv::Mat1f& probability, double outline);

} // namespace calx
