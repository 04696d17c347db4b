#include "simulate/core/grid.hpp"

#include <gtest/gtest.h>

namespace calx::simulate {
namespace {

/// A field that is linear in space, which trilinear sampling must give back exactly.
Grid ramp() {
  Grid grid = Grid::covering({-1, 2, 0}, {3, 5, 2}, 0.5, 0, -9);
  for (int z = 0; z < grid.size[2]; ++z)
    for (int y = 0; y < grid.size[1]; ++y)
      for (int x = 0; x < grid.size[0]; ++x) {
        const cv::Vec3d at = grid.node_mm(x, y, z);
        grid.at(x, y, z) = static_cast<float>(2 * at[0] - at[1] + 3 * at[2]);
      }
  return grid;
}

TEST(Grid, CoversTheBoxItWasAskedFor) {
  const Grid grid = Grid::covering({-1, 2, 0}, {3.2, 5, 2}, 0.5, 1, 0);
  EXPECT_GE(grid.high_mm()[0], 3.2);
  EXPECT_EQ(grid.low_mm(), cv::Vec3d(-1, 2, 0));
  EXPECT_EQ(grid.values.size(), 10U * 7U * 5U);
}

TEST(Grid, SamplesALinearFieldExactly) {
  const Grid grid = ramp();
  EXPECT_NEAR(grid.sample({0.3F, 3.1F, 1.7F}), 0.6 - 3.1 + 5.1, 1e-5);
  EXPECT_NEAR(grid.sample({3, 5, 2}), 6 - 5 + 6, 1e-5); // the last node
  const cv::Vec3f slope = grid.gradient({1, 3.5F, 1});
  EXPECT_NEAR(slope[0], 2, 1e-4);
  EXPECT_NEAR(slope[1], -1, 1e-4);
  EXPECT_NEAR(slope[2], 3, 1e-4);
}

TEST(Grid, IsItsOutsideValueBeyondTheNodes) {
  const Grid grid = ramp();
  EXPECT_EQ(grid.sample({-1.01F, 3, 1}), -9);
  EXPECT_EQ(grid.sample({0, 3, 2.01F}), -9);
  EXPECT_EQ(Grid().sample({0, 0, 0}), 0);
}

} // namespace
} // namespace calx::simulate
