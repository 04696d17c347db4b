#include "simulate/physics/expose.hpp"
#include "simulate/physics/collimation.hpp"
#include "simulate/physics/mtf.hpp"
#include "simulate/physics/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace calx::simulate {

namespace {

constexpr int kCoarse = 8; ///< scatter is computed on every eighth row and column

/// Beer and Lambert, energy by energy.
cv::Mat1f primary(const Projection& projection, const Beam& beam, const Detector& detector,
                  const cv::Size& size) {
  const std::vector<Bin> bins =
      detected_bins(tungsten_spectrum(beam.kvp, beam.filtration_mm_al), detector.powder);
  struct Layer {
    std::size_t material;
    const cv::Mat1f* g_cm2;
  };
  std::vector<Layer> layers;
  for (std::size_t m = 0; m < projection.g_cm2.size(); ++m)
    if (!projection.g_cm2[m].empty()) layers.push_back({m, &projection.g_cm2[m]});

  cv::Mat1f result = cv::Mat1f::zeros(size);
  cv::parallel_for_({0, size.height}, [&](const cv::Range& range) {
    cv::Mat1f exponent(1, size.width);
    for (int y = range.start; y < range.end; ++y) {
      float* const sum = result[y];
      for (const Bin& bin : bins) {
        float* const e = exponent[0];
        std::fill_n(e, size.width, 0.F);
        for (const Layer& layer : layers) {
          const float mu = static_cast<float>(bin.attenuation_cm2_g[layer.material]);
          const float* const mass = (*layer.g_cm2)[y];
          for (int x = 0; x < size.width; ++x) e[x] -= mu * mass[x];
        }
        cv::exp(exponent, exponent);
        const float weight = static_cast<float>(bin.weight);
        for (int x = 0; x < size.width; ++x) sum[x] += weight * e[x];
      }
    }
  });
  return result;
}

/// Scatter to primary behind a body without a grid. 0.11 a cm fits Monte Carlo for limbs up to the
/// knee; thicker parts are irradiated in larger fields and scatter more.
double scatter_to_primary(double thickness_cm) {
  return 0.11 * thickness_cm * (1 + 0.05 * std::max(thickness_cm - 11, 0.0));
}

/// What one place scatters arrives around it: 2 cm behind a hand, 5 cm behind a hip.
double scatter_spread_mm(double thickness_cm) {
  return 12 + 2.3 * thickness_cm;
}

/// The thickness of the body where it is thick, in cm.
double typical_thickness_cm(const cv::Mat1f& body_mm) {
  std::vector<float> inside;
  for (const float mm : body_mm)
    if (mm > 1) inside.push_back(mm);
  if (inside.empty()) return 0;
  const auto at = inside.begin() + static_cast<std::ptrdiff_t>(0.7 * double(inside.size() - 1));
  std::nth_element(inside.begin(), at, inside.end());
  return double{*at} / 10;
}

cv::Mat1f scatter(const cv::Mat1f& primary_signal, const cv::Mat1f& body_mm, const Beam& beam,
                  double pitch_mm) {
  const cv::Size small_size((primary_signal.cols + kCoarse - 1) / kCoarse,
                            (primary_signal.rows + kCoarse - 1) / kCoarse);
  cv::Mat1f small, thickness;
  cv::resize(primary_signal, small, small_size, 0, 0, cv::INTER_AREA);
  cv::resize(body_mm, thickness, small_size, 0, 0, cv::INTER_AREA);
  const double passed = beam.grid ? beam.grid_scatter_share : 1;
  for (int y = 0; y < small.rows; ++y)
    for (int x = 0; x < small.cols; ++x)
      small(y, x) *= static_cast<float>(passed * scatter_to_primary(double{thickness(y, x)} / 10));
  const double sigma = scatter_spread_mm(typical_thickness_cm(thickness)) / (pitch_mm * kCoarse);
  // Beyond the film the body mostly goes on; where it does not there is no scatter to carry on.
  cv::GaussianBlur(small, small, {}, sigma, sigma, cv::BORDER_REPLICATE);
  cv::Mat1f result;
  cv::resize(small, result, primary_signal.size(), 0, 0, cv::INTER_LINEAR);
  return result;
}

} // namespace

cv::Mat1f expose(const Projection& projection, const Beam& beam, const Detector& detector,
                 const Geometry& geometry) {
  const cv::Size size(geometry.columns, geometry.rows);
  cv::Mat1f signal = primary(projection, beam, detector, size);
  const cv::Mat1f field = collimator_share(beam, geometry);
  if (!field.empty()) cv::multiply(signal, field, signal);
  signal += scatter(signal, projection.body_mm, beam, geometry.pitch_mm);
  return blur_with_mtf(signal, geometry.pitch_mm, detector.mtf_scale);
}

} // namespace calx::simulate
