#include "simulate/physics/expose.hpp"
#include "simulate/physics/mtf.hpp"
#include "simulate/physics/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace calx::simulate {

namespace {

/// DQE at low frequency: the part of the incident quanta that count.
double quantum_efficiency(bool powder) {
  return powder ? 0.28 : 0.72;
}

/// The signal behind the thick part of the body, in the field: its lower quartile.
double thick_part(const cv::Mat1f& signal, const cv::Mat1f& body_mm, const cv::Mat1b& field) {
  std::vector<float> values;
  for (int y = 0; y < signal.rows; y += 4)
    for (int x = 0; x < signal.cols; x += 4)
      if (field(y, x) != 0 && body_mm(y, x) > 2) values.push_back(signal(y, x));
  if (values.size() < 16) return 1; // an empty film is exposed as such
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 4);
  std::nth_element(values.begin(), at, values.end());
  return std::clamp(double{*at}, 1e-4, 1.0);
}

/// Independent normal deviates. Each row has a generator of its own, so that the number of threads
/// does not matter.
cv::Mat1f white_noise(const cv::Size& size, const Random& random) {
  cv::Mat1f noise(size);
  cv::parallel_for_({0, size.height}, [&](const cv::Range& range) {
    for (int y = range.start; y < range.end; ++y) {
      cv::RNG generator(random.stream("row", static_cast<std::uint64_t>(y)).bits());
      cv::Mat1f row = noise.row(y);
      generator.fill(row, cv::RNG::NORMAL, 0, 1);
    }
  });
  return noise;
}

/// Grain of a phosphor plate: its thickness varies over some tenths of a mm. Deviation 1.
cv::Mat1f plate_structure(const cv::Size& size, double pitch_mm, const Random& random) {
  const double sigma = std::max(0.18 / pitch_mm, 0.3);
  cv::Mat1f grain = white_noise(size, random);
  cv::GaussianBlur(grain, grain, {}, sigma, sigma, cv::BORDER_REFLECT);
  cv::Scalar mean, deviation;
  cv::meanStdDev(grain, mean, deviation);
  return grain / deviation[0];
}

/// Pixels that do not work are the mean of their neighbours.
void replace_dead_pixels(cv::Mat1f& signal, double rate, Random random) {
  if (signal.rows < 3 || signal.cols < 3) return;
  const double expected = rate * static_cast<double>(signal.total());
  const int count = static_cast<int>(expected) + random.chance(expected - std::floor(expected));
  for (int i = 0; i < count; ++i) {
    const int y = random.integer(1, signal.rows - 2), x = random.integer(1, signal.cols - 2);
    signal(y, x) = (signal(y - 1, x) + signal(y + 1, x) + signal(y, x - 1) + signal(y, x + 1)) / 4;
  }
}

} // namespace

Readout read_out(const cv::Mat1f& exposed, const Projection& projection, const Beam& beam,
                 const Detector& detector, const Geometry& geometry, const Random& random) {
  const Spectrum spectrum = tungsten_spectrum(beam.kvp, beam.filtration_mm_al);
  const double area_mm2 = geometry.pitch_mm * geometry.pitch_mm;
  const double thick_quanta = beam.detector_dose_ugy * spectrum.fluence_mm2_ugy() * area_mm2 *
                              quantum_efficiency(detector.powder);
  Readout result;
  result.open_field_quanta =
      thick_quanta / thick_part(exposed, projection.body_mm, field_mask(beam, geometry));

  const cv::Mat1f quantum = correlate_noise(white_noise(exposed.size(), random.stream("quanta")),
                                            geometry.pitch_mm, detector.mtf_scale);
  const cv::Mat1f electronic = white_noise(exposed.size(), random.stream("electronics"));
  cv::Mat1f structure;
  if (detector.structure_noise > 0)
    structure = plate_structure(exposed.size(), geometry.pitch_mm, random.stream("structure"));

  result.signal.create(exposed.size());
  const float per_quantum = static_cast<float>(1 / result.open_field_quanta);
  const float electronics = static_cast<float>(detector.electronic_noise);
  const float uneven = static_cast<float>(detector.structure_noise);
  cv::parallel_for_({0, exposed.rows}, [&](const cv::Range& range) {
    for (int y = range.start; y < range.end; ++y)
      for (int x = 0; x < exposed.cols; ++x) {
        const float signal = std::max(exposed(y, x), 0.F);
        float value = signal + std::sqrt(signal * per_quantum) * quantum(y, x) +
                      electronics * electronic(y, x);
        if (!structure.empty()) value += uneven * signal * structure(y, x);
        result.signal(y, x) = std::max(value, 0.F);
      }
  });
  replace_dead_pixels(result.signal, detector.dead_pixel_rate, random.stream("dead pixels"));
  return result;
}

} // namespace calx::simulate
