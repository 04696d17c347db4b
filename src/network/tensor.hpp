// The four-dimensional arrays that OpenCV's dnn module takes.
#pragma once

#include <array>
#include <opencv2/core.hpp>

namespace calx {

/// 1 x channels x rows x columns, all 0.
inline cv::Mat tensor(int channels, int rows, int columns) {
  const std::array<int, 4> shape{1, channels, rows, columns};
  return cv::Mat(static_cast<int>(shape.size()), shape.data(), CV_32F, cv::Scalar(0));
}

} // namespace calx
