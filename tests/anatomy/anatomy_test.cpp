#include "anatomy/anatomy.hpp"

#include "support/drawn_film.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace calx {
namespace {

using test::DrawnFilm;

AnatomyMap map_of(const DrawnFilm& drawn) {
  return map_anatomy(normalise(drawn.radiograph(), {}), {});
}

TEST(Anatomy, OutlinesBodyAndBone) {
  const DrawnFilm drawn;
  const AnatomyMap map = map_of(drawn);
  EXPECT_GT(test::dice(map.body, drawn.body()), 0.97);
  EXPECT_GT(test::dice(map.bone, drawn.bone_mask()), 0.95);
}

TEST(Anatomy, TissueWithoutBoneHasNone) {
  DrawnFilm drawn;
  drawn.with_bone = false;
  const AnatomyMap map = map_of(drawn);
  EXPECT_EQ(cv::countNonZero(map.bone), 0);
  EXPECT_TRUE(map.prominences.empty());
}

TEST(Anatomy, ABumpOnTheBoneIsAProminence) {
  const DrawnFilm drawn;
  const AnatomyMap map = map_of(drawn);
  ASSERT_FALSE(map.prominences.empty());
  const auto nearest = std::ranges::min(map.prominences, {}, [&](const Prominence& p) {
    return cv::norm(p.point - cv::Point2d(drawn.bump()));
  });
  EXPECT_LT(cv::norm(nearest.point - cv::Point2d(drawn.bump())) * drawn.pitch_mm, 6);
  EXPECT_GE(nearest.height_mm, AnatomyParams{}.min_prominence_mm);
}

TEST(Anatomy, ProminencesComeHighestFirstAndKeepApart) {
  const AnatomyMap map = map_of(DrawnFilm{});
  EXPECT_TRUE(std::ranges::is_sorted(map.prominences, std::greater{}, &Prominence::height_mm));
  for (const auto& a : map.prominences)
    for (const auto& b : map.prominences) {
      if (&a == &b) continue;
      EXPECT_GE(cv::norm(a.point - b.point) * DrawnFilm{}.pitch_mm,
                AnatomyParams{}.prominence_reach_mm / 2);
    }
}

TEST(Anatomy, TwoBonesThatNearlyTouchHaveAJointBetweenThem) {
  const DrawnFilm drawn;
  Radiograph film = drawn.radiograph();
  const cv::Rect gap(0, 320, film.pixels.cols, 12); // 3 mm of soft tissue across the shaft
  film.pixels(gap).setTo(drawn.tissue, drawn.body()(gap));
  const AnatomyMap map = map_anatomy(normalise(film, {}), {});
  ASSERT_GT(map.joint_points.size(), 0U);
  for (const auto& p : map.joint_points) EXPECT_NEAR(p.y, 326, 10);
}

TEST(Anatomy, MovesWithTheFilm) {
  const DrawnFilm drawn;
  const Radiograph film = drawn.radiograph();
  Radiograph turned = film;
  cv::rotate(film.pixels, turned.pixels, cv::ROTATE_90_CLOCKWISE);
  const AnatomyMap upright = map_anatomy(normalise(film, {}), {});
  const AnatomyMap lying = map_anatomy(normalise(turned, {}), {});
  cv::Mat1b expected;
  cv::rotate(upright.bone, expected, cv::ROTATE_90_CLOCKWISE);
  EXPECT_GT(test::dice(lying.bone, expected), 0.99);
}

} // namespace
} // namespace calx
