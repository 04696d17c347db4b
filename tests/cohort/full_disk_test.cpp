// A run that finds the disk full, or may not write to it, says so, and goes on where it was once
// there is room.
#include "cohort/cohort_example.hpp"
#include "cohort/small_cohort.hpp"
#include "cohort/tables.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <sched.h>
#include <stdexcept>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

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

void check(bool done) {
  if (!done) throw std::runtime_error("the disk of the test: " + std::string(strerror(errno)));
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

/// Everything in the folder: names and contents.
std::map<std::string, std::string> everything_in(const fs::path& folder) {
  std::map<std::string, std::string> all;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    all[entry.path()] = entry.is_regular_file() ? test::bytes_of(entry.path()) : "";
  return all;
}

void expect(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error("not so: " + what);
}

bool cannot_write_to(const RunPlan& plan, const RunHooks& hooks = {}) {
  const auto result = run_cohort(plan, hooks);
  return !result && result.error().code == ErrorCode::CannotWrite;
}

/// A run whose output cannot be written to any more from its third record on, again when it cannot
/// be written to from the start, and when all is done already. Throws what goes wrong.
void run_shut_out(const RunPlan& plan, const std::string& expected,
                  const std::function<void()>& shut, const std::function<void()>& reopen) {
  std::uint64_t written = 0;
  bool is_shut = false;
  expect(cannot_write_to(plan, {[&](const RunCounts& counts) {
                                  written = counts.written();
                                  if (written >= 3 && !std::exchange(is_shut, true)) shut();
                                },
                                {}}),
         "a run that is shut out halfway ends with cannot-write");
  expect(is_shut && written >= 3, "three records were written before");
  const auto before = everything_in(plan.out);
  expect(cannot_write_to(plan), "a run that may not write at all ends with cannot-write");
  expect(everything_in(plan.out) == before, "it changes nothing");
  reopen();
  const RunCounts counts = test::run(plan);
  std::uint64_t earlier = 0;
  for (const auto& [outcome, files] : counts.earlier) earlier += files;
  expect(earlier >= 3 && counts.finished() == counts.files, "what was done is not done again");
  expect(test::tables_of(plan.out) == expected, "the tables are those of an undisturbed run");
  shut();
  const auto whole = everything_in(plan.out);
  expect(cannot_write_to(plan), "a finished run that may not write ends with cannot-write");
  const auto tables = write_tables(plan.out);
  expect(!tables && tables.error().code == ErrorCode::CannotWrite, "so do the tables");
  expect(everything_in(plan.out) == whole, "neither changes anything");
  reopen();
}

/// In a process of its own: what is mounted or given up ends with it. Minus one: it may not.
int in_a_process(const std::function<bool()>& may, const std::function<void()>& act) {
  constexpr int kMayNot = 98;
  const pid_t child = ::fork();
  if (child == 0) {
    int status = 0;
    try {
      if (may())
        act();
      else
        status = kMayNot;
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      status = 1;
    }
    ::_exit(status);
  }
  const int status = test::wait_for(child);
  return status == kMayNot ? -1 : status;
}

/// A disk of the test's own that turns read-only.
int shut_out_by_a_disk(const TemporaryFolder& folder, const std::string& expected) {
  const fs::path disk = folder / "disk";
  fs::create_directory(disk);
  const auto mount_it = [&](unsigned long flags) {
    check(::mount("none", disk.c_str(), "tmpfs", flags, "size=64m") == 0);
  };
  return in_a_process(may_mount, [&] {
    mount_it(0);
    run_shut_out(
        test::plan_for(folder / "in", disk / "out"), expected,
        [&] { mount_it(MS_REMOUNT | MS_RDONLY); }, [&] { mount_it(MS_REMOUNT); });
    check(::umount(disk.c_str()) == 0);
  });
}

/// Folders that their owner may not write to: anybody can make such.
int shut_out_by_folders(const TemporaryFolder& folder, const std::string& expected) {
  const fs::path out = folder / "out";
  const auto allow = [&](fs::perms perms) {
    std::vector<fs::path> folders{out};
    for (const auto& entry : fs::recursive_directory_iterator(out))
      if (entry.is_directory()) folders.push_back(entry.path());
    for (const fs::path& each : folders) fs::permissions(each, perms);
  };
  return in_a_process(test::give_up_capabilities, [&] {
    run_shut_out(
        test::plan_for(folder / "in", out), expected,
        [&] { allow(fs::perms::owner_read | fs::perms::owner_exec); },
        [&] { allow(fs::perms::owner_all); });
  });
}

TEST(ReadOnly, OutputAtAnyMomentEndsTheRunAndLosesNothing) {
  const TemporaryFolder folder;
  test::write_cohort(folder / "in", 5);
  const std::string expected = undisturbed_tables(folder);
  EXPECT_EQ(shut_out_by_folders(folder, expected), 0);
  // Not every system lets a user mount a disk; the folders are the same to a writer.
  EXPECT_LE(shut_out_by_a_disk(folder, expected), 0);
}

} // namespace
} // namespace calx::cohort
