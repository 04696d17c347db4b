// Where the overlay's labels go: beside what they name, on top of nothing else.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

namespace calx {

/// Something to be named on the picture, and how much room its label needs. All in picture pixels.
struct LabelRequest {
  cv::Rect anchor; ///< the label stands outside of this box
  cv::Size size;
};

/// Chooses a place for each label, in order: inside `bounds`, away from `obstacles`, from every
/// anchor and from the labels before it, and as near to its anchor as that allows. Where no free
/// place exists it takes the one that covers least. Deterministic.
std::vector<cv::Rect> place_labels(const std::vector<LabelRequest>& requests,
                                   std::vector<cv::Rect> obstacles, cv::Rect bounds);

} // namespace calx
