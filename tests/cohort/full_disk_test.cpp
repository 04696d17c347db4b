// A run that finds the disk full says so, and goes on where it was once there is room.
#include "cohort/cohort_example.hpp"
#include "cohort/small_cohort.hpp"

#include <csignal>
#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>
#include <sched.h>
#include <stdexcept>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

namespace calx::cohort {
namespace {

using calx::testing::TemporaryFolder;
namespace fs = std::filesystem;

/// The same run on a disk that is never full.
std::string undisturbed_tables(const TemporaryFolder& folder) {
  const RunPlan plan = test::plan_for(folder / "in", folder / "undisturbed");
  test::run(plan);
  return test::tables_of(plan.out);
}

/// A limit on the size of each file, which needs no rights.
TEST(FullDisk, AFileThatCannotGrowEndsTheRunAndLosesNothing) {
  const TemporaryFolder folder;
  test::write_cohort(folder / "in", 5);
  const RunPlan plan = test::plan_for(folder / "in", folder / "out");
  const pid_t run = ::fork();
  if (run == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{3000, 3000};
    ::setrlimit(RLIMIT_FSIZE, &small);
    int status = 1;
    try {
      const auto result = run_cohort(plan, {});
      status = !result && result.error().code == ErrorCode::CannotWrite ? 0 : 1;
    } catch (...) {
      status = 2;
    }
    ::_exit(status);
  }
  EXPECT_EQ(test::wait_for(run), 0);
  test::run(plan);
  EXPECT_EQ(test::tables_of(plan.out), undisturbed_tables(folder));
}

/// Gives this process a view of the file system of its own, in which it may mount.
bool may_mount() {
  const uid_t user = ::getuid();
  const gid_t group = ::getgid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
  std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
  return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

bool mount_disk(const fs::path& at, int kilobytes, unsigned long flags) {
  const std::string size = "size=" + std::to_string(kilobytes) + "k";
  return ::mount("none", at.c_str(), "tmpfs", flags, size.c_str()) == 0;
}

enum class Ending { AsUndisturbed, Different, NotMounted };

/// Runs on disks of these sizes, each given room when it is full. `full`: how many were.
Ending run_on_small_disks(RunPlan plan, const fs::path& disk, const std::string& expected,
                          int& full) {
  for (const int kilobytes : {8, 16, 32, 48, 64, 96, 128, 192, 256, 384}) {
    if (!mount_disk(disk, kilobytes, 0)) return full > 0 ? Ending::Different : Ending::NotMounted;
    plan.out = disk / "out";
    try {
      test::run(plan);
    } catch (const std::runtime_error& error) {
      if (std::string(error.what()).find("cannot-write") == std::string::npos)
        return Ending::Different;
      ++full;
    }
    if (!mount_disk(disk, 1 << 16, MS_REMOUNT)) return Ending::Different;
    test::run(plan);
    if (test::tables_of(plan.out) != expected) return Ending::Different;
    if (::umount(disk.c_str()) != 0) return Ending::Different;
  }
  return Ending::AsUndisturbed;
}

TEST(FullDisk, AtAnyMomentLosesNothing) {
  const TemporaryFolder folder;
  test::write_cohort(folder / "in", 5);
  const std::string expected = undisturbed_tables(folder);
  fs::create_directory(folder / "disk");
  const RunPlan plan = test::plan_for(folder / "in", {});
  constexpr int kNoDisk = 77, kFailed = 78;
  const pid_t child = ::fork();
  if (child == 0) {
    if (!may_mount()) ::_exit(kNoDisk);
    int full = 0;
    Ending ending = Ending::Different;
    try {
      ending = run_on_small_disks(plan, folder / "disk", expected, full);
    } catch (const std::exception& error) {
      std::fputs(error.what(), stderr);
    }
    ::_exit(ending == Ending::AsUndisturbed ? full
            : ending == Ending::NotMounted  ? kNoDisk
                                            : kFailed);
  }
  const int full = test::wait_for(child);
  if (full == kNoDisk) GTEST_SKIP() << "this system lets no user mount a disk of his own";
  ASSERT_NE(full, kFailed);
  EXPECT_GE(full, 4); // of ten sizes
}

} // namespace
} // namespace calx::cohort
