#include "cli/input_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace calx {
namespace {

TEST(ParseSpacing, OneNumberIsSquareTwoAreRowThenColumn) {
  const auto square = parse_spacing("0.15");
  ASSERT_TRUE(square);
  EXPECT_EQ(square->x_mm, 0.15);
  EXPECT_EQ(square->y_mm, 0.15);
  const auto oblong = parse_spacing("0.2,0.1");
  ASSERT_TRUE(oblong);
  EXPECT_EQ(oblong->y_mm, 0.2); // between rows
  EXPECT_EQ(oblong->x_mm, 0.1); // between columns
}

TEST(ParseSpacing, RefusesWhatIsNoLength) {
  for (const char* text : {"", "0", "-0.1", "nan", "inf", "1e999", "0.1mm", "0.1,", ",0.1", "0.1,0",
                           "0.1,0.1,0.1", "0.1;0.1", " 0.1"})
    EXPECT_FALSE(parse_spacing(text)) << text;
}

TEST(ParseWord, NamesTheNearestAndListsAll) {
  EXPECT_EQ(parse_word<Region>("--region", "hip"), Region::Hip);
  const auto wrong = parse_word<Region>("--region", "hnd");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error(), ::testing::HasSubstr("did you mean 'hand'?"));
  for (const auto word : words<Region>())
    EXPECT_THAT(wrong.error(), ::testing::HasSubstr(std::string(word)));
}

} // namespace
} // namespace calx
