#include "limb.hpp"
#include "simulate/deposits/inclusion.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>
#include <set>

namespace calx::simulate {
namespace {

constexpr std::array kPatterns{Pattern::Localized, Pattern::LimitedIdiopathic, Pattern::TumorLike,
                               Pattern::Universal};
constexpr std::array kRegions{Region::Hand, Region::Elbow, Region::Hip};

InclusionSpec only(Pattern pattern) {
  return {pattern, false, 0, false};
}

/// Calls for every node with matter in it.
template <class Visit>
void for_matter(const Inclusion& inclusion, const Visit& visit) {
  const Grid& grid = inclusion.density_g_cm3;
  for (int z = 0; z < grid.size[2]; ++z)
    for (int y = 0; y < grid.size[1]; ++y)
      for (int x = 0; x < grid.size[0]; ++x)
        if (grid.at(x, y, z) > 0) visit(grid.node_mm(x, y, z), grid.at(x, y, z));
}

double largest_extent_mm(const Inclusion& inclusion) {
  const cv::Vec3d e = inclusion.density_g_cm3.high_mm() - inclusion.density_g_cm3.low_mm();
  return std::max({e[0], e[1], e[2]});
}

TEST(Deposits, LieInsideTheBodyAndOutsideBone) {
  for (const Region region : kRegions) {
    const Anatomy anatomy = make_limb(region);
    for (const Pattern pattern : kPatterns) {
      int sampled = 0, wrong = 0, index = 0;
      for (const Inclusion& inclusion : place_inclusions(anatomy, only(pattern), Random(11)))
        for_matter(inclusion, [&](const cv::Vec3d& p, float) {
          if (++index % 7) return;
          ++sampled;
          wrong += anatomy.skin_distance_mm(p) > 0 || anatomy.bone_distance_mm(p) < 0;
        });
      EXPECT_GT(sampled, 0) << to_string(region) << " " << to_string(pattern);
      EXPECT_EQ(wrong, 0) << to_string(region) << " " << to_string(pattern);
    }
  }
}

TEST(Deposits, KeepTheSizeAndTheDensityOfTheirPattern) {
  const std::map<Pattern, std::pair<double, double>> extents{
      {Pattern::Localized, {2, 15}},
      {Pattern::LimitedIdiopathic, {0.3, 37}},
      {Pattern::TumorLike, {12, 165}},
      {Pattern::Universal, {0.5, 130}},
  };
  const Anatomy anatomy = make_limb(Region::Elbow);
  for (const auto& [pattern, range] : extents)
    for (std::uint64_t seed = 0; seed < 2; ++seed)
      for (const Inclusion& one : place_inclusions(anatomy, only(pattern), Random(seed))) {
        EXPECT_EQ(one.kind, Kind::Deposit);
        EXPECT_EQ(one.pattern, pattern);
        EXPECT_EQ(one.material, Material::Hydroxyapatite);
        EXPECT_LE(one.ha_fraction, 0.6 + 1e-6) << one.description;
        EXPECT_GE(one.ha_fraction, 0.05 - 1e-6) << one.description;
        EXPECT_GE(largest_extent_mm(one), range.first) << one.description;
        EXPECT_LE(largest_extent_mm(one), range.second) << one.description;
      }
}

TEST(Deposits, PeakDensityIsTheFractionOfTheCrystals) {
  for (const Inclusion& one :
       place_inclusions(make_limb(Region::Knee), only(Pattern::LimitedIdiopathic), Random(5))) {
    const auto& values = one.density_g_cm3.values;
    EXPECT_NEAR(*std::ranges::max_element(values), 3.16 * one.ha_fraction, 1e-4);
  }
}

TEST(Deposits, AreTheSameForTheSameSeed) {
  const Anatomy anatomy = make_limb(Region::Hand);
  const InclusionSpec spec{Pattern::LimitedIdiopathic, true, 2, true};
  const auto first = place_inclusions(anatomy, spec, Random(3)),
             second = place_inclusions(anatomy, spec, Random(3)),
             other = place_inclusions(anatomy, spec, Random(4));
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].density_g_cm3.values, second[i].density_g_cm3.values);
    EXPECT_EQ(first[i].description, second[i].description);
  }
  EXPECT_FALSE(other.size() == first.size() &&
               other.front().density_g_cm3.values == first.front().density_g_cm3.values);
}

