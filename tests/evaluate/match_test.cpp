#include "evaluate/film_set.hpp"

#include <gtest/gtest.h>

namespace calx::evaluation::test {
namespace {

/// One film, judged.
FilmScore judged(const std::vector<Disc>& lesions, const std::vector<Disc>& findings) {
  FilmSet set;
  set.add(FilmTruth{"f", lesions});
  set.add(FilmFindings{"f", findings});
  return set.scores().front();
}

int found(const FilmScore& film) {
  int count = 0;
  for (const LesionScore& lesion : film.lesions) count += lesion.found_at.has_value();
  return count;
}

int false_positives(const FilmScore& film) {
  int count = 0;
  for (const FindingScore& finding : film.findings)
    count += finding.claims_deposit && !finding.hits_deposit;
  return count;
}

TEST(Match, SpeckIsFoundAFewPixelsAsideAndSeveralPixelsTooWide) {
  EXPECT_EQ(found(judged({{{50, 50}, 1}}, {{{52, 51}, 1}})), 1);
  EXPECT_EQ(found(judged({{{50, 50}, 1}}, {{{50, 50}, 5}})), 1);
  EXPECT_EQ(found(judged({{{50, 50}, 1}}, {{{50, 50}, 9}})), 0)
      << "80 times its area is no outline";
  EXPECT_EQ(found(judged({{{50, 50}, 1}}, {{{57, 50}, 1}})), 0) << "1.4 mm aside is elsewhere";
}

TEST(Match, FindingMayNotBeMuchLargerThanWhatItClaims) {
  EXPECT_EQ(found(judged({{{150, 150}, 40}}, {{{150, 150}, 70}})), 1);
  const FilmScore blob = judged({{{150, 150}, 40}}, {{{150, 150}, 85}});
  EXPECT_EQ(found(blob), 0);
  EXPECT_EQ(false_positives(blob), 1);
}

TEST(Match, PiecesOfOneLesionAreNoFalsePositivesAndFindItTogether) {
  const std::vector<Disc> mass{{{150, 150}, 50}};
  const FilmScore dot = judged(mass, {{{150, 150}, 3}});
  EXPECT_EQ(found(dot), 0) << "a dot has not found the mass";
  EXPECT_EQ(false_positives(dot), 0);
  const FilmScore pieces =
      judged(mass, {{{130, 130}, 12, Kind::Deposit, 0.9}, {{170, 170}, 12, Kind::Deposit, 0.6}});
  EXPECT_EQ(found(pieces), 1);
  EXPECT_EQ(false_positives(pieces), 0);
  EXPECT_EQ(pieces.lesions.front().found_at, 0.6) << "found only once the second is accepted";
}

TEST(Match, SheetHitsEveryLesionItCovers) {
  const std::vector<Disc> row{{{100, 100}, 6}, {{118, 100}, 6}, {{250, 100}, 6}};
  const FilmScore sheet = judged(row, {{{109, 100}, 16}});
  EXPECT_EQ(found(sheet), 2);
  EXPECT_FALSE(sheet.lesions[2].found_at) << "not covered";
  ASSERT_EQ(sheet.areas.size(), 1u) << "two deposits and one finding belong together";
  EXPECT_GT(sheet.areas.front().truth_px, 200);
}

TEST(Match, OnlyDepositsAndUnknownsClaimADeposit) {
  const std::vector<Disc> lesion{{{100, 100}, 8}};
  EXPECT_EQ(found(judged(lesion, {{{100, 100}, 8, Kind::Unknown}})), 1);
  const FilmScore vessel = judged(lesion, {{{100, 100}, 8, Kind::Vascular}});
  EXPECT_EQ(found(vessel), 0);
  EXPECT_TRUE(vessel.lesions.front().found_any_at);
  EXPECT_EQ(vessel.lesions.front().found_kind, Kind::Vascular);
  EXPECT_EQ(false_positives(vessel), 0);
}

TEST(Match, DepositClaimedOnAMimicIsAFalsePositiveThatLiesOnIt) {
  const FilmScore film = judged({{{100, 100}, 8, Kind::Metal}}, {{{100, 100}, 8}});
  EXPECT_EQ(false_positives(film), 1);
  EXPECT_TRUE(film.findings.front().hits_mimic);
  EXPECT_TRUE(film.findings.front().hits_anything);
}

TEST(Match, BigFindingOnAMimicDoesNotFindTheDepositBesideIt) {
  const FilmScore film =
      judged({{{100, 100}, 40, Kind::Metal}, {{150, 100}, 3}}, {{{110, 100}, 50}});
  EXPECT_FALSE(film.lesions[1].found_at);
}

TEST(Match, FindingOnAnInvisibleDepositIsNoFalsePositive) {
  Disc faint{{100, 100}, 8};
  faint.visible = false;
  const FilmScore film = judged({faint}, {{{100, 100}, 8}});
  EXPECT_EQ(false_positives(film), 0);
  EXPECT_EQ(film.deposits->truth, 0);
  EXPECT_EQ(film.deposits->found, 0) << "left out of both";
}

TEST(Match, LesionBehindAnotherIsNotJudged) {
  const FilmScore film = judged({{{100, 100}, 20}, {{100, 100}, 4}}, {{{100, 100}, 20}});
  EXPECT_TRUE(film.lesions[1].hidden);
  EXPECT_EQ(found(film), 1);
}

TEST(Match, BoxesAreHitByCentreOrOverlapAndNotByBlobs) {
  FilmSet set;
  const std::vector<cv::Rect> boxes{{50, 50, 20, 20}, {200, 50, 60, 40}, {50, 200, 30, 30}};
  set.add_boxes("marked", boxes);
  set.add(
      FilmFindings{"marked", {{{60, 60}, 3}, {{255, 85}, 30}, {{90, 240}, 100}, {{350, 280}, 5}}});
  const FilmScore film = set.scores().front();
  EXPECT_TRUE(film.lesions[0].found_any_at) << "its centre lies in the box";
  EXPECT_TRUE(film.lesions[1].found_any_at) << "it covers a third of the box";
  EXPECT_FALSE(film.lesions[2].found_any_at) << "far larger than the box";
  const Evaluation e = set.evaluated();
  EXPECT_NEAR(*value(e, "marked"), 2.0 / 3, 1e-12);
  EXPECT_EQ(value(e, "sensitivity"), std::nullopt) << "nobody knows that they are deposits";
  EXPECT_EQ(value(e, "fp/without"), std::nullopt) << "what else is on the film is not known";
}

} // namespace
} // namespace calx::evaluation::test
