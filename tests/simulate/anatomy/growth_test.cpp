#include "simulate/anatomy/growth.hpp"

#include "simulate/mesh/shapes.hpp"

#include <gtest/gtest.h>

namespace calx::simulate {
namespace {

/// A straight bone along the body's z, 60 mm long.
RestBone rod(std::string_view name) {
  auto solid =
      std::make_shared<Solid>(make_capsule(std::string(name), {0, 0, -24}, {0, 0, 24}, 6, 6, 0.5));
  return {&bone_row(name), solid, cv::Affine3d::Identity()};
}

Patient aged(double years) {
  Patient patient;
  patient.age_years = years;
  patient.size = years < 17 ? 0.7 : 1;
  return patient;
}

/// How often the surface is crossed along the bone's midline, from end to end.
int crossings(const RestBone& bone) {
  int count = 0;
  bool inside = false;
  for (float z = -35; z <= 35; z += 0.1F) {
    const bool now = bone.solid->distance_mm.sample({0, 0, z}) < 0;
    count += now != inside;
    inside = now;
  }
  return count;
}

TEST(Growth, AnAdultsBoneIsLeftAlone) {
  const RestBone bone = rod("index_proximal_phalanx");
  EXPECT_EQ(grown(bone, aged(40), Random(1)).solid, bone.solid);
}

TEST(Growth, AChildsPhalanxHasOnePlateAndItsRadiusTwo) {
  EXPECT_EQ(crossings(rod("index_proximal_phalanx")), 2);
  const RestBone phalanx = grown(rod("index_proximal_phalanx"), aged(7), Random(1));
  EXPECT_EQ(crossings(phalanx), 4);
  EXPECT_EQ(crossings(grown(rod("radius"), aged(7), Random(1))), 6);
  // Phalanges grow at their proximal end, which points up.
  EXPECT_LT(phalanx.solid->distance_mm.sample({0, 0, -22}), 0);
  bool open = false;
  for (float z = 15; z < 29; z += 0.2F) open |= phalanx.solid->distance_mm.sample({0, 0, z}) > 0;
  EXPECT_TRUE(open);
}

TEST(Growth, CarpalsAppearAndGrow) {
  EXPECT_FALSE(grown(rod("pisiform"), aged(6), Random(1)).ossified);
  const RestBone early = grown(rod("capitate"), aged(3), Random(1));
  EXPECT_TRUE(early.ossified);
  EXPECT_GT(early.solid->distance_mm.sample({4, 0, 0}),
            rod("capitate").solid->distance_mm.sample({4, 0, 0}));
}

TEST(Growth, OldCortexIsThinnerAndMorePorous) {
  const BoneTissue young = tissue_of(BoneKind::Metacarpal, aged(30), Random(4)),
                   old = tissue_of(BoneKind::Metacarpal, aged(88), Random(4));
  EXPECT_LT(old.cortex_shaft_mm, young.cortex_shaft_mm);
  EXPECT_LT(old.trabecular_end_fraction, young.trabecular_end_fraction);
  EXPECT_GT(old.cortex_porosity, young.cortex_porosity);
}

TEST(Growth, PatientsVaryFromChildToOldAndFromThinToObese) {
  double youngest = 99, oldest = 0, thinnest = 99, fattest = 0, smallest = 9, largest = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Patient each = draw_patient(Region::Hand, 2, 20, Random(seed));
    youngest = std::min(youngest, each.age_years), oldest = std::max(oldest, each.age_years);
    thinnest = std::min(thinnest, each.fat_mm), fattest = std::max(fattest, each.fat_mm);
    smallest = std::min(smallest, each.size), largest = std::max(largest, each.size);
  }
  EXPECT_LT(youngest, 6);
  EXPECT_GT(oldest, 85);
  EXPECT_LT(thinnest, 2.5);
  EXPECT_GT(fattest, 17);
  EXPECT_LT(smallest, 0.65);
  EXPECT_GT(largest, 1.08);
}

} // namespace
} // namespace calx::simulate
