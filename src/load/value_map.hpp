// From stored samples to grey values in one pass over the image.
#pragma once

#include "core/radiograph.hpp"
#include "load/pixel_source.hpp"

#include <optional>
#include <vector>

namespace calx::load {

/// What every bit pattern of an 8- or 16-bit sample stands for.
struct ValueMap {
  std::vector<float> grey;             ///< by the sample read as unsigned; 256 or 65536 entries
  std::vector<std::uint8_t> outside;   ///< same index: 255 where the value is padding; may be empty
  std::optional<DisplayRange> display; ///< nothing: the pixels' own range
};

/// Fills pixels, outside and display. `samples` is CV_8UC1/CV_8SC1 with a 256-entry map or
/// CV_16UC1/CV_16SC1 with a 65536-entry map. `shutter` (255 = outside, may be empty) joins the
/// padding; pixels outside do not count for the display range. A display range that meets none of
/// the image's values gives way to the image's own, with a warning.
void apply_value_map(const cv::Mat& samples, const ValueMap& map, const cv::Mat1b& shutter,
                     Radiograph& film);

/// The range of `pixels` where `outside` is zero (everywhere if it is empty); [0, 1] if none is.
DisplayRange range_of(const cv::Mat1f& pixels, const cv::Mat1b& outside);

} // namespace calx::load
