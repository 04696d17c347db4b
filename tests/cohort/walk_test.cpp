#include "cohort/manifest.hpp"
#include "cohort/path_text.hpp"
#include "cohort/run.hpp"
#include "cohort/small_cohort.hpp"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dctk.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace calx::cohort {
namespace {

using calx::testing::TemporaryFolder;
using ::testing::ElementsAre;
namespace fs = std::filesystem;

std::vector<std::string> paths(const std::vector<FileEntry>& files) {
  std::vector<std::string> all;
  for (const FileEntry& file : files) all.push_back(path_to_text(file.path));
  return all;
}

void touch(const fs::path& file) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << "x";
}

TEST(PathText, KeepsEveryByte) {
  std::string all;
  for (int c = 1; c < 256; ++c) all += static_cast<char>(c);
  for (const std::string& bytes :
       {all, std::string("\xe9\x84\x89\xf0\x9f\x98\x80"), std::string("a\\x0a"),
        std::string("\xed\xa0\x80\xc0\x80\xf5\xe2\x82")}) {
    const std::string text = path_to_text(bytes);
    EXPECT_EQ(path_from_text(text), bytes);
    EXPECT_EQ(text.find('\n'), text.npos);
  }
  EXPECT_EQ(path_to_text("\xe9\x84\x89"), "\xe9\x84\x89");
  EXPECT_EQ(path_to_text("a\xff\n"), "a\\xff\\x0a");
  for (const char* wrong : {"\\", "\\y", "\\x1", "\\x1g"})
    EXPECT_FALSE(path_from_text(wrong)) << wrong;
}

TEST(Walk, FindsEveryFileOnceAndInOrder) {
  const TemporaryFolder folder;
  for (const char* name : {"b/2", "b/.hidden/1", "a-c", "a/z", "out/not", "odd\n\xff"})
    touch(folder / name);
  fs::create_directory_symlink("..", folder / "b/loop");
  fs::create_directory_symlink("b", folder / "c");
  fs::create_symlink("nowhere", folder / "dead");
  ::mkfifo((folder / "pipe").c_str(), 0600);
  const auto walk = walk_folders({folder.path().string(), (folder / "b").string()}, folder / "out");
  ASSERT_TRUE(walk);
  EXPECT_THAT(paths(walk->files),
              ElementsAre("a-c", "a/z", "b/.hidden/1", "b/2", "dead", "odd\\x0a\\xff"));
  EXPECT_EQ(walk->special_files, 1U);
  EXPECT_FALSE(walk_folders({(folder / "gone").string()}, {}));
}

TEST(Walk, CountsFoldersThatMayNotBeRead) {
  const TemporaryFolder folder;
  touch(folder / "locked/film");
  fs::permissions(folder / "locked", fs::perms::none);
  const pid_t child = ::fork();
  if (child == 0) {
    const bool given_up = test::give_up_capabilities();
    const auto walk = walk_folders({folder.path().string()}, {});
    const bool counted = walk && walk->files.empty() && walk->unreadable_folders == 1;
    ::_exit(given_up && counted ? 0 : 1);
  }
  EXPECT_EQ(test::wait_for(child), 0);
  fs::permissions(folder / "locked", fs::perms::owner_all);
}

TEST(Walk, TakesTheFilesOfADicomdir) {
  const TemporaryFolder folder;
  touch(folder / "cd/IMAGES/0001");
  touch(folder / "cd/images2.dcm");
  touch(folder / "cd/unlisted");
  calx::testing::DicomSpec spec;
  spec.write_pixels = false;
  spec.sop_class = "1.2.840.10008.1.3.10";
  spec.edit = [](void* dataset) {
    for (const char* file : {"IMAGES\\0001", "IMAGES2", "..\\secret", "GONE"}) {
      DcmItem* item = nullptr;
      static_cast<DcmDataset*>(dataset)->findOrCreateSequenceItem(DCM_DirectoryRecordSequence, item,
                                                                  -2);
      item->putAndInsertString(DCM_ReferencedFileID, file);
    }
  };
  calx::testing::write_dicom(folder / "cd/DICOMDIR", spec);
  const auto files = gather_files({(folder / "cd/DICOMDIR").string()}, {}, {});
  ASSERT_TRUE(files) << files.error().to_string();
  EXPECT_THAT(paths(files->files), ElementsAre("GONE", "IMAGES/0001", "images2.dcm"));
  touch(folder / "bad/DICOMDIR");
  EXPECT_FALSE(gather_files({(folder / "bad/DICOMDIR").string()}, {}, {}));
}

TEST(Manifest, ShardsPartTheFilesWhateverElseIsThere) {
  const TemporaryFolder folder;
  for (int i = 0; i < 40; ++i) touch(folder / ("in/" + std::to_string(i) + "\xff"));
  const auto walk = walk_folders({(folder / "in").string()}, {}).value();
  ASSERT_TRUE(write_manifest(folder / "list", walk.files));
  const auto whole = read_manifest(folder / "list");
  ASSERT_TRUE(whole) << whole.error().to_string();
  EXPECT_EQ(paths(*whole), paths(walk.files));
  std::multiset<std::string> united;
  for (int i = 1; i <= 3; ++i) {
    const auto part = read_manifest(folder / "list", {i, 3}).value();
    EXPECT_GT(part.size(), 5U);
    for (const std::string& path : paths(part)) united.insert(path);
  }
  const auto all = paths(walk.files);
  EXPECT_EQ(united, std::multiset<std::string>(all.begin(), all.end()));
}

TEST(Manifest, IsRefusedWhenItIsCutShort) {
  const TemporaryFolder folder;
  touch(folder / "in/a");
  touch(folder / "in/b");
  ASSERT_TRUE(write_manifest(folder / "list", walk_folders({(folder / "in").string()}, {})->files));
  const auto size = fs::file_size(folder / "list");
  for (const auto cut : {size - 2, size / 2, size / 4, std::uintmax_t{0}}) {
    fs::resize_file(folder / "list", cut);
    EXPECT_EQ(read_manifest(folder / "list").error().code, ErrorCode::BadManifest);
  }
  for (const char* wrong : {"", "1", "0/3", "4/3", "1/0", "-1/2", "1/2x", "a/b"})
    EXPECT_FALSE(Shard::parse(wrong)) << wrong;
}

} // namespace
} // namespace calx::cohort
