// The rule file: the standard one is complete, and a wrong one is refused with its place.
#include "cases.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>

namespace calx {
namespace {

using testing::HasSubstr;

std::string standard_text() {
  std::ifstream in(CALX_SOURCE_DIR "/models/subtype_rules.json", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The standard table with the first `from` replaced.
std::string edited(const std::string& from, const std::string& to) {
  std::string text = standard_text();
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string complaint(const std::string& from, const std::string& to) {
  const auto rules = Rules::parse(edited(from, to));
  if (rules) return "accepted";
  EXPECT_EQ(rules.error().code, ErrorCode::BadRules);
  return rules.error().message;
}

TEST(Table, TheCompiledCopyIsTheFile) {
  const auto file = Rules::read(CALX_SOURCE_DIR "/models/subtype_rules.json");
  ASSERT_TRUE(file) << file.error().to_string();
  EXPECT_EQ(file->fingerprint(), Rules::standard().fingerprint());
  EXPECT_EQ(file->version(), Rules::standard().version());
}

TEST(Table, FingerprintIsSha256) {
  EXPECT_EQ(Rules::standard().fingerprint().size(), 64u);
  const auto changed = Rules::parse(edited("\"margin\": 0.1", "\"margin\": 0.2"));
  ASSERT_TRUE(changed);
  EXPECT_NE(changed->fingerprint(), Rules::standard().fingerprint());
}

TEST(Table, EveryRowOfTheClinicalTableIsThere) {
  const std::string page = Rules::standard().to_markdown();
  for (const char* row : {"R0a", "R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "R10", "R11",
                          "R12", "R13", "R14", "R15", "R16"})
    EXPECT_THAT(page, HasSubstr("\n| " + std::string(row) + " | ")) << row;
  EXPECT_THAT(page, HasSubstr("R17: "));
  EXPECT_THAT(page,
              HasSubstr("at least 3 deposits with (elongation > 4 and kind_confidence >= 0.5)"));
}

TEST(Table, AnUnknownFactIsRefusedWithItsPlaceAndTheNearest) {
  const std::string message =
      complaint("\"rim_index\": {\">=\": 0.25}", "\"rim_indx\": {\">=\": 0.25}");
  EXPECT_THAT(message, HasSubstr("/kinds/0/when/rim_indx"));
  EXPECT_THAT(message, HasSubstr("did you mean \"rim_index\"?"));
}

TEST(Table, UnknownWordsAreRefused) {
  EXPECT_THAT(complaint("\"suggests\": \"tumor-like\"", "\"suggests\": \"tumour-like\""),
              HasSubstr("did you mean \"tumor-like\"?"));
  EXPECT_THAT(complaint("\"region\": {\"is\": \"knee\"}", "\"region\": {\"is\": \"kneee\"}"),
              HasSubstr("did you mean \"knee\"?"));
  EXPECT_THAT(complaint("\"confidence\": 0.6", "\"confidance\": 0.6"), HasSubstr("confidence"));
  EXPECT_THAT(complaint("\"calx.rules/1\"", "\"calx.rules/2\""), HasSubstr("/schema"));
  EXPECT_THAT(complaint("\"source\": \"P\"", "\"source\": \"X\""), HasSubstr("/source"));
}

TEST(Table, WrongTypesAndRangesAreRefused) {
  EXPECT_THAT(complaint("{\">=\": 0.25}", "{\">=\": \"0.25\"}"), HasSubstr("a number is expected"));
  EXPECT_THAT(complaint("{\">=\": 0.25}", "{\">>\": 0.25}"),
              HasSubstr("no comparison of a number"));
  EXPECT_THAT(complaint("{\">=\": 0.25}", "{}"), HasSubstr("a comparison is expected"));
  EXPECT_THAT(complaint("\"confidence\": 0.6", "\"confidence\": 1.5"),
              HasSubstr("within 0 and 0.9"));
  EXPECT_THAT(complaint("\"between\": [2, 14]", "\"between\": [14, 2]"), HasSubstr("within 14"));
  EXPECT_THAT(complaint("\"between\": [2, 14]", "\"between\": [2]"), HasSubstr("two numbers"));
  EXPECT_THAT(complaint("{\"is\": false}", "{\"is\": 0}"), HasSubstr("true or false"));
  EXPECT_THAT(complaint("\"cap\": 0.9,", ""), HasSubstr("\"cap\" is missing"));
  EXPECT_THAT(complaint("\"id\": \"R2\"", "\"id\": \"R1\""), HasSubstr("two rules have the id"));
}

TEST(Table, FactsMayOnlyStandWhereTheyAreKnown) {
  // A kind must not depend on the other regions.
  EXPECT_THAT(complaint("\"when\": {\"contrast_to_noise\"",
                        "\"when\": {\"deposit_count\": {\">\": 1}, \"contrast_to_noise\""),
              HasSubstr("counts are for pattern rules"));
  EXPECT_THAT(complaint("\"when\": {\"deposit_count\": {\"==\": 0}}",
                        "\"when\": {\"depth_mm\": {\">\": 0}}"),
              HasSubstr("a fact of one region"));
  EXPECT_THAT(complaint("\"asks_for\": [\"phosphate_mmol_l\"", "\"asks_for\": [\"max_feret_mm\""),
              HasSubstr("cannot be given by the user"));
}

TEST(Table, BrokenJsonIsRefused) {
  for (const std::string text : {"", "{", "[]", "null", "{\"schema\": 1}", "\xff\xfe"})
    EXPECT_FALSE(Rules::parse(text)) << text;
  EXPECT_THAT(complaint("\"version\":", "\"version\": \"0\", \"version\":"),
              HasSubstr("given twice"));
  std::string deep = R"({"age_years": {">": 1}})";
  for (int i = 0; i < 20; ++i) deep = "{\"all\": [" + deep + "]}";
  EXPECT_THAT(complaint("\"when\": {\"deposit_count\": {\"==\": 0}}", "\"when\": " + deep),
              HasSubstr("nested too deeply"));
}

TEST(Table, HostileNestingCostsNoStack) {
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  const auto rules = Rules::parse(deep);
  ASSERT_FALSE(rules);
  EXPECT_THAT(rules.error().message, HasSubstr("nested too deeply"));
}

TEST(Table, FilesThatAreNoneAreRefused) {
  EXPECT_EQ(Rules::read("/nowhere/rules.json").error().code, ErrorCode::FileNotFound);
  EXPECT_EQ(Rules::read(std::filesystem::temp_directory_path()).error().code,
            ErrorCode::IsDirectory);
}

} // namespace
} // namespace calx
