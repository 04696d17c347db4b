#include "simulate/presentation/multiscale.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace calx::simulate {

namespace {

constexpr double full_detail = 0.8;      ///< M, of the density: detail this strong has gain 1
constexpr double least_detail = 0.02;    ///< below this the gain does not rise any more
constexpr double coarsest_mm = 60;       ///< wavelength at which the residual begins
constexpr double edge_wavelength_mm = 1; ///< of the finest bone edges
constexpr double noise_reach = 4;        ///< standard deviations that count as within the noise

/// Standard deviation of the bulk of the level, which is noise on the fine levels (the median of a
/// normal deviate's size is 0.6745 of its spread).
double noise_of(const cv::Mat1f& level) {
  std::vector<float> sizes;
  const int step =
      std::max(1, static_cast<int>(std::sqrt(static_cast<double>(level.total()) / 4e4)));
  for (int y = 0; y < level.rows; y += step)
    for (int x = 0; x < level.cols; x += step) sizes.push_back(std::abs(level(y, x)));
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  return *middle / 0.6745;
}

/// Gain by size of the detail, as a table: a power per pixel would be most of the film's time.
struct GainTable {
  static constexpr int steps = 2048;
  std::vector<float> gain = std::vector<float>(steps + 1);
  float scale = 1;

  GainTable(double power, double noise, double suppression) {
    const double largest = 2 * full_detail;
    scale = static_cast<float>(steps / largest);
    for (int i = 0; i <= steps; ++i) {
      const double size = largest * i / steps;
      const double amplified = std::pow(std::max(size, least_detail) / full_detail, power - 1);
      const double trust = noise > 0 ? std::min(1.0, size / (noise_reach * noise)) : 1.0;
      gain[static_cast<std::size_t>(i)] =
          static_cast<float>(amplified * (1 - suppression * (1 - trust)));
    }
  }

  float at(float detail) const {
    const float place = std::min(std::abs(detail) * scale, static_cast<float>(steps) - 1);
    const auto low = static_cast<std::size_t>(place);
    const float part = place - static_cast<float>(low);
    return gain[low] + part * (gain[low + 1] - gain[low]);
  }
};

/// The edge gain acts around the finest bone edges and fades towards coarser levels.
double edge_gain_at(double wavelength_mm, double edge_gain) {
  const double octaves = std::max(0.0, std::log2(wavelength_mm / edge_wavelength_mm));
  return 1 + (edge_gain - 1) * std::exp(-octaves * octaves / 2);
}

void amplify(cv::Mat1f& level, const GainTable& table, double factor) {
  const auto constant = static_cast<float>(factor);
  for (int y = 0; y < level.rows; ++y)
    for (float& detail : cv::Mat1f(level.row(y))) detail *= constant * table.at(detail);
}

} // namespace

cv::Mat1f equalise(const cv::Mat1f& density, double pitch_mm, const Presentation& presentation) {
  std::vector<cv::Mat1f> details;
  cv::Mat1f low = density;
  double wavelength_mm = 3 * pitch_mm; // where a level of the pyramid is strongest
  while (wavelength_mm < coarsest_mm && std::min(low.rows, low.cols) >= 8) {
    cv::Mat1f smaller, expanded;
    cv::pyrDown(low, smaller);
    cv::pyrUp(smaller, expanded, low.size());
    details.emplace_back(low - expanded);
    low = smaller;
    wavelength_mm *= 2;
  }
  cv::Mat1f result = low * presentation.latitude_gain;
  for (std::size_t k = details.size(); k-- > 0;) {
    wavelength_mm /= 2;
    const bool fine = wavelength_mm < 2 * edge_wavelength_mm;
    const GainTable table(presentation.detail_power, fine ? noise_of(details[k]) : 0,
                          fine ? presentation.noise_suppression : 0);
    amplify(details[k], table, edge_gain_at(wavelength_mm, presentation.edge_gain));
    cv::Mat1f expanded;
    cv::pyrUp(result, expanded, details[k].size());
    result = expanded + details[k];
  }
  return result;
}

} // namespace calx::simulate
