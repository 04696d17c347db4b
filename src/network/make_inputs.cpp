#include "network/make_inputs.hpp"

#include "network/tensor.hpp"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

constexpr int kMultiple = 64;  ///< of the padded film's sides: pairs of pixels, halved five times
constexpr int kOverview = 256; ///< pixels a side

/// Where a field's bounding box lies in the overview.
cv::Rect in_overview(cv::Size box) {
  const double scale = kOverview / static_cast<double>(std::max(box.width, box.height));
  const cv::Size size(std::max(1, cvRound(box.width * scale)),
                      std::max(1, cvRound(box.height * scale)));
  return {{(kOverview - size.width) / 2, (kOverview - size.height) / 2}, size};
}

} // namespace

cv::Mat tone_input(const NormalisedFilm& film) {
  const auto padded = [](int side) { return (side + kMultiple - 1) / kMultiple * kMultiple; };
  cv::Mat1f tone(padded(film.density.rows), padded(film.density.cols), 0.0F);
  film.density.copyTo(tone(cv::Rect({}, film.density.size())), film.field);
  cv::Mat blocks = tensor(4, tone.rows / 2, tone.cols / 2);
  for (int row = 0; row < tone.rows; ++row) {
    const float* from = tone[row];
    for (int odd = 0; odd < 2; ++odd) {
      float* to = blocks.ptr<float>(0, 2 * (row % 2) + odd, row / 2);
      for (int x = 0; x < tone.cols / 2; ++x) to[x] = from[2 * x + odd];
    }
  }
  return blocks;
}

cv::Mat overview_input(const NormalisedFilm& film) {
  cv::Mat out = tensor(1, kOverview, kOverview);
  const cv::Rect box = cv::boundingRect(film.field);
  if (box.empty()) return out;
  cv::Mat1f shown(box.size(), 0.0F);
  film.density(box).copyTo(shown, film.field(box));
  cv::Mat1f picture(kOverview, kOverview, out.ptr<float>());
  const cv::Rect in = in_overview(box.size());
  cv::resize(shown, picture(in), in.size(), 0, 0, cv::INTER_AREA);
  return out;
}

cv::Point2d from_overview(cv::Point2d point, const cv::Rect& box) {
  const cv::Rect in = in_overview(box.size());
  return {(point.x + 0.5 - in.x) * box.width / in.width - 0.5 + box.x,
          (point.y + 0.5 - in.y) * box.height / in.height - 0.5 + box.y};
}

} // namespace calx
