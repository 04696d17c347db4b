// The phantom's physics against closed forms.
#include "simulate/physics.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <numeric>

namespace calx::phantom {
namespace {

Paths slab(cv::Size size, float muscle_mm, float bone_mm) {
  const cv::Mat1f none = cv::Mat1f::zeros(size);
  return {none.clone(), cv::Mat1f(size, muscle_mm), none.clone(), cv::Mat1f(size, bone_mm),
          none.clone()};
}

TEST(Attenuation, IsTheTablesAtItsEnergies) {
  EXPECT_NEAR(attenuation_per_mm(Material::Muscle, 40), 0.269 * 1.05 / 10, 1e-9);
  EXPECT_NEAR(attenuation_per_mm(Material::CorticalBone, 30), 1.33 * 1.92 / 10, 1e-9);
  EXPECT_NEAR(attenuation_per_mm(Material::Apatite30, 80), 0.225 * 1.69 / 10, 1e-9);
}

TEST(Attenuation, FallsWithEnergyBetweenThem) {
  double before = 1e9;
  for (double kev = 20; kev <= 80; kev += 1) {
    const double now = attenuation_per_mm(Material::CorticalBone, kev);
    EXPECT_LT(now, before) << kev;
    before = now;
  }
  EXPECT_THROW(attenuation_per_mm(Material::Muscle, 19), std::invalid_argument);
  EXPECT_THROW(attenuation_per_mm(Material::Muscle, 81), std::invalid_argument);
}

TEST(Transmission, OfASlabAtOneEnergyIsBeerLambert) {
  const std::array<SpectralLine, 1> line{{{40, 1}}};
  const cv::Mat1f t = transmission(slab({4, 4}, 20, 5), line);
  const double expected = std::exp(-(20 * 0.269 * 1.05 + 5 * 0.666 * 1.92) / 10);
  EXPECT_NEAR(t(2, 2), expected, 1e-5);
}

TEST(Transmission, HardensWithThickness) {
  // The logarithm of a sum of exponentials bends: twice the slab passes more than the square.
  const auto spectrum = Exposure{}.spectrum();
  const float once = transmission(slab({2, 2}, 0, 4), spectrum)(0, 0);
  const float twice = transmission(slab({2, 2}, 0, 8), spectrum)(0, 0);
  EXPECT_GT(twice, once * once * 1.02);
}

TEST(Spectrum, WeightsAddToOneAndHardenWithTheVoltage) {
  for (const double kvp : {50., 60., 75.}) {
    Exposure e;
    e.kvp = kvp;
    double weights = 0, mean = 0;
    for (const SpectralLine& line : e.spectrum()) {
      weights += line.weight;
      mean += line.weight * line.kev;
    }
    EXPECT_NEAR(weights, 1, 1e-12);
    EXPECT_NEAR(mean, 32 + (kvp - 50) * 0.37, 1e-9);
  }
}

TEST(Detector, NoiseIsThatOfTheQuanta) {
  const cv::Size size(240, 240);
  const Paths air = slab(size, 0, 0);
  Exposure exposure;
  exposure.quanta = 1000;
  cv::RNG random(5);
  const cv::Mat1b everywhere(size, 255);
  const cv::Mat1f open = detect(cv::Mat1f::ones(size), air, everywhere, exposure, 0.14, random);
  cv::Scalar mean, deviation;
  cv::meanStdDev(open, mean, deviation);
  EXPECT_NEAR(mean[0], 1, 0.002);
  // Correlated by the scintillator, so somewhat below 1/sqrt(1000).
  EXPECT_LT(deviation[0], 1 / std::sqrt(1000.));
  EXPECT_GT(deviation[0], 0.6 / std::sqrt(1000.));
}

TEST(Detector, ScatterIsTheStatedShareOfThePrimary) {
  const cv::Size size(400, 400);
  Exposure exposure;
  exposure.quanta = 1e9;
  cv::RNG random(5);
  const cv::Mat1f primary(size, 0.2F);
  const cv::Mat1f signal =
      detect(primary, slab(size, 50, 0), cv::Mat1b(size, 255), exposure, 0.5, random);
  EXPECT_NEAR(signal(200, 200) / 0.2, 1 + 5 * exposure.scatter_per_cm, 0.01);
}

TEST(Chord, OfACapsule) {
  const Grid grid{{200, 100}, 0.25};
  const Solid s = solid(grid, {{{15, 12}, {30, 12}, 8, 8, 0, 0}}, 0);
  const cv::Mat1f c = chord(s.half_chord2, 1);
  EXPECT_NEAR(c(48, 80), 16, 1e-4);                           // on the axis
  EXPECT_NEAR(c(48 + 16, 80), 2 * std::sqrt(64 - 16.), 1e-4); // 4 mm beside it
  EXPECT_EQ(c(48 + 36, 80), 0);                               // 9 mm beside it
  EXPECT_NEAR(chord(s.half_chord2, 0.5)(48, 80), 8, 1e-4);
  EXPECT_NEAR(chord(shrunk(s, 2), 1)(48 + 16, 80), 2 * std::sqrt(36 - 16.), 1e-3);
}

TEST(Chord, OnAPartOfTheGridIsThatPart) {
  const Grid grid{{200, 100}, 0.25};
  const std::vector<Part> parts{{{15, 12}, {30, 12}, 5, 7, 0, 0}};
  const cv::Rect box = grid.reach(parts, 0);
  const cv::Mat1f whole = chord(solid(grid, parts, 0).half_chord2, 1);
  const cv::Mat1f part = chord(solid(grid.cut(box), parts, 0).half_chord2, 1);
  EXPECT_EQ(cv::norm(whole(box), part, cv::NORM_INF), 0);
  EXPECT_NEAR(cv::sum(whole)[0], cv::sum(part)[0], 1e-6 * cv::sum(whole)[0]);
}

} // namespace
} // namespace calx::phantom
