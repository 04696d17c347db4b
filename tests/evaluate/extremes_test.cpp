// A perfect result scores 1, an empty one 0, and a blob over everything badly.
#include "evaluate/film_set.hpp"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace calx::evaluation::test {
namespace {

using testing::Contains;
using testing::Each;
using testing::Eq;

/// Specks, a mass, a mimic, an invisible deposit, a film with a mimic alone and a normal film.
std::vector<FilmTruth> truths() {
  const std::vector<std::pair<std::string, cv::Point2d>> points{{"ulnar_styloid", {50, 60}}};
  return {{"a/mixed",
           {{{60, 60}, 3, Kind::Deposit, 0.8},
            {{250, 150}, 60, Kind::Deposit, 0.9},
            {{340, 40}, 8, Kind::Phlebolith, 0.7}},
           true,
           Pattern::TumorLike,
           points},
          {"a/specks",
           {{{40, 40}, 1}, {{60, 40}, 2}, {{80, 40}, 1}, {{90, 200}, 2, Kind::Deposit, 0.5}},
           true,
           Pattern::LimitedIdiopathic,
           points},
          {"b/mimic", {{{100, 100}, 9, Kind::Metal}}, true, Pattern::None, points},
          {"b/normal", {}, true, Pattern::None, points}};
}

FilmSet& with_truth(FilmSet& set) {
  for (const FilmTruth& film : truths()) set.add(film);
  return set;
}

constexpr std::array kBestIsOne{"sensitivity",
                                "sensitivity/all",
                                "sensitivity/any_kind",
                                "film_sensitivity",
                                "film_specificity",
                                "froc/0.125",
                                "froc/mean",
                                "dice/deposits",
                                "dice/pooled",
                                "dice/lesion",
                                "dice/bone",
                                "dice/body",
                                "area/icc",
                                "area/icc_log",
                                "prominence/named",
                                "prominence/near",
                                "kind/accuracy",
                                "suggestion/accuracy_decided",
                                "suggestion/accuracy",
                                "region/accuracy"};
constexpr std::array kBestIsZero{"fp/with",          "fp/without",       "fp/any_kind/with",
                                 "mimics_claimed",   "area/signed",      "area/absolute",
                                 "prominence/wrong", "prominence/error", "kind/abstention"};

TEST(Extremes, PerfectResultScoresOne) {
  FilmSet set;
  with_truth(set);
  for (const FilmTruth& film : truths()) set.add(perfect(film));
  const Evaluation e = set.evaluated();
  for (const char* id : kBestIsOne) {
    ASSERT_TRUE(value(e, id)) << id;
    EXPECT_NEAR(*value(e, id), 1, 1e-6) << id; // findings state areas with four digits
  }
  for (const char* id : kBestIsZero) {
    ASSERT_TRUE(value(e, id)) << id;
    EXPECT_DOUBLE_EQ(*value(e, id), 0) << id;
  }
  EXPECT_EQ(value(e, "fp/on_mimic"), std::nullopt) << "no false positives: no cases";
  for (const Figure& figure : e.figures) {
    if (!figure.interval) continue;
    EXPECT_LE(figure.interval->low, figure.interval->high) << figure.id;
  }
}

TEST(Extremes, PerfectOutlinesWithoutMasksFindEverything) {
  FilmSet set;
  with_truth(set);
  for (const FilmTruth& film : truths()) {
    FilmFindings result = perfect(film);
    result.with_masks = false;
    set.add(result);
  }
  const Evaluation e = set.evaluated();
  EXPECT_EQ(value(e, "sensitivity"), 1);
  EXPECT_EQ(value(e, "fp/with"), 0);
  EXPECT_GT(*value(e, "dice/lesion"), 0.85) << "discs drawn as polygons";
  EXPECT_EQ(value(e, "dice/bone"), std::nullopt) << "not asked for";
}

TEST(Extremes, EmptyResultScoresZero) {
  FilmSet set;
  with_truth(set);
  for (const FilmTruth& film : truths())
    set.add(FilmFindings{film.name, {}, Pattern::Indeterminate});
  const Evaluation e = set.evaluated();
  for (const char* id : {"sensitivity", "sensitivity/all", "sensitivity/any_kind",
                         "film_sensitivity", "froc/8", "froc/mean", "dice/deposits", "dice/pooled",
                         "prominence/named", "suggestion/accuracy", "fp/with"})
    EXPECT_EQ(value(e, id), 0) << id;
  for (const char* id : {"dice/lesion", "area/signed", "area/icc", "kind/accuracy",
                         "prominence/error", "suggestion/accuracy_decided", "fp/on_mimic"})
    EXPECT_EQ(value(e, id), std::nullopt) << id << " has no cases";
  EXPECT_EQ(value(e, "suggestion/abstention"), 1);
  EXPECT_EQ(value(e, "film_specificity"), 1) << "what an empty result is good at";
}

TEST(Extremes, MissingResultsCountAsMissed) {
  FilmSet set;
  with_truth(set);
  const Evaluation e = set.evaluated();
  EXPECT_EQ(value(e, "sensitivity"), 0);
  EXPECT_EQ(value(e, "suggestion/accuracy"), 0);
  EXPECT_EQ(value(e, "region/accuracy"), 0);
  EXPECT_EQ(value(e, "fp/without"), std::nullopt) << "a film that was never read has no false "
                                                     "positives to count";
  EXPECT_EQ(value(e, "froc/mean"), std::nullopt);
  for (const FilmScore& film : e.films) EXPECT_EQ(film.trouble, "no result");
}

TEST(Extremes, BlobOverTheWholeFilmScoresBadly) {
  FilmSet set;
  with_truth(set);
  for (const FilmTruth& film : truths())
    set.add(FilmFindings{film.name, {{{200, 150}, 300, Kind::Deposit, 1}}, Pattern::Universal});
  const Evaluation e = set.evaluated();
  EXPECT_EQ(value(e, "sensitivity"), 0);
  EXPECT_EQ(value(e, "froc/8"), 0);
  EXPECT_EQ(value(e, "fp/with"), 1);
  EXPECT_EQ(value(e, "fp/without"), 1);
  EXPECT_LT(*value(e, "dice/deposits"), 0.1);
}

TEST(Extremes, BrokenResultCountsAsMissedAndSaysWhy) {
  FilmSet set;
  set.add(FilmTruth{"x", {{{60, 60}, 5}}});
  set.add(FilmFindings{"x", {{{60, 60}, 5}}});
  std::filesystem::resize_file(set.results() / "x.findings.json", 200);
  const Evaluation e = set.evaluated();
  EXPECT_EQ(value(e, "sensitivity"), 0);
  EXPECT_THAT(e.films.front().trouble, testing::HasSubstr("bad-findings"));
}

} // namespace
} // namespace calx::evaluation::test
