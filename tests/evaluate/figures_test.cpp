// Figures against numbers worked out by hand.
#include "evaluate/film_set.hpp"
#include "evaluate/froc.hpp"
#include "evaluate/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>

namespace calx::evaluation::test {
namespace {

const Weights kOnce(6, 1);

std::vector<FilmScore> empty_films(std::size_t count) {
  return std::vector<FilmScore>(count);
}

/// Values that belong to films 0, 1, 2, ... one each.
template <class T>
auto one_each(const std::vector<T>& values) {
  return [values, next = std::size_t{0}](const FilmScore&) mutable {
    return std::vector<T>{values[next++]};
  };
}

TEST(Figures, IntraclassCorrelationIsThatOfShroutAndFleiss) {
  // Raters 1 and 2 of Shrout and Fleiss (Psychol Bull 1979;86:420), table 2. By hand:
  // MSR = 4.6833, MSC = 80.0833, MSE = 0.6833; ICC(A,1) = 4 / 31.8333.
  const std::vector<ValuePair> ratings{{9, 2}, {6, 1}, {8, 4}, {7, 1}, {10, 5}, {6, 2}};
  const auto films = empty_films(6);
  const Counted icc = agreement(films, one_each(ratings));
  double rows = 0, total = 0, first = 0, second = 0;
  for (const auto& [a, b] : ratings) first += a / 6, second += b / 6;
  const double mean = (first + second) / 2;
  for (const auto& [a, b] : ratings) {
    rows += 2 * std::pow((a + b) / 2 - mean, 2);
    total += std::pow(a - mean, 2) + std::pow(b - mean, 2);
  }
  const double columns = 6 * (std::pow(first - mean, 2) + std::pow(second - mean, 2));
  const double msr = rows / 5, msc = columns, mse = (total - rows - columns) / 5;
  EXPECT_NEAR(*icc.statistic(kOnce), (msr - mse) / (msr + mse + 2.0 / 6 * (msc - mse)), 1e-12);
  EXPECT_NEAR(*icc.statistic(kOnce), 0.125654, 1e-6) << "a constant offset is disagreement";
  EXPECT_EQ(icc.statistic({1, 1, 0, 0, 0, 0}), std::nullopt) << "two pairs are too few";
}

TEST(Figures, MedianFollowsTheDrawnFilms) {
  const Counted m = median(empty_films(4), one_each(std::vector<double>{4, 1, 3, 2}));
  EXPECT_EQ(m.statistic({1, 1, 1, 1}), 2.5);
  EXPECT_EQ(m.statistic({1, 1, 1, 0}), 3);
  EXPECT_EQ(m.statistic({3, 1, 0, 0}), 4);
  EXPECT_EQ(m.statistic({2, 2, 0, 0}), 2.5);
  EXPECT_EQ(m.statistic({0, 0, 0, 0}), std::nullopt);
}

TEST(Figures, ResamplesAreTheSameEverywhereAndAsLargeAsTheSample) {
  const auto draws = draw_resamples(5, {.resamples = 300, .seed = 20});
  EXPECT_EQ(draws, draw_resamples(5, {.resamples = 300, .seed = 20}));
  EXPECT_EQ(draws.front(), (Weights{0, 1, 0, 2, 2}));
  double first_film = 0;
  for (const Weights& weights : draws) {
    EXPECT_EQ(std::accumulate(weights.begin(), weights.end(), 0), 5);
    first_film += weights[0];
  }
  EXPECT_NEAR(first_film / 300, 1, 0.2);
}

TEST(Figures, IntervalOfAMeanIsNearTheNormalOne) {
  // 400 films, half of them 1: the standard error is 0.025.
  std::vector<FilmScore> films(400);
  std::size_t next = 0;
  const Counted share =
      ratio(films, [&next](const FilmScore&) { return Share{double(next++ % 2), 1}; });
  const auto interval = percentile_interval(share.statistic, draw_resamples(400, {}));
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->low, 0.5 - 1.96 * 0.025, 0.008);
  EXPECT_NEAR(interval->high, 0.5 + 1.96 * 0.025, 0.008);
}

TEST(Figures, ProportionOfZeroStillHasAnUpperLimit) {
  EXPECT_NEAR(exact_interval(0, 10).high, 0.3085, 1e-4); // Clopper and Pearson, 0 of 10
  EXPECT_NEAR(exact_interval(1, 10).low, 0.6915, 1e-4);
}

TEST(Figures, FrocRisesAsTheScoreFalls) {
  FilmSet set;
  set.add(FilmTruth{"a", {{{50, 50}, 6}, {{150, 50}, 6}}});
  set.add(FilmTruth{"b", {}});
  set.add(FilmFindings{"a",
                       {{{50, 50}, 6, Kind::Deposit, 0.9},
                        {{250, 200}, 6, Kind::Deposit, 0.7},
                        {{150, 50}, 6, Kind::Unknown, 0.5}}});
  set.add(FilmFindings{"b", {{{50, 50}, 6, Kind::Deposit, 0.6}, {{90, 90}, 6, Kind::Metal, 1}}});
  const Evaluation e = set.evaluated();
  ASSERT_EQ(e.froc.size(), 5u);
  EXPECT_EQ(e.froc[1].sensitivity, 0.5);
  EXPECT_EQ(e.froc[1].false_positives, 0);
  EXPECT_EQ(e.froc[4].sensitivity, 1);
  EXPECT_EQ(e.froc[4].false_positives, 1) << "two on two films; metal claims no deposit";
  EXPECT_EQ(value(e, "froc/0.125"), 0.5);
  EXPECT_EQ(value(e, "froc/1"), 1);
  EXPECT_EQ(value(e, "fp/with"), 1);
  EXPECT_EQ(value(e, "fp/without"), 1);
  EXPECT_EQ(value(e, "fp/any_kind/without"), 2);
  EXPECT_EQ(value(e, "film_specificity"), 0);
}

TEST(Figures, AKindThatIsMissedOrMisnamedIsNotRight) {
  FilmSet set;
  set.add(FilmTruth{"a",
                    {{{50, 50}, 9, Kind::Vascular},
                     {{150, 50}, 9, Kind::Vascular},
                     {{250, 50}, 9, Kind::Vascular},
                     {{50, 200}, 9, Kind::Vascular, 0.9, false},
                     {{150, 200}, 9, Kind::Tendon}}});
  set.add(FilmFindings{"a",
                       {{{50, 50}, 9, Kind::Vascular},
                        {{150, 50}, 9, Kind::Tendon},
                        {{150, 200}, 9, Kind::Unknown}}});
  const Evaluation e = set.evaluated();
  EXPECT_NEAR(*value(e, "kind/right/vascular"), 1.0 / 3, 1e-12) << "the invisible one is not asked";
  EXPECT_EQ(value(e, "kind/right/tendon"), 0);
}

TEST(Figures, SensitivityIsSplitBySizeAndBySignal) {
  FilmSet set; // pixels of 0.2 mm: discs of 1.0, 3.0 and 8.2 mm
  set.add(FilmTruth{"a",
                    {{{50, 50}, 2, Kind::Deposit, 0.9, true, 4},
                     {{90, 50}, 7, Kind::Deposit, 0.9, true, 8},
                     {{200, 150}, 20, Kind::Deposit, 0.9, true, 50}}});
  set.add(FilmFindings{"a", {{{90, 50}, 7}, {{200, 150}, 20}}});
  const Evaluation e = set.evaluated();
  EXPECT_EQ(value(e, "sensitivity/size/0.7-2-mm"), 0);
  EXPECT_EQ(value(e, "sensitivity/size/2-5-mm"), 1);
  EXPECT_EQ(value(e, "sensitivity/size/5-25-mm"), 1);
  EXPECT_EQ(value(e, "sensitivity/size/over-25-mm"), std::nullopt);
  EXPECT_EQ(value(e, "sensitivity/snr/3-5"), 0);
  EXPECT_EQ(value(e, "sensitivity/snr/5-10"), 1);
}

TEST(Figures, OutlineTwiceTheAreaHasTheDiceAndAreaErrorOfThat) {
  FilmSet set;
  set.add(FilmTruth{"a", {{{150, 150}, 40}}});
  set.add(FilmFindings{"a", {{{150, 150}, 57}}});
  const Evaluation e = set.evaluated();
  EXPECT_NEAR(*value(e, "area/signed"), 1, 0.05);
  EXPECT_NEAR(*value(e, "area/absolute_px"), 1, 0.05);
  EXPECT_NEAR(*value(e, "dice/lesion"), 2.0 / 3, 0.02);
  EXPECT_NEAR(*value(e, "dice/deposits"), 2.0 / 3, 0.02);
}

/// Of a set of one film.
Evaluation evaluated(const FilmTruth& truth, const FilmFindings& findings) {
  FilmSet set;
  set.add(truth);
  set.add(findings);
  return set.evaluated();
}

TEST(Figures, ProminencesAreJudgedByNameAndDistance) {
  const Evaluation e = evaluated(
      {"a", {}, true, Pattern::None, {{"olecranon", {100, 100}}, {"radial_head", {200, 100}}}},
      {"a", {}, Pattern::None, {{"olecranon", {103, 104}}, {"coronoid_process", {10, 10}}}});
  EXPECT_EQ(value(e, "prominence/named"), 0.5);
  EXPECT_EQ(value(e, "prominence/wrong"), 0.5);
  EXPECT_NEAR(*value(e, "prominence/error"), 1.0, 1e-9); // 5 px of 0.2 mm
  EXPECT_EQ(value(e, "prominence/error/radial_head"), std::nullopt);
}

// Without a spacing a name was right wherever it stood. It is right within 1/24 of the longer side,
// here 400 px / 24.
TEST(Figures, WithoutASpacingANameIsRightNearItsPlaceOnly) {
  FilmTruth truth{"a", {}};
  truth.prominences = {{"olecranon", {100, 100}}, {"radial_head", {200, 100}}};
  truth.calibrated = false;
  FilmFindings findings = perfect(truth);
  findings.prominences = {{"olecranon", {116, 100}}, {"radial_head", {217, 100}}};
  const Evaluation e = evaluated(truth, findings);
  EXPECT_EQ(value(e, "prominence/named"), 1);
  EXPECT_EQ(value(e, "prominence/near"), 0.5);
  EXPECT_EQ(value(e, "prominence/wrong"), 0.5);
  EXPECT_EQ(value(e, "prominence/error"), std::nullopt);
}

TEST(Figures, OfTwoPointsOfANameTheNearerIsRight) {
  FilmTruth truth{"a", {}};
  truth.prominences = {{"olecranon", {100, 100}}};
  FilmFindings findings = perfect(truth);
  findings.prominences = {{"olecranon", {110, 100}}, {"olecranon", {105, 100}}};
  const Evaluation e = evaluated(truth, findings);
  EXPECT_EQ(value(e, "prominence/near"), 1);
  EXPECT_EQ(value(e, "prominence/wrong"), 0.5);
  EXPECT_NEAR(*value(e, "prominence/error"), 1.0, 1e-9); // 5 px of 0.2 mm
}

TEST(Figures, UnclearProminencesAreNeitherAskedForNorWrong) {
  FilmTruth truth{"a", {}};
  truth.prominences = {{"olecranon", {100, 100}}};
  truth.unclear = {"radial_head", "coronoid_process"};
  FilmFindings findings = perfect(truth);
  findings.prominences.push_back({"radial_head", {10, 10}}); // the other is not named
  const Evaluation e = evaluated(truth, findings);
  EXPECT_EQ(value(e, "prominence/near"), 1);
  EXPECT_EQ(value(e, "prominence/wrong"), 0);
}

TEST(Figures, AbstentionIsNoError) {
  FilmSet set;
  const std::array given{Pattern::None, Pattern::Indeterminate, Pattern::TumorLike};
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::string name(1, char('a' + i));
    set.add(FilmTruth{name, {}, true, Pattern::None});
    set.add(FilmFindings{name, {}, given[i]});
  }
  const Evaluation e = set.evaluated();
  EXPECT_NEAR(*value(e, "suggestion/abstention"), 1.0 / 3, 1e-12);
  EXPECT_EQ(value(e, "suggestion/accuracy_decided"), 0.5);
  EXPECT_NEAR(*value(e, "suggestion/accuracy"), 1.0 / 3, 1e-12);
  EXPECT_EQ(e.suggestions.rows, std::vector<std::string>{"none"});
  EXPECT_EQ(value(e, "suggestion/right/none"), value(e, "suggestion/accuracy"));
  for (const Figure& figure : e.figures)
    EXPECT_NE(figure.id, "suggestion/right/tumor-like") << "no film of it";
}

