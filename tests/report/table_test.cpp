#include "report/example.hpp"
#include "report/report.hpp"

#include <gtest/gtest.h>

namespace calx {
namespace {

TEST(FindingsTable, ReadsAsThis) {
  EXPECT_EQ(findings_table(test::example_findings(true)),
            "films/hand.dcm: 400 x 300, hand, pa, 0.1 mm/px (detector-plane)\n"
            "  id  kind          size  distance  where                        score\n"
            "   1  deposit     4.0 mm    8.2 mm  down-left of index_pip_head   0.80\n"
            "   2  phlebolith  2.0 mm    2.8 mm  down-left of bone             0.70\n"
            "   3  unknown     0.2 mm    5.4 mm  down-left of prominence 2     0.60\n"
            "  suggestion: localized (0.60), runner-up tumor-like (0.20)\n"
            "    evidence: deposit_count 1 >= 1\n"
            "  would help: phosphate\n"
            "  warning: the left edge is cut\n"
            "  For research use only. Not for diagnosis.\n");
}

TEST(FindingsTable, GivesPixelsWhereMillimetresAreUnknown) {
  const std::string table = findings_table(test::example_findings(false));
  EXPECT_NE(table.find("unknown spacing, sizes in px"), std::string::npos);
  EXPECT_NE(table.find("40 px"), std::string::npos);
  EXPECT_EQ(table.find(" mm "), std::string::npos);
}

TEST(FindingsTable, AnAbstentionNamesWhatItLiesBetween) {
  Findings f = test::example_findings(true);
  f.assessment.suggestion = Pattern::Indeterminate;
  EXPECT_NE(findings_table(f).find(
                "suggestion: indeterminate; nearest localized (0.60), tumor-like (0.20)"),
            std::string::npos);
}

TEST(FindingsTable, SaysSoWhereNothingWasFound) {
  Findings f = test::example_findings(true);
  f.lesions.clear();
  f.assessment = {};
  const std::string table = findings_table(f);
  EXPECT_NE(table.find("no deposit found"), std::string::npos);
  EXPECT_NE(table.find("suggestion: none\n"), std::string::npos);
}

} // namespace
} // namespace calx
