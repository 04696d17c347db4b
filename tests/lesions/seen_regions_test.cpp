#include "lesions/seen_regions.hpp"

#include <gtest/gtest.h>

namespace calx {
namespace {

TEST(SeenRegions, NothingProbableGivesNothing) {
  EXPECT_TRUE(seen_regions(cv::Mat1f(20, 30, 0.3F), 0.4).empty());
}

TEST(SeenRegions, ARegionIsWhatReachesTheOutlinesProbability) {
  cv::Mat1f probability(40, 40, 0.0F);
  probability(cv::Rect(10, 20, 5, 4)) = 0.5F;
  probability(cv::Rect(11, 21, 3, 2)) = 0.9F;
  const auto regions = seen_regions(probability, 0.4);
  ASSERT_EQ(regions.size(), 1U);
  EXPECT_EQ(cv::countNonZero(regions[0].mask), 20);
  EXPECT_EQ(regions[0].mask.size(), regions[0].box.size());
  EXPECT_FLOAT_EQ(static_cast<float>(regions[0].probability), 0.9F); // 6 of 20 pixels are at 0.9
}

TEST(SeenRegions, GrainsAPixelOrTwoApartAreOneRegion) {
  cv::Mat1f probability(40, 40, 0.0F);
  probability(10, 10) = probability(10, 13) = probability(10, 17) = 0.8F;
  const auto regions = seen_regions(probability, 0.4);
  ASSERT_EQ(regions.size(), 2U);
  EXPECT_EQ(cv::countNonZero(regions[0].mask), 2);
  EXPECT_EQ(cv::countNonZero(regions[1].mask), 1);
}

} // namespace
} // namespace calx
