#include "report/report.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <unistd.h>

namespace calx {
namespace {

namespace fs = std::filesystem;

class WriteFile : public ::testing::Test {
protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) /
              (std::string("calx-write-") +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::vector<std::string> names_in_folder() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_))
      names.push_back(entry.path().filename().string());
    return names;
  }
  static std::string content(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  fs::path folder_;
};

TEST_F(WriteFile, WritesAndReplacesWhole) {
  const std::string first(100000, 'a'), second("b\0c", 3);
  ASSERT_TRUE(write_file(folder_ / "f", first));
  EXPECT_EQ(content(folder_ / "f"), first);
  ASSERT_TRUE(write_file(folder_ / "f", second));
  EXPECT_EQ(content(folder_ / "f"), second);
  EXPECT_THAT(names_in_folder(), ::testing::ElementsAre("f"));
}

TEST_F(WriteFile, PassesByWhatAKilledProcessLeft) {
  constexpr int kLeft = 50;
  for (int i = 1; i <= kLeft; ++i)
    std::ofstream(folder_ /
                  (".calx-" + std::to_string(::getpid()) + "-" + std::to_string(i) + ".tmp"))
        << "left";
  ASSERT_TRUE(write_file(folder_ / "f", "x"));
  EXPECT_EQ(content(folder_ / "f"), "x");
  for (const std::string& name : names_in_folder())
    EXPECT_NE(is_temporary_name(name), name == "f") << name;
  EXPECT_EQ(names_in_folder().size(), kLeft + 1U);
  EXPECT_TRUE(is_temporary_name(temporary_name(folder_ / "f").filename().string()));
}

TEST_F(WriteFile, AFolderInTheWayIsAnErrorAndLeavesNothing) {
  fs::create_directories(folder_ / "f" / "inside");
  const auto result = write_file(folder_ / "f", "x");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::CannotWrite);
  EXPECT_THAT(names_in_folder(), ::testing::ElementsAre("f"));
}

TEST_F(WriteFile, AMissingFolderIsAnError) {
  const auto result = write_file(folder_ / "none" / "f", "x");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::CannotWrite);
  EXPECT_THAT(result.error().message, ::testing::HasSubstr("No such file or directory"));
  EXPECT_TRUE(names_in_folder().empty());
}

TEST_F(WriteFile, AFileWhereTheFolderShouldBeIsAnError) {
  ASSERT_TRUE(write_file(folder_ / "f", "old"));
  EXPECT_FALSE(write_file(folder_ / "f" / "g", "x"));
  EXPECT_EQ(content(folder_ / "f"), "old");
}

} // namespace
} // namespace calx
