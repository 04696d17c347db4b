#include "network/regions.hpp"

#include <gtest/gtest.h>

namespace calx {
namespace {

TEST(CandidateRegions, NothingProbableGivesNothing) {
  EXPECT_TRUE(candidate_regions(cv::Mat1f(20, 30, 0.05F), 0).empty());
}

TEST(CandidateRegions, AreOutlinedAtEachLevelThatPartsThem) {
  cv::Mat1f probability(60, 60, 0.0F);
  probability(cv::Rect(10, 20, 15, 4)) = 0.2F; // joins two
  probability(cv::Rect(10, 20, 5, 4)) = 0.5F;
  probability(cv::Rect(20, 20, 5, 4)) = 0.9F;
  const auto regions = candidate_regions(probability, 0);
  ASSERT_EQ(regions.size(), 3U);
  EXPECT_EQ(cv::countNonZero(regions[0].mask), 60);
  EXPECT_EQ(regions[0].mask.size(), regions[0].box.size());
  EXPECT_EQ(cv::countNonZero(regions[1].mask), 20);
  EXPECT_GE(regions[1].box.x, 18); // the likelier first
  EXPECT_EQ(cv::countNonZero(regions[2].mask), 20);
  EXPECT_NEAR(regions[0].marked, 0.9, 1e-6) << "nine tenths of its pixels at most";
  EXPECT_NEAR(regions[2].marked, 0.5, 1e-6);
}

/// Seen: on real films regions that the network for regions took for calcified were fragments of
/// bone which the one that marks films had hardly marked; others, plainly marked, were deposits
/// that it doubted. Expected: only what the first marks surely is looked at again.
TEST(CandidateRegions, WhatIsHardlyMarkedIsLeftOut) {
  cv::Mat1f probability(60, 60, 0.0F);
  probability(cv::Rect(10, 20, 5, 4)) = 0.89F;
  probability(cv::Rect(40, 20, 5, 4)) = 0.91F;
  const auto regions = candidate_regions(probability, NetworkParams{}.min_marked_score);
  ASSERT_EQ(regions.size(), 1U);
  EXPECT_GE(regions[0].box.x, 38);
}

TEST(CandidateRegions, GrainsAPixelOrTwoApartAreOneAndSingleOnesAreNone) {
  cv::Mat1f probability(40, 40, 0.0F);
  probability(cv::Rect(10, 10, 2, 1)) = 0.8F;
  probability(cv::Rect(14, 10, 2, 1)) = 0.8F;
  probability(10, 20) = 0.8F;
  const auto regions = candidate_regions(probability, 0);
  ASSERT_EQ(regions.size(), 1U); // the same at all levels
  EXPECT_EQ(cv::countNonZero(regions[0].mask), 4);
}

TEST(CandidateRegions, AreFewHoweverManyGrainsThereAre) {
  cv::Mat1f probability(400, 400, 0.0F);
  for (int y = 10; y < 390; y += 10)
    for (int x = 10; x < 390; x += 10) probability(cv::Rect(x, y, 3, 3)) = 0.2F;
  EXPECT_EQ(candidate_regions(probability, 0).size(), 40U);
}

TEST(Outlined, EndsAtAPartOfItsHighestProbability) {
  cv::Mat1f probability(60, 60, 0.0F);
  probability(cv::Rect(5, 5, 40, 40)) = 0.43F;
  probability(cv::Rect(15, 15, 20, 20)) = 0.45F;
  probability(cv::Rect(20, 20, 12, 12)) = 0.8F;
  for (const cv::Rect& found : {cv::Rect(5, 5, 40, 40), cv::Rect(20, 20, 12, 12)}) {
    const SeenRegion out = outlined(probability, {found, cv::Mat1b(found.size(), uchar(255)), 0.7});
    EXPECT_EQ(out.box, cv::Rect(15, 15, 20, 20));
    EXPECT_EQ(cv::countNonZero(out.mask), 400);
    EXPECT_EQ(out.deposit, 0.7);
  }
}

TEST(Outlined, GrowsIntoWhatItTouchesAndALittleOnly) {
  cv::Mat1f probability(100, 200, 0.0F);
  probability(cv::Rect(0, 0, 10, 10)) = 0.8F;   // in the film's corner
  probability(cv::Rect(10, 0, 100, 10)) = 0.5F; // longer than a region may grow
  probability(cv::Rect(0, 14, 10, 8)) = 0.5F;   // apart
  const SeenRegion out = outlined(probability, {{0, 0, 10, 10}, cv::Mat1b(10, 10, uchar(255))});
  EXPECT_EQ(out.box, cv::Rect(0, 0, 26, 10));
  EXPECT_EQ(cv::countNonZero(out.mask), 260);
}

/// Seen on a dental panorama: an outline ended in a straight line and a corner where the region
/// could grow no further. Expected: growth goes equally far in all directions.
TEST(Outlined, GrowsRound) {
  cv::Mat1f probability(100, 100, 0.5F);
  const cv::Rect found(45, 45, 10, 10);
  probability(found) = 0.8F;
  const SeenRegion out = outlined(probability, {found, cv::Mat1b(found.size(), uchar(255))});
  EXPECT_EQ(out.box, cv::Rect(29, 29, 42, 42));
  EXPECT_EQ(out.mask(0, 21), 255);
  EXPECT_EQ(out.mask(0, 0), 0);
}

} // namespace
} // namespace calx
