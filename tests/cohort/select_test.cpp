#include "cohort/select.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace calx::cohort {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const TagValues kHand{{"Modality", {"DX"}},
                      {"BodyPartExamined", {"LEFT HAND"}},
                      {"PatientAge", {"054Y"}},
                      {"StudyDate", {"20200131"}},
                      {"KVP", {"55.0"}},
                      {"Rows", {"2508"}},
                      {"ImageType", {"DERIVED", "PRIMARY"}}};

bool matches(std::string_view text, const TagValues& values = kHand) {
  const auto selection = Selection::parse(text);
  if (!selection) ADD_FAILURE() << selection.error();
  return selection && selection->matches(values);
}

TEST(Select, ComparesByTheKindOfTheAttribute) {
  for (const char* yes :
       {"Modality = dx", "Modality in (CR, DX)", "Modality != CT", "BodyPartExamined ~ hand",
        "BodyPartExamined = 'left hand'", "PatientAge >= 18", "PatientAge in 18..60",
        "PatientAge > 53.5Y", "PatientAge > 600M", "PatientAge < 20000D", "StudyDate >= 2020-01-31",
        "StudyDate in (20190101..20191231, 20200101..20201231)", "KVP in 50..70", "KVP = 55",
        "Rows > 1000", "Rows < 10000", "ImageType = PRIMARY", "Modality exists", "KVP ~ 5.0"})
    EXPECT_TRUE(matches(yes)) << yes;
  for (const char* no :
       {"Modality = CT", "Modality in (CT, MR)", "BodyPartExamined ~ foot", "PatientAge < 18",
        "StudyDate < 20200131", "KVP in (50..54, 56..70)", "Laterality = L", "Laterality exists",
        "Laterality < 5", "ImageType = ORIGINAL"})
    EXPECT_FALSE(matches(no)) << no;
}

TEST(Select, AnAbsentAttributePassesNoTestButUnequal) {
  EXPECT_TRUE(matches("Laterality != L"));
  EXPECT_TRUE(matches("not Laterality = L"));
  EXPECT_FALSE(matches("PatientAge >= 18", {{"PatientAge", {"unknown"}}}));
  EXPECT_FALSE(matches("PatientAge < 18", {{"PatientAge", {"unknown"}}}));
}

TEST(Select, AndBindsCloserThanOrAndParenthesesCloser) {
  EXPECT_TRUE(matches("Modality = DX or Modality = CR and KVP = 1"));
  EXPECT_FALSE(matches("(Modality = DX or Modality = CR) and KVP = 1"));
  EXPECT_FALSE(matches("not Modality = DX or KVP = 1"));
  EXPECT_FALSE(matches("not (Modality = DX or KVP = 1)"));
  EXPECT_TRUE(matches("NOT not Modality=DX AND(KVP>=55)"));
  EXPECT_TRUE(matches("Modality in (CR,DX) and BodyPartExamined ~ hand and PatientAge >= 18 and "
                      "StudyDate >= 20200101"));
  EXPECT_THAT(Selection::parse("KVP > 1 and Rows > 1 or KVP < 5").value().keywords(),
              ElementsAre("KVP", "Rows"));
}

TEST(Select, SaysWhatIsWrongAndWhere) {
  const auto wrong = [](const std::string& text, const char* what) {
    const auto selection = Selection::parse(text);
    ASSERT_FALSE(selection) << text;
    EXPECT_THAT(selection.error(), HasSubstr(what)) << text;
  };
  wrong("", "it ends where a DICOM keyword should be (at character 1)");
  wrong("modality = DX", "did you mean 'Modality'?");
  wrong("Modalty = DX", "did you mean 'Modality'?");
  wrong("PixelData = 1", "no DICOM keyword to select by");
  wrong("0008,0060 = DX", "no DICOM keyword");
  wrong("Modality DX", "a test of Modality should be here");
  wrong("Modality =", "a value for Modality is missing");
  wrong("PatientAge > old", "not an age");
  wrong("StudyDate > 20201301", "not a date");
  wrong("Rows > many", "not a number (at character 8)");
  wrong("Modality in (CR, DX", "')' is missing");
  wrong("Modality = DX Rows > 1", "left over");
  wrong("Modality = 'DX", "a quote is not closed");
  wrong("Modality = DX; Rows > 1", "';' has no meaning");
  wrong(std::string(10000, '('), "nested too deep");
}

} // namespace
} // namespace calx::cohort
