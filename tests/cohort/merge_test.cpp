#include "cohort/cohort_example.hpp"
#include "cohort/merge.hpp"
#include "cohort/small_cohort.hpp"
#include "cohort/verify.hpp"
#include "support/dicom_maker.hpp"

#include <chrono>
#include <csignal>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <thread>
#include <unistd.h>

namespace calx::cohort {
namespace {

namespace fs = std::filesystem;
using calx::testing::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::Not;

void write(const fs::path& out, const Record& record) {
  const auto written = write_record(out, record);
  ASSERT_TRUE(written) << written.error().to_string();
  if (record.overlay.empty()) return;
  fs::create_directories((out / record.overlay).parent_path());
  // Starts and ends as a PNG does.
  std::ofstream(out / record.overlay) << "\x89PNG\r\n\x1a\n"
                                      << "picture of " << record.input.path << "IEND1234";
}

std::vector<Record> cohort() {
  return {test::done("a.dcm"), test::done("b.dcm"),   test::done("c.dcm"),
          test::skipped("d"),  test::failed("e.dcm"), test::crashed("f.dcm", 9),
          test::done("g.dcm"), test::failed("h.dcm"), test::done("i.dcm")};
}

void run_alone(const fs::path& out) {
  for (const Record& record : cohort()) write(out, record);
  ASSERT_TRUE(write_tables(out));
}

Pseudonyms pseudonyms(const std::string& key) {
  const TemporaryFolder folder;
  std::ofstream(folder / "key") << key;
  return Pseudonyms::read_key(folder / "key").value();
}

TEST(Merge, OfShardsIsTheRunOfOneMachine) {
  const TemporaryFolder alone, folder;
  run_alone(alone.path());
  const std::vector<fs::path> shards{folder / "1", folder / "2", folder / "3"};
  int next = 0;
  for (const Record& record : cohort()) write(shards[static_cast<std::size_t>(next++ % 3)], record);
  const auto merged = merge_runs(shards, folder / "all");
  ASSERT_TRUE(merged) << merged.error().to_string();
  EXPECT_EQ(merged->files, 9);
  EXPECT_EQ(test::tables_of(folder / "all"), test::tables_of(alone.path()));
  for (const Record& record : cohort()) {
    const fs::path file = record_file(record_name(record));
    EXPECT_EQ(test::bytes_of(folder / "all" / file), test::bytes_of(alone.path() / file));
    if (!record.overlay.empty()) {
      EXPECT_THAT(test::bytes_of(folder / "all" / record.overlay),
                  HasSubstr("picture of " + record.input.path + "IEND"));
    }
  }
}

TEST(Merge, AgainOrInSeveralStepsChangesNothing) {
  const TemporaryFolder alone, folder;
  run_alone(alone.path());
  int next = 0;
  for (const Record& record : cohort()) write(folder / (next++ < 4 ? "1" : "2"), record);
  ASSERT_TRUE(merge_runs({folder / "1"}, folder / "all"));
  ASSERT_TRUE(merge_runs({folder / "2"}, folder / "all"));
  ASSERT_TRUE(merge_runs({folder / "1", folder / "2"}, folder / "all"));
  ASSERT_TRUE(merge_runs({folder / "all"}, folder / "all"));
  EXPECT_EQ(test::tables_of(folder / "all"), test::tables_of(alone.path()));
}

TEST(Merge, KeepsTheOutcomeThatGotFurther) {
  const TemporaryFolder folder;
  Record stopped = test::done("a.dcm");
  stopped.outcome = Outcome::Timeout;
  stopped.findings.clear();
  stopped.overlay.clear();
  write(folder / "1", stopped);
  write(folder / "2", test::done("a.dcm"));
  for (const auto& order :
       {std::vector{folder / "1", folder / "2"}, std::vector{folder / "2", folder / "1"}}) {
    const TemporaryFolder all;
    const auto merged = merge_runs(order, all.path());
    ASSERT_TRUE(merged) << merged.error().to_string();
    EXPECT_EQ(merged->outcomes.at("done"), 1);
    EXPECT_EQ(merged->files, 1);
    const auto kept = read_record(all.path() / record_file(record_name(test::done("a.dcm"))));
    EXPECT_EQ(kept->outcome, Outcome::Done);
  }
}

TEST(Merge, MakesTheLaterOfTwoEqualFilesADuplicate) {
  const TemporaryFolder alone, folder;
  const Record first = test::done("a.dcm", "same"), second = test::done("b.dcm", "same"),
               third = test::done("c.dcm", "same");
  for (const Record& record :
       {first, duplicate_of(first, second.input), duplicate_of(first, third.input)})
    write(alone.path(), record);
  ASSERT_TRUE(write_tables(alone.path()));
  write(folder / "1", second);
  write(folder / "1", duplicate_of(second, third.input));
  write(folder / "2", first);
  const auto merged = merge_runs({folder / "1", folder / "2"}, folder / "all");
  ASSERT_TRUE(merged) << merged.error().to_string();
  EXPECT_EQ(merged->files, 3);
  // UIDs of the examples follow from the path's length, which is the same for all three.
  EXPECT_EQ(test::tables_of(folder / "all"), test::tables_of(alone.path()));
  ASSERT_TRUE(merge_runs({folder / "1", folder / "2"}, folder / "all"));
  EXPECT_EQ(test::tables_of(folder / "all"), test::tables_of(alone.path()));
}

TEST(Merge, RefusesShardsOfDifferentVersions) {
  const TemporaryFolder folder;
  Record newer = test::done("b.dcm");
  newer.key.version = "0.2.0";
  write(folder / "1", test::done("a.dcm"));
  write(folder / "2", newer);
  const auto refused = merge_runs({folder / "1", folder / "2"}, folder / "all");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::MixedRecords);
  EXPECT_THAT(refused.error().message, HasSubstr("calx 0.2.0"));
  EXPECT_THAT(refused.error().message, HasSubstr("--allow-mixed"));
  EXPECT_FALSE(fs::exists(folder / "all" / "records"));
  MergeOptions options;
  options.tables.allow_mixed = true;
  EXPECT_TRUE(merge_runs({folder / "1", folder / "2"}, folder / "all", options));
}

TEST(Merge, RefusesWhatIsNoOutputFolder) {
  const TemporaryFolder folder;
  const auto refused = merge_runs({folder / "none"}, folder / "all");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::FileNotFound);
}

