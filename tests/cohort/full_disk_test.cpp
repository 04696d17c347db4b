// A run that finds the disk full says so, and goes on where it was once there is room.
#include "cohort/cohort_example.hpp"
#include "cohort/small_cohort.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
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

/// What makes a writer fail. A disk of its own is the real thing, but not every system lets a user
/// mount one; a limit on the size of each file is what any process may set for itself.
class Shortage {
public:
  explicit Shortage(fs::path disk) : disk_(std::move(disk)), mounts_(may_mount()) {
    ::signal(SIGXFSZ, SIG_IGN); // the write fails then
  }

  void begin(int kilobytes) {
    if (mounts_)
      check(mount_disk(kilobytes, 0));
    else
      limit_files(static_cast<rlim_t>(kilobytes) * 1024);
  }
  void relieve() {
    if (mounts_)
      check(mount_disk(1 << 16, MS_REMOUNT));
    else
      limit_files(RLIM_INFINITY);
  }
  void end() {
    if (mounts_) check(::umount(disk_.c_str()) == 0);
  }

private:
  /// Gives this process a view of the file system of its own, in which it may mount.
  static bool may_mount() {
    const uid_t user = ::getuid();
    const gid_t group = ::getgid();
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
    std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
    return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  }
  bool mount_disk(int kilobytes, unsigned long flags) const {
    const std::string size = "size=" + std::to_string(kilobytes) + "k";
    return ::mount("none", disk_.c_str(), "tmpfs", flags, size.c_str()) == 0;
  }
  static void limit_files(rlim_t bytes) {
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = std::min(bytes, limit.rlim_max);
    check(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  static void check(bool done) {
    if (!done) throw std::runtime_error("the disk of the test: " + std::string(strerror(errno)));
  }

  fs::path disk_;
  bool mounts_;
};

/// Runs short of this much room, then with enough. Was there too little at first?
bool run_short_of_room(RunPlan plan, Shortage& shortage, int kilobytes,
                       const std::string& expected) {
  bool full = false;
  shortage.begin(kilobytes);
  try {
    test::run(plan);
  } catch (const std::runtime_error& error) {
    full = true;
    if (std::string(error.what()).find("cannot-write") == std::string::npos) throw;
  }
  shortage.relieve();
  test::run(plan);
  if (test::tables_of(plan.out) != expected)
    throw std::runtime_error(std::to_string(kilobytes) + " KB: other tables");
  shortage.end();
  return full;
}

TEST(FullDisk, AtAnyMomentEndsTheRunAndLosesNothing) {
  const TemporaryFolder folder;
  test::write_cohort(folder / "in", 5);
  const std::string expected = undisturbed_tables(folder);
  fs::create_directory(folder / "disk");
  constexpr int kFailed = 99;
  const pid_t child = ::fork(); // what is mounted or limited ends with it
  ASSERT_GE(child, 0);
  if (child == 0) {
    int full = 0;
    try {
      Shortage shortage(folder / "disk");
      for (const int kilobytes : {3, 8, 16, 32, 48, 64, 96, 128, 192, 256})
        full += run_short_of_room(
                    test::plan_for(folder / "in", folder / "disk" / std::to_string(kilobytes)),
                    shortage, kilobytes, expected)
                    ? 1
                    : 0;
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      full = kFailed;
    }
    ::_exit(full);
  }
  const int full = test::wait_for(child);
  ASSERT_NE(full, kFailed);
  EXPECT_GE(full, 4); // of ten sizes
}

} // namespace
} // namespace calx::cohort
