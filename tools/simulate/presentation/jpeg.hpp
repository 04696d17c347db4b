// JPEG (ITU-T T.81 baseline) of an 8-bit grey picture, on the system's libjpeg.
#pragma once

#include <opencv2/core.hpp>
#include <string>

namespace calx::simulate {

/// `quality` 1 to 100. The same picture gives the same bytes.
std::string jpeg_bytes(const cv::Mat1b& picture, int quality);

/// The picture after it went through JPEG once.
cv::Mat1b through_jpeg(const cv::Mat1b& picture, int quality);

} // namespace calx::simulate