/// All that is in the folder: names and contents.
std::string contents_of(const fs::path& folder) {
  std::string all;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    all += entry.path().lexically_relative(folder).string() + "\n";
    if (entry.is_regular_file()) all += test::bytes_of(entry.path());
  }
  return all;
}

/// Two parts with some of the other's films in each.
void write_parts(const TemporaryFolder& folder, int films) {
  for (int i = 0; i < films; ++i) {
    const std::string path = "films/" + std::to_string(i);
    write(folder / (i % 2 ? "1" : "2"), test::done(path));
    if (i % 7 == 0) write(folder / (i % 2 ? "2" : "1"), test::done("again/" + path, path));
  }
  write(folder / "1", test::skipped("d"));
  write(folder / "2", test::crashed("f.dcm", 11));
}

#if defined(__SANITIZE_ADDRESS__)
constexpr int kKills = 3;
#else
constexpr int kKills = 8;
#endif

/// Until it is there, or much longer than that takes.
void wait_for_file(const fs::path& file) {
  for (int i = 0; i < 20000 && !fs::exists(file); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

/// Merges are killed at random moments, every second one after its first record and each time
/// sooner after it, for nobody knows how much is left to do then; and are done again.
void kill_merges(const TemporaryFolder& folder, const MergeOptions& options) {
  const std::vector<fs::path> parts{folder / "1", folder / "2"};
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(merge_runs(parts, folder / "undisturbed", options));
  const std::chrono::duration<double, std::micro> whole = std::chrono::steady_clock::now() - start;
  const std::string expected = test::tables_of(folder / "undisturbed"),
                    first = contents_of(parts[0]), second = contents_of(parts[1]);
  std::mt19937 random(20260101);
  std::uniform_real_distribution<double> moment(0, whole.count());
  int hits = 0, with_records = 0;
  for (int tries = 0; (hits < kKills || with_records == 0) && tries < 5 * kKills; ++tries) {
    const fs::path out = folder / ("out" + std::to_string(tries));
    const pid_t merge = ::fork();
    if (merge == 0) ::_exit(merge_runs(parts, out, options) ? 0 : 1);
    const bool after_record = tries % 2 == 1;
    if (after_record) wait_for_file(out / "records");
    std::this_thread::sleep_for(
        std::chrono::duration<double, std::micro>(moment(random) / (after_record ? tries + 1 : 1)));
    ::kill(merge, SIGKILL);
    const bool hit = test::wait_for(merge) == -SIGKILL;
    hits += hit;
    with_records += hit && fs::exists(out / "records");
    const auto again = merge_runs(parts, out, options);
    ASSERT_TRUE(again) << again.error().to_string();
    EXPECT_EQ(test::tables_of(out), expected) << "try " << tries;
    ASSERT_TRUE(write_checksums(out));
    EXPECT_THAT(verify(out).value(), ::testing::IsEmpty());
    fs::remove_all(out);
  }
  EXPECT_GE(hits, kKills) << "too few merges were killed while they ran";
  EXPECT_GE(with_records, 1) << "too few were killed after their first record";
  EXPECT_EQ(contents_of(parts[0]), first);
  EXPECT_EQ(contents_of(parts[1]), second);
}

TEST(Merge, ThatIsKilledAnywhereIsDoneAgain) {
  const TemporaryFolder folder;
  write_parts(folder, 50);
  kill_merges(folder, {});
}

TEST(Merge, ThatIsKilledWhileItPseudonymizesIsDoneAgain) {
  const TemporaryFolder folder;
  const Pseudonyms key = pseudonyms("0123456789abcdef0123456789abcdef");
  write_parts(folder, 50);
  MergeOptions options;
  options.pseudonyms = &key;
  kill_merges(folder, options);
}

TEST(Merge, PseudonymizesRecordsTablesAndFileNames) {
  const TemporaryFolder folder;
  const Pseudonyms key = pseudonyms("0123456789abcdef0123456789abcdef");
  MergeOptions options;
  options.pseudonyms = &key;
  const Record film = test::done("Doe^Jane.dcm");
  write(folder / "1", film);
  write(folder / "1", test::failed("Roe^Richard.dcm"));
  std::ofstream(folder / "1" / film.overlay) << "picture";
  const auto merged = merge_runs({folder / "1"}, folder / "all", options);
  ASSERT_TRUE(merged) << merged.error().to_string();
  const std::string all = contents_of(folder / "all");
  for (const std::string& told :
       {std::string("Doe"), std::string("Roe"), film.uids->sop_instance, film.key.content_sha256,
        record_name(film), std::string("0123456789abcdef0123456789abcdef")})
    EXPECT_THAT(all, Not(HasSubstr(told)));
  EXPECT_THAT(all, HasSubstr(key.uid(film.uids->sop_instance)));
  EXPECT_THAT(all, HasSubstr("picture"));

  // The same from what already has these pseudonyms; an error under other ones.
  ASSERT_TRUE(merge_runs({folder / "all"}, folder / "again", options));
  EXPECT_EQ(test::tables_of(folder / "again"), test::tables_of(folder / "all"));
  const Pseudonyms other = pseudonyms("another key of thirty-two bytes!");
  options.pseudonyms = &other;
  EXPECT_EQ(merge_runs({folder / "all"}, folder / "other", options).error().code,
            ErrorCode::BadKey);
  EXPECT_EQ(merge_runs({folder / "1"}, folder / "1", options).error().code,
            ErrorCode::OutputExists);
}

} // namespace
} // namespace calx::cohort
