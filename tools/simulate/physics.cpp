#include "simulate/physics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <vector>

namespace calx::phantom {
namespace {

constexpr std::array kKev{20.0, 30.0, 40.0, 50.0, 60.0, 80.0};

struct MaterialRow {
  double density;                                   ///< g/cm^3
  std::array<double, kKev.size()> mass_attenuation; ///< cm^2/g at kKev
};

constexpr std::array<MaterialRow, 5> kMaterials{{
    {0.95, {0.568, 0.306, 0.240, 0.212, 0.197, 0.180}},
    {1.05, {0.821, 0.378, 0.269, 0.226, 0.205, 0.182}},
    {1.09, {0.768, 0.363, 0.262, 0.223, 0.203, 0.181}},
    {1.92, {4.00, 1.33, 0.666, 0.424, 0.315, 0.223}},
    {1.69, {4.04, 1.34, 0.672, 0.429, 0.318, 0.225}},
}};

/// Smooth things at an eighth of the resolution: the same picture, sixty times sooner.
cv::Mat1f coarse_blur(const cv::Mat1f& image, double sigma_px) {
  cv::Mat1f small, out;
  cv::resize(image, small, {}, 0.125, 0.125, cv::INTER_AREA);
  cv::GaussianBlur(small, small, {}, std::max(sigma_px / 8, 0.5), 0, cv::BORDER_REPLICATE);
  cv::resize(small, out, image.size(), 0, 0, cv::INTER_CUBIC);
  return out;
}

/// A mixture of two Gaussians near the measured MTF of flat panels, 1/(1 + 0.678 f^1.937) with f in
/// cycles per mm (Samei 2003): 0.58 at 1, 0.21 at 2.
cv::Mat1f detector_blur(const cv::Mat1f& signal, double spacing_mm) {
  cv::Mat1f narrow, wide;
  cv::GaussianBlur(signal, narrow, {}, 0.13 / spacing_mm, 0, cv::BORDER_REPLICATE);
  cv::GaussianBlur(signal, wide, {}, 0.45 / spacing_mm, 0, cv::BORDER_REPLICATE);
  return 0.8 * narrow + 0.2 * wide;
}

double percentile(const cv::Mat1f& image, const cv::Mat1b& mask, double share) {
  std::vector<float> values;
  for (int y = 0; y < image.rows; y += 2) {
    for (int x = 0; x < image.cols; x += 2) {
      if (mask(y, x) != 0) values.push_back(image(y, x));
    }
  }
  if (values.empty()) return 0;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * double(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

} // namespace

double attenuation_per_mm(Material material, double kev) {
  if (kev < kKev.front() || kev > kKev.back()) throw std::invalid_argument("energy off the table");
  const MaterialRow& row = kMaterials.at(static_cast<std::size_t>(material));
  std::size_t i = 0;
  while (i + 2 < kKev.size() && kev > kKev[i + 1]) ++i;
  const double t = std::log(kev / kKev[i]) / std::log(kKev[i + 1] / kKev[i]);
  const double mass = std::exp((1 - t) * std::log(row.mass_attenuation[i]) +
                               t * std::log(row.mass_attenuation[i + 1]));
  return mass * row.density / 10; // 1/cm to 1/mm
}

std::array<SpectralLine, 3> Exposure::spectrum() const {
  // Mean energy of a filtered tungsten spectrum: 32 keV at 50 kV, 41 keV at 75 kV.
  const double mean = 32 + (kvp - 50) * 0.37;
  return {{{0.78 * mean, 0.3}, {mean, 0.4}, {1.22 * mean, 0.3}}};
}

cv::Mat1f transmission(const Paths& paths, std::span<const SpectralLine> spectrum) {
  cv::Mat1f sum = cv::Mat1f::zeros(paths.muscle.size());
  for (const SpectralLine& line : spectrum) {
    const auto mu = [&](Material m) { return attenuation_per_mm(m, line.kev); };
    cv::Mat1f depth = mu(Material::Adipose) * paths.adipose + mu(Material::Muscle) * paths.muscle +
                      mu(Material::Skin) * paths.skin + mu(Material::CorticalBone) * paths.bone +
                      mu(Material::Apatite30) * paths.apatite;
    cv::exp(-depth, depth);
    sum += line.weight * depth;
  }
  return sum;
}

cv::Mat1f detect(const cv::Mat1f& primary, const Paths& paths, const cv::Mat1b& body,
                 const Exposure& exposure, double spacing_mm, cv::RNG& random) {
  const cv::Mat1f thickness_cm = (paths.adipose + paths.muscle + paths.skin + paths.bone) / 10;
  const cv::Mat1f scatter = primary.mul(thickness_cm) * exposure.scatter_per_cm;
  cv::Mat1f signal = detector_blur(primary, spacing_mm) +
                     coarse_blur(scatter, exposure.scatter_blur_mm / spacing_mm);
  // Quanta are many, so Poisson is Gaussian; the scintillator spreads a part of each event.
  const double middle = std::max(percentile(signal, body, 0.5), 1e-3);
  const double quanta = exposure.quanta / middle * spacing_mm * spacing_mm / (0.14 * 0.14);
  cv::Mat1f grain(signal.size()), deviation;
  random.fill(grain, cv::RNG::NORMAL, 0, 1);
  cv::Mat1f spread;
  cv::GaussianBlur(grain, spread, {3, 3}, 0.6);
  cv::sqrt(cv::max(signal, 0.F) / quanta, deviation);
  signal += deviation.mul(0.5 * grain + 0.7 * spread);
  return cv::max(signal, 1e-4F);
}

cv::Mat1f present(const cv::Mat1f& signal, const cv::Mat1b& body, double spacing_mm) {
  cv::Mat1f density;
  cv::log(signal, density);
  density = -density;
  const cv::Mat1f broad = coarse_blur(density, 14 / spacing_mm);
  const cv::Mat1f middle = coarse_blur(density, 3 / spacing_mm);
  cv::Mat1f shown = 0.7 * broad + 0.95 * (middle - broad) + 1.2 * (density - middle);
  // From air, or from thin flesh where the body is thick, to the densest bone; a mild S-curve.
  const double low = std::max(0.7 * percentile(shown, body, 0.4) - 0.7, 0.0);
  const double high = 1.06 * percentile(shown, body, 0.998);
  cv::Mat1f x = cv::min(cv::max((shown - low) / std::max(high - low, 0.05), 0.F), 1.F);
  const cv::Mat1f s_curve = x.mul(x).mul(3 - 2 * x);
  return 0.03 + 0.97 * (0.65 * x + 0.35 * s_curve);
}

} // namespace calx::phantom
