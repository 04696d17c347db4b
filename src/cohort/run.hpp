// A cohort: every file of a list ends with a record, whatever is in it.
#pragma once

#include "cohort/limits.hpp"
#include "cohort/record.hpp"
#include "cohort/settings.hpp"
#include "cohort/walk.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace calx::cohort {

struct RunPlan {
  std::vector<FileEntry> files; ///< in order, each once
  std::filesystem::path out;
  Settings settings;
  Limits limits;
  int jobs = 1;
  bool in_process = false; ///< threads in place of confined processes: for trusted data
  std::set<Outcome> retry; ///< outcomes of earlier runs that are tried again
};

/// How far a run is. Every file is in exactly one of `now`, `earlier`, `left_out` at its end.
struct RunCounts {
  std::uint64_t files = 0;
  std::map<Outcome, std::uint64_t> now;     ///< records written by this run
  std::map<Outcome, std::uint64_t> earlier; ///< records of earlier runs that still hold
  std::uint64_t left_out = 0;               ///< not selected by --where
  std::uint64_t bytes = 0;                  ///< of the files of `now`

  std::uint64_t written() const;
  std::uint64_t finished() const;
  std::uint64_t without_findings_now() const; ///< failed, crashed, timeout
};

struct RunResult {
  RunCounts counts;
  bool interrupted = false;
  bool tables_are_current = false;   ///< no record changed since the tables were made
  std::vector<std::string> warnings; ///< each once
};

/// What the caller wants to know and to decide while it runs; called from the calling thread, about
/// ten times a second.
struct RunHooks {
  std::function<void(const RunCounts&)> progress;
  std::function<bool()> stop; ///< true: end as soon as may be, keeping what is done
};

/// Only what is missing, changed or to be tried again is done. Call it before the process starts
/// threads: it forks. Records are the same for any number of jobs. Errors: cannot-write (what was
/// done is kept), in-use, bad-record, internal (no process can be started).
Result<RunResult> run_cohort(const RunPlan& plan, const RunHooks& hooks);

/// The files below the roots as `walk_folders` has them; a root that is a DICOMDIR, read by a
/// confined worker, stands for the files that it refers to. Errors: file-not-found, corrupt-header,
/// internal (no process can be started).
Result<Walk> gather_files(const std::vector<std::string>& roots,
                          const std::filesystem::path& except, const Limits& limits);

} // namespace calx::cohort
