#include "simulate/anatomy/field.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace calx::simulate {
namespace {

/// An implicit ball that is no distance: its slope differs from 1.
Grid ball(double radius_mm, double steepness) {
  Grid grid = Grid::covering({-20, -20, -20}, {20, 20, 20}, 1, 0, 99);
  for (int z = 0; z < grid.size[2]; ++z)
    for (int y = 0; y < grid.size[1]; ++y)
      for (int x = 0; x < grid.size[0]; ++x)
        grid.at(x, y, z) =
            static_cast<float>(steepness * (cv::norm(grid.node_mm(x, y, z)) - radius_mm));
  return grid;
}

TEST(Field, RedistancingMakesADistanceOfAnyImplicitFunction) {
  Grid grid = ball(9, 3.7);
  redistance(grid, 100);
  for (const cv::Vec3f& at : {cv::Vec3f(14, 0, 0), cv::Vec3f(8, 8, 0), cv::Vec3f(0, 3, 0),
                              cv::Vec3f(10, -9, 8), cv::Vec3f(-4, 2, 5)})
    EXPECT_NEAR(grid.sample(at), cv::norm(at) - 9, 0.6) << at;
  EXPECT_GT(grid.outside, 15);
}

TEST(Field, RedistancingIsTheMirrorImageOfTheMirrorImage) {
  Grid grid = ball(7, 1);
  for (int y = 0; y < grid.size[1]; ++y) grid.at(30, y, 20) = -2; // something lopsided
  Grid mirrored = grid;
  const auto mirror = [](Grid& each) {
    for (int z = 0; z < each.size[2]; ++z)
      for (int y = 0; y < each.size[1]; ++y)
        for (int x = 0; x < each.size[0] / 2; ++x)
          std::swap(each.at(x, y, z), each.at(each.size[0] - 1 - x, y, z));
  };
  mirror(mirrored);
  redistance(grid, 50);
  redistance(mirrored, 50);
  mirror(mirrored);
  for (std::size_t i = 0; i < grid.values.size(); ++i)
    ASSERT_NEAR(grid.values[i], mirrored.values[i], 0.35);
}

TEST(Field, SmoothingKeepsTheMeanAndSpreadsAPoint) {
  Grid grid = Grid::covering({0, 0, 0}, {20, 20, 20}, 1, 0, 0);
  grid.at(10, 10, 10) = 1;
  smooth(grid, 1.5);
  float sum = 0;
  for (const float value : grid.values) sum += value;
  EXPECT_NEAR(sum, 1, 1e-3);
  EXPECT_NEAR(grid.at(10, 10, 10), std::pow(2 * 3.14159 * 1.5 * 1.5, -1.5), 2e-3);
  EXPECT_NEAR(grid.at(12, 10, 10), grid.at(10, 10, 8), 1e-7);
}

TEST(Field, ResamplingKeepsALinearField) {
  Grid grid = Grid::covering({0, 0, 0}, {8, 6, 4}, 2, 0, 0);
  for (int z = 0; z < grid.size[2]; ++z)
    for (int y = 0; y < grid.size[1]; ++y)
      for (int x = 0; x < grid.size[0]; ++x) {
        const cv::Vec3d at = grid.node_mm(x, y, z);
        grid.at(x, y, z) = static_cast<float>(at[0] - 2 * at[1] + 0.5 * at[2]);
      }
  const Grid fine = resampled(grid, 0.5);
  EXPECT_NEAR(fine.sample({3.3F, 2.2F, 1.1F}), 3.3 - 4.4 + 0.55, 1e-4);
  EXPECT_EQ(fine.size, cv::Vec3i(17, 13, 9));
}

TEST(Field, FarDistanceGrowsBeyondTheNodes) {
  const Grid grid = ball(9, 1);
  EXPECT_NEAR(far_distance(grid, {30, 0, 0}), 21, 0.1);
  EXPECT_NEAR(far_distance(grid, {12, 0, 0}), 3, 0.1);
}

TEST(Field, SmoothMinimumIsTheMinimumFarFromTheCrease) {
  EXPECT_EQ(smooth_min(1, 9, 4), 1);
  EXPECT_LT(smooth_min(3, 3, 4), 3);
  EXPECT_FLOAT_EQ(smooth_min(2, 3, 4), smooth_min(3, 2, 4));
  EXPECT_EQ(smooth_step(0, 1, -2), 0);
  EXPECT_EQ(smooth_step(0, 1, 2), 1);
  EXPECT_FLOAT_EQ(smooth_step(3, -3, 0), 0.5F);
}

} // namespace
} // namespace calx::simulate
