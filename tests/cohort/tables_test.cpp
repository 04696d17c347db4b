#include "cohort/cohort_example.hpp"
#include "cohort/tables.hpp"
#include "cohort/tables_columns.hpp"
#include "cohort/tables_text.hpp"
#include "report/report.hpp"
#include "support/dicom_maker.hpp"

#include <algorithm>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

namespace calx::cohort {
namespace {

namespace fs = std::filesystem;
using calx::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// The rows of a query, cells joined with '|'.
std::vector<std::string> query(const fs::path& file, const std::string& sql) {
  std::vector<std::string> rows;
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  const auto collect = [](void* all, int count, char** cells, char**) {
    std::string row;
    for (int i = 0; i < count; ++i)
      row += std::string(i > 0 ? "|" : "") + (cells[i] ? cells[i] : "NULL");
    static_cast<std::vector<std::string>*>(all)->push_back(row);
    return 0;
  };
  char* message = nullptr;
  sqlite3_exec(database, sql.c_str(), collect, &rows, &message);
  EXPECT_EQ(message, nullptr) << message;
  sqlite3_free(message);
  sqlite3_close(database);
  return rows;
}

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

void write(const fs::path& out, const Record& record) {
  const auto written = write_record(out, record);
  ASSERT_TRUE(written) << written.error().to_string();
}

void write_cohort(const fs::path& out) {
  for (const Record& record :
       {test::done("b/hand.dcm"), test::done("a/foot.dcm"), test::failed("c/broken.dcm"),
        test::crashed("c/bomb.dcm", 11), test::skipped("notes.txt")})
    write(out, record);
}

TEST(Tables, AccountForEveryFile) {
  const TemporaryFolder out;
  write_cohort(out.path());
  const auto summary = write_tables(out.path());
  ASSERT_TRUE(summary) << summary.error().to_string();
  EXPECT_EQ(summary->files, 5);
  EXPECT_EQ(summary->findings, 6);
  EXPECT_EQ(summary->outcomes.at("crashed"), 1);
  EXPECT_EQ(summary->reasons.at("truncated-pixels"), 1);
  EXPECT_EQ(lines(test::bytes_of(out / "images.csv")), 1U + 2);
  EXPECT_EQ(lines(test::bytes_of(out / "deposits.csv")), 1U + 6);
  EXPECT_EQ(lines(test::bytes_of(out / "failures.csv")), 1U + 2);
  EXPECT_EQ(lines(test::bytes_of(out / "skipped.ndjson")), 1U);
  EXPECT_THAT(query(out / "calx.sqlite", "SELECT * FROM outcomes"),
              ElementsAre("crashed|1", "done|2", "failed|1", "not-a-radiograph|1"));
  EXPECT_FALSE(fs::exists(out / ".calx-tables.tmp"));
}

TEST(Tables, AreSortedByPathAndJoin) {
  const TemporaryFolder out;
  write_cohort(out.path());
  ASSERT_TRUE(write_tables(out.path()));
  const fs::path database = out / "calx.sqlite";
  EXPECT_THAT(query(database, "SELECT path FROM images"), ElementsAre("a/foot.dcm", "b/hand.dcm"));
  EXPECT_THAT(query(database, "SELECT i.path, count(*) FROM images i JOIN deposits d"
                              " USING (record, sop_instance_uid, series_instance_uid) GROUP BY 1"),
              ElementsAre("a/foot.dcm|3", "b/hand.dcm|3"));
  EXPECT_THAT(query(database, "SELECT outcome, reason_code, files FROM failures_by_reason"),
              ElementsAre("crashed|crashed|1", "failed|truncated-pixels|1"));
  EXPECT_THAT(query(database, "PRAGMA integrity_check"), ElementsAre("ok"));
  // Every view is a valid statement.
  for (const std::string& view :
       query(database, "SELECT name FROM sqlite_schema WHERE type = 'view'"))
    query(database, "SELECT * FROM " + view);
}

TEST(Tables, HaveTheColumnsOfFindingsCsv) {
  std::string names;
  for (const Column& column : columns_of(TableKind::Deposits)) names += column.name + ",";
  std::string expected = findings_csv_header();
  expected.resize(expected.size() - 2);
  EXPECT_TRUE(names.starts_with(expected + ",")) << names << "\n" << expected;
}

TEST(Tables, SayTheSameAsFindingsCsv) {
  const TemporaryFolder out;
  write(out.path(), test::done("a.dcm"));
  ASSERT_TRUE(write_tables(out.path()));
  const auto row = query(out / "calx.sqlite",
                         "SELECT lesion_id, kind, bbox_x, max_feret_mm, depth_mm,"
                         " nearest_prominence, disclaimer FROM deposits WHERE lesion_id = 1");
  EXPECT_THAT(row, ElementsAre(HasSubstr("|4.0|3.21|index_pip_head|For research use only")));
}

TEST(Tables, AreTheSameBytesForTheSameRecords) {
  const TemporaryFolder one, two;
  write_cohort(one.path());
  for (Record record :
       {test::skipped("notes.txt"), test::failed("c/broken.dcm"), test::crashed("c/bomb.dcm", 11),
        test::done("a/foot.dcm"), test::done("b/hand.dcm")}) {
    record.timing = {9, 9, 9}; // what another machine would say
    record.attempts = 3;
    record.input.inode = 12345;
    write(two.path(), record);
  }
  ASSERT_TRUE(write_tables(one.path()));
  ASSERT_TRUE(write_tables(two.path()));
  ASSERT_TRUE(write_tables(two.path())); // again, over the first
  EXPECT_EQ(test::tables_of(one.path()), test::tables_of(two.path()));
}

TEST(Tables, RunSummarySaysHowTheyWereMade) {
  const TemporaryFolder out;
  write_cohort(out.path());
  ASSERT_TRUE(write_tables(out.path()));
  const auto run = nlohmann::json::parse(test::bytes_of(out / "run.json"));
  EXPECT_EQ(run["schema"], "calx.run/1");
  EXPECT_EQ(run["counts"]["files"], 5);
  EXPECT_EQ(run["counts"]["outcomes"]["done"], 2);
  ASSERT_EQ(run["made_with"].size(), 1U); // the records without findings know less of the same
  EXPECT_EQ(run["made_with"][0]["version"], "0.1.0");
  EXPECT_TRUE(run["made_with"][0]["parameters"].is_object());
  EXPECT_DOUBLE_EQ(run["timing"]["sum_of_wall_s"], 1.3);
  EXPECT_THAT(run["disclaimer"].get<std::string>(), HasSubstr("Not for diagnosis"));
}

TEST(Tables, RefuseMixedRecordsUnlessAllowed) {
  const TemporaryFolder out;
  Record other = test::done("b.dcm");
  other.key.parameters_sha256 = std::string(64, 'f');
  write(out.path(), test::done("a.dcm"));
  write(out.path(), other);
  const auto refused = write_tables(out.path());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::MixedRecords);
  EXPECT_THAT(refused.error().message, HasSubstr("parameters ffffffffffff"));
  EXPECT_FALSE(fs::exists(out / "images.csv"));
  const auto allowed = write_tables(out.path(), {.allow_mixed = true});
  ASSERT_TRUE(allowed) << allowed.error().to_string();
  EXPECT_THAT(query(out / "calx.sqlite", "SELECT count(*) FROM provenance"), ElementsAre("2"));
}

TEST(Tables, NameADamagedRecordAndKeepTheOldTables) {
  const TemporaryFolder out;
  write_cohort(out.path());
  ASSERT_TRUE(write_tables(out.path()));
  const std::string before = test::tables_of(out.path());
  const std::string name = record_name(test::done("a/foot.dcm"));
  fs::resize_file(out.path() / record_file(name), 100);
  const auto refused = write_tables(out.path());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::BadRecord);
  EXPECT_THAT(refused.error().to_string(), HasSubstr(name));
  EXPECT_EQ(test::tables_of(out.path()), before);
}

