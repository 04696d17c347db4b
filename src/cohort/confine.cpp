#include "cohort/confine.hpp"

#include <array>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

namespace calx::cohort {
namespace {

#if defined(__SANITIZE_ADDRESS__)
// The address sanitizer reserves terabytes of addresses.
constexpr bool kCanLimitAddresses = false;
// It asks whether memory can be read by writing it to a pipe; refused, it takes objects for
// damaged.
constexpr bool kNeedsPipes = true;
#else
constexpr bool kCanLimitAddresses = true;
constexpr bool kNeedsPipes = false;
#endif

/// What of the address space is taken already, in bytes (proc(5), statm).
rlim_t address_space_in_use() {
  std::ifstream statm("/proc/self/statm");
  rlim_t pages = 0;
  statm >> pages;
  return pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
}

bool limit(int what, rlim_t most) {
  const rlimit both{most, most};
  return ::setrlimit(static_cast<__rlimit_resource>(what), &both) == 0;
}

std::string limit_resources(const Limits& limits) {
  std::string missing;
  if (!limit(RLIMIT_CORE, 0)) missing += " core-dump limit;";
  if (!limit(RLIMIT_FSIZE, 0)) missing += " file-size limit;";
  const rlim_t memory = address_space_in_use() + (rlim_t(limits.memory_mb) << 20);
  if (kCanLimitAddresses && !limit(RLIMIT_AS, memory)) missing += " memory limit;";
  return missing;
}

/// What reading a file, arithmetic, memory and talking over an open socket take.
constexpr std::array kAllowed{
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(readv),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(sendto),
    SCMP_SYS(recvfrom),
    SCMP_SYS(close),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(fstatfs),
    SCMP_SYS(statfs),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64),
    SCMP_SYS(getcwd),
    SCMP_SYS(fcntl),
    SCMP_SYS(fadvise64),
    SCMP_SYS(readahead),
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(mprotect),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(getcpu),
    SCMP_SYS(membarrier),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(getrusage),
    SCMP_SYS(times),
    SCMP_SYS(getrandom),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getpid),
    SCMP_SYS(getppid),
    SCMP_SYS(gettid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(arch_prctl),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(getrlimit),
};

/// No film asks for these: whoever calls them is not calx any more.
constexpr std::array kFatal{SCMP_SYS(execve),
                            SCMP_SYS(execveat),
                            SCMP_SYS(ptrace),
                            SCMP_SYS(socket),
                            SCMP_SYS(connect),
                            SCMP_SYS(bind),
                            SCMP_SYS(fork),
                            SCMP_SYS(vfork),
                            SCMP_SYS(process_vm_writev),
                            SCMP_SYS(process_vm_readv)};

class Filter {
public:
  // Everything that is not named fails as if it were not permitted, which libraries cope with.
  Filter() : context_(seccomp_init(SCMP_ACT_ERRNO(EPERM)), seccomp_release) {
    // As a tree: a list of a hundred calls would be gone through at each.
    constexpr std::uint32_t kTree = 2;
    sound_ = context_ && seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_OPTIMIZE, kTree) == 0;
  }

  template <class... Conditions>
  void add(std::uint32_t action, int call, Conditions... conditions) {
    // A call that this architecture does not have needs no rule.
    sound_ = sound_ && (call < 0 || seccomp_rule_add(context_.get(), action, call,
                                                     sizeof...(Conditions), conditions...) == 0);
  }
  void allow_reading(int call, unsigned flags_argument) {
    constexpr std::uint64_t kWriting = O_ACCMODE | O_CREAT | O_TRUNC;
    add(SCMP_ACT_ALLOW, call, scmp_arg_cmp{flags_argument, SCMP_CMP_MASKED_EQ, kWriting, O_RDONLY});
  }
  bool load() { return sound_ && seccomp_load(context_.get()) == 0; }

private:
  std::unique_ptr<void, void (*)(scmp_filter_ctx)> context_;
  bool sound_ = false;
};

bool filter_system_calls() {
  Filter filter;
  for (const int call : kAllowed) filter.add(SCMP_ACT_ALLOW, call);
  if (kNeedsPipes) filter.add(SCMP_ACT_ALLOW, SCMP_SYS(pipe2));
  for (const int call : kFatal) filter.add(SCMP_ACT_KILL_PROCESS, call);
  filter.allow_reading(SCMP_SYS(open), 1);
  filter.allow_reading(SCMP_SYS(openat), 2);
  // Threads yes, processes no. clone3 hides its flags in memory; without it glibc takes clone.
  filter.add(SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3));
  constexpr std::uint64_t kThread = 0x00010000; // CLONE_THREAD
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(clone),
             scmp_arg_cmp{0, SCMP_CMP_MASKED_EQ, kThread, kThread});
  // abort() sends a signal to itself; to others none goes.
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(tgkill),
             scmp_arg_cmp{0, SCMP_CMP_EQ, static_cast<std::uint64_t>(::getpid()), 0});
  return filter.load();
}

void leave_the_terminal() {
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, standard);
  if (nothing > STDERR_FILENO) ::close(nothing);
  // Ctrl-C goes to the whole group; the supervisor decides what becomes of its workers.
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGHUP, SIG_IGN);
}

} // namespace

std::string confine_this_process(const Limits& limits, pid_t parent,
                                 const std::filesystem::path& private_tmp) {
  leave_the_terminal();
  ::umask(077);
  ::setenv("TMPDIR", private_tmp.c_str(), 1);
  std::string missing = limit_resources(limits);
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) missing += " end with the parent;";
  if (::getppid() != parent) ::_exit(0); // it ended before it could be watched
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) missing += " no new privileges;";
  if (!filter_system_calls()) missing += " system call filter;";
  return missing;
}

double cpu_seconds(pid_t process) {
  clockid_t clock{};
  timespec used{};
  if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

void allow_cpu_time(pid_t worker, double cpu_s) {
  // Whole seconds, and the worker cannot raise it: its filter has no setrlimit.
  const auto until = static_cast<rlim_t>(std::ceil(cpu_seconds(worker) + cpu_s));
  const rlimit soft{until, RLIM_INFINITY};
  ::prlimit(worker, RLIMIT_CPU, &soft, nullptr);
}

} // namespace calx::cohort
