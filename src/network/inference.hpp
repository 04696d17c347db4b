// OpenCV's dnn module behind one call. A cv::dnn::Net keeps its buffers, so a thread needs its own.
#pragma once

#include "core/error.hpp"

#include <memory>
#include <opencv2/core.hpp>
#include <string_view>
#include <vector>

namespace calx {

class InferencePool {
public:
  /// Parses the bytes of an ONNX file. Errors: bad-model.
  static Result<InferencePool> open(std::string_view onnx);
  InferencePool(InferencePool&&) noexcept;
  InferencePool& operator=(InferencePool&&) noexcept;
  ~InferencePool();

  /// The outputs "maps", "heat" and "film". Throws for an input of a wrong shape (a caller's bug).
  std::vector<cv::Mat> forward(const cv::Mat& tone, const cv::Mat& thumbnail) const;

private:
  struct Impl;
  explicit InferencePool(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

} // namespace calx
