#include "cohort/run.hpp"
#include "cli/analyze_plan.hpp"
#include "cli/commands.hpp"
#include "cli/key_file.hpp"
#include "cli/private_files.hpp"
#include "cohort/examine.hpp"
#include "cohort/manifest.hpp"
#include "cohort/progress.hpp"
#include "cohort/tables.hpp"
#include "cohort/verify.hpp"
#include "core/version.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <sys/signalfd.h>
#include <thread>
#include <tuple>
#include <unistd.h>

namespace calx {
namespace {

using namespace cohort;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Ctrl-C, a request to end and a lost terminal, seen when one looks; none of them interrupts.
class StopSignals {
public:
  StopSignals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
    pthread_sigmask(SIG_BLOCK, &set, &before_);
    descriptor_ = ::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  }
  ~StopSignals() {
    ::close(descriptor_);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  bool seen() {
    signalfd_siginfo info{};
    seen_ = seen_ || ::read(descriptor_, &info, sizeof info) > 0;
    return seen_;
  }

private:
  sigset_t before_{};
  int descriptor_ = -1;
  bool seen_ = false;
};

/// One line that is written over on a terminal, a line now and then elsewhere.
class ProgressPrinter {
public:
  explicit ProgressPrinter(bool quiet) : quiet_(quiet), terminal_(::isatty(STDERR_FILENO) == 1) {}
  ~ProgressPrinter() {
    if (width_ > 0) write(fmt::format("\r{:{}}\r", "", width_));
  }
  ProgressPrinter(const ProgressPrinter&) = delete;
  ProgressPrinter& operator=(const ProgressPrinter&) = delete;

