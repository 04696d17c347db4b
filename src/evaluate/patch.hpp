// Some pixels of a film: a box and a mask in it. Lesions and findings are compared as patches, so
// that two may overlap and a film of many specks costs little.
#pragma once

#include <opencv2/core.hpp>
#include <span>
#include <vector>

namespace calx::evaluation {

/// Empty where `area_px` is 0; `mask` then has no pixels.
struct Patch {
  cv::Rect box;    ///< pixels of the film
  cv::Mat1b mask;  ///< of the box's size, 255 on the patch
  int area_px = 0; ///< pixels that are not 0
};

using Outline = std::vector<cv::Point2d>;

/// One patch for each id, in that order; empty where the label map does not have the id.
std::vector<Patch> patches_of_labels(const cv::Mat1w& labels, std::span<const int> ids);

/// The pixels whose centres lie within closed outlines (even-odd rule); the pixel nearest to the
/// first outline's middle where no centre does. Points in pixels, origin at a pixel's centre.
Patch filled(const std::vector<Outline>& outlines, cv::Size film);

/// Every pixel of the film within `radius_px` of the patch (Euclidean, centre to centre).
Patch grown(const Patch& patch, double radius_px, cv::Size film);

/// The box as a patch.
Patch solid(const cv::Rect& box, cv::Size film);

/// Pixels that both have.
int overlap_px(const Patch& a, const Patch& b);
int overlap_px(const Patch& patch, const cv::Mat1b& film_mask);

/// Sets the patch's pixels to 255 (or to `value`) in a mask of the film.
void paint(const Patch& patch, cv::Mat1b& film_mask, unsigned char value = 255);

} // namespace calx::evaluation
