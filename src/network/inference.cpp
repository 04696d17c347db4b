#include "network/inference.hpp"

#include <mutex>
#include <opencv2/dnn.hpp>
#include <string>

namespace calx {
namespace {

cv::dnn::Net parsed(std::string_view onnx) {
  cv::dnn::Net net = cv::dnn::readNetFromONNX(onnx.data(), onnx.size());
  net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV); // the processor, whatever else is there
  net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
  return net;
}

} // namespace

struct InferencePool::Impl {
  std::vector<std::string> inputs, outputs;
  std::string onnx; ///< kept: every further thread parses it again
  std::mutex guard;
  std::vector<cv::dnn::Net> idle;

  cv::dnn::Net take() {
    {
      const std::scoped_lock lock(guard);
      if (!idle.empty()) {
        cv::dnn::Net net = idle.back(); // a handle
        idle.pop_back();
        return net;
      }
    }
    return parsed(onnx);
  }
  void give_back(const cv::dnn::Net& net) {
    const std::scoped_lock lock(guard);
    idle.push_back(net);
  }
};

InferencePool::InferencePool(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
InferencePool::InferencePool(InferencePool&&) noexcept = default;
InferencePool& InferencePool::operator=(InferencePool&&) noexcept = default;
InferencePool::~InferencePool() = default;

Result<InferencePool> InferencePool::open(std::string_view onnx, std::vector<std::string> inputs,
                                          std::vector<std::string> outputs) {
  auto impl = std::make_unique<Impl>();
  impl->inputs = std::move(inputs);
  impl->outputs = std::move(outputs);
  impl->onnx = onnx;
  try {
    cv::dnn::Net net = parsed(impl->onnx);
    for (const std::string& name : impl->outputs)
      if (net.getLayerId(name) < 0)
        return fail(ErrorCode::BadModel, "the network has no output '" + name + "'");
    impl->idle.push_back(net);
  } catch (const cv::Exception& e) {
    return fail(ErrorCode::BadModel, "OpenCV cannot read the network: " + e.err);
  }
  return InferencePool(std::move(impl));
}

std::vector<cv::Mat> InferencePool::forward(const std::vector<cv::Mat>& inputs) const {
  cv::dnn::Net net = impl_->take();
  for (std::size_t i = 0; i < inputs.size(); ++i) net.setInput(inputs[i], impl_->inputs.at(i));
  std::vector<cv::Mat> outputs, copies;
  net.forward(outputs, impl_->outputs);
  for (const cv::Mat& output : outputs)
    copies.push_back(output.clone()); // the buffers are the net's
  impl_->give_back(net);
  return copies;
}

} // namespace calx
