// The engine on tables made for the purpose: three-valued logic, counts, modifiers, order.
#include "cases.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace calx {
namespace {

/// A table with one kind rule (everything is a deposit) and the pattern rules given.
Rules table(const std::string& patterns, double margin = 0.1, double floor = 0.2) {
  const auto rules = Rules::parse(fmt::format(
      R"({{"schema": "calx.rules/1", "version": "test", "phrases": {{"age_years": "the age"}}, "gates": [],
          "kinds": [{{"id": "D", "says": "s", "source": "P", "suggests": "deposit", "when": {{}},
                      "confidence": 0.6, "cap": 1}}],
          "patterns": [{}],
          "abstain": {{"id": "A", "says": "s", "source": "P", "margin": {}, "floor": {}}}}})",
      patterns, margin, floor));
  EXPECT_TRUE(rules) << rules.error().to_string();
  return rules.value();
}

std::string rule(const std::string& id, const std::string& suggests, const std::string& when,
                 double confidence = 0.5, const std::string& more = "") {
  return fmt::format(R"({{"id": "{}", "says": "s", "source": "P", "suggests": "{}", "when": {}, )"
                     R"("confidence": {}, "cap": 0.9{}}})",
                     id, suggests, when, confidence, more);
}

bool fires(const std::string& when, const ImageFacts& facts) {
  const auto r = table(rule("T", "universal", when)).apply(facts);
  return r.assessment.suggestion == Pattern::Universal;
}

ImageFacts three_sizes() {
  return cases::image(Region::Hand, {cases::stone(2), cases::stone(10), cases::stone(40)});
}

TEST(Engine, Comparisons) {
  const ImageFacts facts = three_sizes(); // aged 45
  EXPECT_TRUE(fires(R"({"age_years": {"==": 45}})", facts));
  EXPECT_TRUE(fires(R"({"age_years": {">": 44, "<": 46}})", facts));
  EXPECT_FALSE(fires(R"({"age_years": {">": 45}})", facts));
  EXPECT_TRUE(fires(R"({"age_years": {"<=": 45, ">=": 45}})", facts));
  EXPECT_TRUE(fires(R"({"age_years": {"between": [45, 50]}})", facts));
  EXPECT_FALSE(fires(R"({"age_years": {"between": [46, 50]}})", facts));
  EXPECT_TRUE(fires(R"({"region": {"in": ["hand", "foot"]}})", facts));
  EXPECT_FALSE(fires(R"({"region": {"not_in": ["hand", "foot"]}})", facts));
  EXPECT_TRUE(fires(R"({"view": {"is": "ap"}})", facts));
  EXPECT_TRUE(fires(R"({"calibrated": {"is": true}})", facts));
}

TEST(Engine, CountsOverDeposits) {
  const ImageFacts facts = three_sizes();
  const auto count = [&](const char* how) {
    return fires(
        fmt::format(R"({{"deposits": {{{}, "where": {{"max_feret_mm": {{">=": 10}}}}}}}})", how),
        facts);
  };
  EXPECT_TRUE(count(R"("at_least": 2)"));
  EXPECT_FALSE(count(R"("at_least": 3)"));
  EXPECT_TRUE(count(R"("at_most": 2)"));
  EXPECT_FALSE(count(R"("at_most": 1)"));
  EXPECT_TRUE(count(R"("share": 0.6)"));
  EXPECT_FALSE(count(R"("share": 0.7)"));
}

TEST(Engine, AnUnknownPartBlocksAllButNotAny) {
  ImageFacts facts = three_sizes();
  facts.context.age_years.reset();
  EXPECT_FALSE(fires(R"({"age_years": {"<": 18}, "region": {"is": "hand"}})", facts));
  EXPECT_TRUE(fires(R"({"any": [{"age_years": {"<": 18}}, {"region": {"is": "hand"}}]})", facts));
}

