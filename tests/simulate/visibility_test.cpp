#include "simulate/visibility.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace calx::simulate {
namespace {

constexpr double kSpacing_mm = 0.2;
const cv::Rect kBox(80, 80, 40, 40);

/// A lens that takes away up to `loss` of the signal, on a film that `tissue` draws.
SignalPair lens_on(const cv::Mat1f& tissue, double loss) {
  SignalPair pair{tissue.clone(), tissue.clone(), 1000};
  for (int y = 0; y < kBox.height; ++y)
    for (int x = 0; x < kBox.width; ++x) {
      const double r2 = (std::pow(x - 19.5, 2) + std::pow(y - 19.5, 2)) / 400;
      if (r2 < 1)
        pair.with(kBox.y + y, kBox.x + x) *= static_cast<float>(1 - loss * std::sqrt(1 - r2));
    }
  return pair;
}

cv::Mat1b lens_mask() {
  cv::Mat1b mask(kBox.size(), uchar(0));
  cv::circle(mask, {20, 20}, 19, cv::Scalar(255), cv::FILLED);
  return mask;
}

double ratio(const SignalPair& pair) {
  return clutter_ratio(pair, kBox, lens_mask(), kSpacing_mm);
}

/// Blobs of the lens's own size, everywhere.
cv::Mat1f mottled(double depth) {
  cv::Mat1f noise(200, 200), out;
  cv::RNG random(7);
  random.fill(noise, cv::RNG::NORMAL, 0, 1);
  cv::GaussianBlur(noise, noise, {}, 12);
  cv::normalize(noise, noise, -depth, depth, cv::NORM_MINMAX);
  cv::exp(noise, out);
  return out * 0.3F;
}

TEST(ClutterRatio, IsHighOnEvenTissueAndFallsWithTheTissuesOwnShapes) {
  const double even = ratio(lens_on(mottled(0.002), 0.1));
  const double uneven = ratio(lens_on(mottled(0.1), 0.1));
  const double wild = ratio(lens_on(mottled(0.8), 0.1));
  EXPECT_GT(even, 20);
  EXPECT_GT(even, 5 * uneven);
  EXPECT_GT(uneven, 3 * wild);
  EXPECT_LT(wild, 2.5);
}

TEST(ClutterRatio, GrowsWithTheLesion) {
  const cv::Mat1f tissue = mottled(0.1);
  EXPECT_GT(ratio(lens_on(tissue, 0.2)), 1.8 * ratio(lens_on(tissue, 0.1)));
}

TEST(ClutterRatio, ASlopeOfTheTissueDoesNotHideALesion) {
  cv::Mat1f slope(200, 200);
  for (int y = 0; y < 200; ++y)
    for (int x = 0; x < 200; ++x) slope(y, x) = static_cast<float>(0.3 * std::exp(0.01 * x));
  EXPECT_GT(ratio(lens_on(slope, 0.05)), 20);
}

TEST(ClutterRatio, AtTheEdgeOfTheFilmItIsStillANumber) {
  const cv::Mat1f tissue = mottled(0.1);
  SignalPair pair = lens_on(tissue, 0.1);
  for (cv::Mat1f* image : {&pair.with, &pair.without})
    *image = (*image)(cv::Rect(80, 80, 41, 41)).clone();
  const double value = clutter_ratio(pair, {0, 0, 40, 40}, lens_mask(), kSpacing_mm);
  EXPECT_TRUE(std::isfinite(value));
  EXPECT_GT(value, 0);
}

} // namespace
} // namespace calx::simulate
