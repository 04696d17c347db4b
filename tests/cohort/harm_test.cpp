// A film that brings its process down costs one file, and is told from the others ever after; what
// a process may do while it analyses.
#include "cohort/cohort_example.hpp"
#include "cohort/harmful_film.hpp"
#include "cohort/small_cohort.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <new>
#include <sys/mman.h>

namespace calx::cohort {
namespace {

namespace fs = std::filesystem;
using calx::testing::TemporaryFolder;
using test::Harm;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// Much more than a small film takes, on a busy machine too.
#if defined(__SANITIZE_ADDRESS__)
constexpr double kPatience = 20;
#else
constexpr double kPatience = 8;
#endif

/// The row of a file in one of the tables; empty: it is not there.
std::string row_of(const fs::path& table, const std::string& path) {
  std::ifstream stream(table);
  for (std::string line; std::getline(stream, line);)
    if (line.starts_with(path + ",")) return line;
  return {};
}

class CrashOf : public ::testing::TestWithParam<std::pair<Harm, int>> {};

// The first of a worker's films and a later one are told apart: after the death of a worker that
// had others before, only a fresh one proves that the film is to blame. One job and three films of
// this kind among eight have both cases.
TEST_P(CrashOf, AWorkerCostsOneFileAndKeepsTheSignal) {
  const auto [harm, signal] = GetParam();
  const TemporaryFolder folder;
  test::write_cohort(folder / "in", 5);
  for (const char* name : {"a", "deep/crash", "z"})
    test::write_harmful_film(folder / "in" / name, 40 + name[0], harm);
  RunPlan plan = test::plan_for(folder / "in", folder / "undisturbed");
  test::run(plan);
  const auto expected = test::outcomes(plan.out);

  plan.out = folder / "out";
  plan.jobs = 1;
  plan.settings.analyse.trace = test::harm_of_films();
  const auto counts = test::run(plan);
  EXPECT_EQ(counts.finished(), counts.files);
  auto all = test::outcomes(plan.out);
  for (const char* name : {"a", "deep/crash", "z"}) {
    EXPECT_EQ(all.at(name), "crashed crashed") << name;
    const Record record = test::record_at(plan.out, name);
    EXPECT_EQ(record.signal, signal);
    EXPECT_EQ(record.attempts, 1);
    EXPECT_TRUE(record.findings.empty());
    ASSERT_TRUE(record.reason);
    EXPECT_THAT(record.reason->message, HasSubstr("signal " + std::to_string(signal)));
    // ..., outcome, code, message, signal, no original
    EXPECT_THAT(row_of(plan.out / "failures.csv", name),
                ContainsRegex(",crashed,crashed,[^,]*," + std::to_string(signal) + ",,"));
    EXPECT_EQ(row_of(plan.out / "images.csv", name), "");
    all[name] = "done"; // the only difference
  }
  EXPECT_EQ(all, expected);

  // Crashed is over, unless one says so.
  EXPECT_EQ(test::run(plan).written(), 0U);
  plan.retry = {Outcome::Crashed};
  EXPECT_THAT(test::run(plan).now, UnorderedElementsAre(Pair(Outcome::Crashed, 3U)));
  EXPECT_EQ(test::record_at(plan.out, "a").attempts, 2);
  plan.settings.analyse.trace = {}; // the defect is mended
  EXPECT_THAT(test::run(plan).now, UnorderedElementsAre(Pair(Outcome::Done, 3U)));
  const Record mended = test::record_at(plan.out, "a");
  EXPECT_EQ(mended.attempts, 3);
  EXPECT_FALSE(mended.signal);
  EXPECT_EQ(test::tables_of(plan.out), test::tables_of(folder / "undisturbed"));
}

INSTANTIATE_TEST_SUITE_P(Harm, CrashOf,
                         ::testing::Values(std::pair(Harm::BadAccess, SIGSEGV),
                                           std::pair(Harm::Aborts, SIGABRT)));

TEST(Harm, AnExceptionThatNobodyExpectsIsAFailureOfTheFilm) {
  const TemporaryFolder folder;
  test::write_harmful_film(folder / "in" / "bad", 1, Harm::Throws);
  test::write_film(folder / "in" / "good", 2);
  RunPlan plan = test::plan_for(folder / "in", folder / "out");
  plan.settings.analyse.trace = test::harm_of_films();
  for (const bool in_process : {false, true}) {
    plan.in_process = in_process;
    plan.out = folder / (in_process ? "threads" : "processes");
    test::run(plan);
    EXPECT_THAT(test::outcomes(plan.out),
                UnorderedElementsAre(Pair("bad", "failed internal"), Pair("good", "done")));
  }
}

TEST(Harm, OnlyWhatOneNamesIsTriedAgain) {
  const TemporaryFolder folder;
  test::write_film(folder / "in" / "good", 1);
  test::write_film(folder / "in" / "cut", 2);
  fs::resize_file(folder / "in" / "cut", fs::file_size(folder / "in" / "cut") / 2);
  test::write_harmful_film(folder / "in" / "bad", 3, Harm::Aborts);
  test::write_harmful_film(folder / "in" / "slow", 4, Harm::Sleeps);
  RunPlan plan = test::plan_for(folder / "in", folder / "out");
  plan.limits.wall_s = kPatience;
  plan.settings.analyse.trace = test::harm_of_films();
  test::run(plan);
  const auto first = test::outcomes(plan.out);
  EXPECT_THAT(first, UnorderedElementsAre(
                         Pair("good", "done"), Pair("cut", "failed truncated-pixels"),
                         Pair("bad", "crashed crashed"), Pair("slow", "timeout time-limit")));

  plan.settings.analyse.trace = {};
  EXPECT_EQ(test::run(plan).written(), 0U);
  EXPECT_EQ(test::outcomes(plan.out), first) << "an outcome was overwritten by a skip";
  const std::array tries{std::tuple(Outcome::Failed, "cut", Outcome::Failed),
                         std::tuple(Outcome::Timeout, "slow", Outcome::Done),
                         std::tuple(Outcome::Crashed, "bad", Outcome::Done)};
  for (const auto& [retry, path, end] : tries) {
    plan.retry = {retry};
    const auto counts = test::run(plan);
    EXPECT_THAT(counts.now, UnorderedElementsAre(Pair(end, 1U))) << path;
    EXPECT_EQ(counts.finished(), 4U);
    EXPECT_EQ(test::record_at(plan.out, path).attempts, 2) << path;
    EXPECT_EQ(test::record_at(plan.out, path).outcome, end) << path;
    EXPECT_EQ(test::record_at(plan.out, "good").attempts, 1);
  }
  plan.retry = {};
  plan.out = folder / "undisturbed";
  test::run(plan);
  EXPECT_EQ(test::tables_of(folder / "out"), test::tables_of(folder / "undisturbed"));
}

TEST(Harm, AFilmThatComputesTooLongIsATimeoutByTheCpuLimit) {
  const TemporaryFolder folder;
  test::write_harmful_film(folder / "in" / "endless", 1, Harm::Computes);
  for (int i = 0; i < 3; ++i) test::write_film(folder / "in" / std::to_string(i), 2 + i);
  RunPlan plan = test::plan_for(folder / "in", folder / "out");
  plan.limits.cpu_s = kPatience / 4;
  test::run(plan);
  EXPECT_EQ(test::record_at(plan.out, "endless").outcome, Outcome::Done)
      << "the limit is too low for any film";
  fs::remove_all(plan.out);
  plan.settings.analyse.trace = test::harm_of_films();
  test::run(plan);
  EXPECT_THAT(test::outcomes(plan.out),
              UnorderedElementsAre(Pair("0", "done"), Pair("1", "done"), Pair("2", "done"),
                                   Pair("endless", "timeout cpu-limit")));
  EXPECT_FALSE(test::record_at(plan.out, "endless").signal);
  EXPECT_THAT(row_of(plan.out / "failures.csv", "endless"), HasSubstr(",timeout,cpu-limit,"));
}

/// What a worker saw of itself, in memory that it shares with the test.
struct SeenByWorker {
  std::array<char, 4096> limits{}, status{}, tmpdir{};
  bool tmpdir_is_there = false;
  unsigned tmpdir_mode = 0;
};

template <std::size_t Size>
void copy_text(std::array<char, Size>& to, const std::string& text) {
  std::copy_n(text.data(), std::min(text.size(), Size - 1), to.data());
}

TEST(Harm, AWorkerIsConfinedWhileItAnalyses) {
  const TemporaryFolder folder;
  test::write_film(folder / "in" / "film", 1);
  RunPlan plan = test::plan_for(folder / "in", folder / "out");
  void* shared = ::mmap(nullptr, sizeof(SeenByWorker), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  auto* const seen = new (shared) SeenByWorker;
  plan.settings.analyse.trace = [&](std::string_view name, const cv::Mat&) {
    if (name != "1-load/film") return;
    copy_text(seen->limits, test::bytes_of("/proc/self/limits"));
    copy_text(seen->status, test::bytes_of("/proc/self/status"));
    const char* tmpdir = std::getenv("TMPDIR");
    copy_text(seen->tmpdir, tmpdir ? tmpdir : "");
    std::error_code failed;
    const auto status = fs::status(seen->tmpdir.data(), failed);
    seen->tmpdir_is_there = fs::is_directory(status);
    seen->tmpdir_mode = static_cast<unsigned>(status.permissions());
  };
  test::run(plan);
  EXPECT_EQ(test::record_at(plan.out, "film").outcome, Outcome::Done);
  const std::string limits = seen->limits.data(), status = seen->status.data();
  const fs::path tmpdir = seen->tmpdir.data();
  EXPECT_THAT(limits, ContainsRegex("Max core file size +0 +0 +bytes"));
  EXPECT_THAT(limits, ContainsRegex("Max file size +0 +0 +bytes"));
  EXPECT_THAT(limits, ContainsRegex("Max cpu time +1[0-9][0-9] "));
#if !defined(__SANITIZE_ADDRESS__)
  EXPECT_THAT(limits, ContainsRegex("Max address space +[0-9]+ +[0-9]+ +bytes"));
#endif
  EXPECT_THAT(status, HasSubstr("Umask:\t0077"));
  EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t1"));
  EXPECT_THAT(status, HasSubstr("Seccomp:\t2"));
  EXPECT_EQ(tmpdir.parent_path(), plan.out) << tmpdir;
  EXPECT_TRUE(seen->tmpdir_is_there);
  EXPECT_EQ(seen->tmpdir_mode, 0700U);
  EXPECT_FALSE(fs::exists(tmpdir));
  // The test itself is not confined, so what was seen is the worker's.
  EXPECT_THAT(test::bytes_of("/proc/self/status"), HasSubstr("NoNewPrivs:\t0"));
  ::munmap(shared, sizeof(SeenByWorker));
}

TEST(Harm, ACrashedWorkerLeavesNoTemporaryFolderAndNoCore) {
  const TemporaryFolder folder;
  test::write_harmful_film(folder / "in" / "bad", 1, Harm::BadAccess);
  const RunPlan healthy = test::plan_for(folder / "in", folder / "healthy");
  RunPlan plan = healthy;
  plan.out = folder / "out";
  plan.settings.analyse.trace = test::harm_of_films();
  test::run(healthy);
  test::run(plan);
  EXPECT_EQ(test::outcomes(plan.out).at("bad"), "crashed crashed");
  const auto names = [](const fs::path& out) {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(out)) all.push_back(entry.path().filename());
    std::ranges::sort(all);
    return all;
  };
  EXPECT_EQ(names(plan.out), names(healthy.out));
}

} // namespace
} // namespace calx::cohort
