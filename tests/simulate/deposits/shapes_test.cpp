#include "limb.hpp"
#include "simulate/deposits/mass.hpp"
#include "simulate/deposits/mimics.hpp"
#include "simulate/deposits/sculpt.hpp"
#include "simulate/deposits/sheet.hpp"
#include "simulate/deposits/stone.hpp"

#include <gtest/gtest.h>
#include <numbers>

namespace calx::simulate {
namespace {

/// A body without bones to speak of: a thigh's flesh, and a place in it.
struct Flesh {
  Anatomy anatomy = make_limb(Region::Thigh);
  Surroundings space{anatomy};
  Noise noise{Random(1)};
  cv::Vec3d at{18, 20, -51};
};

TEST(Sculpt, KeepsTheMassOfABall) {
  const double radius = 2;
  const Grid grid =
      sculpt({{-3, -3, -3},
              {3, 3, 3},
              0.2,
              [](const cv::Vec3f& p, float reach) { return cv::norm(p) < 2.2 + double(reach); },
              [&](const cv::Vec3f& p) { return coverage(float(cv::norm(p) - radius), 0.2); }});
  double sum = 0;
  for (const float value : grid.values) sum += double(value);
  EXPECT_NEAR(sum * 0.008, 4 * std::numbers::pi / 3 * 8, 0.3);
  EXPECT_NEAR(grid.high_mm()[0] - grid.low_mm()[0], 4.2, 0.5) << "trimmed to its matter";
  EXPECT_EQ(grid.at(0, 0, 0), 0);
}

TEST(Sculpt, GivesAnEmptyGridForNothing) {
  EXPECT_TRUE(sculpt({{0, 0, 0},
                      {1, 1, 1},
                      0.1,
                      [](const cv::Vec3f&, float) { return true; },
                      [](const cv::Vec3f&) { return 0.F; }})
                  .empty());
}

TEST(Sculpt, AsksEachPartForItsOwnDensity) {
  // The density of a part is that of its own half alone: every node must be asked of its own part.
  const auto half = [](const cv::Vec3f& middle, float) {
    const bool right = middle[0] > 0;
    return Shape::Density([right](const cv::Vec3f&) { return right ? 2.F : 1.F; });
  };
  const double low = -3.15, high = 3.15; // eight blocks of eight nodes along each axis
  const Grid grid = sculpt({cv::Vec3d::all(low), cv::Vec3d::all(high), 0.1, half});
  ASSERT_EQ(grid.size, cv::Vec3i::all(66)) << "an empty node on each side";
  for (int x = 1; x <= 64; ++x) EXPECT_EQ(grid.at(x, 40, 20), x <= 32 ? 1 : 2) << x;
}

TEST(Stone, HasItsSizeAndFractionInEveryStyle) {
  Flesh flesh;
  for (const StoneStyle style : {StoneStyle::Solid, StoneStyle::Hazy, StoneStyle::Granular,
                                 StoneStyle::Rim, StoneStyle::Net}) {
    const Stone stone{flesh.at, 8, style, 0.3, 0.8, 0.3};
    const Grid grid = sculpt_stone(stone, flesh.space, flesh.noise, Random(2));
    ASSERT_FALSE(grid.empty());
    const cv::Vec3d extent = grid.high_mm() - grid.low_mm();
    EXPECT_LT(std::max({extent[0], extent[1], extent[2]}), 11);
    EXPECT_GT(std::max({extent[0], extent[1], extent[2]}), 4);
    EXPECT_LE(*std::ranges::max_element(grid.values), 0.3F + 1e-5F);
    EXPECT_GT(*std::ranges::max_element(grid.values), 0.1F);
  }
}

TEST(Mass, HasLevelsAcrossGravity) {
  Flesh flesh;
  for (const cv::Vec3f& gravity : {cv::Vec3f(0, 1, 0), cv::Vec3f(1, 0, 0)}) {
    Mass mass;
    mass.gravity = gravity;
    mass.lobules = {{cv::Vec3f(flesh.at), 7, LobuleStyle::Level, 0.3F, 1, 1}};
    const Grid grid = sculpt_mass(mass, flesh.space, flesh.noise);
    ASSERT_FALSE(grid.empty());
    for (float aside = -3; aside <= 3; aside += 1) { // the surface is flat and at its height
      const cv::Vec3f across(gravity[1] * aside, gravity[0] * aside, 0);
      const cv::Vec3f surface = cv::Vec3f(flesh.at) + across + gravity;
      EXPECT_LT(grid.sample(surface - 1.2F * gravity), 0.09F);
      EXPECT_GT(grid.sample(surface + 1.2F * gravity), 0.25F);
    }
  }
}

TEST(Mass, HasLucentSepta) {
  Flesh flesh;
  Mass mass;
  const cv::Vec3f left = cv::Vec3f(flesh.at) - cv::Vec3f(5, 0, 0),
                  right = cv::Vec3f(flesh.at) + cv::Vec3f(5, 0, 0);
  mass.lobules = {{left, 6.5F, LobuleStyle::Dense, 0.3F, 0, 1.5F},
                  {right, 6.5F, LobuleStyle::Dense, 0.3F, 0, 1.5F}};
  const Grid grid = sculpt_mass(mass, flesh.space, flesh.noise);
  EXPECT_GT(grid.sample(left), 0.12F);
  EXPECT_GT(grid.sample(right), 0.12F);
  float least = 1;
  for (float x = -3; x <= 3; x += 0.25F)
    least = std::min(least, grid.sample(cv::Vec3f(flesh.at) + cv::Vec3f(x, 0, 0)));
  EXPECT_LT(least, 0.03F);
}

TEST(Sheet, FollowsTheSkin) {
  Flesh flesh;
  Sheet sheet;
  sheet.depth_mm = 4;
  sheet.at_mm = flesh.space.at_depth(flesh.at + cv::Vec3d(20, 0, 0), 4);
  sheet.along = {0, 1, 0};
  sheet.length_mm = 40;
  sheet.width_mm = 30;
  const Grid grid = sculpt_sheet(sheet, flesh.space, flesh.noise, Random(4));
  ASSERT_FALSE(grid.empty());
  double nodes = 0;
  for (int z = 0; z < grid.size[2]; ++z)
    for (int y = 0; y < grid.size[1]; ++y)
      for (int x = 0; x < grid.size[0]; ++x)
        if (grid.at(x, y, z) > 0.02F) {
          ++nodes;
          EXPECT_NEAR(flesh.space.depth_mm(grid.node_mm(x, y, z)), 4, 3.2);
        }
  EXPECT_GT(nodes * std::pow(grid.pitch_mm, 3), 40) << "cubic mm";
}

TEST(Mimics, ATramTrackIsAHollowTube) {
  Flesh flesh;
  const Scene scene{flesh.space, flesh.noise};
  std::vector<Inclusion> artery;
  for (std::uint64_t seed = 0; artery.empty() && seed < 10; ++seed)
    artery = make_artery(scene, Random(seed));
  ASSERT_FALSE(artery.empty());
  const Vessel& vessel = flesh.anatomy.vessels.front();
  const Grid& grid = artery.front().density_g_cm3;
  double inside = 0, wall = 0;
  for (int z = 0; z < grid.size[2]; ++z)
    for (int y = 0; y < grid.size[1]; ++y)
      for (int x = 0; x < grid.size[0]; ++x) {
        const cv::Vec3f p(grid.node_mm(x, y, z));
        const float r =
            distance_to_segment(p, cv::Vec3f(vessel.path_mm[0]), cv::Vec3f(vessel.path_mm[1]));
        (r < 0.3F * float(vessel.radius_mm) ? inside : wall) += double(grid.at(x, y, z));
      }
  EXPECT_EQ(artery.front().kind, Kind::Vascular);
  EXPECT_LT(inside, 0.15 * wall);
}

TEST(Mimics, ASesamoidHasACortexAroundLess) {
  const Anatomy hand = make_limb(Region::Hand);
  const Surroundings space(hand);
  const Noise noise(Random(1));
  std::vector<Inclusion> bones;
  for (std::uint64_t seed = 0; bones.empty() && seed < 20; ++seed)
    bones = make_sesamoids({space, noise}, Random(seed));
  ASSERT_FALSE(bones.empty());
  const Grid& grid = bones.front().density_g_cm3;
  EXPECT_EQ(bones.front().material, Material::CorticalBone);
  const float middle = grid.sample(cv::Vec3f((grid.low_mm() + grid.high_mm()) / 2));
  EXPECT_LT(middle, 0.75F * *std::ranges::max_element(grid.values));
  EXPECT_GT(middle, 0);
}

TEST(Mimics, ASkinFoldIsARidgeOfSoftTissueOnTheSkin) {
  Flesh flesh;
  const Grid& skin = flesh.anatomy.soft.skin_distance_mm;
  int folds = 0;
  for (std::uint64_t seed = 0; seed < 12; ++seed)
    for (const Inclusion& fold :
         make_skin_fold({flesh.space, flesh.noise, nullptr}, Random(seed))) {
      ++folds;
      EXPECT_EQ(fold.kind, Kind::Unknown);
      EXPECT_EQ(fold.material, Material::Muscle);
      const Grid& grid = fold.density_g_cm3;
      for (int z = 0; z < grid.size[2]; ++z)
        for (int y = 0; y < grid.size[1]; ++y)
          for (int x = 0; x < grid.size[0]; ++x) {
            if (grid.at(x, y, z) <= 0) continue;
            const float outside = skin.sample(cv::Vec3f(grid.node_mm(x, y, z)));
            ASSERT_GT(outside, 0) << "within the body there is tissue already";
            ASSERT_LT(outside, 7.5F);
            ASSERT_LE(grid.at(x, y, z), 1.06F);
          }
      const cv::Vec3d extent = grid.high_mm() - grid.low_mm();
      EXPECT_GT(std::max({extent[0], extent[1], extent[2]}), 8);
    }
  EXPECT_GE(folds, 6);
}

} // namespace
} // namespace calx::simulate
