#include "core/statistics.hpp"

#include <gtest/gtest.h>
#include <limits>

namespace calx {
namespace {

cv::Mat1f ramp(int n) {
  cv::Mat1f image(1, n);
  for (int i = 0; i < n; ++i) image(0, i) = static_cast<float>(i);
  return image;
}

TEST(Percentile, OfARampIsItsShare) {
  const cv::Mat1f image = ramp(1001);
  for (const double q : {0.0, 0.1, 0.5, 0.9, 1.0})
    EXPECT_NEAR(percentile(image, {}, q), 1000 * q, 1) << q;
}

TEST(Percentile, LooksOnlyUnderTheMask) {
  const cv::Mat1f image = ramp(1000);
  EXPECT_NEAR(percentile(image, image >= 900, 0.5), 950, 1);
  EXPECT_EQ(percentile(image, cv::Mat1b(image.size(), uchar(0)), 0.5, -7), -7)
      << "nothing selected";
}

TEST(Percentile, TwoAtOnceAreThoseOneByOne) {
  const cv::Mat1f image = ramp(777);
  const cv::Mat1b mask = image >= 100;
  EXPECT_EQ(percentiles(image, mask, {0.2, 0.93}),
            (std::array{percentile(image, mask, 0.2), percentile(image, mask, 0.93)}));
  EXPECT_EQ(percentiles(image, image < 0, {0.2, 0.93}, -7), (std::array{-7.0, -7.0}));
}

TEST(Percentile, OfAConstantIsThatConstant) {
  EXPECT_EQ(percentile(cv::Mat1f(4, 4, 3.5F), {}, 0.3), 3.5);
}

TEST(Percentile, IgnoresWhatIsNotANumber) {
  cv::Mat1f image = ramp(100);
  image(0, 3) = std::numeric_limits<float>::quiet_NaN();
  EXPECT_NEAR(Histogram(image, {}, 0, 99).percentile(0.5), 50, 1);
  EXPECT_EQ(Histogram(image, {}, 0, 99).total(), 99);
}

TEST(ThreeClasses, PartsThreeHeaps) {
  cv::Mat1f image(30, 100);
  image.rowRange(0, 10) = 1;
  image.rowRange(10, 20) = 5;
  image.rowRange(20, 30) = 9;
  const auto [low, high] = Histogram(image, {}, 0, 10).three_classes();
  EXPECT_GT(low, 1);
  EXPECT_LE(low, 5);
  EXPECT_GT(high, 5);
  EXPECT_LE(high, 9);
}

} // namespace
} // namespace calx
