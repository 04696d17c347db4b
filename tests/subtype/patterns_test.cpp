// Each pattern rule of the standard table, abstention, what is missing, and the clinical context.
#include "cases.hpp"

#include <gtest/gtest.h>

namespace calx {
namespace {

using cases::band;
using cases::fired;
using cases::image;
using cases::mass;
using cases::mentions;
using cases::stone;

SubtypeResult apply(const ImageFacts& facts) {
  return Rules::standard().apply(facts);
}

TEST(Patterns, NoRegionIsNone) {
  const SubtypeResult r = apply(image(Region::Hand, {}));
  EXPECT_EQ(r.assessment.suggestion, Pattern::None);
  EXPECT_NEAR(r.assessment.confidence, 0.75, 1e-9);
  ASSERT_TRUE(cases::measured(r.assessment.evidence, "deposit_count"));
  EXPECT_EQ(r.assessment.evidence.front().value, "0");
  EXPECT_TRUE(r.assessment.missing.empty());
}

TEST(Patterns, NoneMentionsTheKindsThatWereSeen) {
  RegionFacts phlebolith = stone(5);
  phlebolith.features.circularity = 0.85;
  phlebolith.features.rim_index = 0.35;
  const SubtypeResult r = apply(image(Region::Pelvis, {phlebolith, phlebolith}));
  EXPECT_EQ(r.assessment.suggestion, Pattern::None);
  const auto& evidence = r.assessment.evidence;
  const auto seen = std::ranges::find(evidence, "phlebolith_count", &Evidence::measured);
  ASSERT_NE(seen, evidence.end());
  EXPECT_EQ(seen->value, "2");
}

TEST(Patterns, UnnamedRegionsMakeNoneLessSure) {
  RegionFacts faint = stone();
  faint.features.contrast_to_noise = 1;
  faint.features.density_grade = 1;
  const SubtypeResult r = apply(image(Region::Hand, {faint}));
  EXPECT_EQ(r.kinds[0].kind, Kind::Unknown);
  EXPECT_EQ(r.assessment.suggestion, Pattern::None);
  EXPECT_LT(r.assessment.confidence, 0.5);
}

TEST(Patterns, R9LargeDeepLobulatedMassAtTheHip) {
  const SubtypeResult r = apply(image(Region::Hip, {mass(60)}));
  EXPECT_EQ(r.assessment.suggestion, Pattern::TumorLike);
  EXPECT_TRUE(fired(r, "R9"));
  EXPECT_NEAR(r.assessment.confidence, 0.8, 1e-9);
  for (const char* lab : {"phosphate", "calcium", "parathyroid", "creatinine"})
    EXPECT_TRUE(mentions(r.assessment.missing, lab)) << lab;
}

TEST(Patterns, R9NotInTheForearmNorForASpeckNorSuperficially) {
  EXPECT_FALSE(fired(apply(image(Region::Forearm, {mass(60)})), "R9"));
  EXPECT_FALSE(fired(apply(image(Region::Hip, {mass(49)})), "R9"));
  RegionFacts superficial = mass(60);
  superficial.features.depth_mm = 2;
  EXPECT_FALSE(fired(apply(image(Region::Hip, {superficial})), "R9"));
}

TEST(Patterns, R9FromThirtyMillimetresInAChild) {
  ImageFacts child = image(Region::Elbow, {mass(35)});
  child.context.age_years = 12;
  EXPECT_TRUE(fired(apply(child), "R9"));
  child.context.age_years = 18;
  EXPECT_FALSE(fired(apply(child), "R9"));
  EXPECT_TRUE(fired(apply(child), "R10"));
  child.context.age_years.reset();
  const SubtypeResult unknown_age = apply(child);
  EXPECT_FALSE(fired(unknown_age, "R9"));
  EXPECT_TRUE(mentions(unknown_age.assessment.missing, "age"));
}

TEST(Patterns, R9LayeringAndASecondMassAddFiveHundredthsEach) {
  RegionFacts layered = mass(60);
  layered.features.horizontal_level_score = 0.8;
  EXPECT_NEAR(apply(image(Region::Hip, {layered})).assessment.confidence, 0.85, 1e-9);
  EXPECT_NEAR(apply(image(Region::Hip, {layered, mass(40)})).assessment.confidence, 0.9, 1e-9);
}

TEST(Patterns, LabsThatAreKnownAreNotAskedFor) {
  ImageFacts facts = image(Region::Hip, {mass(60)});
  facts.context.phosphate_mmol_l = 2.1;
  const SubtypeResult r = apply(facts);
  EXPECT_FALSE(mentions(r.assessment.missing, "phosphate"));
  EXPECT_TRUE(mentions(r.assessment.missing, "calcium"));
  EXPECT_TRUE(cases::measured(r.assessment.evidence, "phosphate_mmol_l"));
  EXPECT_NEAR(r.assessment.confidence, 0.85, 1e-9);
}

TEST(Patterns, R10EarlyTumorLike) {
  const SubtypeResult r = apply(image(Region::Shoulder, {mass(30)}));
  EXPECT_EQ(r.assessment.suggestion, Pattern::TumorLike);
  EXPECT_TRUE(fired(r, "R10"));
  RegionFacts smooth = mass(30);
  smooth.features.lobulation = 0;
  EXPECT_FALSE(fired(apply(image(Region::Shoulder, {smooth})), "R10"));
}

TEST(Patterns, R11StoneAtAFingertip) {
  RegionFacts tip = stone(3);
  tip.nearest_prominence = "index_tuft";
  tip.features.prominence_distance_mm = 5;
  const SubtypeResult r = apply(image(Region::Hand, {tip, tip}));
  EXPECT_EQ(r.assessment.suggestion, Pattern::LimitedIdiopathic);
  EXPECT_NEAR(r.assessment.confidence, 0.75, 1e-9);
  EXPECT_FALSE(fired(apply(image(Region::Hand, {tip, stone(25)})), "R11"));
  EXPECT_FALSE(fired(apply(image(Region::Leg, {tip})), "R11"));
}

TEST(Patterns, R11bStoneAtAPressurePointOfALimb) {
  const SubtypeResult r = apply(image(Region::Knee, {stone(8)}));
  EXPECT_EQ(r.assessment.suggestion, Pattern::Localized);
  EXPECT_TRUE(fired(r, "R11b"));
  RegionFacts deep = stone(8);
  deep.features.depth_mm = 30;
  EXPECT_FALSE(fired(apply(image(Region::Knee, {deep})), "R11b"));
}

TEST(Patterns, R12ThreeBandsAreUniversalAndTwoAreNot) {
  const SubtypeResult three = apply(image(Region::Forearm, {band(), band(), band()}));
  EXPECT_EQ(three.assessment.suggestion, Pattern::Universal);
  EXPECT_EQ(three.assessment.evidence.front().measured, "deposits");
  EXPECT_EQ(three.assessment.evidence.front().value, "3 of 3");
  EXPECT_FALSE(fired(apply(image(Region::Forearm, {band(), band()})), "R12"));
}

TEST(Patterns, R13ScrotalNodules) {
  ImageFacts facts = image(Region::Scrotum, {stone(4), stone(6), stone(5)});
  facts.context.sex = Sex::Male;
  EXPECT_EQ(apply(facts).assessment.suggestion, Pattern::Scrotal);
  facts.context.sex = Sex::Female;
  EXPECT_EQ(apply(facts).assessment.suggestion, Pattern::Indeterminate);
  EXPECT_FALSE(fired(apply(image(Region::Scrotum, {stone(4)})), "R13"));
}

TEST(Patterns, R14SingleNoduleOfAChild) {
  ImageFacts facts = image(Region::Hand, {stone(6)});
  facts.context.age_years = 6;
  const SubtypeResult child = apply(facts);
  EXPECT_EQ(child.assessment.suggestion, Pattern::Localized);
  EXPECT_TRUE(fired(child, "R14"));
  facts.context.age_years = 40;
  EXPECT_FALSE(fired(apply(facts), "R14"));
}

TEST(Patterns, R15ManySpecksNameNoPattern) {
  RegionFacts speck = stone(1.5);
  speck.features.depth_mm = 20;
  const SubtypeResult r = apply(image(Region::Thigh, std::vector<RegionFacts>(12, speck)));
  EXPECT_TRUE(fired(r, "R15"));
  EXPECT_EQ(r.assessment.suggestion, Pattern::Indeterminate);
  EXPECT_TRUE(mentions(r.assessment.missing, "calcium"));
  EXPECT_FALSE(fired(apply(image(Region::Thigh, std::vector<RegionFacts>(9, speck))), "R15"));
}

TEST(Patterns, R16AKnownInjuryExplainsASingleDeposit) {
  ImageFacts facts = image(Region::Thigh, {stone(8)});
  EXPECT_EQ(apply(facts).assessment.suggestion, Pattern::Localized);
  facts.context.trauma_or_injection = true;
  const SubtypeResult r = apply(facts);
  EXPECT_TRUE(fired(r, "R16"));
  EXPECT_EQ(r.assessment.suggestion, Pattern::Indeterminate);
}

TEST(Patterns, R17TwoNearlyEqualAreNotToldApart) {
  ImageFacts facts = image(Region::Elbow, {mass(30), stone(6)}); // R10 alone speaks
  EXPECT_EQ(apply(facts).assessment.suggestion, Pattern::TumorLike);
  facts.regions.insert(facts.regions.end(), {band(), band(), band()}); // and now R12
  const SubtypeResult r = apply(facts);
  ASSERT_GE(r.assessment.candidates.size(), 2u);
  EXPECT_NEAR(r.assessment.candidates[0].confidence, 0.7, 1e-9);
  EXPECT_EQ(r.assessment.suggestion, Pattern::Universal);

  facts.regions[2].features.max_feret_mm = facts.regions[3].features.max_feret_mm =
      facts.regions[4].features.max_feret_mm = 19; // no long sheet: 0.6 against 0.55
  const SubtypeResult close = apply(facts);
  EXPECT_EQ(close.assessment.suggestion, Pattern::Indeterminate);
  ASSERT_GE(close.assessment.candidates.size(), 2u);
  EXPECT_TRUE(close.assessment.candidates[1].fired);
  bool first = false, second = false;
  for (const Evidence& e : close.assessment.evidence) {
    first |= e.rule == close.assessment.candidates[0].rule;
    second |= e.rule == close.assessment.candidates[1].rule;
  }
  EXPECT_TRUE(first && second);
}

TEST(Patterns, R17WhereNothingFiresTheNearMissesAreListed) {
  RegionFacts deep = stone(12);
  deep.features.depth_mm = 40;
  const SubtypeResult r = apply(image(Region::Thigh, {deep}));
  EXPECT_EQ(r.assessment.suggestion, Pattern::Indeterminate);
  EXPECT_EQ(r.assessment.confidence, 0);
  ASSERT_EQ(r.assessment.candidates.size(), 2u);
  for (const PatternCandidate& c : r.assessment.candidates) {
    EXPECT_FALSE(c.fired);
    EXPECT_EQ(c.confidence, 0);
    EXPECT_FALSE(c.evidence.empty());
  }
}

TEST(Patterns, R0WithoutSpacingNoRuleOnSizeFires) {
  ImageFacts facts = image(Region::Hip, {cases::without_mm(mass(60))});
  facts.calibrated = false;
  const SubtypeResult r = apply(facts);
  EXPECT_EQ(r.assessment.suggestion, Pattern::Indeterminate);
  EXPECT_TRUE(mentions(r.assessment.missing, "--spacing"));
  ASSERT_FALSE(r.assessment.candidates.empty());
  EXPECT_EQ(r.assessment.candidates[0].pattern, Pattern::TumorLike) << "the blocked rule is listed";
  EXPECT_FALSE(r.assessment.candidates[0].fired);
}

TEST(Patterns, R0HidesSizesEvenWhereTheyWereGiven) {
  ImageFacts facts = image(Region::Hip, {mass(60)});
  facts.calibrated = false;
  EXPECT_FALSE(fired(apply(facts), "R9"));
}

TEST(Patterns, R0BandsStillCountWithoutSpacing) {
  ImageFacts facts = image(Region::Forearm, std::vector<RegionFacts>(3, cases::without_mm(band())));
  facts.calibrated = false;
  EXPECT_EQ(apply(facts).assessment.suggestion, Pattern::Universal);
}

TEST(Patterns, R0ADepositCutByTheFieldHasNoSize) {
  ImageFacts facts = image(Region::Hip, {mass(60)});
  facts.regions[0].touches_field_edge = true;
  SubtypeResult r = apply(facts);
  EXPECT_FALSE(fired(r, "R9"));
  EXPECT_TRUE(mentions(r.assessment.missing, "cut by the edge"));
  facts.regions.push_back(mass(55)); // a whole one beside it is enough
  EXPECT_TRUE(fired(apply(facts), "R9"));
}

TEST(Patterns, AnUnknownBodyRegionIsAskedFor) {
  ImageFacts facts = image(Region::Other, {mass(60)});
  facts.region_known = false;
  const SubtypeResult r = apply(facts);
  EXPECT_FALSE(fired(r, "R9"));
  EXPECT_TRUE(mentions(r.assessment.missing, "--region"));
}

TEST(Patterns, ConfidenceStaysWithinZeroAndOne) {
  for (const Region region : {Region::Hip, Region::Hand, Region::Scrotum, Region::Leg}) {
    for (const int n : {0, 1, 3, 12}) {
      const auto r = apply(image(region, std::vector<RegionFacts>(std::size_t(n), mass(60))));
      for (const PatternCandidate& c : r.assessment.candidates) {
        EXPECT_GE(c.confidence, 0);
        EXPECT_LE(c.confidence, 0.9);
      }
    }
  }
}

} // namespace
} // namespace calx
