#include "cli/output_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace calx {
namespace {

using ::testing::ElementsAre;

TEST(OutputNames, AreTheFileNamesWhereTheseDiffer) {
  EXPECT_THAT(output_names({"a/hand.dcm", "b/foot.PNG", "brain.nii.gz"}),
              ElementsAre("hand", "foot", "brain"));
}

TEST(OutputNames, KeepTheDotsOfUids) {
  EXPECT_THAT(output_names({"1.2.840.1", "1.2.840.2", "1.2.840.3.dcm"}),
              ElementsAre("1.2.840.1", "1.2.840.2", "1.2.840.3"));
}

TEST(OutputNames, TakeTheFolderWhereTwoAreTheSame) {
  EXPECT_THAT(output_names({"a/hand.dcm", "b/hand.dcm", "b/foot.dcm"}),
              ElementsAre("a_hand", "b_hand", "foot"));
  EXPECT_THAT(output_names({"hand.dcm", "./b/hand.dcm"}), ElementsAre("hand", "b_hand"));
}

TEST(OutputNames, TakeTheExtensionWhereTheFolderIsTheSameToo) {
  EXPECT_THAT(output_names({"a/hand.dcm", "a/hand.png"}), ElementsAre("a_hand_dcm", "a_hand_png"));
  EXPECT_THAT(output_names({"hand.dcm", "hand.png"}), ElementsAre("hand_dcm", "hand_png"));
}

TEST(OutputNames, NumberWhatIsStillTheSame) {
  EXPECT_THAT(output_names({"a/x/hand.dcm", "b/x/hand.dcm", "b/x/hand.dcm"}),
              ElementsAre("hand", "hand-2", "hand-3"));
}

TEST(OutputNames, DifferWhereUpperAndLowerCaseAreTheSame) {
  EXPECT_THAT(output_names({"a/Hand.dcm", "b/hand.dcm"}), ElementsAre("a_Hand", "b_hand"));
  EXPECT_THAT(output_names({"Hand.dcm", "hand.dcm"}), ElementsAre("Hand", "hand-2"));
}

TEST(OutputNames, NeverMeetANameThatAnotherInputHasByNature) {
  EXPECT_THAT(output_names({"a/hand.png", "b/hand.png", "a_hand.png", "hand-2.png"}),
              ElementsAre("a_hand", "b_hand", "a_hand-2", "hand-2"));
}

} // namespace
} // namespace calx
