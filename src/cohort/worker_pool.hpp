// Workers as the supervisor sees them: processes of their own, or threads of this one.
#pragma once

#include "cohort/confine.hpp"
#include "cohort/message.hpp"
#include "cohort/settings.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <thread>

namespace calx::cohort {

/// How a worker process ended.
struct WorkerEnd {
  int signal = 0; ///< 0: it ended by itself
};

/// One worker with the socket to it. Made by the one thread of the process, before any other
/// starts: a fork copies only the caller.
class Worker {
public:
  /// A child process in its confines.
  static Result<std::unique_ptr<Worker>> fork_process(const Settings& settings,
                                                      const Limits& limits,
                                                      const std::filesystem::path& private_tmp);
  /// A thread, for trusted data: nothing bounds it.
  static Result<std::unique_ptr<Worker>> start_thread(const Settings& settings);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  /// Ends the process at once; waits for a thread to finish its film.
  ~Worker();

  int socket() const { return socket_; }
  pid_t process() const { return process_; } ///< 0: a thread
  Inbox& inbox() { return inbox_; }
  void kill() const;
  /// Waits for the end of a process that was killed or hung up.
  WorkerEnd wait();

private:
  Worker(int socket, pid_t process) : socket_(socket), process_(process) {}
  int socket_ = -1;
  pid_t process_ = 0;
  std::thread thread_;
  Inbox inbox_;
};

} // namespace calx::cohort