  void operator()(const RunCounts& counts) {
    const double every_s = terminal_ ? 0.25 : 30;
    if (quiet_ || seconds_since(last_) < every_s) return;
    last_ = Clock::now();
    const std::string line = "calx: " + progress_line(counts, seconds_since(start_));
    write(terminal_ ? fmt::format("\r{:<{}}", line, width_) : line + "\n");
    if (terminal_) width_ = std::max(width_, line.size());
  }

private:
  static void write(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
  }
  bool quiet_, terminal_;
  std::size_t width_ = 0;
  Clock::time_point start_ = Clock::now(), last_ = start_;
};

Typed<std::set<Outcome>> parse_retry(const std::vector<std::string>& words) {
  std::set<Outcome> retry;
  for (const std::string& word : words) {
    const auto outcome = parse_outcome(word);
    if (!outcome || (*outcome != Outcome::Failed && *outcome != Outcome::Crashed &&
                     *outcome != Outcome::Timeout))
      return tl::unexpected(
          fmt::format("--retry '{}' is not one of: failed, timeout, crashed", word));
    retry.insert(*outcome);
  }
  return retry;
}

/// What is done with each film, checked as `calx analyze` checks it.
Typed<Settings> settings_of(const RunArguments& arguments) {
  const auto plan = plan_analyze(arguments.film);
  if (!plan) return tl::unexpected(plan.error());
  Settings settings;
  settings.load = plan->load;
  settings.params = plan->params;
  settings.rules = plan->rules;
  settings.analyse = plan->analyse;
  settings.overlay = !arguments.no_overlay;
  settings.mask = arguments.mask;
  settings.pictures = arguments.pictures;
  if (!arguments.where.empty()) {
    auto where = Selection::parse(arguments.where);
    if (!where) return tl::unexpected(where.error());
    settings.where = std::move(*where);
  }
  return settings;
}

/// Lists the files; what was passed over goes to the user.
Typed<std::vector<FileEntry>> files_of(const RunArguments& arguments, const Limits& limits,
                                       Console& console) {
  const auto shard = Shard::parse(arguments.shard.empty() ? "1/1" : arguments.shard);
  if (!shard)
    return tl::unexpected(
        fmt::format("--shard '{}' is not I/N with I from 1 to N, such as 2/8", arguments.shard));
  if (!arguments.manifest.empty()) {
    auto files = read_manifest(arguments.manifest, *shard);
    if (!files)
      return tl::unexpected(fmt::format("{}: {}", arguments.manifest, files.error().to_string()));
    return std::move(*files);
  }
  auto walk = gather_files(arguments.folders, arguments.out_dir, limits);
  if (!walk) return tl::unexpected(walk.error().to_string());
  complain_of_walk(*walk, console);
  std::erase_if(walk->files, [&](const FileEntry& file) { return !shard->has(file); });
  return std::move(walk->files);
}

/// The first of equal files is analysed, the others are its duplicates: the first as the tables,
/// and a merge of parts, sort them.
std::vector<FileEntry> sorted_by_pseudonym(std::vector<FileEntry> files, const Settings& settings) {
  std::vector<std::tuple<std::string, std::string, std::size_t>> order;
  for (std::size_t i = 0; i < files.size(); ++i) {
    RecordInput input = record_input(files[i], settings);
    order.emplace_back(std::move(input.path), std::move(input.root), i);
  }
  std::ranges::sort(order);
  std::vector<FileEntry> sorted;
  for (const auto& [path, root, i] : order) sorted.push_back(std::move(files[i]));
  return sorted;
}

Typed<RunPlan> plan_run(const RunArguments& arguments, Console& console) {
  if (arguments.folders.empty() == arguments.manifest.empty())
    return tl::unexpected(
        std::string("give folders, or a manifest of `calx plan` with --manifest"));
  RunPlan plan;
  auto settings = settings_of(arguments);
  if (!settings) return tl::unexpected(settings.error());
  plan.settings = std::move(*settings);
  auto pseudonyms = read_key_file(arguments.key_file, console);
  if (!pseudonyms) return tl::unexpected(pseudonyms.error());
  plan.settings.pseudonyms = std::move(*pseudonyms);
  auto retry = parse_retry(arguments.retry);
  if (!retry) return tl::unexpected(retry.error());
  plan.retry = std::move(*retry);
  plan.limits = {arguments.timeout_s, arguments.cpu_limit_s,
                 static_cast<std::uint64_t>(arguments.memory_mb)};
  plan.out = arguments.out_dir;
  plan.in_process = arguments.in_process;
  plan.jobs = arguments.film.jobs > 0
                  ? arguments.film.jobs
                  : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  auto files = files_of(arguments, plan.limits, console);
  if (!files) return tl::unexpected(files.error());
  plan.files = plan.settings.pseudonyms ? sorted_by_pseudonym(std::move(*files), plan.settings)
                                        : std::move(*files);
  return plan;
}

int finish_tables(const RunArguments& arguments, Console& console) {
  const auto tables = write_tables(arguments.out_dir, {arguments.allow_mixed});
  if (!tables) {
    console.complain(tables.error().to_string());
    return kSomeFailed;
  }
  if (const auto sums = write_checksums(arguments.out_dir); !sums) {
    console.complain(sums.error().to_string());
    return kSomeFailed;
  }
  return kAllDone;
}

} // namespace

void complain_of_walk(const Walk& walk, Console& console) {
  if (walk.unreadable_folders > 0)
    console.complain(fmt::format("warning: {} folder{} may not be read; check their permissions",
                                 walk.unreadable_folders, walk.unreadable_folders == 1 ? "" : "s"));
  if (walk.special_files > 0)
    console.complain(fmt::format("warning: {} pipe{}, socket or device passed over",
                                 walk.special_files, walk.special_files == 1 ? "" : "s"));
}

int run_run(const RunArguments& arguments, Console& console) {
  const auto plan = plan_run(arguments, console);
  if (!plan) {
    console.complain(plan.error());
    return kUsage;
  }
  write_for_owner_alone();
  const auto start = Clock::now();
  StopSignals signals;
  auto result = [&] {
    ProgressPrinter progress(arguments.film.quiet);
    return run_cohort(*plan, {[&](const RunCounts& counts) { progress(counts); },
                              [&] { return signals.seen(); }});
  }();
  if (!result) {
    console.complain(result.error().to_string());
    console.complain("what was done is kept; the same command goes on from there");
    return kSomeFailed;
  }
  for (const std::string& warning : result->warnings) console.complain("warning: " + warning);
  if (!arguments.film.quiet) console.print(run_summary(*result, seconds_since(start)));
  if (result->interrupted) {
    console.complain("stopped; the same command goes on from there and then makes the tables");
    return kSomeFailed;
  }
  const int tables = result->tables_are_current ? kAllDone : finish_tables(arguments, console);
  if (tables == kAllDone && !arguments.film.quiet)
    console.print(fmt::format("tables and records in {}\n{}\n", arguments.out_dir, kDisclaimer));
  return tables;
}

} // namespace calx
