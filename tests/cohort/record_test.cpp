#include "cohort/cohort_example.hpp"
#include "cohort/digest.hpp"
#include "cohort/durable.hpp"
#include "cohort/index.hpp"
#include "cohort/message.hpp"
#include "cohort/store.hpp"
#include "support/dicom_maker.hpp"

#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace calx::cohort {
namespace {

using calx::testing::TemporaryFolder;
namespace fs = std::filesystem;

TEST(Digest, IsSha256) {
  EXPECT_EQ(sha256_hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); // FIPS 180-2 B.1
}

TEST(Record, ComesBackFromTheDiskAsItWas) {
  const TemporaryFolder folder;
  for (Record record : {test::done("a"), test::failed("b", "too-large"), test::crashed("c", 11),
                        duplicate_of(test::done("a"), {"d\\xff", "/r", 1, 2, 3})}) {
    record.header = RecordHeader{};
    record.header->spacing = Spacing{0.1, 0.2};
    ASSERT_TRUE(write_record(folder.path(), record));
    const fs::path file = folder / record_file(record_name(record)).string();
    const auto whole = read_record(file);
    ASSERT_TRUE(whole) << whole.error().to_string();
    EXPECT_EQ(record_json(*whole), record_json(record));
    auto head = read_record(file, RecordPart::WithoutFindings);
    ASSERT_TRUE(head);
    EXPECT_TRUE(head->findings.empty());
    head->findings = record.findings;
    EXPECT_EQ(record_json(*head), record_json(record));
  }
}

TEST(Record, IsRefusedUnderAnotherNameOrCutShort) {
  const TemporaryFolder folder;
  const Record record = test::done("a");
  ASSERT_TRUE(write_record(folder.path(), record));
  const fs::path file = folder / record_file(record_name(record)).string();
  fs::copy_file(file, folder / "other.json");
  EXPECT_EQ(read_record(folder / "other.json").error().code, ErrorCode::BadRecord);
  fs::resize_file(file, fs::file_size(file) - 2);
  EXPECT_EQ(read_record(file).error().code, ErrorCode::BadRecord);
  EXPECT_EQ(read_record(folder / "none").error().code, ErrorCode::FileNotFound);
}

TEST(Durable, LeavesTheOldFileWhereTheNewDoesNotFit) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_durably(folder / "a/b", "old"));
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{100, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const auto failed = write_durably(folder / "a/b", std::string(1000, 'x'));
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::CannotWrite);
  EXPECT_EQ(test::bytes_of(folder / "a/b"), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder / "a"), {}), 1);
}

TEST(Index, ComesBackFromItsTextOrNotAtAll) {
  Index index;
  for (const Record& record : {test::done("a"), test::failed("b\\x09", "too-large"),
                               duplicate_of(test::done("a"), {"c", "/r", 1, -2, 3})})
    index.put(index_entry(record));
  const std::string text = index.to_text();
  const auto back = Index::from_text(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->to_text(), text);
  ASSERT_TRUE(back->duplicate_of(record_name(test::done("a"))));
  EXPECT_EQ(back->duplicate_of(record_name(test::done("a")))->input.path, "c");
  EXPECT_FALSE(Index::from_text(text.substr(0, text.size() - 1)));
  EXPECT_FALSE(Index::from_text(""));
  std::string changed = text;
  changed[20] = changed[20] == 'a' ? 'b' : 'a';
  EXPECT_FALSE(Index::from_text(changed));
}

TEST(Store, TakesTheLaterOfTwoRecordsOfAFile) {
  const TemporaryFolder folder;
  Record older = test::done("a", "content 1"), newer = test::done("a", "content 2");
  ASSERT_TRUE(write_record(folder.path(), older));
  ASSERT_TRUE(write_record(folder.path(), newer));
  const fs::path old_file = folder / record_file(record_name(older)).string();
  fs::last_write_time(old_file, fs::last_write_time(old_file) - std::chrono::seconds(5));
  const auto store = Store::open(folder.path());
  ASSERT_TRUE(store) << store.error().to_string();
  EXPECT_EQ((*store)->index().size(), 1U);
  EXPECT_EQ((*store)->index().by_input(newer.input)->name, record_name(newer));
  EXPECT_FALSE(fs::exists(old_file));
}

TEST(Message, SurvivesPiecesAndRefusesNonsense) {
  int ends[2] = {};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const std::string bytes = encode({MessageType::Looked, {"one", "", std::string("\0x", 2)}});
  Inbox inbox;
  for (const char byte : bytes) {
    EXPECT_FALSE(inbox.next());
    ASSERT_EQ(::send(ends[0], &byte, 1, 0), 1);
    EXPECT_TRUE(inbox.read_from(ends[1]));
  }
  const auto message = inbox.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->parts, (std::vector<std::string>{"one", "", std::string("\0x", 2)}));
  const std::string nonsense(64, '\xff');
  ::send(ends[0], nonsense.data(), nonsense.size(), 0);
  inbox.read_from(ends[1]);
  EXPECT_FALSE(inbox.next());
  EXPECT_FALSE(inbox.read_from(ends[1]));
  ::close(ends[0]);
  ::close(ends[1]);
}

} // namespace
} // namespace calx::cohort
