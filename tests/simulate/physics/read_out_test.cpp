#include "bodies.hpp"
#include "simulate/physics/spectrum.hpp"

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace calx::simulate {
namespace {

struct Bench {
  Geometry geometry = square_detector(512, 0.14);
  Beam beam;
  Detector detector{false, 1, 0, 0, 0};
  Projection projection;

  explicit Bench(float body_mm) {
    projection.body_mm = cv::Mat1f(geometry.rows, geometry.columns, body_mm);
  }
  Readout read(float level, std::uint64_t seed = 1) const {
    return read_out(cv::Mat1f(geometry.rows, geometry.columns, level), projection, beam, detector,
                    geometry, Random(seed));
  }
};

double deviation(const cv::Mat1f& image) {
  cv::Scalar mean, spread;
  cv::meanStdDev(image, mean, spread);
  return spread[0];
}

TEST(ReadOut, VarianceIsThatOfTheQuanta) {
  const Bench bench(0);
  const Readout film = bench.read(0.4F);
  const double fluence =
      tungsten_spectrum(bench.beam.kvp, bench.beam.filtration_mm_al).fluence_mm2_ugy();
  EXPECT_NEAR(film.open_field_quanta, 5 * fluence * 0.14 * 0.14 * 0.72, 1);
  EXPECT_NEAR(cv::mean(film.signal)[0], 0.4, 1e-3);
  // The grain only moves quanta between neighbours: over blocks the counts are Poisson's.
  cv::Mat1f blocks;
  cv::resize(film.signal, blocks, {}, 1.0 / 32, 1.0 / 32, cv::INTER_AREA);
  const double expected = std::sqrt(0.4 / film.open_field_quanta) / 32;
  EXPECT_NEAR(deviation(blocks) / expected, 1, 0.12);
  // One pixel varies less, as each quantum is spread.
  const double single = deviation(film.signal) / std::sqrt(0.4 / film.open_field_quanta);
  EXPECT_GT(single, 0.5);
  EXPECT_LT(single, 0.8);
}

TEST(ReadOut, TheDoseIsThatBehindTheBody) {
  const Bench bench(100);
  const double open = Bench(0).read(1).open_field_quanta;
  EXPECT_NEAR(bench.read(0.1F).open_field_quanta, 10 * open, 0.01 * open);
}

TEST(ReadOut, AddsElectronicAndStructureNoise) {
  Bench bench(0);
  bench.beam.detector_dose_ugy = 1e6; // no quantum noise to speak of
  bench.detector.electronic_noise = 0.01;
  EXPECT_NEAR(deviation(bench.read(0.5F).signal), 0.01, 0.0003);
  bench.detector.electronic_noise = 0;
  bench.detector.structure_noise = 0.02;
  EXPECT_NEAR(deviation(bench.read(0.5F).signal), 0.01, 0.0005);
}

TEST(ReadOut, DeadPixelsAreTheMeanOfTheirNeighbours) {
  Bench bench(0);
  const cv::Mat1f whole = bench.read(0.5F).signal;
  bench.detector.dead_pixel_rate = 1e-3;
  const cv::Mat1f film = bench.read(0.5F).signal;
  int replaced = 0;
  double apart = 0;
  for (int y = 1; y + 1 < film.rows; ++y)
    for (int x = 1; x + 1 < film.cols; ++x) {
      if (film(y, x) == whole(y, x)) continue;
      ++replaced;
      const float mean = (film(y - 1, x) + film(y + 1, x) + film(y, x - 1) + film(y, x + 1)) / 4;
      EXPECT_NEAR(film(y, x), mean, 1e-6) << y << ' ' << x;
      apart += std::abs(double{whole(y, x)} - double{mean});
    }
  const double expected = 1e-3 * 512 * 512; // two may fall on one place
  EXPECT_LE(replaced, expected + 1);
  EXPECT_GE(replaced, 0.98 * expected);
  EXPECT_GT(apart / replaced, 1e-4) << "their own noise is gone";
  EXPECT_EQ(cv::countNonZero(film != whole), replaced)
      << "none at the edge, which has no neighbours";
}

TEST(ReadOut, DependsOnTheSeedAndNeverGoesBelowNil) {
  Bench bench(0);
  bench.detector.dead_pixel_rate = 1e-3;
  const cv::Mat1f film = bench.read(0.5F).signal;
  EXPECT_EQ(cv::norm(film, bench.read(0.5F).signal, cv::NORM_INF), 0);
  EXPECT_GT(cv::norm(film, bench.read(0.5F, 2).signal, cv::NORM_INF), 0);
  double least = -1;
  cv::minMaxLoc(bench.read(1e-4F).signal, &least);
  EXPECT_GE(least, 0);
}

} // namespace
} // namespace calx::simulate
