#include "core/distance.hpp"

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

cv::Mat1f by_opencv(const cv::Mat1b& mask) {
  cv::Mat1f out;
  cv::distanceTransform(mask, out, cv::DIST_L2, cv::DIST_MASK_5);
  return out;
}

double difference(const cv::Mat1b& mask) {
  return cv::norm(distance_to_zero(mask), by_opencv(mask), cv::NORM_INF);
}

TEST(Distance, EqualsOpenCvOnShapesAndOnNoise) {
  cv::RNG random(3);
  for (int i = 0; i < 20; ++i) {
    cv::Mat1b mask(random.uniform(1, 90), random.uniform(1, 90), uchar(255));
    for (int k = random.uniform(0, 6); k > 0; --k)
      cv::circle(mask, {random.uniform(-5, 90), random.uniform(-5, 90)}, random.uniform(0, 12), 0,
                 -1);
    EXPECT_EQ(difference(mask), 0) << i;
    cv::Mat1b noise(mask.size());
    random.fill(noise, cv::RNG::UNIFORM, 0, 20);
    EXPECT_EQ(difference(noise), 0) << i;
  }
}

TEST(Distance, WithoutAZeroEverythingIsFar) {
  const cv::Mat1b all(7, 5, uchar(1));
  EXPECT_GT(distance_to_zero(all)(3, 2), 8000);
  EXPECT_EQ(difference(all), 0);
}

} // namespace
} // namespace calx
