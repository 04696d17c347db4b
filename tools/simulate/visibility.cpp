#include "simulate/visibility.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace calx::simulate {

namespace {

constexpr int template_px = 48;       ///< longest side of the lesion in the coarse images
constexpr double least_around_mm = 1; ///< of tissue beside the lesion that the eye compares it with
constexpr double around_share = 0.35; ///< or this part of its size
constexpr int shifts = 2;             ///< places to either side, by half of the template each
constexpr double most_ratio = 1000;   ///< on a film that is even
/// Channels: all of the image, and what is finer than these parts of the lesion's size.
constexpr std::array finer_than{0.0, 0.3, 0.12};

/// The part of an image that a window shows, copied; beyond the image its border goes on.
cv::Mat1f window_of(const cv::Mat1f& image, const cv::Rect& window) {
  const cv::Rect inside = window & cv::Rect({}, image.size());
  if (inside.empty()) return cv::Mat1f(window.size(), 0.F);
  cv::Mat1f out;
  cv::copyMakeBorder(image(inside), out, inside.y - window.y, window.br().y - inside.br().y,
                     inside.x - window.x, window.br().x - inside.br().x, cv::BORDER_REPLICATE);
  return out;
}

/// Takes away the mean and both slopes, by least squares.
void take_plane(cv::Mat1f& image) {
  const double middle_x = (image.cols - 1) / 2.0, middle_y = (image.rows - 1) / 2.0;
  double sum = 0, along_x = 0, along_y = 0, xx = 0, yy = 0;
  for (int y = 0; y < image.rows; ++y)
    for (int x = 0; x < image.cols; ++x) {
      const double dx = x - middle_x, dy = y - middle_y, value = image(y, x);
      sum += value;
      along_x += value * dx;
      along_y += value * dy;
      xx += dx * dx;
      yy += dy * dy;
    }
  const double mean = sum / static_cast<double>(image.total());
  for (int y = 0; y < image.rows; ++y)
    for (int x = 0; x < image.cols; ++x)
      image(y, x) -=
          static_cast<float>(mean + along_x / xx * (x - middle_x) + along_y / yy * (y - middle_y));
}

/// What is finer than `sigma_px`; with 0 everything but a plane.
cv::Mat1f channel(const cv::Mat1f& image, double sigma_px) {
  cv::Mat1f out = image.clone();
  if (sigma_px > 0) {
    cv::GaussianBlur(image, out, {}, sigma_px, 0, cv::BORDER_REPLICATE);
    out = image - out;
  }
  take_plane(out);
  return out;
}

cv::Mat1f logarithm(const cv::Mat1f& signal) {
  cv::Mat1f log;
  cv::log(cv::max(signal, 1e-5F), log);
  return log;
}

/// The template's response to the lesion over its usual response to the film elsewhere.
double channel_ratio(const cv::Mat1f& lesion, const std::vector<cv::Mat1f>& elsewhere,
                     double sigma_px) {
  const cv::Mat1f pattern = channel(lesion, sigma_px);
  std::vector<double> others;
  for (const cv::Mat1f& image : elsewhere)
    others.push_back(std::abs(pattern.dot(channel(image, sigma_px))));
  const auto middle = others.begin() + static_cast<std::ptrdiff_t>(others.size() / 2);
  std::ranges::nth_element(others, middle);
  return pattern.dot(pattern) / std::max(1.4826 * *middle, 1e-6);
}

} // namespace

double clutter_ratio(const SignalPair& signal, const cv::Rect& box, const cv::Mat1b& mask,
                     double spacing_mm) {
  const int size = std::max(box.width, box.height);
  const int around =
      static_cast<int>(std::ceil(std::max(least_around_mm / spacing_mm, around_share * size)));
  const cv::Size whole(box.width + 2 * around, box.height + 2 * around);
  const auto moved = [&](double by_x, double by_y) {
    return cv::Rect({box.x - around + cvRound(by_x * whole.width),
                     box.y - around + cvRound(by_y * whole.height)},
                    whole);
  };
  const double shrink = std::min(1.0, static_cast<double>(template_px) / size);
  const auto coarse = [&](const cv::Mat1f& image) {
    cv::Mat1f small;
    cv::resize(image, small, {}, shrink, shrink, cv::INTER_AREA);
    return small;
  };
  const cv::Mat1f without = logarithm(window_of(signal.without, moved(0, 0)));
  cv::Mat1b framed;
  cv::copyMakeBorder(mask, framed, around, around, around, around, cv::BORDER_CONSTANT);
  cv::Mat1f loss(whole, 0.F);
  cv::Mat1f(without - logarithm(window_of(signal.with, moved(0, 0)))).copyTo(loss, framed);
  std::vector<cv::Mat1f> elsewhere;
  for (int y = -shifts; y <= shifts; ++y)
    for (int x = -shifts; x <= shifts; ++x)
      elsewhere.push_back(coarse(logarithm(window_of(signal.without, moved(0.5 * x, 0.5 * y)))));
  double best = 0;
  for (const double part : finer_than)
    best = std::max(best, channel_ratio(coarse(loss), elsewhere, part * shrink * size));
  return std::min(best, most_ratio);
}

} // namespace calx::simulate
