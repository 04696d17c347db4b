#include "lesions/features.hpp"

#include "lesions/lesions.hpp"
#include "support/drawn_film.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <numbers>
#include <set>
#include <stdexcept>

namespace calx {
namespace {

TEST(FeatureTable, NamesAreUniqueAndDefined) {
  std::set<std::string_view> names;
  for (const auto& d : feature_descriptions()) {
    EXPECT_TRUE(names.insert(d.name).second) << d.name;
    EXPECT_FALSE(d.unit.empty());
    EXPECT_FALSE(d.definition.empty());
  }
  EXPECT_THROW(feature_value({}, "no_such_feature"), std::out_of_range);
}

Deposit only_deposit(const test::DrawnFilm& drawn) {
  const NormalisedFilm film = normalise(drawn.radiograph(), {});
  auto found = find_deposits(film, map_anatomy(film, {}), {});
  EXPECT_EQ(found.size(), 1U);
  return found.empty() ? Deposit{} : found.front();
}

/// One disc in soft tissue beside the bone: every number can be worked out by hand.
class Disc : public testing::TestWithParam<double> {};

TEST_P(Disc, IsMeasuredInMillimetres) {
  test::DrawnFilm drawn;
  drawn.spots = {{29, 70, GetParam()}};
  const Deposit d = only_deposit(drawn);
  ASSERT_FALSE(d.mask.empty());
  const double diameter = GetParam();
  const double tolerance = 0.25 + 0.04 * diameter;
  EXPECT_NEAR(*d.features.equivalent_diameter_mm, diameter, tolerance);
  EXPECT_NEAR(*d.features.max_feret_mm, diameter, tolerance + 0.2);
  EXPECT_NEAR(*d.features.area_mm2, std::numbers::pi * diameter * diameter / 4,
              0.2 * diameter + 0.35 * diameter);
  EXPECT_GT(*d.features.solidity, 0.85);
  EXPECT_LT(*d.features.elongation, 1.35);
  EXPECT_EQ(*d.features.bone_overlap, 0);
  EXPECT_NEAR(*d.features.depth_mm, 9, 0.6) << "the skin line is 9 mm to the left";
  EXPECT_NEAR(*d.features.bone_distance_mm, 9 - diameter / 2, 0.8)
      << "the shaft is 9 mm to the right";
  EXPECT_NEAR(d.centroid.x * drawn.pitch_mm, 29, 0.3);
  EXPECT_NEAR(d.centroid.y * drawn.pitch_mm, 70, 0.3);
}
INSTANTIATE_TEST_SUITE_P(Sizes, Disc, testing::Values(2.0, 3.0, 5.0, 8.0));

/// Three in a row, the outer ones within reach of the middle one only, and one far away.
TEST(Features, AClusterIsWhatNeighboursReach) {
  test::DrawnFilm drawn;
  drawn.spots = {{29, 30, 4}, {29, 45, 4}, {29, 60, 4}, {29, 110, 4}};
  const NormalisedFilm film = normalise(drawn.radiograph(), {});
  auto found = find_deposits(film, map_anatomy(film, {}), {});
  ASSERT_EQ(found.size(), 4U);
  std::ranges::sort(found, {}, [](const Deposit& d) { return d.centroid.y; });
  const std::array neighbours{1.0, 2.0, 1.0, 0.0};
  const std::array spread{30.0, 30.0, 30.0, 0.0};
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(*found[i].features.neighbours, neighbours.at(i)) << i;
    EXPECT_NEAR(*found[i].features.spread_mm, spread.at(i), 0.5) << i;
  }
}

TEST(Features, ABrighterDiscIsDenserRelativeToCortex) {
  test::DrawnFilm faint;
  faint.spots = {{29, 70, 4, 300}};
  test::DrawnFilm dense = faint;
  dense.spots[0].grey = 1100;
  const Deposit a = only_deposit(faint);
  const Deposit b = only_deposit(dense);
  EXPECT_LT(*a.features.density_to_cortex, *b.features.density_to_cortex);
  EXPECT_EQ(*a.features.density_grade, 1);
  EXPECT_GE(*b.features.density_grade, 2);
}

} // namespace
} // namespace calx