TEST(Tables, OfNothingAreHeadersOnly) {
  const TemporaryFolder out;
  const auto summary = write_tables(out.path());
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->files, 0);
  EXPECT_EQ(lines(test::bytes_of(out / "images.csv")), 1U);
}

TEST(Tables, WaitForNoOne) {
  const TemporaryFolder out;
  fs::create_directory(out / ".calx-tables.tmp");
  const int other = ::open((out / ".calx-tables.tmp").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ASSERT_EQ(::flock(other, LOCK_EX), 0);
  const auto refused = write_tables(out.path());
  ::close(other);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::InUse);
}

TEST(TableText, QuotesAndDefusesTextButNotNumbers) {
  EXPECT_EQ(csv_cell(std::string("plain")), "plain");
  EXPECT_EQ(csv_cell(std::string("a,\"b\"\nc")), "\"a,\"\"b\"\"\nc\"");
  EXPECT_EQ(csv_cell(std::string("=HYPERLINK(1)")), "\"'=HYPERLINK(1)\"");
  EXPECT_EQ(csv_cell(std::string("@SUM")), "\"'@SUM\"");
  EXPECT_EQ(csv_cell(-1.5), "-1.5");
  EXPECT_EQ(csv_cell(std::int64_t{-3}), "-3");
  EXPECT_EQ(csv_cell({}), "");
  EXPECT_EQ(json_cell({}), "null");
  EXPECT_EQ(json_cell(std::string("a\"b\xff")), "\"a\\\"b\xEF\xBF\xBD\"");
}

} // namespace
} // namespace calx::cohort
