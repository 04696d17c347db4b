// A run that is killed anywhere, and again, ends with the tables of one that was left alone.
#include "cohort/cohort_example.hpp"
#include "cohort/confine.hpp"
#include "cohort/small_cohort.hpp"

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
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
constexpr int kMoments = 6;
#else
constexpr int kMoments = 20;
#endif

enum class Victim { Supervisor, Worker, Both };

void kill_at(pid_t run, Victim victim, std::chrono::microseconds after) {
  std::this_thread::sleep_for(after);
  if (victim != Victim::Supervisor)
    for (const pid_t worker : test::children_of(run)) ::kill(worker, SIGKILL);
  if (victim != Victim::Worker) ::kill(run, SIGKILL);
}

TEST(Kill, AtAnyMomentLosesNothing) {
  const TemporaryFolder folder;
  test::write_cohort(folder / "in", 8);
  RunPlan plan = test::plan_for(folder / "in", folder / "undisturbed");
  const auto start = std::chrono::steady_clock::now();
  test::run(plan);
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - start);
  const std::string expected = test::tables_of(folder / "undisturbed");
  std::mt19937 random(20260101);
  std::uniform_int_distribution<long> moment(0, whole.count());
  for (int i = 0; i < kMoments; ++i) {
    plan.out = folder / std::to_string(i);
    const auto victim = static_cast<Victim>(i % 3);
    const pid_t run = test::start_run(plan);
    kill_at(run, victim, std::chrono::microseconds(moment(random)));
    test::wait_for(run);
    test::run(plan);
    EXPECT_EQ(test::tables_of(plan.out), expected) << "moment " << i;
    EXPECT_TRUE(test::children_of(run).empty());
  }
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

TEST(Kill, AWorkerThatCrashesCostsOneFile) {
  const TemporaryFolder folder;
  test::write_cohort(folder / "in", 8);
  RunPlan plan = test::plan_for(folder / "in", folder / "out");
  plan.jobs = 1;
  const pid_t run = test::start_run(plan);
  // The first file is looked at by a fresh worker, so its death is the file's.
  std::vector<pid_t> workers;
  while (workers.empty() && ::kill(run, 0) == 0) workers = test::children_of(run);
  ASSERT_FALSE(workers.empty());
  ::kill(workers.front(), SIGSEGV);
  EXPECT_EQ(test::wait_for(run), 0);
  int crashed = 0;
  for (const auto& [path, outcome] : test::outcomes(folder / "out"))
    crashed += outcome == "crashed crashed";
  EXPECT_LE(crashed, 1);
  plan.retry = {Outcome::Crashed};
  test::run(plan);
  plan.out = folder / "undisturbed";
  test::run(plan);
  EXPECT_EQ(test::tables_of(folder / "out"), test::tables_of(folder / "undisturbed"));
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

} // namespace
} // namespace calx::cohort
