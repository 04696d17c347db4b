#include "subtype/subtype.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace calx {
namespace {

using testing::HasSubstr;
using testing::Not;

class Context : public testing::Test {
protected:
  Result<ClinicalContext> read(const std::string& text) const {
    std::ofstream(file_, std::ios::binary) << text;
    return read_context(file_);
  }
  void TearDown() override { std::filesystem::remove(file_); }

private:
  std::filesystem::path file_ =
      std::filesystem::path(testing::TempDir()) /
      (std::string("context_") + testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(Context, ReadsEveryField) {
  const auto c = read(R"({"age_years": 31, "sex": "female", "phosphate_mmol_l": 2.1,
    "calcium_mmol_l": 2.4, "pth_pmol_l": 5, "creatinine_umol_l": 80, "family_history": true,
    "connective_tissue_disease": false, "trauma_or_injection": false, "renal_failure": true})");
  ASSERT_TRUE(c) << c.error().to_string();
  EXPECT_EQ(c->age_years, 31);
  EXPECT_EQ(c->sex, Sex::Female);
  EXPECT_EQ(c->phosphate_mmol_l, 2.1);
  EXPECT_EQ(c->family_history, true);
  EXPECT_EQ(c->connective_tissue_disease, false);
  EXPECT_EQ(c->renal_failure, true);
}

TEST_F(Context, EmptyObjectKnowsNothing) {
  const auto c = read("{}");
  ASSERT_TRUE(c);
  EXPECT_FALSE(c->age_years);
  EXPECT_EQ(c->sex, Sex::Unknown);
}

TEST_F(Context, AnUnknownKeyNamesTheNearest) {
  const auto c = read(R"({"phosphate": 2.1, "age_year": 3})");
  ASSERT_FALSE(c);
  EXPECT_EQ(c.error().code, ErrorCode::BadContext);
  EXPECT_FALSE(read(R"({"age_year": 3})"));
  EXPECT_THAT(read(R"({"age_year": 3})").error().message, HasSubstr("did you mean \"age_years\"?"));
}

TEST_F(Context, WrongTypesAndImplausibleValuesAreRefused) {
  for (const char* text : {R"({"age_years": "31"})", R"({"age_years": -1})",
                           R"({"age_years": 310})", R"({"age_years": null})", R"({"sex": "F"})",
                           R"({"renal_failure": 1})", R"({"calcium_mmol_l": 10.1})",
                           R"({"age_years": 3, "age_years": 4})", "[]", "", "{\"age_years\": 3"}) {
    const auto c = read(text);
    ASSERT_FALSE(c) << text;
    EXPECT_EQ(c.error().code, ErrorCode::BadContext) << text;
  }
}

TEST_F(Context, MessagesDoNotRepeatThePatientsValues) {
  const auto c = read(R"({"age_years": 731, "sex": "Jane Doe"})");
  ASSERT_FALSE(c);
  EXPECT_THAT(c.error().to_string(), Not(HasSubstr("731")));
  EXPECT_THAT(read(R"({"sex": "Jane Doe"})").error().to_string(), Not(HasSubstr("Jane")));
}

TEST(ContextFile, MustExist) {
  EXPECT_EQ(read_context("/nowhere/context.json").error().code, ErrorCode::FileNotFound);
}

} // namespace
} // namespace calx
