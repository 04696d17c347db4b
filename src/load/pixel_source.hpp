// Pixels as the file stores them, before anything is known of their meaning.
#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <opencv2/core.hpp>
#include <span>

namespace calx::load {

/// The size and type of one stored frame; samples of a pixel are interleaved.
struct StoredLayout {
  int rows = 0;
  int columns = 0;
  int components = 1;
  int depth = CV_8U; ///< OpenCV's depth code of one sample
  bool operator==(const StoredLayout&) const = default;

  std::uint64_t bytes() const {
    return std::uint64_t(rows) * std::uint64_t(columns) * std::uint64_t(components) *
           std::uint64_t(CV_ELEM_SIZE1(depth));
  }
};

/// A decoder of ours that stands behind an itk::ImageIOBase: `read` fills exactly `layout.bytes()`.
struct PixelSource {
  StoredLayout layout;
  std::function<Result<void>(std::span<std::uint8_t>)> read;
};

/// One frame in memory. `samples` looks into memory that `owner` keeps alive (ITK's own buffer), so
/// that loading through ITK costs no copy.
struct StoredImage {
  cv::Mat samples;
  std::shared_ptr<void> owner;
};

} // namespace calx::load
