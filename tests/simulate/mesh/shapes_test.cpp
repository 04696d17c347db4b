#include "simulate/mesh/shapes.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <numbers>

namespace calx::simulate {
namespace {

TEST(Shapes, CapsuleDistanceIsThatOfItsBallsAndCone) {
  const cv::Vec3d a(0, 0, 0), b(10, 0, 0);
  EXPECT_NEAR(capsule_distance({5, 4, 0}, a, b, 1, 1), 3, 1e-12);
  EXPECT_NEAR(capsule_distance({-3, 4, 0}, a, b, 1, 1), 4, 1e-12);
  EXPECT_NEAR(capsule_distance({5, 0, 0}, a, b, 2, 2), -2, 1e-12);
  // The cone between balls of 3 and 1 touches both: the normal leans by asin(0.2).
  const double sine = 0.2, cosine = std::sqrt(1 - sine * sine);
  const cv::Vec3d flank(0 + 3 * sine, 3 * cosine, 0);
  EXPECT_NEAR(capsule_distance(flank, a, b, 3, 1), 0, 1e-12);
  EXPECT_NEAR(capsule_distance(flank + cv::Vec3d(sine, cosine, 0), a, b, 3, 1), 1, 1e-12);
  EXPECT_NEAR(capsule_distance({0, 2, 0}, a, {1, 0, 0}, 3, 1), -1, 1e-12); // one in the other
}

TEST(Shapes, EllipsoidAndUnion) {
  EXPECT_NEAR(ellipsoid_distance({0, 3, 0}, {0, 0, 0}, {2, 3, 4}), 0, 1e-12);
  EXPECT_NEAR(ellipsoid_distance({0, 0, 4.1}, {0, 0, 0}, {2, 3, 4}), 0.1, 0.01);
  EXPECT_NEAR(ellipsoid_distance({0, 0, 0}, {0, 0, 0}, {2, 3, 4}), -2, 1e-12);
  EXPECT_EQ(smooth_union(1, 5, 2), 1);
  EXPECT_NEAR(smooth_union(1, 1, 2), 0.5, 1e-12);
  EXPECT_EQ(smooth_union(1, 1, 0), 1);
}

TEST(Shapes, CapsuleSolidHasItsVolumeAndAxis) {
  const cv::Vec3d from(0, 0, 0), to(12, 16, 0);
  const Solid solid = make_capsule("shaft", from, to, 4, 4, 0.5);
  const double volume = std::numbers::pi * 16 * 20 + 4.0 / 3 * std::numbers::pi * 64;
  EXPECT_NEAR(solid.volume_mm3 / volume, 1, 0.01);
  EXPECT_NEAR(std::abs(solid.axis.dot(cv::Vec3d(0.6, 0.8, 0))), 1, 1e-4);
  EXPECT_GT(solid.axis[1], 0);
  EXPECT_NEAR(solid.half_length_mm, 14, 0.5);
  EXPECT_LT(cv::norm(solid.centre_mm - cv::Vec3d(6, 8, 0)), 0.05);
  for (const cv::Vec3d& at : {cv::Vec3d(6, 8, 2), cv::Vec3d(0, 0, -5), cv::Vec3d(7, 7, 3)})
    EXPECT_NEAR(solid.distance_mm.sample(cv::Vec3f(at)), capsule_distance(at, from, to, 4, 4), 0.1);
}

TEST(Shapes, SolidOfAnyFieldIsADistance) {
  // An ellipsoid's field is a distance only near the surface: inside it must be made one.
  const Solid solid = make_solid(
      "egg", [](const cv::Vec3d& p) { return ellipsoid_distance(p, {0, 0, 0}, {5, 5, 12}); },
      {-5, -5, -12}, {5, 5, 12}, 0.5);
  const Grid& d = solid.distance_mm;
  EXPECT_NEAR(d.sample({0, 0, 0}), -5, 0.4); // on the ridge that all sides reach
  EXPECT_NEAR(d.sample({0, 3, 0}), -2, 0.1);
  EXPECT_NEAR(cv::norm(d.gradient({2.5F, 0, 3})), 1, 0.06);
}

} // namespace
} // namespace calx::simulate
