#include "load/value_map.hpp"

#include <algorithm>
#include <limits>

namespace calx::load {
namespace {

/// Marks which table entries occur: cheaper than comparing floats, and it stays in the cache.
template <class Sample>
std::vector<std::uint8_t> look_up(const cv::Mat& samples, const ValueMap& map, cv::Mat1f& pixels) {
  std::vector<std::uint8_t> used(map.grey.size(), 0);
  const float* grey = map.grey.data();
  for (int y = 0; y < samples.rows; ++y) {
    const Sample* from = samples.ptr<Sample>(y);
    float* to = pixels.ptr<float>(y);
    for (int x = 0; x < samples.cols; ++x) {
      to[x] = grey[from[x]];
      used[from[x]] = 1;
    }
  }
  return used;
}

template <class Sample>
void mark_padding(const cv::Mat& samples, const ValueMap& map, cv::Mat1b& outside) {
  for (int y = 0; y < samples.rows; ++y) {
    const Sample* from = samples.ptr<Sample>(y);
    std::uint8_t* to = outside.ptr<std::uint8_t>(y);
    for (int x = 0; x < samples.cols; ++x) to[x] |= map.outside[from[x]];
  }
}

DisplayRange range_of_used(const std::vector<std::uint8_t>& used, const ValueMap& map) {
  float low = std::numeric_limits<float>::max();
  float high = std::numeric_limits<float>::lowest();
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (!used[i] || (!map.outside.empty() && map.outside[i])) continue;
    low = std::min(low, map.grey[i]);
    high = std::max(high, map.grey[i]);
  }
  if (low > high) return {0, 1};
  return {low, high};
}

template <class Sample>
void apply(const cv::Mat& samples, const ValueMap& map, const cv::Mat1b& shutter,
           Radiograph& film) {
  film.pixels.create(samples.size());
  const auto used = look_up<Sample>(samples, map, film.pixels);
  if (!shutter.empty()) film.outside = shutter.clone();
  bool pads = false;
  for (std::size_t i = 0; i < map.outside.size(); ++i) pads |= map.outside[i] && used[i];
  if (pads) {
    if (film.outside.empty()) film.outside = cv::Mat1b::zeros(samples.size());
    mark_padding<Sample>(samples, map, film.outside);
  }
  const auto own = shutter.empty() ? range_of_used(used, map) : range_of(film.pixels, film.outside);
  film.display = map.display.value_or(own);
  if (film.display.black <= own.white && film.display.white >= own.black) return;
  film.display = own;
  film.acquisition.warnings.push_back(
      "the file's window shows none of the image's values and was not used");
}

} // namespace

void apply_value_map(const cv::Mat& samples, const ValueMap& map, const cv::Mat1b& shutter,
                     Radiograph& film) {
  const bool bytes = CV_ELEM_SIZE1(samples.depth()) == 1;
  CV_Assert(samples.channels() == 1 && samples.depth() <= CV_16S);
  CV_Assert(map.grey.size() == (bytes ? 256u : 65536u));
  if (bytes)
    apply<std::uint8_t>(samples, map, shutter, film);
  else
    apply<std::uint16_t>(samples, map, shutter, film);
}

DisplayRange range_of(const cv::Mat1f& pixels, const cv::Mat1b& outside) {
  float low = std::numeric_limits<float>::max();
  float high = std::numeric_limits<float>::lowest();
  for (int y = 0; y < pixels.rows; ++y) {
    const float* value = pixels.ptr<float>(y);
    const std::uint8_t* out = outside.empty() ? nullptr : outside.ptr<std::uint8_t>(y);
    for (int x = 0; x < pixels.cols; ++x) {
      if (out && out[x]) continue;
      low = std::min(low, value[x]);
      high = std::max(high, value[x]);
    }
  }
  if (low > high) return {0, 1};
  return {low, high};
}

} // namespace calx::load
