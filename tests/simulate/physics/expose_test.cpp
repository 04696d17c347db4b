#include "bodies.hpp"
#include "simulate/physics/mtf.hpp"
#include "simulate/physics/spectrum.hpp"

#include <gtest/gtest.h>
#include <numbers>

namespace calx::simulate {
namespace {

/// What there is of one material, the same for each pixel.
Projection uniform(const Geometry& geometry, Material material, double g_cm2, double body_mm) {
  Projection projection;
  projection.body_mm = cv::Mat1f(geometry.rows, geometry.columns, static_cast<float>(body_mm));
  projection.g_cm2[static_cast<std::size_t>(material)] =
      cv::Mat1f(geometry.rows, geometry.columns, static_cast<float>(g_cm2));
  return projection;
}

TEST(Expose, ASlabFollowsBeerAndLambert) {
  const Geometry geometry = square_detector(64, 0.5);
  Beam beam;
  beam.kvp = 60;
  beam.grid = true;
  beam.grid_scatter_share = 0; // primary alone
  const Spectrum spectrum = tungsten_spectrum(beam.kvp, beam.filtration_mm_al);
  for (const Material material : {Material::Muscle, Material::CorticalBone, Material::Aluminium}) {
    double open = 0, behind = 0;
    for (std::size_t i = 0; i < spectrum.kev.size(); ++i) {
      const double kev = spectrum.kev[i];
      const double signal = spectrum.photons_mm2_ugy[i] * kev * absorbed_share(false, kev);
      open += signal;
      behind += signal * std::exp(-mass_attenuation_cm2_g(material, kev) * 3);
    }
    const cv::Mat1f signal = expose(uniform(geometry, material, 3, 30), beam, {}, geometry);
    EXPECT_NEAR(signal(32, 32) / (behind / open), 1, 0.01) << to_string(material);
  }
}

TEST(Expose, OpenFieldIsOneAndScatterFollowsThickness) {
  const Geometry geometry = square_detector(240, 1);
  const Beam beam;
  EXPECT_NEAR(expose(uniform(geometry, Material::Muscle, 0, 0), beam, {}, geometry)(9, 9), 1, 1e-4);
  Beam clean = beam;
  clean.grid = true;
  clean.grid_scatter_share = 0;
  for (const double cm : {2.5, 7.0, 11.0}) {
    const Projection slab_paths = uniform(geometry, Material::Muscle, 1.05 * cm, 10 * cm);
    const double primary = double{expose(slab_paths, clean, {}, geometry)(120, 120)};
    const double all = double{expose(slab_paths, beam, {}, geometry)(120, 120)};
    EXPECT_NEAR(all / primary - 1, 0.11 * cm, 0.03 * cm * 0.11 + 0.005);
  }
}

TEST(Expose, ScatterReachesBeyondTheBodyAndThePrimaryDoesNot) {
  const Geometry geometry = square_detector(400, 0.5);
  Projection half = uniform(geometry, Material::Muscle, 10, 100);
  half.g_cm2[static_cast<std::size_t>(Material::Muscle)].colRange(200, 400).setTo(0);
  half.body_mm.colRange(200, 400).setTo(0);
  const cv::Mat1f signal = expose(half, {}, {}, geometry);
  EXPECT_GT(signal(200, 210), 1.01);
  EXPECT_GT(signal(200, 210), signal(200, 300));
  EXPECT_LT(signal(200, 120), 0.5);
}

TEST(Expose, TheCollimatorCutsWithAPenumbra) {
  const Geometry geometry = square_detector(200, 0.2);
  Beam beam;
  beam.penumbra_mm = 2;
  beam.collimation_mm = cv::RotatedRect({0, 0}, {20, 30}, 0);
  const Projection empty = uniform(geometry, Material::Muscle, 0, 0);
  const cv::Mat1f signal = expose(empty, beam, {}, geometry);
  EXPECT_NEAR(signal(100, 100), 1, 1e-3);
  EXPECT_NEAR(signal(100, 20), 0, 1e-3);
  const double edge = (10 / 0.2) + 99.5; // half of the spot is hidden at the shutter's edge
  EXPECT_NEAR((signal(100, static_cast<int>(edge)) + signal(100, static_cast<int>(edge) + 1)) / 2,
              0.5, 0.06);
  EXPECT_EQ(field_mask(beam, geometry)(100, 148), 255);
  EXPECT_EQ(field_mask(beam, geometry)(100, 151), 0);
  beam.collimation_mm->angle = 90;
  EXPECT_EQ(field_mask(beam, geometry)(100, 170), 255);
}

/// Transfer at f of a filter, from its answer to a point, along x.
template <class Filter>
double transfer(const Filter& filter, double pitch_mm, double cycles_per_mm) {
  cv::Mat1f point(129, 129, 0.F);
  point(64, 64) = 1;
  const cv::Mat1f answer = filter(point);
  double sum = 0;
  for (int x = 0; x < answer.cols; ++x)
    sum += cv::sum(answer.col(x))[0] *
           std::cos(2 * std::numbers::pi * cycles_per_mm * pitch_mm * (x - 64));
  return sum;
}

TEST(Mtf, OfTheBlurIsThePanels) {
  for (const double pitch : {0.1, 0.14, 0.2})
    for (const double scale : {1.0, 0.85})
      for (const double f : {0.0, 0.5, 1.0, 1.5, 2.0, 2.5}) {
        const auto blur = [&](const cv::Mat1f& image) {
          return blur_with_mtf(image, pitch, scale);
        };
        if (f * pitch > 0.45) continue; // the last bit below Nyquist is smoothed against ringing
        EXPECT_NEAR(transfer(blur, pitch, f), reference_mtf(f / scale), 0.03) << pitch << " " << f;
      }
}

TEST(Mtf, GrainHasTheNoisePowerOfAPanel) {
  for (const double f : {0.0, 1.0, 2.0, 3.0}) {
    const auto grain = [](const cv::Mat1f& image) { return correlate_noise(image, 0.14, 1); };
    const double mtf = reference_mtf(f), amplitude = transfer(grain, 0.14, f);
    EXPECT_NEAR(amplitude * amplitude, 0.25 + 0.75 * mtf * mtf, 0.03) << f;
  }
}

} // namespace
} // namespace calx::simulate
