#include "simulate/physics/mtf.hpp"

#include <array>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <span>

namespace calx::simulate {

namespace {

/// A Gaussian of a sum of them, by the deviation in space.
struct Term {
  double sigma_mm, weight;
};

/// Sums of Gaussians within 0.005 and 0.001 of the functions in the header, up to 5 cycles per mm:
/// they can be applied by rows and columns.
constexpr std::array<Term, 3> kMtf{{{0.0504, 0.2080}, {0.1420, 0.5312}, {0.3096, 0.2608}}};
constexpr std::array<Term, 4> kGrain{
    {{0, 0.5030}, {0.1096, 0.1137}, {0.2150, 0.3022}, {0.3847, 0.0811}}};

/// Taps whose transfer up to the Nyquist frequency is the Gaussian's: samples of a narrow Gaussian
/// would not be.
cv::Mat1f kernel(double sigma_px) {
  const int reach = std::max(3, static_cast<int>(std::ceil(3.2 * sigma_px)));
  cv::Mat1f taps(1, 2 * reach + 1);
  constexpr int steps = 64;
  for (int n = -reach; n <= reach; ++n) {
    double sum = 0;
    for (int i = 0; i < steps; ++i) {
      const double f = 0.5 * (i + 0.5) / steps, w = 2 * std::numbers::pi * f;
      sum += std::exp(-w * w * sigma_px * sigma_px / 2) * std::cos(w * n);
    }
    const double window = 0.5 + 0.5 * std::cos(std::numbers::pi * n / (reach + 1)); // no ringing
    taps(0, n + reach) = static_cast<float>(sum / steps * (sigma_px < 0.6 ? window : 1));
  }
  taps /= cv::sum(taps)[0];
  return taps;
}

cv::Mat1f filtered(const cv::Mat1f& image, double pitch_mm, double scale,
                   std::span<const Term> terms) {
  cv::Mat1f sum(image.size());
  std::vector<cv::Mat1f> kernels;
  for (const Term& term : terms) kernels.push_back(kernel(term.sigma_mm / scale / pitch_mm));
  constexpr int band = 64; // rows a job; filters look beyond a band at the image's own rows
  cv::parallel_for_({0, (image.rows + band - 1) / band}, [&](const cv::Range& range) {
    for (int i = range.start; i < range.end; ++i) {
      const cv::Range rows(i * band, std::min((i + 1) * band, image.rows));
      cv::Mat1f target = sum.rowRange(rows), part;
      target.setTo(0);
      for (std::size_t t = 0; t < terms.size(); ++t) {
        const cv::Mat1f source = image.rowRange(rows);
        if (terms[t].sigma_mm > 0)
          cv::sepFilter2D(source, part, CV_32F, kernels[t], kernels[t], {-1, -1}, 0,
                          cv::BORDER_REPLICATE);
        cv::scaleAdd(terms[t].sigma_mm > 0 ? part : source, terms[t].weight, target, target);
      }
    }
  });
  return sum;
}

} // namespace

double reference_mtf(double cycles_per_mm) {
  return 1 / (1 + 0.678 * std::pow(std::abs(cycles_per_mm), 1.937));
}

cv::Mat1f blur_with_mtf(const cv::Mat1f& image, double pitch_mm, double scale) {
  return filtered(image, pitch_mm, scale, kMtf);
}

cv::Mat1f correlate_noise(const cv::Mat1f& white, double pitch_mm, double scale) {
  return filtered(white, pitch_mm, scale, kGrain);
}

} // namespace calx::simulate
