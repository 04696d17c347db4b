// From the network's raw outputs to probabilities, points and words.
#pragma once

#include "network/network.hpp"

namespace calx {

/// Map `index` of the output "maps" on the working grid, whose size is the field's; 0 outside it.
cv::Mat1f probability_map(const cv::Mat& maps, int index, const cv::Mat1b& field);

/// The peaks of the output "heat" that reach `min_peak`, in working-grid pixels.
std::vector<NamedPoint> named_peaks(const cv::Mat& heat, double min_peak, double pitch_mm);

/// Fills region and view from the output "film".
void read_film_words(const cv::Mat& film, TissueMaps& maps);

/// Fills the probabilities of a region from the output "kinds".
void read_kinds(const cv::Mat& kinds, SeenRegion& region);

} // namespace calx
