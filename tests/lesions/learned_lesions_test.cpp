// Regions from what a network saw; they are made up here, so that no network is needed.
#include "lesions/lesions.hpp"
#include "support/drawn_film.hpp"

#include <gtest/gtest.h>
#include <limits>

namespace calx {
namespace {

const cv::Rect nodule{100, 120, 12, 10}, vessel{235, 200, 6, 60};

struct Seen {
  NormalisedFilm film;
  AnatomyMap anatomy;
  TissueMaps maps;
};

/// A limb on which a network sees a nodule and, as something else, a vessel.
Seen limb() {
  Seen seen{normalise(test::DrawnFilm{}.radiograph(), {}), {}, {}};
  seen.anatomy = map_anatomy(seen.film, {});
  const auto region = [](const cv::Rect& box, double deposit, double mimic) {
    return SeenRegion{box, cv::Mat1b(box.size(), uchar(255)), deposit, mimic, 0.95};
  };
  seen.maps.regions = {region(nodule, 0.9, 0.05), region(vessel, 0.02, 0.85)};
  return seen;
}

std::vector<Deposit> found_on(const Seen& seen, const LesionParams& params = {}) {
  return find_deposits(seen.film, seen.maps, seen.anatomy, params);
}

/// Seen: a region reported in the air beside a hand, another beside a hip. Cause: deposits put into
/// real films for training at times lie there, and nothing asked where a region was. Expected: none
/// outside the body.
TEST(LearnedLesions, NothingIsFoundInTheAir) {
  Seen seen = limb();
  seen.anatomy.body(nodule) = 0;
  seen.anatomy.body(cv::Rect(vessel.tl(), cv::Size(vessel.width, vessel.height / 3))) = 0;
  const auto found = found_on(seen);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].box, vessel); // most of it is in the body
}

TEST(LearnedLesions, DepositsAndMimicsAreFoundWithTheProbabilitiesOfBoth) {
  const auto found = found_on(limb());
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].box, nodule);
  EXPECT_NEAR(found[0].score, 0.95, 1e-6);
  EXPECT_NEAR(*found[0].features.deposit_probability, 0.9, 1e-6);
  EXPECT_NEAR(*found[0].features.mimic_probability, 0.05, 1e-6);
  EXPECT_EQ(found[1].box, vessel);
  EXPECT_NEAR(*found[1].features.deposit_probability, 0.02, 1e-6);
  EXPECT_NEAR(*found[1].features.mimic_probability, 0.85, 1e-6);
}

/// Seen in review: neither limit stopped a probability that is not a number. Expected: no region.
TEST(LearnedLesions, WhatIsNoNumberIsNoRegion) {
  Seen seen = limb();
  seen.maps.regions[0].deposit = seen.maps.regions[0].mimic =
      std::numeric_limits<double>::quiet_NaN();
  ASSERT_EQ(found_on(seen).size(), 1U);
  EXPECT_EQ(found_on(seen)[0].box, vessel);
}

TEST(LearnedLesions, OfARegionOutlinedTwiceTheLikelierOutlineStays) {
  Seen seen = limb();
  SeenRegion wider{{95, 115, 30, 30}, cv::Mat1b(30, 30, uchar(255)), 0.92, 0, 0.95};
  seen.maps.regions.push_back(wider);
  auto found = found_on(seen);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].box, nodule);
  seen.maps.regions.back().deposit = 0.97;
  found = found_on(seen);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].box, wider.box);
}

/// Seen: a stone beside a finger, as likely a deposit as a mimic and hardly anything else, that was
/// not reported. Cause: each of the two was asked for by itself. Expected: what is surely calcified
/// is reported, whatever it is.
TEST(LearnedLesions, WhatIsCalcifiedIsReportedWhateverItIs) {
  Seen seen = limb();
  seen.maps.regions[0].deposit = 0.5;
  seen.maps.regions[0].mimic = 0.4;
  const auto found = found_on(seen);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_NEAR(found[0].score, 0.9, 1e-6) << "as likely as both together";
  const double least = LesionParams{}.min_calcified_score;
  seen.maps.regions[0].mimic = least / 2;
  seen.maps.regions[0].deposit = least / 2 + 0.01;
  EXPECT_EQ(found_on(seen).size(), 2U);
  seen.maps.regions[0].deposit = least / 2 - 0.01;
  EXPECT_EQ(found_on(seen).size(), 1U);
}

TEST(LearnedLesions, WhatIsLessProbableThanTheLeastScoreIsNotReported) {
  LesionParams params;
  params.min_calcified_score = 0.9;
  ASSERT_EQ(found_on(limb(), params).size(), 1U);
  EXPECT_EQ(found_on(limb(), params)[0].box, nodule);
  params.min_calcified_score = 0.955;
  EXPECT_TRUE(found_on(limb(), params).empty());
}

} // namespace
} // namespace calx
