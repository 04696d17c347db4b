// Shorthands of the loading tests.
#pragma once

#include "load/load.hpp"
#include "support/dicom_maker.hpp"

#include <gtest/gtest.h>

namespace calx::testing {

/// The code of a failed load, or "ok"; the message must tell no identity.
inline std::string code_of(const std::filesystem::path& file, const LoadOptions& options = {}) {
  const auto film = load_radiograph(file, options);
  if (film) return "ok";
  const std::string all = film.error().to_string();
  for (const char* secret : {"Secret", "SECRET", "1970"})
    EXPECT_EQ(all.find(secret), std::string::npos) << all;
  EXPECT_FALSE(film.error().message.empty());
  return std::string(error_code_name(film.error().code));
}

inline bool same_pixels(const cv::Mat1f& a, const cv::Mat1f& b) {
  return a.size() == b.size() && cv::countNonZero(a != b) == 0;
}

/// The stored values as an image, to compare with.
inline cv::Mat1f as_image(const std::vector<int>& values, int rows, int columns) {
  cv::Mat1f image(rows, columns);
  for (int i = 0; i < rows * columns; ++i)
    image(i / columns, i % columns) = float(values[std::size_t(i)]);
  return image;
}

#define ASSERT_LOADS(film) ASSERT_TRUE(film) << (film).error().to_string()

} // namespace calx::testing