TEST(Engine, WhatWasLackingIsSaidOnlyWhereItWouldHaveMattered) {
  ImageFacts facts = three_sizes();
  facts.context.age_years.reset();
  const auto missing = [&](const char* region) {
    const std::string when =
        fmt::format(R"({{"age_years": {{"<": 18}}, "region": {{"is": "{}"}}}})", region);
    return table(rule("T", "universal", when)).apply(facts).assessment.missing;
  };
  EXPECT_EQ(missing("hand"), std::vector<std::string>{"the age"});
  EXPECT_TRUE(missing("foot").empty()) << "the rule is false whatever the age";
}

TEST(Engine, ACountIsUnknownOnlyWhereTheUnknownCouldDecide) {
  ImageFacts facts = three_sizes();
  facts.regions[0].features.max_feret_mm.reset();
  const auto truth = [&](int n) {
    const std::string when = fmt::format(
        R"({{"deposits": {{"at_least": {}, "where": {{"max_feret_mm": {{">=": 10}}}}}}}})", n);
    const auto a = table(rule("T", "universal", when)).apply(facts).assessment;
    return std::pair(a.suggestion == Pattern::Universal, !a.missing.empty());
  };
  EXPECT_EQ(truth(2), std::pair(true, false));
  EXPECT_EQ(truth(3), std::pair(false, true));
  EXPECT_EQ(truth(4), std::pair(false, false));
}

TEST(Engine, ModifiersAddWithinZeroAndTheCap) {
  const auto confidence = [](double add) {
    const std::string more = fmt::format(
        R"(, "modifiers": [{{"when": {{"age_years": {{">": 1}}}}, "add": {}, "because": "b"}}])",
        add);
    const auto r = table(rule("T", "universal", "{}", 0.5, more)).apply(three_sizes());
    return r.assessment.candidates[0].confidence;
  };
  EXPECT_NEAR(confidence(0.2), 0.7, 1e-9);
  EXPECT_NEAR(confidence(0.8), 0.9, 1e-9);
  EXPECT_NEAR(confidence(-0.8), 0, 1e-9);
}

TEST(Engine, OfTwoRulesForOnePatternTheSurerCounts) {
  const auto r =
      table(rule("weak", "universal", "{}", 0.4) + "," + rule("strong", "universal", "{}", 0.6))
          .apply(three_sizes());
  EXPECT_EQ(r.assessment.suggestion, Pattern::Universal)
      << "a pattern does not compete with itself";
  EXPECT_EQ(r.assessment.candidates[0].rule, "strong");
}

TEST(Engine, ExactlyTheMarginApartIsToldApart) {
  const auto suggestion = [](double second) {
    return table(rule("a", "universal", "{}", 0.6) + "," + rule("b", "localized", "{}", second))
        .apply(three_sizes())
        .assessment.suggestion;
  };
  EXPECT_EQ(suggestion(0.5), Pattern::Universal);
  EXPECT_EQ(suggestion(0.51), Pattern::Indeterminate);
}

TEST(Engine, AWeakBestIsNotSuggested) {
  const auto r = table(rule("a", "universal", "{}", 0.15)).apply(three_sizes());
  EXPECT_EQ(r.assessment.suggestion, Pattern::Indeterminate);
  EXPECT_NEAR(r.assessment.confidence, 0.15, 1e-9);
}

TEST(Engine, TheSameFactsGiveTheSameResult) {
  const auto print = [] {
    std::string text;
    const auto r = Rules::standard().apply(three_sizes());
    for (const auto& k : r.kinds) text += fmt::format("{} {};", to_string(k.kind), k.confidence);
    for (const auto& c : r.assessment.candidates)
      text += fmt::format("{} {};", c.rule, c.confidence);
    for (const auto& e : r.assessment.evidence) text += e.rule + e.measured + e.value + e.condition;
    for (const auto& m : r.assessment.missing) text += m;
    return text;
  };
  EXPECT_EQ(print(), print());
}

} // namespace
} // namespace calx
