#include "network/make_inputs.hpp"

#include "network/tensor.hpp"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

constexpr int kMultiple = 64;  ///< of the padded film's sides: pairs of pixels, halved five times
constexpr int kOverview = 256; ///< pixels a side

/// Where the field's bounding box lies in the overview.
struct Placement {
  cv::Rect box; ///< on the working grid
  cv::Rect in;  ///< in the overview
};

Placement placed(const cv::Mat1b& field) {
  const cv::Rect box = cv::boundingRect(field);
  if (box.empty()) return {};
  const double scale = kOverview / static_cast<double>(std::max(box.width, box.height));
  const cv::Size size(std::max(1, cvRound(box.width * scale)),
                      std::max(1, cvRound(box.height * scale)));
  return {box, {{(kOverview - size.width) / 2, (kOverview - size.height) / 2}, size}};
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
  const auto [box, in] = placed(film.field);
  if (box.empty()) return out;
  cv::Mat1f shown(box.size(), 0.0F);
  film.density(box).copyTo(shown, film.field(box));
  cv::Mat1f picture(kOverview, kOverview, out.ptr<float>());
  cv::resize(shown, picture(in), in.size(), 0, 0, cv::INTER_AREA);
  return out;
}

cv::Point2d from_overview(cv::Point2d point, const cv::Mat1b& field) {
  const auto [box, in] = placed(field);
  if (box.empty()) return {};
  const auto along = [](double at, int in_first, int in_length, int first, int length) {
    return (at + 0.5 - in_first) * length / in_length - 0.5 + first;
  };
  return {along(point.x, in.x, in.width, box.x, box.width),
          along(point.y, in.y, in.height, box.y, box.height)};
}

} // namespace calx
