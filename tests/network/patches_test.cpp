#include "network/patches.hpp"

#include "network/reference.hpp"

#include <gtest/gtest.h>

namespace calx {
namespace {

using test::plane;

/// A film on which the U-Net marks nothing.
RegionViewer viewer_of(const cv::Mat1f& tone) {
  const cv::Mat1f none(tone.size(), 0.0F);
  return RegionViewer({tone, none, none, none, none, none});
}

SeenRegion whole(const cv::Rect& box) {
  return {box, cv::Mat1b(box.size(), uchar(255))};
}

/// Cut out in another way than in training, a region would be judged wrongly, and no other test
/// would notice.
TEST(Patches, AreThoseOfTheTraining) {
  const auto expected = test::reference();
  const cv::Mat film = test::reference_input(6, 403); // no multiple of the coarse grid
  SeenRegion region = whole({301, 10, 21, 61});
  region.mask(cv::Rect(10, 40, 11, 21)) = 0;
  const RegionViewer viewer({plane(film, 0), plane(film, 1), plane(film, 2), plane(film, 3),
                             plane(film, 4), plane(film, 5)});
  test::expect_as_in_training(expected, "patches", viewer.patches(region), expected["step"], 1e-4);
}

TEST(Patches, ShowTheRegionInTheMiddleAndBlackBeyondTheFilm) {
  const cv::Mat made = viewer_of(cv::Mat1f(100, 100, 0.5F)).patches(whole({0, 0, 24, 24}));
  const cv::Mat1f near = plane(made, 0), shape = plane(made, 7), afar = plane(made, 15);
  EXPECT_EQ(near(5, 5), 0); // above and left of the film
  EXPECT_FLOAT_EQ(near(20, 20), 0.5F);
  EXPECT_FLOAT_EQ(shape(12, 12), 1);
  EXPECT_EQ(shape(40, 40), 0);
  EXPECT_FLOAT_EQ(afar(25, 25), 0.5F); // all of the film is four pixels of it
  EXPECT_EQ(afar(20, 20), 0);
  EXPECT_EQ(afar(30, 30), 0);
  EXPECT_FLOAT_EQ(plane(made, 17)(0, 0), -0.25F); // half of the least patch's side
}

/// Seen in review: four times the length of a region, squared, was held in memory. Expected: as
/// much as the training has shown, and no more.
TEST(Patches, OfAVeryLongRegionShowAPart) {
  const cv::Mat made = viewer_of(cv::Mat1f(20, 20'000, 0.5F)).patches(whole({0, 0, 20'000, 20}));
  const cv::Mat1f far = plane(made, 8);
  EXPECT_GT(far(24, 0), 0); // the region runs across the whole patch
  EXPECT_GT(far(24, 47), 0);
}

} // namespace
} // namespace calx
