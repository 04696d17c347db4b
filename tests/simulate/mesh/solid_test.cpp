#include "meshes.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

namespace calx::simulate {
namespace {

constexpr SolidOptions kFine{0.5, 0.8, 1};

Solid solid_or_fail(const Mesh& mesh, const SolidOptions& options = kFine) {
  auto solid = make_solid(mesh, "body", options);
  EXPECT_TRUE(solid) << (solid ? "" : solid.error().to_string());
  return solid ? *solid : Solid{};
}

double sphere_volume(double radius) {
  return 4.0 / 3 * std::numbers::pi * radius * radius * radius;
}

TEST(Solid, OfABallIsTheBallFarBelowThePitch) {
  const Solid solid = solid_or_fail(ball(10, 40, {3, -2, 40}));
  EXPECT_NEAR(solid.volume_mm3 / sphere_volume(10), 1, 0.01);
  EXPECT_LT(cv::norm(solid.centre_mm - cv::Vec3d(3, -2, 40)), 0.02);
  EXPECT_NEAR(solid.half_length_mm, 10, 0.4);
  for (const cv::Vec3f& direction :
       {cv::Vec3f(1, 0, 0), cv::Vec3f(0.6F, 0, 0.8F), cv::Vec3f(-0.48F, 0.64F, -0.6F)})
    for (const float depth : {-1.5F, 0.F, 1.2F, 4.F})
      EXPECT_NEAR(solid.distance_mm.sample(cv::Vec3f(3, -2, 40) + direction * (10 - depth)), -depth,
                  depth == 0 ? 0.04 : 0.15);
}

TEST(Solid, OfACoarseMeshHasNoFacets) {
  // A mesh of 16 corners around: flat facets would lie up to 0.19 mm inside the ball.
  const Solid solid = solid_or_fail(ball(10, 8));
  double low = 1, high = -1;
  for (int i = 0; i < 64; ++i) {
    const float t = static_cast<float>(i) * 0.1F;
    const double d = double{solid.distance_mm.sample(10 * cv::Vec3f(std::cos(t), std::sin(t), 0))};
    low = std::min(low, d);
    high = std::max(high, d);
  }
  EXPECT_LT(high - low, 0.12);
}

TEST(Solid, DoesNotCareAboutOrientation) {
  Mesh inverted = ball(6, 16), mixed = inverted;
  for (auto& t : inverted.triangles) std::swap(t[1], t[2]);
  for (std::size_t i = 0; i < mixed.triangles.size(); i += 3)
    std::swap(mixed.triangles[i][1], mixed.triangles[i][2]);
  const double volume = solid_or_fail(ball(6, 16)).volume_mm3;
  EXPECT_NEAR(solid_or_fail(inverted).volume_mm3, volume, 1e-3 * volume);
  EXPECT_NEAR(solid_or_fail(mixed).volume_mm3, volume, 1e-3 * volume);
}

TEST(Solid, ClosesSmallHoles) {
  Mesh holed = ball(8, 24);
  const double volume = solid_or_fail(holed).volume_mm3;
  for (int i = 0; i < 6; ++i) holed.triangles.erase(holed.triangles.begin() + 150 * i);
  EXPECT_NEAR(solid_or_fail(holed).volume_mm3, volume, 0.01 * volume);
}

TEST(Solid, KeepsAThinPlate) {
  // A flat ball, 2.4 mm thick in the middle, like a shoulder blade.
  Mesh plate = ball(15, 40);
  for (cv::Vec3f& v : plate.vertices) v[2] *= 0.08F;
  const Solid solid = solid_or_fail(plate, {0.5, 1.0, 1});
  EXPECT_NEAR(solid.volume_mm3 / (0.08 * sphere_volume(15)), 1, 0.03);
  EXPECT_NEAR(solid.distance_mm.sample({0, 0, 1.2F}), 0, 0.25);
  EXPECT_LT(solid.distance_mm.sample({12, 0, 0}), 0);
}

TEST(Solid, ScalesTheFilesUnit) {
  const Solid solid = solid_or_fail(ball(0.006F, 24), {0.5, 0.5, 1000});
  EXPECT_NEAR(solid.volume_mm3 / sphere_volume(6), 1, 0.02);
}

TEST(Solid, RefusesWhatIsNoBody) {
  const auto code = [](const Mesh& mesh, const SolidOptions& options = kFine) {
    const auto solid = make_solid(mesh, "body", options);
    return solid ? ErrorCode::Internal : solid.error().code;
  };
  EXPECT_EQ(code({}), ErrorCode::NotAnImage);
  Mesh flat = ball(8, 12);
  for (cv::Vec3f& v : flat.vertices) v[2] = 0;
  EXPECT_EQ(code(flat), ErrorCode::NotAnImage);
  Mesh tube = ball(8, 24); // without its upper and lower two thirds
  std::erase_if(tube.triangles, [&](const auto& t) {
    return std::abs(tube.vertices[static_cast<std::size_t>(t[0])][2]) > 2.5F;
  });
  EXPECT_EQ(code(tube), ErrorCode::NotAnImage);
  EXPECT_EQ(code(ball(8, 12), {0.5, 0.8, 1e6}), ErrorCode::TooLarge);
  EXPECT_EQ(code(ball(8, 12), {0, 0.8, 1}), ErrorCode::BadParameter);
}

TEST(Solid, OfEveryBoneKeepsItsVolume) {
  const auto folder = calx::test::shared_data("anatomy/opensim_arm_meshes");
  CALX_SKIP_WITHOUT(folder);
  for (const char* name : {"arm_r_2distph.vtp", "arm_r_capitate.vtp"}) {
    const auto mesh = read_mesh(folder / name);
    ASSERT_TRUE(mesh) << mesh.error().to_string();
    double volume = 0;
    for (const auto& t : mesh->triangles) {
      const auto corner = [&](std::size_t i) {
        return cv::Vec3d(mesh->vertices[static_cast<std::size_t>(t[i])]) * 1000;
      };
      volume += corner(0).dot(corner(1).cross(corner(2))) / 6;
    }
    EXPECT_NEAR(solid_or_fail(*mesh, {0.35, 0.5, 1000}).volume_mm3 / volume, 1, 0.03) << name;
  }
}

} // namespace
} // namespace calx::simulate
