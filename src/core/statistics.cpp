#include "core/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace calx {

Histogram::Histogram(const cv::Mat1f& image, const cv::Mat1b& mask, double low, double high,
                     int bins)
    : low_(low), width_((high - low) / bins), count_(static_cast<std::size_t>(bins), 0.0) {
  CV_Assert(low < high && (mask.empty() || mask.size() == image.size()));
  const float to_bin = static_cast<float>(1 / width_);
  const float floor = static_cast<float>(low);
  const float last = static_cast<float>(bins - 1);
  std::vector<int> counts(static_cast<std::size_t>(bins), 0);
  for (int y = 0; y < image.rows; ++y) {
    const float* row = image[y];
    const uchar* selected = mask.empty() ? nullptr : mask[y];
    for (int x = 0; x < image.cols; ++x) {
      if ((selected && !selected[x]) || !std::isfinite(row[x])) continue;
      const float bin = std::clamp((row[x] - floor) * to_bin, 0.0F, last);
      ++counts[static_cast<std::size_t>(bin)];
    }
  }
  for (std::size_t i = 0; i < count_.size(); ++i) total_ += count_[i] = counts[i];
}

double Histogram::percentile(double q) const {
  const double rank = std::clamp(q, 0.0, 1.0) * total_;
  double below = 0;
  for (std::size_t i = 0; i < count_.size(); ++i) {
    if (count_[i] > 0 && below + count_[i] >= rank)
      return low_ + width_ * (static_cast<double>(i) + (rank - below) / count_[i]);
    below += count_[i];
  }
  return low_ + width_ * static_cast<double>(count_.size());
}

std::array<double, 2> Histogram::three_classes() const {
  // Between-class variance is the sum over classes of (first moment)^2 / mass, up to a constant.
  constexpr std::size_t kBins = 128;
  std::array<double, kBins + 1> mass{};
  std::array<double, kBins + 1> moment{};
  const std::size_t merge = std::max<std::size_t>(1, count_.size() / kBins);
  for (std::size_t i = 0; i < kBins; ++i) {
    double n = 0;
    for (std::size_t j = i * merge; j < std::min((i + 1) * merge, count_.size()); ++j)
      n += count_[j];
    mass[i + 1] = mass[i] + n;
    moment[i + 1] = moment[i] + n * static_cast<double>(i);
  }
  const auto spread = [&](std::size_t from, std::size_t to) {
    const double n = mass[to] - mass[from];
    const double m = moment[to] - moment[from];
    return n > 0 ? m * m / n : 0;
  };
  double best = -1;
  std::size_t first = 0;
  std::size_t second = 0;
  for (std::size_t i = 1; i < kBins - 1; ++i)
    for (std::size_t j = i + 1; j < kBins; ++j) {
      const double between = spread(0, i) + spread(i, j) + spread(j, kBins);
      if (between > best) {
        best = between;
        first = i;
        second = j;
      }
    }
  const double step = width_ * static_cast<double>(merge);
  return {low_ + step * static_cast<double>(first), low_ + step * static_cast<double>(second)};
}

double percentile(const cv::Mat1f& image, const cv::Mat1b& mask, double q, double fallback) {
  return percentiles(image, mask, {q, q}, fallback)[0];
}

std::array<double, 2> percentiles(const cv::Mat1f& image, const cv::Mat1b& mask,
                                  const std::array<double, 2>& q, double fallback) {
  double low = 0;
  double high = 0;
  if (!mask.empty() && cv::countNonZero(mask) == 0) return {fallback, fallback};
  cv::minMaxLoc(image, &low, &high, nullptr, nullptr, mask);
  if (!(low < high)) return {low, low};
  const Histogram histogram(image, mask, low, high, 4096);
  return {histogram.percentile(q[0]), histogram.percentile(q[1])};
}

} // namespace calx
