// PNG bytes of a picture; report.hpp has the function that writes them to a file.
#pragma once

#include <opencv2/core.hpp>
#include <string>

namespace calx {

/// CV_8UC1, CV_16UC1 or CV_8UC3 (RGB order) as a PNG, with the disclaimer in a text chunk. The same
/// picture gives the same bytes. Throws std::invalid_argument for another type or no pixels.
std::string png_bytes(const cv::Mat& image);

} // namespace calx
