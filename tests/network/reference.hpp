// What PyTorch made of inputs that a formula gives: tools/train/export.py writes it.
#pragma once

#include <array>
#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <string>

namespace calx::test {

inline nlohmann::json reference() {
  std::ifstream in(std::string(CALX_SOURCE_DIR) + "/tests/network/reference.json");
  return nlohmann::json::parse(in);
}

/// The same formula as tools/train/export.py.
inline cv::Mat reference_input(int channels, int side) {
  const std::array<int, 4> shape{1, channels, side, side};
  cv::Mat input(4, shape.data(), CV_32F);
  for (int c = 0; c < channels; ++c)
    for (int y = 0; y < side; ++y)
      for (int x = 0; x < side; ++x)
        input.ptr<float>(0, c, y)[x] = static_cast<float>(
            0.5 + 0.4 * std::sin(0.11 * x + 0.07 * y * (c + 1)) * std::cos(0.05 * y));
  return input;
}

/// One channel of a 1 x C x H x W array as an image of its own.
inline cv::Mat1f plane(const cv::Mat& blob, int channel) {
  return cv::Mat1f(blob.size[2], blob.size[3], const_cast<float*>(blob.ptr<float>(0, channel)))
      .clone();
}

/// Every `step`th number of `made` against what the training has under that name.
inline void expect_as_in_training(const nlohmann::json& expected, const char* name,
                                  const cv::Mat& made, std::size_t step, double tolerance) {
  const auto& values = expected.at(name);
  ASSERT_FALSE(values.empty());
  ASSERT_EQ(values.size(), (made.total() + step - 1) / step) << name;
  for (std::size_t k = 0; k < values.size(); ++k)
    ASSERT_NEAR(made.ptr<float>()[k * step], values[k].get<double>(), tolerance)
        << name << ' ' << k;
}

} // namespace calx::test
