// OpenCV's dnn module behind one call. A cv::dnn::Net keeps its buffers, so a thread needs its own.
#pragma once

#include "core/error.hpp"

#include <memory>
#include <opencv2/core.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace calx {

class InferencePool {
public:
  /// Parses the bytes of an ONNX file. Errors: bad-model, also where an output is missing.
  static Result<InferencePool> open(std::string_view onnx, std::vector<std::string> inputs,
                                    std::vector<std::string> outputs);
  InferencePool(InferencePool&&) noexcept;
  InferencePool& operator=(InferencePool&&) noexcept;
  ~InferencePool();

  /// The outputs for these inputs, both in the order of their names. Throws for an input of a wrong
  /// shape (a caller's bug).
  std::vector<cv::Mat> forward(const std::vector<cv::Mat>& inputs) const;

private:
  struct Impl;
  explicit InferencePool(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

} // namespace calx
