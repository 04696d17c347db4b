// From the network's raw outputs to probabilities, points and words.
#pragma once

#include "network/network.hpp"

namespace calx {

/// Map `index` of the output "maps" on the working grid, whose size is the field's; 0 outside it.
cv::Mat1f probability_map(const cv::Mat& maps, int index, const cv::Mat1b& field);

/// Of the outputs "places" and "absent": the prominences that lie with at least this probability
/// near where they are likeliest to lie, best first. Their points are pixels of the overview still.
std::vector<NamedPoint> named_points(const cv::Mat& places, const cv::Mat& absent,
                                     double min_share);

/// Fills region and view from the output "film".
void read_film_words(const cv::Mat& film, TissueMaps& maps);

/// Fills the probabilities of a region from the output "kinds".
void read_kinds(const cv::Mat& kinds, SeenRegion& region);

} // namespace calx