TEST(Deposits, MimicsDoNotChangeWhereDepositsLie) {
  const Anatomy anatomy = make_limb(Region::Elbow);
  const auto bare = place_inclusions(anatomy, only(Pattern::Localized), Random(8)),
             full = place_inclusions(anatomy, {Pattern::Localized, true, 3, true}, Random(8));
  ASSERT_FALSE(bare.empty());
  ASSERT_GT(full.size(), bare.size());
  EXPECT_EQ(bare.front().density_g_cm3.values, full.front().density_g_cm3.values);
}

TEST(Deposits, ScrotalNodulesNeedAScrotum) {
  const InclusionSpec spec = only(Pattern::Scrotal);
  EXPECT_TRUE(place_inclusions(make_limb(Region::Hand), spec, Random(1)).empty());
  EXPECT_TRUE(
      place_inclusions(make_limb(Region::Pelvis, 40, Sex::Female), spec, Random(1)).empty());
  const auto nodules = place_inclusions(make_limb(Region::Scrotum), spec, Random(1));
  EXPECT_GE(nodules.size(), 3U);
  for (const Inclusion& nodule : nodules) EXPECT_LE(largest_extent_mm(nodule), 40);
}

TEST(Deposits, SkinBulgesOverAMass) {
  Anatomy anatomy = make_limb(Region::Elbow);
  const Grid before = anatomy.soft.skin_distance_mm;
  bool raised = false;
  for (std::uint64_t seed = 0; seed < 6 && !raised; ++seed) {
    grow_inclusions(anatomy, only(Pattern::TumorLike), Random(seed));
    for (std::size_t i = 0; i < before.values.size(); ++i) {
      const float after = anatomy.soft.skin_distance_mm.values[i];
      ASSERT_LE(after, before.values[i] + 1e-3F) << "skin never sinks in";
      raised |= after < 0 && before.values[i] > 2;
    }
  }
  EXPECT_TRUE(raised);
}

TEST(Mimics, FitTheRegionAndTheAge) {
  const Anatomy old = make_limb(Region::Knee, 80), young = make_limb(Region::Knee, 8);
  std::set<Kind> old_knee, young_knee;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    for (const auto& one : place_inclusions(old, {Pattern::None, true, 3, false}, Random(seed)))
      old_knee.insert(one.kind);
    for (const auto& one : place_inclusions(young, {Pattern::None, true, 3, false}, Random(seed)))
      young_knee.insert(one.kind);
  }
  EXPECT_TRUE(old_knee.contains(Kind::Vascular));
  EXPECT_TRUE(old_knee.contains(Kind::Tendon));
  EXPECT_TRUE(old_knee.contains(Kind::Ossicle));
  EXPECT_FALSE(young_knee.contains(Kind::Vascular));
  EXPECT_FALSE(old_knee.contains(Kind::Deposit));
}

TEST(Mimics, ALetterReadsAsOnAFilmSeenFromTheTube) {
  // Of an upright R the left half holds the stem: its longest column of ink is full height, and
  // the right half has none as long. An L, too, has its stem on the left.
  const Anatomy knee = make_limb(Region::Knee);
  int upright = 0, left_stem = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const auto marks = place_inclusions(knee, {Pattern::None, false, 0, true}, Random(seed));
    if (marks.empty() || marks.front().description != "lead letter") continue;
    EXPECT_EQ(marks.front().kind, Kind::Marker);
    const Grid& grid = marks.front().density_g_cm3;
    std::vector<int> ink(static_cast<std::size_t>(grid.size[0]), 0);
    for (int y = 0; y < grid.size[1]; ++y)
      for (int x = 0; x < grid.size[0]; ++x)
        ink[static_cast<std::size_t>(x)] += grid.at(x, y, 1) > 4;
    if (grid.size[0] > grid.size[1]) continue; // turned, or with initials beside it
    ++upright;
    const auto longest = std::ranges::max_element(ink) - ink.begin();
    left_stem += longest < grid.size[0] / 2;
  }
  ASSERT_GE(upright, 5);
  EXPECT_GE(left_stem, upright - 2); // some lie on their side or upside down
}

TEST(Mimics, AMarkerLiesInFrontOfTheDetectorInsideTheField) {
  const Anatomy anatomy = make_limb(Region::Knee);
  for (std::uint64_t seed = 0; seed < 10; ++seed)
    for (const Inclusion& mark :
         place_inclusions(anatomy, {Pattern::None, false, 0, true}, Random(seed))) {
      const cv::Vec3d low = mark.density_g_cm3.low_mm(), high = mark.density_g_cm3.high_mm();
      EXPECT_LT(high[2], 0);
      EXPECT_GE(low[0], anatomy.field_mm.x - 0.5);
      EXPECT_LE(high[1], anatomy.field_mm.y + anatomy.field_mm.height + 0.5);
    }
}

} // namespace
} // namespace calx::simulate
