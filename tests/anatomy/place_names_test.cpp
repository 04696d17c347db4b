#include "anatomy/place_names.hpp"

#include <algorithm>
#include <gmock/gmock.h>

namespace calx {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

AnatomyMap wide_body() {
  AnatomyMap map;
  map.body = cv::Mat1b(100, 200, uchar(255));
  return map;
}

std::vector<std::string> names(const AnatomyMap& map) {
  std::vector<std::string> out;
  for (const Prominence& p : map.prominences) out.push_back(p.name);
  return out;
}

TEST(PlaceNames, AMeasuredProminenceNearbyGetsTheNameAndKeepsItsHeight) {
  AnatomyMap map = wide_body();
  map.prominences = {{{50, 50}, 4, ""}, {{90, 50}, 3, ""}};
  const std::vector<NamedPoint> points{{"olecranon", {56, 50}, 0.9}};
  place_names(points, {Region::Elbow, View::Ap}, 0.25, map); // 6 pixels are 1.5 mm
  ASSERT_THAT(names(map), ElementsAre("olecranon", ""));
  EXPECT_EQ(map.prominences[0].height_mm, 4);
  EXPECT_EQ(map.prominences[0].point.x, 56);
  EXPECT_EQ(map.prominences[0].name_confidence, 0.9);
  EXPECT_EQ(map.prominences[1].name_confidence, std::nullopt);
}

TEST(PlaceNames, APointWithoutAConvexityIsAddedLast) {
  AnatomyMap map = wide_body();
  map.prominences = {{{50, 50}, 4, ""}};
  const std::vector<NamedPoint> points{{"patella", {150, 50}, 0.9}};
  place_names(points, {Region::Knee, View::Ap}, 0.25, map);
  EXPECT_THAT(names(map), ElementsAre("", "patella"));
  EXPECT_EQ(map.prominences[1].name_confidence, 0.9);
}

TEST(PlaceNames, OnThePelvisTheLeftOfTheFilmIsThePatientsRight) {
  AnatomyMap map = wide_body();
  const std::vector<NamedPoint> points{{"greater_trochanter", {180, 40}, 0.9},
                                       {"greater_trochanter", {20, 40}, 0.8},
                                       {"pubic_symphysis", {90, 60}, 0.7}};
  place_names(points, {Region::Pelvis, View::Ap}, 0.25, map);
  EXPECT_THAT(names(map),
              testing::UnorderedElementsAre("left_greater_trochanter", "right_greater_trochanter",
                                            "pubic_symphysis"));
  const auto right =
      std::ranges::find(map.prominences, "right_greater_trochanter", &Prominence::name);
  EXPECT_EQ(right->point.x, 20);
}

TEST(PlaceNames, ElsewhereOnlyTheBestPointOfANameCounts) {
  AnatomyMap map = wide_body();
  const std::vector<NamedPoint> points{{"patella", {20, 40}, 0.9}, {"patella", {180, 40}, 0.8}};
  place_names(points, {Region::Knee, View::Ap}, 0.25, map);
  ASSERT_THAT(names(map), ElementsAre("patella"));
  EXPECT_EQ(map.prominences[0].point.x, 20);
}

// Symptom: a trochanter on a film of a shoulder. Cause: every name was taken, whatever the region.
// Expectation: a name that the region cannot show is left out.
TEST(PlaceNamesRegression, ImpossibleNamesAreLeftOut) {
  AnatomyMap map = wide_body();
  const std::vector<NamedPoint> points{{"thumb_tuft", {150, 50}, 0.6},
                                       {"lesser_trochanter", {20, 90}, 0.9}};
  place_names(points, {Region::Hand, View::Ap}, 0.25, map);
  EXPECT_THAT(names(map), ElementsAre("thumb_tuft"));
  map.prominences.clear();
  place_names(points, {Region::Hip, View::Ap}, 0.25, map);
  EXPECT_THAT(names(map), ElementsAre("lesser_trochanter"));
}

// Symptom: both styloid processes on the ulna of a real hand. Cause: each name had been placed for
// itself. Expectation: seen from the front the likelier name stays; from the side two prominences,
// as the epicondyles of an elbow, may fall on one place.
TEST(PlaceNamesRegression, SeenFromTheFrontAPlaceHasOneName) {
  const std::vector<NamedPoint> points{{"medial_epicondyle", {50, 50}, 0.8},
                                       {"lateral_epicondyle", {54, 50}, 0.7},
                                       {"olecranon", {90, 50}, 0.7},
                                       {"coronoid_process", {92, 50}, 0.6}};
  AnatomyMap front = wide_body(), side = wide_body();
  place_names(points, {Region::Elbow, View::Ap}, 0.25, front);
  EXPECT_THAT(names(front),
              UnorderedElementsAre("medial_epicondyle", "olecranon", "coronoid_process"));
  place_names(points, {Region::Elbow, View::Lateral}, 0.25, side);
  EXPECT_EQ(side.prominences.size(), 4U);
}

TEST(PlaceNames, ANameThatIsThereStaysWhereItIs) {
  AnatomyMap map = wide_body();
  map.prominences = {{{50, 50}, 4, "thumb_tuft"}};
  const std::vector<NamedPoint> points{{"thumb_tuft", {150, 50}, 0.9},
                                       {"index_tuft", {54, 50}, 0.8}};
  place_names(points, {Region::Hand, View::Ap}, 0.25, map);
  ASSERT_THAT(names(map), ElementsAre("thumb_tuft"));
  EXPECT_EQ(map.prominences[0].point.x, 50);
}

} // namespace
} // namespace calx
