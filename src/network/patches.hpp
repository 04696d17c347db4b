// What the network that judges regions gets of each: tools/train/patches.py makes the same for
// training.
#pragma once

#include "network/network.hpp"

#include <opencv2/core.hpp>

namespace calx {

/// The film's tone and the U-Net's probabilities, all of one size and 0 outside the exposed field.
struct MarkedFilm {
  cv::Mat1f tone, calcified, mimic, foreign, body, bone;
};

/// Cuts patches from one film.
class RegionViewer {
public:
  explicit RegionViewer(MarkedFilm film);

  /// Input "patches", 1 x 18 x 48 x 48. From near: tone, tone in its own range, the five maps, the
  /// region. From further away: all of these but the second. From afar, to see which part of the
  /// body it is: tone and what is calcified. And the region's size.
  cv::Mat patches(const SeenRegion& region) const;

private:
  MarkedFilm film_;
  cv::Mat1f coarse_tone_, coarse_calcified_;
};

} // namespace calx
