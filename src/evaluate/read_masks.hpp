// Masks and label maps as PNGs in the film's grid.
#pragma once

#include "core/error.hpp"

#include <filesystem>
#include <opencv2/core.hpp>

namespace calx::evaluation {

/// A grey PNG's values; errors as load_radiograph, and `code` where it is not of that size.
Result<cv::Mat1w> read_labels(const std::filesystem::path& file, cv::Size size, ErrorCode code);

/// As read_labels, with 255 where the value is not 0.
Result<cv::Mat1b> read_mask(const std::filesystem::path& file, cv::Size size, ErrorCode code);

} // namespace calx::evaluation
