#include "cohort/cohort_example.hpp"
#include "cohort/small_cohort.hpp"
#include "cohort/tables.hpp"
#include "cohort/verify.hpp"

#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace calx::cohort {
namespace {

using calx::testing::TemporaryFolder;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

// The address sanitizer reserves terabytes of addresses, so confine.cpp sets no limit under it.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kCanLimitMemory = false;
#else
constexpr bool kCanLimitMemory = true;
#endif

TEST(Run, EveryFileEndsWithARecord) {
  const TemporaryFolder folder;
  test::write_cohort(folder / "in", 3);
  const auto counts = test::run(test::plan_for(folder / "in", folder / "out"));
  EXPECT_EQ(counts.finished(), counts.files);
  EXPECT_THAT(
      test::outcomes(folder / "out"),
      UnorderedElementsAre(
          Pair("deep/copy", "done"), Pair("deep/er/film0", "duplicate"), Pair("deep/film1", "done"),
          Pair("deep/film2", "done"), Pair("ct", "not-a-radiograph not-a-radiograph"),
          Pair("cut", "failed truncated-pixels"), Pair("empty", "failed empty-file"),
          Pair("dead", "failed file-not-found"), Pair("notes.txt", "not-a-radiograph not-an-image"),
          Pair("odd\\x0a\\xff", "not-a-radiograph not-an-image"),
          Pair("picture.png", "not-a-radiograph picture")));
  const Record record = test::record_at(folder / "out", "deep/copy");
  ASSERT_TRUE(record.uids);
  EXPECT_EQ(record.uids->study_instance, "1.2.5");
  EXPECT_FALSE(nlohmann::json::parse(record.findings).at("lesions").empty());
}

TEST(Run, GivesTheSameTablesForAnyNumberOfJobsAndInOneProcess) {
  const TemporaryFolder folder;
  test::write_cohort(folder / "in", 4);
  int seed = 50;
  for (const auto syntax : calx::testing::all_syntaxes())
    test::write_film(folder / "in" / calx::testing::syntax_name(syntax), ++seed, syntax);
  const auto pixels = calx::testing::texture(60, 50, 8);
  calx::testing::write_tiff(folder / "in" / "a.tif", 60, 50, 1, 8, pixels);
  calx::testing::write_jpeg(folder / "in" / "a.jpg", 60, 50, 1, pixels);
  calx::testing::write_nrrd(folder / "in" / "a.nrrd", 60, 50, pixels, "0.2 0.2", true);
  calx::testing::write_nifti(folder / "in" / "a.nii.gz", 60, 50, pixels, 0.2F, 0.2F, true);
  RunPlan one = test::plan_for(folder / "in", folder / "one"), two = one, threads = one;
  for (RunPlan* plan : {&one, &two, &threads}) plan->settings.pictures = true;
  one.jobs = 1;
  two.out = folder / "two";
  threads.out = folder / "threads";
  threads.in_process = true;
  test::run(one);
  test::run(two);
  test::run(threads);
  EXPECT_EQ(test::tables_of(folder / "one"), test::tables_of(folder / "two"));
  EXPECT_EQ(test::tables_of(folder / "one"), test::tables_of(folder / "threads"));
  EXPECT_GT(std::ranges::count(test::bytes_of(folder / "one" / "deposits.csv"), '\n'), 4);
  // The confines keep no codec from its work.
  const auto all = test::outcomes(folder / "one");
  for (const auto syntax : calx::testing::all_syntaxes())
    EXPECT_EQ(all.at(calx::testing::syntax_name(syntax)), "done");
  for (const char* picture : {"a.tif", "a.jpg", "a.nrrd", "a.nii.gz", "picture.png"})
    EXPECT_EQ(all.at(picture), "done") << picture;
}

TEST(Run, DoesNothingASecondTimeAndWhatIsNewOrChangedLater) {
  const TemporaryFolder folder;
  test::write_cohort(folder / "in", 3);
  const auto first = test::run(test::plan_for(folder / "in", folder / "out"));
  const auto second = test::run(test::plan_for(folder / "in", folder / "out"));
  EXPECT_EQ(second.written(), 0U);
  EXPECT_EQ(second.earlier, first.now);
  test::write_film(folder / "in" / "new", 70);
  test::write_film(folder / "in" / "deep/film1", 71);
  const auto third = test::run(test::plan_for(folder / "in", folder / "out"));
  EXPECT_THAT(third.now, UnorderedElementsAre(Pair(Outcome::Done, 2U)));
  test::run(test::plan_for(folder / "in", folder / "fresh"));
  EXPECT_EQ(test::tables_of(folder / "out"), test::tables_of(folder / "fresh"));
}

TEST(Run, NeedsNoIndexToResume) {
  const TemporaryFolder folder;
  test::write_cohort(folder / "in", 3);
  const RunPlan plan = test::plan_for(folder / "in", folder / "out");
  test::run(plan);
  std::filesystem::remove(folder / "out" / "index.tsv");
  EXPECT_EQ(test::run(plan).written(), 0U);
  std::ofstream(folder / "out" / "index.tsv") << "calx.index/1\nnonsense";
  EXPECT_EQ(test::run(plan).written(), 0U);
}

TEST(Run, KeepsTheFindingsOfAFilmThatWasMovedOrTouched) {
  const TemporaryFolder folder;
  test::write_film(folder / "in" / "film", 1);
  test::run(test::plan_for(folder / "in", folder / "out"));
  std::filesystem::rename(folder / "in" / "film", folder / "in" / "renamed");
  const auto moved = test::run(test::plan_for(folder / "in", folder / "out"));
  EXPECT_EQ(moved.written(), 0U);
  EXPECT_THAT(test::outcomes(folder / "out"), UnorderedElementsAre(Pair("renamed", "done")));
  test::run(test::plan_for(folder / "in", folder / "fresh"));
  EXPECT_EQ(test::tables_of(folder / "out"), test::tables_of(folder / "fresh"));
}

TEST(Run, PassesAnAnalysisOnToTheCopyWhenItsFilmChanges) {
  const TemporaryFolder folder;
  test::write_film(folder / "in" / "a", 1);
  test::write_film(folder / "in" / "b", 1);
  test::run(test::plan_for(folder / "in", folder / "out"));
  EXPECT_THAT(test::outcomes(folder / "out"),
              UnorderedElementsAre(Pair("a", "done"), Pair("b", "duplicate")));
  test::write_film(folder / "in" / "a", 2);
  const auto counts = test::run(test::plan_for(folder / "in", folder / "out"));
  EXPECT_EQ(counts.written(), 1U);
  test::run(test::plan_for(folder / "in", folder / "fresh"));
  EXPECT_EQ(test::tables_of(folder / "out"), test::tables_of(folder / "fresh"));
}

TEST(Run, TriesAgainOnlyWhatItIsToldTo) {
  const TemporaryFolder folder;
  test::write_film(folder / "in" / "film", 1);
  RunPlan plan = test::plan_for(folder / "in", folder / "out");
  plan.limits.wall_s = 1e-6;
  test::run(plan);
  EXPECT_THAT(test::outcomes(folder / "out"),
              UnorderedElementsAre(Pair("film", "timeout time-limit")));
  plan.limits = {};
  EXPECT_EQ(test::run(plan).written(), 0U);
  plan.retry = {Outcome::Failed};
  EXPECT_EQ(test::run(plan).written(), 0U);
  plan.retry = {Outcome::Timeout};
  EXPECT_EQ(test::run(plan).written(), 1U);
  EXPECT_EQ(test::record_at(folder / "out", "film").outcome, Outcome::Done);
  EXPECT_EQ(test::record_at(folder / "out", "film").attempts, 2);
}

TEST(Run, AnalysesEverythingAnewWithOtherParameters) {
  const TemporaryFolder folder;
  test::write_cohort(folder / "in", 3);
  RunPlan plan = test::plan_for(folder / "in", folder / "out");
  test::run(plan);
  const std::string name = record_name(test::record_at(plan.out, "deep/film1"));
  plan.settings.params.lesions.min_calcified_score = 0.31;
  const auto counts = test::run(plan);
  EXPECT_EQ(counts.written(), plan.files.size());
  EXPECT_THAT(counts.earlier, IsEmpty());
  EXPECT_NE(record_name(test::record_at(plan.out, "deep/film1")), name);
  EXPECT_EQ(test::run(plan).written(), 0U);
  const auto tables = write_tables(plan.out); // no record of the other parameters is left
  ASSERT_TRUE(tables) << tables.error().to_string();
  EXPECT_EQ(tables->files, plan.files.size());
  plan.out = folder / "fresh";
  test::run(plan);
  EXPECT_EQ(test::tables_of(folder / "out"), test::tables_of(folder / "fresh"));
}

/// Makes the records those of an earlier calx.
void make_older(const std::filesystem::path& out) {
  std::vector<Record> records;
  scan_records(
      out, RecordPart::Whole,
      [&](Record&& record) {
        records.push_back(std::move(record));
        return true;
      },
      [](const std::filesystem::path&, const Error&) { return false; });
  std::filesystem::remove_all(out);
  for (Record& record : records) {
    record.key.version = "0.0.1 (earlier)";
    if (!record.duplicate_of.empty()) record.duplicate_of = record_name(record.key);
    ASSERT_TRUE(write_record(out, record));
  }
}

TEST(Run, AnalysesEverythingAnewWithAnotherVersion) {
  const TemporaryFolder folder;
  test::write_cohort(folder / "in", 3);
  const RunPlan plan = test::plan_for(folder / "in", folder / "out");
  test::run(plan);
  const std::string expected = test::tables_of(plan.out);
  make_older(plan.out);
  EXPECT_EQ(test::record_at(plan.out, "deep/film1").key.version, "0.0.1 (earlier)");
  const auto counts = test::run(plan);
  EXPECT_EQ(counts.written(), plan.files.size());
  EXPECT_THAT(counts.earlier, IsEmpty());
  EXPECT_EQ(test::record_at(plan.out, "deep/film1").key.version, version_text());
  EXPECT_EQ(test::outcomes(plan.out).size(), plan.files.size());
  EXPECT_EQ(test::tables_of(plan.out), expected);
}

/// A film of 81 megapixels, all zero, that takes no room on the disk.
void write_huge_film(const std::filesystem::path& file) {
  calx::testing::DicomSpec spec;
  spec.rows = spec.columns = 9000;
  spec.write_pixels = false;
  calx::testing::write_dicom(file, spec);
  constexpr std::uint32_t kBytes = 9000u * 9000u * 2u;
  std::string element("\xe0\x7f\x10\x00OW\0\0", 8);
  for (unsigned shift = 0; shift < 32; shift += 8)
    element += static_cast<char>(kBytes >> shift & 0xff);
  std::ofstream(file, std::ios::binary | std::ios::app) << element;
  std::filesystem::resize_file(file, std::filesystem::file_size(file) + kBytes);
}

TEST(Run, EndsAFilmThatNeedsTooMuchMemoryAndGoesOn) {
  const TemporaryFolder folder;
  test::write_film(folder / "in" / "small", 1);
  write_huge_film(folder / "in" / "large");
  RunPlan plan = test::plan_for(folder / "in", folder / "out");
  plan.limits.memory_mb = 40;
  test::run(plan);
  const auto all = test::outcomes(folder / "out");
  EXPECT_EQ(all.at("small"), "done");
  if (kCanLimitMemory)
    EXPECT_THAT(all.at("large"), ::testing::AnyOf("failed memory-limit", "failed too-large"));
  else
    EXPECT_EQ(all.at("large"), "done"); // it is the limit alone that ends the film
}

TEST(Run, AnalysesOnlyWhatIsSelected) {
  const TemporaryFolder folder;
  test::write_cohort(folder / "in", 4);
  RunPlan plan = test::plan_for(folder / "in", folder / "out");
  plan.settings.where = Selection::parse("BodyPartExamined = hand and PatientAge >= 18").value();
  const auto counts = test::run(plan);
  EXPECT_EQ(counts.finished(), counts.files);
  // What cannot be asked is not left out in silence.
  EXPECT_THAT(
      test::outcomes(folder / "out"),
      UnorderedElementsAre(Pair("deep/film1", "done"), Pair("cut", "failed truncated-pixels")));
}

TEST(Run, RefusesAFolderThatAnotherRunHolds) {
  const TemporaryFolder folder;
  test::write_film(folder / "in" / "film", 1);
  const RunPlan plan = test::plan_for(folder / "in", folder / "out");
  Result<RunResult> inner = fail(ErrorCode::Internal, "did not run");
  const auto outer = run_cohort(plan, {[&](const RunCounts&) {
                                         if (!inner && inner.error().code == ErrorCode::Internal)
                                           inner = run_cohort(plan, {});
                                       },
                                       {}});
  EXPECT_TRUE(outer);
  ASSERT_FALSE(inner);
  EXPECT_EQ(inner.error().code, ErrorCode::InUse);
}

TEST(Run, StopsWhenAskedAndGoesOnLater) {
  const TemporaryFolder folder;
  test::write_cohort(folder / "in", 6);
  const RunPlan plan = test::plan_for(folder / "in", folder / "out");
  std::uint64_t seen = 0;
  const auto stopped = run_cohort(
      plan, {[&](const RunCounts& counts) { seen = counts.written(); }, [&] { return seen >= 3; }});
  ASSERT_TRUE(stopped);
  EXPECT_TRUE(stopped->interrupted);
  EXPECT_LT(stopped->counts.written(), plan.files.size());
  const auto rest = test::run(plan);
  EXPECT_EQ(rest.written() + stopped->counts.written(), plan.files.size());
}

TEST(Verify, FindsWhatIsDamagedOrGone) {
  const TemporaryFolder folder;
  test::write_film(folder / "in" / "a", 1);
  RunPlan plan = test::plan_for(folder / "in", folder / "out");
  plan.settings.overlay = true;
  test::run(plan);
  ASSERT_TRUE(write_checksums(folder / "out"));
  EXPECT_THAT(verify(folder / "out").value(), IsEmpty());
  const Record record = test::record_at(folder / "out", "a");
  std::filesystem::resize_file(folder / "out" / record.overlay, 100);
  std::ofstream(folder / "out" / "images.csv", std::ios::app) << "more";
  EXPECT_THAT(verify(folder / "out").value(), ::testing::SizeIs(2));
  std::filesystem::resize_file(folder / "out" / record_file(record_name(record)), 50);
  EXPECT_THAT(verify(folder / "out").value(),
              ::testing::Contains(::testing::HasSubstr("bad-record")));
  EXPECT_FALSE(verify(folder / "in"));
}

} // namespace
} // namespace calx::cohort
