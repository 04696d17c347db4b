#include "evaluate/patch.hpp"

#include <gtest/gtest.h>

namespace calx::evaluation {
namespace {

const cv::Size kFilmSize{50, 40};

TEST(Patch, LabelsGiveOnePatchForEachIdAsked) {
  cv::Mat1w labels(kFilmSize, ushort{0});
  labels(cv::Rect(3, 4, 5, 6)) = ushort{7};
  labels(cv::Rect(20, 20, 2, 2)) = ushort{300};
  const std::vector<int> ids{300, 7, 9};
  const auto patches = patches_of_labels(labels, ids);
  EXPECT_EQ(patches[0].box, cv::Rect(20, 20, 2, 2));
  EXPECT_EQ(patches[1].area_px, 30);
  EXPECT_EQ(patches[2].area_px, 0);
}

TEST(Patch, OutlineFillsThePixelsWhoseCentresLieInside) {
  const std::vector<Outline> square{{{2.5, 3.5}, {6.5, 3.5}, {6.5, 5.5}, {2.5, 5.5}}};
  EXPECT_EQ(filled(square, kFilmSize).area_px, 4 * 2);
  const std::vector<Outline> dot{{{2.4, 3.4}, {2.45, 3.4}, {2.45, 3.45}}};
  EXPECT_EQ(filled(dot, kFilmSize).area_px, 1) << "a speck between pixel centres is still there";
  const std::vector<Outline> outside{{{-9, -9}, {-5, -9}, {-5, -5}}};
  EXPECT_EQ(filled(outside, kFilmSize).area_px, 0);
  EXPECT_EQ(filled({{}}, kFilmSize).area_px, 0);
}

TEST(Patch, GrowsByARadiusAndStaysOnTheFilm) {
  const Patch point = solid({10, 10, 1, 1}, kFilmSize);
  EXPECT_EQ(grown(point, 1, kFilmSize).area_px, 5);
  EXPECT_EQ(grown(point, 2, kFilmSize).area_px, 13);
  EXPECT_EQ(grown(solid({0, 0, 1, 1}, kFilmSize), 1, kFilmSize).area_px, 3);
  EXPECT_EQ(grown(Patch{}, 3, kFilmSize).area_px, 0);
}

TEST(Patch, OverlapCountsPixelsOfBoth) {
  const Patch a = solid({10, 10, 6, 6}, kFilmSize), b = solid({14, 13, 9, 2}, kFilmSize);
  EXPECT_EQ(overlap_px(a, b), 2 * 2);
  EXPECT_EQ(overlap_px(a, solid({40, 30, 5, 5}, kFilmSize)), 0);
  cv::Mat1b film(kFilmSize, uchar{0});
  paint(a, film);
  EXPECT_EQ(overlap_px(b, film), 4);
}

} // namespace
} // namespace calx::evaluation
