#include "network/regions.hpp"

#include "network/reference.hpp"

#include <gtest/gtest.h>

namespace calx {
namespace {

using test::plane;

TEST(CandidateRegions, NothingProbableGivesNothing) {
  EXPECT_TRUE(candidate_regions(cv::Mat1f(20, 30, 0.05F)).empty());
}

TEST(CandidateRegions, AreOutlinedAtEachLevelThatPartsThem) {
  cv::Mat1f probability(60, 60, 0.0F);
  probability(cv::Rect(10, 20, 15, 4)) = 0.2F; // joins two
  probability(cv::Rect(10, 20, 5, 4)) = 0.5F;
  probability(cv::Rect(20, 20, 5, 4)) = 0.9F;
  const auto regions = candidate_regions(probability);
  ASSERT_EQ(regions.size(), 3U);
  EXPECT_EQ(cv::countNonZero(regions[0].mask), 60);
  EXPECT_EQ(regions[0].mask.size(), regions[0].box.size());
  EXPECT_EQ(cv::countNonZero(regions[1].mask), 20);
  EXPECT_GE(regions[1].box.x, 18); // the likelier first
  EXPECT_EQ(cv::countNonZero(regions[2].mask), 20);
}

TEST(CandidateRegions, GrainsAPixelOrTwoApartAreOneAndSingleOnesAreNone) {
  cv::Mat1f probability(40, 40, 0.0F);
  probability(cv::Rect(10, 10, 2, 1)) = 0.8F;
  probability(cv::Rect(14, 10, 2, 1)) = 0.8F;
  probability(10, 20) = 0.8F;
  const auto regions = candidate_regions(probability);
  ASSERT_EQ(regions.size(), 1U); // the same at all levels
  EXPECT_EQ(cv::countNonZero(regions[0].mask), 4);
}

TEST(CandidateRegions, AreFewHoweverManyGrainsThereAre) {
  cv::Mat1f probability(400, 400, 0.0F);
  for (int y = 10; y < 390; y += 10)
    for (int x = 10; x < 390; x += 10) probability(cv::Rect(x, y, 3, 3)) = 0.2F;
  EXPECT_EQ(candidate_regions(probability).size(), 40U);
}

TEST(Outlined, EndsAtAFifthOfItsHighestProbability) {
  cv::Mat1f probability(60, 60, 0.0F);
  probability(cv::Rect(5, 5, 40, 40)) = 0.02F;
  probability(cv::Rect(15, 15, 20, 20)) = 0.25F;
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
  probability(cv::Rect(10, 0, 100, 10)) = 0.2F; // longer than a region may grow
  probability(cv::Rect(0, 14, 10, 8)) = 0.5F;   // apart
  const SeenRegion out = outlined(probability, {{0, 0, 10, 10}, cv::Mat1b(10, 10, uchar(255))});
  EXPECT_EQ(out.box, cv::Rect(0, 0, 26, 10));
  EXPECT_EQ(cv::countNonZero(out.mask), 260);
}

/// Seen on a dental panorama: an outline ended in a straight line and a corner where the region
/// could grow no further. Expected: growth goes equally far in all directions.
TEST(Outlined, GrowsRound) {
  cv::Mat1f probability(100, 100, 0.25F);
  const cv::Rect found(45, 45, 10, 10);
  probability(found) = 0.8F;
  const SeenRegion out = outlined(probability, {found, cv::Mat1b(found.size(), uchar(255))});
  EXPECT_EQ(out.box, cv::Rect(29, 29, 42, 42));
  EXPECT_EQ(out.mask(0, 21), 255);
  EXPECT_EQ(out.mask(0, 0), 0);
}

/// Cut out in another way than in training, a region would be judged wrongly, and no other test
/// would notice.
TEST(PatchesInput, IsThatOfTheTraining) {
  const auto expected = test::reference();
  const cv::Mat film = test::reference_input(3, 400);
  SeenRegion region{{300, 10, 21, 61}, cv::Mat1b(61, 21, uchar(255))};
  region.mask(cv::Rect(10, 40, 11, 21)) = 0;
  test::expect_as_in_training(expected, "patches",
                              patches_input(plane(film, 0), plane(film, 1), plane(film, 2), region),
                              expected["step"], 1e-4);
}

TEST(PatchesInput, ShowsTheRegionInTheMiddleAndBlackBeyondTheFilm) {
  const cv::Mat1f tone(100, 100, 0.5F), none(100, 100, 0.0F);
  const SeenRegion region{{0, 0, 24, 24}, cv::Mat1b(24, 24, uchar(255))};
  const cv::Mat made = patches_input(tone, none, none, region);
  const cv::Mat1f near = plane(made, 0), shape = plane(made, 4);
  EXPECT_EQ(near(5, 5), 0); // above and left of the film
  EXPECT_FLOAT_EQ(near(20, 20), 0.5F);
  EXPECT_FLOAT_EQ(shape(12, 12), 1);
  EXPECT_EQ(shape(40, 40), 0);
  EXPECT_FLOAT_EQ(plane(made, 9)(0, 0), -0.25F); // half of the least patch's side
}

/// Seen in review: four times the length of a region, squared, was held in memory. Expected: as
/// much as the training has shown, and no more.
TEST(PatchesInput, OfAVeryLongRegionShowsAPart) {
  const cv::Mat1f tone(20, 20'000, 0.5F);
  const SeenRegion region{{0, 0, 20'000, 20}, cv::Mat1b(20, 20'000, uchar(255))};
  const cv::Mat made = patches_input(tone, tone, tone, region);
  EXPECT_GT(plane(made, 5)(24, 0), 0); // the region runs across the whole patch
  EXPECT_GT(plane(made, 5)(24, 47), 0);
}

} // namespace
} // namespace calx
