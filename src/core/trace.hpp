// Lets a caller see the intermediate images of a run; --debug-dir is one such caller.
#pragma once

#include <functional>
#include <opencv2/core.hpp>
#include <string_view>

namespace calx {

/// Called with a name such as "2-normalise/density" and an 8-bit, float or label image.
/// The image is only valid during the call. An empty function is never called.
using Trace = std::function<void(std::string_view name, const cv::Mat& image)>;

} // namespace calx
