// Each kind rule of the standard table on a case that it is made for, and on the neighbour that
// differs in one thing.
#include "cases.hpp"

#include <functional>
#include <gtest/gtest.h>

namespace calx {
namespace {

using cases::stone;
using Change = std::function<void(RegionFacts&)>;

struct KindCase {
  std::string rule;
  Kind kind;
  Region region;
  RegionFacts typical;
  Change neighbour; ///< the one thing that makes the rule not fire
};

RegionFacts make(double size_mm, const Change& change) {
  RegionFacts r = stone(size_mm);
  change(r);
  return r;
}

std::vector<KindCase> kind_cases() {
  std::vector<KindCase> all;
  const auto add = [&](std::string rule, Kind kind, Region region, double size_mm,
                       const Change& typical, Change neighbour) {
    all.push_back({std::move(rule), kind, region, make(size_mm, typical), std::move(neighbour)});
  };
  add(
      "R1", Kind::Ossification, Region::Hip, 30,
      [](auto& r) { r.features.rim_index = 0.45, r.features.texture = 0.3; },
      [](auto& r) { r.features.rim_index = 0.1; });
  add(
      "R2", Kind::Ossicle, Region::Ankle, 7,
      [](auto& r) {
        r.nearest_prominence = "lateral_malleolus", r.features.prominence_distance_mm = 9;
        r.features.rim_index = 0.3, r.features.circularity = 0.7;
      },
      [](auto& r) { r.features.prominence_distance_mm = 40; });
  add(
      "R2b", Kind::Ossicle, Region::Hand, 5,
      [](auto& r) {
        r.nearest_prominence = "thumb_mcp_head", r.features.prominence_distance_mm = 8;
        r.features.bone_overlap = 0.5;
      },
      [](auto& r) { r.nearest_prominence = "thumb_tuft"; });
  add(
      "R3", Kind::Vascular, Region::Leg, 50,
      [](auto& r) {
        r.features.parallel_line_score = 0.8, r.features.elongation = 12;
        r.features.min_feret_mm = 4;
      },
      [](auto& r) { r.features.parallel_line_score = 0.2; });
  add(
      "R3b", Kind::Vascular, Region::Leg, 50,
      [](auto& r) {
        r.features.parallel_line_score = 0.8, r.features.elongation = 4;
        r.features.min_feret_mm = 12, r.features.contrast_to_noise = 3;
      },
      [](auto& r) { r.features.elongation = 2; });
  add(
      "R4", Kind::Phlebolith, Region::Pelvis, 5,
      [](auto& r) { r.features.circularity = 0.85, r.features.rim_index = 0.35; },
      [](auto& r) { r.features.max_feret_mm = 12; });
  add(
      "R4b", Kind::Phlebolith, Region::Hip, 5,
      [](auto& r) {
        r.features.circularity = 0.9, r.features.elongation = 1.1, r.features.density_grade = 1;
        r.features.contrast_to_noise = 3;
      },
      [](auto& r) { r.features.elongation = 1.6; });
  add(
      "R5", Kind::Unknown, Region::Knee, 25,
      [](auto& r) {
        r.features.rim_index = 0.22, r.features.texture = 0.4, r.features.lobulation = 5;
        r.features.bone_distance_mm = 0, r.features.contrast_to_noise = 3;
        r.features.density_grade = 1;
      },
      [](auto& r) { r.features.lobulation = 0; });
  add(
      "R6", Kind::Metal, Region::Hand, 10,
      [](auto& r) {
        r.features.saturated_fraction = 0.95, r.features.density_to_cortex = 2.5;
        r.features.edge_sharpness = 2;
      },
      [](auto& r) { r.features.saturated_fraction = 0.1, r.features.density_to_cortex = 1; });
  add(
      "R6b", Kind::Marker, Region::Hand, 10,
      [](auto& r) { r.touches_foreign = true, r.features.saturated_fraction = 0.5; },
      [](auto& r) { r.touches_foreign = false; });
  add(
      "R6c", Kind::ForeignBody, Region::Foot, 8,
      [](auto& r) {
        r.features.edge_sharpness = 2, r.features.texture = 0.03, r.features.solidity = 0.97;
        r.features.elongation = 3, r.features.contrast_to_noise = 3, r.features.density_grade = 1;
        r.features.area_mm2 = 1.5;
      },
      [](auto& r) { r.features.texture = 0.3; });
  add(
      "R7", Kind::Tendon, Region::Shoulder, 12,
      [](auto& r) {
        r.nearest_prominence = "left_greater_tubercle", r.features.prominence_distance_mm = 8;
        r.features.elongation = 2, r.features.density_grade = 1;
      },
      [](auto& r) { r.features.prominence_distance_mm = 22; });
  add(
      "R7b", Kind::Tendon, Region::Hip, 12,
      [](auto& r) {
        r.nearest_prominence = "greater_trochanter", r.features.prominence_distance_mm = 6;
        r.features.bone_distance_mm = 2, r.features.elongation = 2;
        r.features.contrast_to_noise = 3, r.features.density_grade = 1;
      },
      [](auto& r) { r.features.elongation = 1.1; });
  add(
      "R8", Kind::Chondrocalcinosis, Region::Knee, 12,
      [](auto& r) {
        r.features.joint_distance_mm = 0, r.features.elongation = 8, r.features.min_feret_mm = 1.5;
        r.features.contrast_to_noise = 3, r.features.density_grade = 1;
      },
      [](auto& r) { r.features.joint_distance_mm = 9; });
  add(
      "K1", Kind::Unknown, Region::Hand, 3,
      [](auto& r) { r.features.contrast_to_noise = 1.2, r.features.density_grade = 1; },
      [](auto& r) { r.features.contrast_to_noise = 5; });
  add(
      "K2", Kind::Unknown, Region::Hand, 3,
      [](auto& r) {
        r.features.bone_overlap = 1, r.features.density_grade = 1;
        r.features.contrast_to_noise = 5;
      },
      [](auto& r) { r.features.bone_overlap = 0.4; });
  add(
      "K4", Kind::Deposit, Region::Hand, 3,
      [](auto& r) {
        r.features.bone_overlap = 1, r.features.density_grade = 1;
        r.features.deposit_probability = 0.9, r.features.mimic_probability = 0.1;
      },
      [](auto& r) { r.features.deposit_probability = 0.3; });
  add(
      "K5", Kind::OtherCalcification, Region::Hand, 3,
      [](auto& r) { r.features.deposit_probability = 0.1, r.features.mimic_probability = 0.8; },
      [](auto& r) { r.features.mimic_probability = 0.2; });
  return all;
}

class KindRule : public testing::TestWithParam<KindCase> {};

TEST_P(KindRule, NamesItsCaseAndNotTheNeighbour) {
  const KindCase& c = GetParam();
  const KindDecision d = cases::kind_of(c.typical, c.region);
  EXPECT_EQ(d.rule, c.rule);
  EXPECT_EQ(d.kind, c.kind);
  EXPECT_FALSE(d.evidence.empty());
  for (const Evidence& e : d.evidence) EXPECT_EQ(e.rule, c.rule);

  RegionFacts other = c.typical;
  c.neighbour(other);
  EXPECT_NE(cases::kind_of(other, c.region).rule, c.rule);
}

INSTANTIATE_TEST_SUITE_P(StandardTable, KindRule, testing::ValuesIn(kind_cases()),
                         [](const auto& test) { return test.param.rule; });

/// Seen: deposits that the network was all but certain of, called ossification and a phlebolith.
/// Cause: the rules of shape spoke louder. Expected: the network's word from 0.9 on, but for what
/// shows as metal or letters, which no deposit does.
TEST(Kinds, WhatTheNetworkIsAllButCertainOfOutbidsAShape) {
  RegionFacts r = stone(5);
  r.features.circularity = 0.85;
  r.features.rim_index = 0.35;
  r.features.deposit_probability = 0.85;
  r.features.mimic_probability = 0.03;
  EXPECT_EQ(cases::kind_of(r, Region::Pelvis).kind, Kind::Phlebolith);
  r.features.deposit_probability = 0.95;
  EXPECT_EQ(cases::kind_of(r, Region::Pelvis).rule, "K4");

  RegionFacts letter = r;
  letter.touches_foreign = true;
  letter.features.saturated_fraction = 0.5;
  EXPECT_EQ(cases::kind_of(letter, Region::Pelvis).kind, Kind::Marker);
  r.features.saturated_fraction = 0.95;
  r.features.density_to_cortex = 2.5;
  r.features.edge_sharpness = 2;
  EXPECT_EQ(cases::kind_of(r, Region::Pelvis).kind, Kind::Metal);
}

/// Seen: an ossicle that the network was sure is no deposit, called unknown, which claims one.
/// Cause: over bone and near the noise K2 and K1 spoke louder. Expected: the network's word, there
/// as well.
TEST(Kinds, WhatTheNetworkCallsNoDepositClaimsNone) {
  RegionFacts r = stone();
  r.features.deposit_probability = 0.1;
  r.features.mimic_probability = 0.8;
  for (const double over_bone : {0.0, 1.0})
    for (const double contrast : {1.2, 20.0}) {
      r.features.bone_overlap = over_bone;
      r.features.contrast_to_noise = contrast;
      EXPECT_EQ(cases::kind_of(r, Region::Hand).kind, Kind::OtherCalcification)
          << over_bone << ' ' << contrast;
      RegionFacts unseen = r;
      unseen.features.deposit_probability = unseen.features.mimic_probability = std::nullopt;
      EXPECT_NE(cases::kind_of(unseen, Region::Hand).kind, Kind::OtherCalcification);
    }
}

/// Seen: of fifteen regions that the network finds surely calcified and gives 0.2 to 0.4 for a
/// deposit, eleven were one (simulated validation films), and called none. Cause: it expects more
/// mimics than films show. Expected: only what it finds less likely still is called no deposit.
TEST(Kinds, WhatTheNetworkThinksMayBeADepositClaimsOne) {
  RegionFacts r = stone();
  r.features.deposit_probability = 0.25;
  r.features.mimic_probability = 0.65;
  EXPECT_EQ(cases::kind_of(r, Region::Hand).kind, Kind::Deposit);
  r.features.deposit_probability = 0.15;
  EXPECT_EQ(cases::kind_of(r, Region::Hand).kind, Kind::OtherCalcification);
}

TEST(Kinds, WhatNothingElseExplainsIsADeposit) {
  const KindDecision d = cases::kind_of(stone(), Region::Forearm);
  EXPECT_EQ(d.kind, Kind::Deposit);
  EXPECT_NEAR(d.confidence, 0.75, 1e-9);
}

TEST(Kinds, ConfidenceOfADepositGrowsWithTheEvidence) {
  RegionFacts r = stone();
  r.features.density_grade = 1;
  double before = 0;
  for (const double cnr : {1.6, 4.0, 5.0, 8.0, 20.0}) {
    r.features.contrast_to_noise = cnr;
    const double now = cases::kind_of(r, Region::Forearm).confidence;
    EXPECT_GE(now, before);
    before = now;
  }
  EXPECT_NEAR(before, 0.65, 1e-9);
}

TEST(Kinds, EvidenceSaysWhatWasMeasuredAgainstWhat) {
  RegionFacts r = stone(5);
  r.features.circularity = 0.85;
  r.features.rim_index = 0.35;
  const KindDecision d = cases::kind_of(r, Region::Pelvis);
  ASSERT_EQ(d.kind, Kind::Phlebolith);
  const auto size = std::ranges::find(d.evidence, "max_feret_mm", &Evidence::measured);
  ASSERT_NE(size, d.evidence.end());
  EXPECT_EQ(size->value, "5");
  EXPECT_EQ(size->condition, "between 2 and 8");
  EXPECT_EQ(size->region_index, std::optional<std::size_t>(0));
}

TEST(Kinds, ARuleWithoutAConditionSaysSo) {
  const KindDecision d = cases::kind_of(RegionFacts{}, Region::Forearm);
  EXPECT_EQ(d.kind, Kind::Deposit);
  ASSERT_EQ(d.evidence.size(), 1u);
  EXPECT_EQ(d.evidence[0].rule, "K3");
  EXPECT_EQ(d.evidence[0].condition, "where no other rule is surer");
}

/// One of each typical case, so that the pairs cover the whole table.
TEST(Kinds, AnotherRegionNeverChangesAKind) {
  const auto all = kind_cases();
  for (const KindCase& a : all) {
    const KindDecision alone = cases::kind_of(a.typical, a.region);
    for (const KindCase& b : all) {
      const auto both = Rules::standard().apply(cases::image(a.region, {b.typical, a.typical}));
      ASSERT_EQ(both.kinds.size(), 2u);
      EXPECT_EQ(both.kinds[1].kind, alone.kind) << a.rule << " beside " << b.rule;
      EXPECT_EQ(both.kinds[1].confidence, alone.confidence) << a.rule << " beside " << b.rule;
    }
  }
}

} // namespace
} // namespace calx
