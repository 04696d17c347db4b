// A run that is killed anywhere, and again, ends with the tables of one that was left alone.
#include "cohort/cohort_example.hpp"
#include "cohort/confine.hpp"
#include "cohort/small_cohort.hpp"
#include "cohort/tables.hpp"

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <sys/socket.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace calx::cohort {
namespace {

using calx::testing::TemporaryFolder;
using namespace std::chrono_literals;

#if defined(__SANITIZE_ADDRESS__)
constexpr int kMoments = 3;
#else
constexpr int kMoments = 20;
#endif

enum class Victim { Supervisor, Worker, Both };

/// Was there something to kill?
bool kill_at(pid_t run, Victim victim, std::chrono::microseconds after) {
  std::this_thread::sleep_for(after);
  bool hit = false;
  if (victim != Victim::Supervisor)
    for (const pid_t worker : test::children_of(run)) hit |= ::kill(worker, SIGKILL) == 0;
  // One that is over waits for its parent to hear of it, and can be "killed" still.
  if (victim != Victim::Worker) ::kill(run, SIGKILL);
  return hit;
}

/// A random moment of something that takes so long.
class Moments {
public:
  explicit Moments(std::chrono::microseconds whole) : moment_(0, whole.count()) {}
  std::chrono::microseconds next() { return std::chrono::microseconds(moment_(random_)); }

private:
  std::mt19937 random_{20260101};
  std::uniform_int_distribution<long> moment_;
};

template <class Act>
std::chrono::microseconds time_of(Act act) {
  const auto start = std::chrono::steady_clock::now();
  act();
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                               start);
}

TEST(Kill, AtAnyMomentLosesNothing) {
  const TemporaryFolder folder;
  test::write_cohort(folder / "in", 8);
  RunPlan plan = test::plan_for(folder / "in", folder / "undisturbed");
  // A run in a process of its own starts from nothing, as this one does.
  Moments moments(time_of([&] { test::run(plan); }));
  const std::string expected = test::tables_of(folder / "undisturbed");
  // A run that was over, or had no worker, before it could be killed does not count.
  int hits = 0, tries = 0;
  for (; hits < kMoments && tries < 5 * kMoments; ++tries) {
    plan.out = folder / std::to_string(tries);
    const auto victim = static_cast<Victim>(hits % 3);
    const pid_t run = test::start_run(plan);
    const bool hit_worker = kill_at(run, victim, moments.next());
    const int end = test::wait_for(run);
    if (victim == Victim::Worker) {
      EXPECT_EQ(end, 0) << "try " << tries;
    }
    hits += victim == Victim::Worker ? hit_worker : end == -SIGKILL;
    test::run(plan);
    EXPECT_EQ(test::tables_of(plan.out), expected) << "try " << tries;
    EXPECT_TRUE(test::children_of(run).empty());
    std::filesystem::remove_all(plan.out);
  }
  EXPECT_EQ(hits, kMoments) << "of " << tries << " runs, too few were killed while they ran";
}

std::map<std::string, std::string> tables_in(const std::filesystem::path& out) {
  std::map<std::string, std::string> all;
  for (const auto& entry : std::filesystem::directory_iterator(out))
    if (entry.is_regular_file()) all[entry.path().filename()] = test::bytes_of(entry.path());
  return all;
}

// A moment within the making of the tables is a small part of a run, so it is tried on its own.
TEST(Kill, WhileTheTablesAreMadeLeavesOldOrNewOnes) {
  const TemporaryFolder folder;
  const auto add = [&](const char* out, int number) {
    const Record record = test::done("film " + std::to_string(number));
    const auto written = write_record(folder / out, record);
    ASSERT_TRUE(written) << written.error().to_string();
  };
  int records = 0;
  for (; records < 60; ++records)
    for (const char* out : {"killed", "undisturbed"}) add(out, records);
  const auto out = folder / "killed";
  Moments moments(time_of([&] { ASSERT_TRUE(write_tables(out)); }));
  int hits = 0, tries = 0, half_made = 0;
  for (; hits < kMoments && tries < 5 * kMoments; ++tries) {
    for (const char* each : {"killed", "undisturbed"}) add(each, records);
    ++records;
    const auto before = tables_in(out);
    const pid_t maker = ::fork();
    if (maker == 0) ::_exit(write_tables(out) ? 0 : 1);
    kill_at(maker, Victim::Supervisor, moments.next());
    hits += test::wait_for(maker) == -SIGKILL;
    half_made += std::filesystem::exists(out / ".calx-tables.tmp");
    const auto between = tables_in(out);
    const auto tables = write_tables(out);
    ASSERT_TRUE(tables) << tables.error().to_string();
    EXPECT_EQ(tables->files, records);
    const auto after = tables_in(out);
    EXPECT_NE(after.at("images.csv"), before.at("images.csv"));
    ASSERT_EQ(between.size(), after.size());
    for (const auto& [name, bytes] : between)
      EXPECT_TRUE(bytes == before.at(name) || bytes == after.at(name)) << name << ", try " << tries;
    EXPECT_FALSE(std::filesystem::exists(out / ".calx-tables.tmp"));
  }
  EXPECT_EQ(hits, kMoments);
  EXPECT_GE(half_made, kMoments / 3) << "too few were killed between the first row and the last";
  ASSERT_TRUE(write_tables(folder / "undisturbed"));
  EXPECT_EQ(test::tables_of(out), test::tables_of(folder / "undisturbed"));
}

TEST(Kill, WorkersEndWithTheirSupervisor) {
  const TemporaryFolder folder;
  test::write_cohort(folder / "in", 8);
  const pid_t run = test::start_run(test::plan_for(folder / "in", folder / "out"));
  std::vector<pid_t> workers;
  while (workers.empty() && ::kill(run, 0) == 0) workers = test::children_of(run);
  ::kill(run, SIGKILL);
  test::wait_for(run);
  ASSERT_FALSE(workers.empty());
  for (const pid_t worker : workers) {
    for (int i = 0; i < 200 && ::kill(worker, 0) == 0; ++i) std::this_thread::sleep_for(10ms);
    EXPECT_NE(::kill(worker, 0), 0);
  }
}

/// Ends a confined process with what `act` returns.
template <class Act>
int confined(Act act) {
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string missing = confine_this_process({}, parent, "/nowhere");
    ::_exit(missing.empty() ? act() : 77);
  }
  return test::wait_for(child);
}

