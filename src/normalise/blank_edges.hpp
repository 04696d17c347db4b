// The straight edges of the exposed field: collimator blades, black shutters, white masks, turned
// pictures.
#pragma once

#include <opencv2/core.hpp>

namespace calx {

/// 255 in what is left of the picture, a convex polygon, when everything blank has been cut off
/// along straight edges, one after the other: unexposed film, which is as bright as anything on it
/// and even, and shutters, which are black and flat. Found as lines along which the picture steps
/// all the way (a Hough transform in which each step votes for edges across its own direction;
/// after Duda & Hart, CACM 1972;15:11), and only where what lies beyond is blank: a skin line is
/// seldom straight, and a bone has no blank side. What is blank on this side of every such line
/// stays: a round mask, a strip with something else behind it.
///
/// `image`: tones from 0 (black) to 1 (white), of a few hundred pixels a side; of less than 36
/// nothing is cut off. `known`: 255 where the picture shows film, 0 where the file itself masked
/// it; of the same size. Outside of the box around it nothing is left.
cv::Mat1b cut_along_blank_edges(const cv::Mat1f& image, const cv::Mat1b& known);

} // namespace calx
