// What a worker process may not do. Films come from anywhere, and codecs written in C read them.
#pragma once

#include "cohort/limits.hpp"

#include <filesystem>
#include <string>
#include <sys/types.h>

namespace calx::cohort {

/// Called in a worker right after it was forked: ends with `parent`, leaves nothing behind (no core
/// dump, no file, umask 077, TMPDIR in `private_tmp`), no more memory than allowed, and a system
/// call filter: files open for reading only; no exec, no sockets, no tracing, no new processes.
/// What the system does not offer is left out and named; empty: all of it holds.
std::string confine_this_process(const Limits& limits, pid_t parent,
                                 const std::filesystem::path& private_tmp);

/// Lets `worker` use `cpu_s` from now on; then SIGXCPU ends it.
void allow_cpu_time(pid_t worker, double cpu_s);

/// Seconds that a process has used; 0 when it is gone.
double cpu_seconds(pid_t process);

} // namespace calx::cohort
