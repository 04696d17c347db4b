// Order statistics and class thresholds of float images, by histogram: one pass, no sorting.
#pragma once

#include <array>
#include <opencv2/core.hpp>
#include <utility>
#include <vector>

namespace calx {

/// A histogram of the finite pixels under a mask, between two limits, for percentiles and
/// thresholds.
class Histogram {
public:
  /// Counts `image` where `mask` is not 0 (everywhere when the mask is empty), values outside
  /// [low, high] in the end bins. Requires low < high and equal sizes.
  Histogram(const cv::Mat1f& image, const cv::Mat1b& mask, double low, double high,
            int bins = 1024);

  double total() const { return total_; }
  /// The value below which a share `q` (0..1) of the pixels lies, interpolated in its bin.
  double percentile(double q) const;
  /// Two thresholds that part the values into three classes of greatest between-class variance
  /// (Otsu, IEEE Trans SMC 1979;9:62, section on multithresholding).
  std::array<double, 2> three_classes() const;

private:
  double low_, width_, total_ = 0;
  std::vector<double> count_;
};

/// The percentile of the pixels under the mask; `fallback` where the mask selects none.
double percentile(const cv::Mat1f& image, const cv::Mat1b& mask, double q, double fallback = 0);
/// Two percentiles in the time of one.
std::array<double, 2> percentiles(const cv::Mat1f& image, const cv::Mat1b& mask,
                                  const std::array<double, 2>& q, double fallback = 0);

} // namespace calx