TEST(Confine, AWorkerReadsAndDoesNothingElse) {
  const TemporaryFolder folder;
  test::write_film(folder / "film", 1);
  const std::string film = (folder / "film").string(), fresh = (folder / "fresh").string();
  ASSERT_NE(confined([] { return 0; }), 77) << "this kernel has no system call filter (seccomp)";
  EXPECT_EQ(confined([&] { return ::open(film.c_str(), O_RDONLY) >= 0 ? 0 : 1; }), 0);
  EXPECT_EQ(confined([&] { return ::open(film.c_str(), O_RDWR) < 0 && errno == EPERM ? 0 : 1; }),
            0);
  EXPECT_EQ(confined([&] { return ::open(fresh.c_str(), O_CREAT | O_RDONLY, 0600) < 0 ? 0 : 1; }),
            0);
  EXPECT_EQ(confined([&] { return ::unlink(film.c_str()) < 0 ? 0 : 1; }), 0);
  EXPECT_EQ(confined([] { return ::kill(::getppid(), 0) < 0 ? 0 : 1; }), 0);
  EXPECT_EQ(confined([] { return ::fork() < 0 ? 0 : 1; }), 0);
  EXPECT_EQ(confined([] { return ::execl("/bin/true", "true", nullptr); }), -SIGSYS);
  EXPECT_EQ(confined([] { return ::socket(AF_INET, SOCK_STREAM, 0); }), -SIGSYS);
  EXPECT_TRUE(std::filesystem::exists(film));
}

// Nothing can be opened for writing; a descriptor that stayed open by mistake takes no byte either.
TEST(Confine, AWorkerWritesNoByteIntoAnOpenFile) {
  const TemporaryFolder folder;
  const std::string file = (folder / "open").string();
  const int open = ::open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  ASSERT_GE(open, 0);
  EXPECT_EQ(confined([&] { return ::write(open, "x", 1) == 1 ? 1 : 0; }), -SIGXFSZ);
  EXPECT_EQ(std::filesystem::file_size(file), 0U);
  EXPECT_EQ(::write(open, "x", 1), 1); // it was not the file
  ::close(open);
}

TEST(Confine, ComputingBeyondTheLimitIsEnded) {
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) {
    confine_this_process({}, parent, "/nowhere");
    volatile unsigned count = 0;
    while (true) count = count + 1;
  }
  allow_cpu_time(child, 0.5);
  EXPECT_EQ(test::wait_for(child), -SIGXCPU);
}

} // namespace
} // namespace calx::cohort