TEST(Figures, DifferenceIsPairedAndNamesTheFilmsThatChanged) {
  FilmSet set;
  for (const char* name : {"a", "b", "c"}) {
    set.add(FilmTruth{name, {{{50, 50}, 6}}});
    set.add(FilmFindings{name, {{{50, 50}, 6}}});
    set.add(FilmFindings{name, {{{50, 50}, 6}}}, "old");
  }
  set.add(FilmFindings{"b", {}}, "old");
  set.add(FilmFindings{"c", {{{50, 50}, 6}, {{300, 200}, 6}}});
  const Comparison c = compare(set.scores(), set.scores("old"), {.resamples = 300, .seed = 1});
  const auto find = [&c](std::string_view id) {
    return *std::ranges::find_if(c.differences, [id](const auto& d) { return d.here.id == id; });
  };
  EXPECT_NEAR(*find("sensitivity").difference, 1.0 / 3, 1e-12);
  EXPECT_NEAR(*find("fp/with").difference, 1.0 / 3, 1e-12);
  EXPECT_EQ(find("region/accuracy").difference, 0);
  EXPECT_EQ(find("region/accuracy").interval->high, 0) << "the same on every film";
  ASSERT_EQ(c.changes.size(), 2u);
  EXPECT_EQ(c.changes[0].name, "b");
  EXPECT_EQ(c.changes[0].outcome, FilmChange::Outcome::Won);
  EXPECT_EQ(c.changes[1].outcome, FilmChange::Outcome::Lost);
}

} // namespace
} // namespace calx::evaluation::test
