#include "cohort/worker_pool.hpp"

#include "cohort/worker.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <linux/close_range.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace calx::cohort {
namespace {

Result<std::pair<int, int>> socket_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return fail(ErrorCode::Internal,
                "no socket can be opened: " + std::generic_category().message(errno));
  return std::pair(ends[0], ends[1]);
}

/// The other workers' sockets and the lock of the output folder must end with the supervisor.
void close_all_but(int keep) {
  if (keep > STDERR_FILENO + 1)
    ::close_range(STDERR_FILENO + 1, static_cast<unsigned>(keep - 1), 0);
  ::close_range(static_cast<unsigned>(keep + 1), ~0U, 0);
}

[[noreturn]] void run_worker(int socket, const Settings& settings, const Limits& limits,
                             pid_t parent, const std::filesystem::path& private_tmp) {
  close_all_but(socket);
  const std::string missing = confine_this_process(limits, parent, private_tmp);
  try {
    send_message(socket, {MessageType::Ready, {missing}});
    serve_files(socket, settings);
  } catch (...) {
    std::abort();
  }
  ::_exit(0); // no destructors: they belong to the supervisor's copy
}

} // namespace

Result<std::unique_ptr<Worker>> Worker::fork_process(const Settings& settings, const Limits& limits,
                                                     const std::filesystem::path& private_tmp) {
  const auto ends = socket_pair();
  if (!ends) return tl::unexpected(ends.error());
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) run_worker(ends->second, settings, limits, parent, private_tmp);
  const int fork_error = errno;
  ::close(ends->second);
  if (child < 0) {
    ::close(ends->first);
    return fail(ErrorCode::Internal,
                "no worker can be started: " + std::generic_category().message(fork_error));
  }
  return std::unique_ptr<Worker>(new Worker(ends->first, child));
}

Result<std::unique_ptr<Worker>> Worker::start_thread(const Settings& settings) {
  const auto ends = socket_pair();
  if (!ends) return tl::unexpected(ends.error());
  std::unique_ptr<Worker> worker(new Worker(ends->first, 0));
  worker->thread_ = std::thread([socket = ends->second, &settings] {
    serve_files(socket, settings);
    ::close(socket);
  });
  return worker;
}

Worker::~Worker() {
  if (process_ > 0) {
    kill();
    wait();
  }
  ::shutdown(socket_, SHUT_RDWR);
  if (thread_.joinable()) thread_.join();
  ::close(socket_);
}

void Worker::kill() const {
  if (process_ > 0) ::kill(process_, SIGKILL);
}

WorkerEnd Worker::wait() {
  if (process_ <= 0) return {};
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  process_ = 0;
  return {WIFSIGNALED(status) ? WTERMSIG(status) : 0};
}

} // namespace calx::cohort
