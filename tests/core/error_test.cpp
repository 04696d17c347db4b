#include "core/error.hpp"

#include <gtest/gtest.h>
#include <set>

namespace calx {
namespace {

TEST(Error, EveryCodeHasItsOwnNameAndAMeaning) {
  std::set<std::string_view> names;
  int index = 0;
  for (const auto& description : error_descriptions()) {
    EXPECT_EQ(static_cast<int>(description.code), index++) << "the table follows the enum";
    EXPECT_TRUE(names.insert(description.name).second) << description.name;
    EXPECT_FALSE(description.meaning.empty());
    EXPECT_EQ(error_code_name(description.code), description.name);
  }
  EXPECT_EQ(index, static_cast<int>(ErrorCode::Internal) + 1) << "every code is in the table";
}

TEST(Error, PrintsCodeMessageAndContextFromTheInsideOut) {
  Error error{ErrorCode::BadSpacing, "ImagerPixelSpacing is 0", {}};
  EXPECT_EQ(error.to_string(), "bad-spacing: ImagerPixelSpacing is 0");
  const Error wrapped = std::move(error).within("reading the header").within("a.dcm");
  EXPECT_EQ(wrapped.to_string(),
            "bad-spacing: ImagerPixelSpacing is 0 (reading the header; a.dcm)");
}

TEST(Error, ResultCarriesItThrough) {
  const Result<int> bad = fail(ErrorCode::EmptyFile, "the file has no bytes");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, ErrorCode::EmptyFile);
}

} // namespace
} // namespace calx
