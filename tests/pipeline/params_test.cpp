#include "pipeline/params.hpp"

#include <clocale>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <locale>
#include <set>

namespace calx {
namespace {

using ::testing::HasSubstr;

std::filesystem::path write_temporary(const std::string& text) {
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  const auto path = std::filesystem::path(::testing::TempDir()) /
                    (std::string("calx-params-") + test->name() + ".json");
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

Error error_of_file(const std::string& text) {
  const auto result = read_params(write_temporary(text));
  EXPECT_FALSE(result) << text;
  return result ? Error{} : result.error();
}

Error error_of_set(std::string_view name, std::string_view value) {
  Params params;
  const auto result = set_parameter(params, name, value);
  EXPECT_FALSE(result) << name << "=" << value;
  return result ? Error{} : result.error();
}

TEST(Params, EveryFieldIsDescribedOnceWithADefaultInsideItsRange) {
  Params params;
  std::set<std::string> names;
  const ParameterList list = describe(params);
  for (const Parameter& p : list.all()) {
    EXPECT_TRUE(names.insert(p.name).second) << p.name << " is there twice";
    EXPECT_FALSE(p.help.empty()) << p.name;
    const double value = std::visit([](auto* f) { return static_cast<double>(*f); }, p.target);
    EXPECT_GE(value, p.minimum) << p.name;
    EXPECT_LE(value, p.maximum) << p.name;
  }
  EXPECT_FALSE(names.empty());
}

TEST(Params, SetChangesTheNamedFieldOnly) {
  Params params;
  ASSERT_TRUE(set_parameter(params, "lesions.min_area_mm2", "0.5"));
  const auto before = effective_values(Params{});
  const auto after = effective_values(params);
  for (std::size_t i = 0; i < before.size(); ++i) {
    const bool changed = before[i].first == "lesions.min_area_mm2";
    EXPECT_EQ(after[i].second, changed ? 0.5 : before[i].second) << before[i].first;
  }
}

TEST(Params, SetNamesTheNearestForAnUnknownName) {
  const Error e = error_of_set("lesions.min_area_mm", "0.5");
  EXPECT_EQ(e.code, ErrorCode::UnknownParameter);
  EXPECT_THAT(e.message, HasSubstr("did you mean 'lesions.min_area_mm2'"));
}

TEST(Params, SetRefusesWhatIsNoFiniteNumberInRange) {
  for (const char* value : {"", "abc", "0.5mm", "0,5", "nan", "inf", "-inf", "1e999", "-1", " 0.5"})
    EXPECT_EQ(error_of_set("lesions.min_area_mm2", value).code, ErrorCode::BadParameter) << value;
}

TEST(Params, FileSetsOverTheDefaults) {
  const auto params = read_params(write_temporary(R"({"lesions": {"min_area_mm2": 0.75}})"));
  ASSERT_TRUE(params) << params.error().to_string();
  EXPECT_EQ(params->lesions.min_area_mm2, 0.75);
  EXPECT_EQ(params->normalise.working_pitch_mm, Params{}.normalise.working_pitch_mm);
}

TEST(Params, FileIsStrictAboutKeysAndValues) {
  EXPECT_THAT(error_of_file(R"({"lesion": {}})").message, HasSubstr("did you mean 'lesions'"));
  EXPECT_THAT(error_of_file(R"({"lesions": {"min_area_mm3": 1}})").message,
              HasSubstr("did you mean 'lesions.min_area_mm2'"));
  for (const char* bad :
       {R"({"lesions": {"min_area_mm2": "1"}})", R"({"lesions": {"min_area_mm2": true}})",
        R"({"lesions": {"min_area_mm2": null}})", R"({"lesions": {"min_area_mm2": -4}})",
        R"({"lesions": {"min_area_mm2": 1e999}})", R"({"lesions": {"min_area_mm2": NaN}})",
        R"({"lesions": 3})", R"([])", R"({"lesions": {}} x)", ""})
    EXPECT_EQ(error_of_file(bad).code, ErrorCode::BadParameter) << bad;
}

TEST(Params, FileRefusesAKeyGivenTwice) {
  const Error e = error_of_file(R"({"lesions": {"min_area_mm2": 1, "min_area_mm2": 2}})");
  EXPECT_EQ(e.code, ErrorCode::BadParameter);
  EXPECT_THAT(e.message, HasSubstr("twice"));
  EXPECT_EQ(error_of_file(R"({"lesions": {}, "lesions": {}})").code, ErrorCode::BadParameter);
}

TEST(Params, AMissingFileAndAFolderAreNamed) {
  EXPECT_EQ(read_params("/no/such/params.json").error().code, ErrorCode::FileNotFound);
  EXPECT_EQ(read_params(::testing::TempDir()).error().code, ErrorCode::IsDirectory);
}

TEST(Params, PrintedJsonReadsBackToTheSameValues) {
  Params params;
  ASSERT_TRUE(set_parameter(params, "lesions.min_area_mm2", "0.123456789"));
  const auto again = read_params(write_temporary(params_json(params)));
  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_EQ(effective_values(*again), effective_values(params));
}

/// German numbers, on every machine.
struct CommaNumbers : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

TEST(Params, NumbersDoNotFollowTheLocale) {
  const std::string before = params_json(Params{}) + params_markdown();
  std::setlocale(LC_ALL, "de_DE.UTF-8"); // has no effect where it is not installed
  const std::locale old = std::locale::global({std::locale::classic(), new CommaNumbers});
  Params params;
  EXPECT_TRUE(set_parameter(params, "lesions.min_area_mm2", "0.5"));
  EXPECT_EQ(params_json(Params{}) + params_markdown(), before);
  EXPECT_TRUE(read_params(write_temporary(R"({"lesions": {"min_area_mm2": 1.5}})")));
  std::locale::global(old);
  std::setlocale(LC_ALL, "C");
}

TEST(Params, MarkdownHasARowForEachParameter) {
  const std::string table = params_markdown();
  for (const auto& [name, value] : effective_values(Params{}))
    EXPECT_THAT(table, HasSubstr("| `" + name + "` |"));
}

} // namespace
} // namespace calx
