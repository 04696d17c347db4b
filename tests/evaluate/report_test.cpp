#include "evaluate/evaluation_report.hpp"
#include "evaluate/film_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace calx::evaluation::test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A film with one deposit found, one missed and a false positive; a film without a result.
struct Example {
  FilmSet set;
  Example() {
    set.add(FilmTruth{"one", {{{60, 60}, 8}, {{250, 200}, 12}}, true, Pattern::LimitedIdiopathic});
    set.add(FilmTruth{"two", {{{90, 90}, 5}}});
    set.add(FilmTruth{"three <&> \"x\"", {}});
    set.add(FilmFindings{"one", {{{60, 60}, 9}, {{330, 100}, 7}}, Pattern::Indeterminate});
    set.add(FilmFindings{"three <&> \"x\"", {}});
  }
};

TEST(Report, JsonHasEveryFigureAndSaysNullWhereThereAreNoCases) {
  const Example example;
  const Evaluation e = example.set.evaluated();
  const auto json = nlohmann::json::parse(evaluation_json({e}));
  EXPECT_EQ(json["schema"], "calx.evaluation/1");
  EXPECT_THAT(json["disclaimer"].get<std::string>(), HasSubstr("Not for diagnosis"));
  ASSERT_EQ(json["figures"].size(), e.figures.size());
  for (std::size_t i = 0; i < e.figures.size(); ++i) {
    EXPECT_EQ(json["figures"][i]["id"], e.figures[i].id);
    EXPECT_EQ(json["figures"][i]["value"].is_null(), !e.figures[i].value);
  }
  EXPECT_EQ(json["films"].size(), 3u);
  EXPECT_EQ(json["films"][2]["trouble"], "no result");
  EXPECT_FALSE(json.contains("comparison"));
}

TEST(Report, TextsSayNoCasesAndNeverInventAValue) {
  const Example example;
  const Evaluation e = example.set.evaluated();
  const std::string table = evaluation_table({e});
  EXPECT_THAT(table, HasSubstr("visible deposits"));
  EXPECT_THAT(table, HasSubstr("no cases"));
  EXPECT_THAT(table, HasSubstr("counted as missed: two: no result"));
  EXPECT_THAT(table, HasSubstr("For research use only"));
  const std::string markdown = evaluation_markdown({e});
  EXPECT_THAT(markdown, HasSubstr("| visible deposits | 0.333 |"));
  EXPECT_THAT(markdown, HasSubstr("For research use only"));
}

TEST(Report, PageStandsAloneShowsTheWorstFilmsAndEscapesNames) {
  const Example example;
  const Evaluation e = example.set.evaluated();
  const std::string page = evaluation_html({e});
  EXPECT_THAT(page, HasSubstr("<!doctype html>"));
  EXPECT_THAT(page, HasSubstr("data:image/png;base64,"));
  EXPECT_THAT(page, HasSubstr("For research use only"));
  EXPECT_THAT(page, Not(HasSubstr("http")));
  EXPECT_THAT(page, Not(HasSubstr("three <&>")));
  EXPECT_THAT(page, Not(HasSubstr(">nan")));
  EXPECT_EQ(page, evaluation_html({example.set.evaluated()})) << "the same bytes each time";
}

int count(std::string_view text, std::string_view part) {
  int found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(Report, PageHoldsAPlotForEachQuestionThatHasCases) {
  const auto page_of = [](const FilmTruth& truth, const FilmFindings& findings) {
    FilmSet set;
    set.add(truth);
    set.add(findings);
    return evaluation_html({set.evaluated()});
  };
  // FROC, by size, by signal, areas, agreement of areas, prominences.
  const FilmTruth full{"a",
                       {{{60, 60}, 5}, {{200, 80}, 15}, {{300, 200}, 40}},
                       true,
                       Pattern::LimitedIdiopathic,
                       {{"olecranon", {100, 100}}}};
  const std::string page = page_of(full, perfect(full));
  EXPECT_EQ(count(page, "<svg class=\"plot\""), 6);
  EXPECT_EQ(count(page, "<svg"), count(page, "</svg>"));
  for (const char* title : {"FROC: visible deposits", "Visible deposits found, by longest diameter",
                            "All deposits found, by signal-to-noise ratio",
                            "Area of found deposits", "Bland-Altman", "Bony prominences: distance"})
    EXPECT_THAT(page, HasSubstr(title));
  EXPECT_EQ(count(page, "<circle class=\"point\""), 2 * 3) << "each area in both of its plots";
  // Nothing was found: no area can be shown, and no distance.
  EXPECT_EQ(count(page_of(full, {"a", {}}), "<svg class=\"plot\""), 3);
}

TEST(Report, ComparisonIsInEveryForm) {
  const Example example;
  for (const char* name : {"one", "two"}) example.set.add(FilmFindings{name, {}}, "old");
  const Comparison c = compare(example.set.scores(), example.set.scores("old"), {.resamples = 50});
  const Evaluation e = example.set.evaluated();
  const ReportInput input{e, &c};
  EXPECT_TRUE(nlohmann::json::parse(evaluation_json(input)).contains("comparison"));
  EXPECT_THAT(evaluation_markdown(input), HasSubstr("Against the other results"));
  EXPECT_THAT(evaluation_html(input), HasSubstr("Against the other results"));
  EXPECT_THAT(evaluation_table(input), HasSubstr("against the other results"));
}

} // namespace
} // namespace calx::evaluation::test
