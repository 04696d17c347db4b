#include "cohort/supervisor.hpp"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>

namespace calx::cohort {
namespace {

using namespace std::chrono_literals;

constexpr auto kLongestWait = 100ms; // between two looks at the clock and at Ctrl-C
constexpr int kMostDeaths = 3;       // by a signal from outside, before the file is blamed

} // namespace

Supervisor::Supervisor(const RunPlan& plan, const RunHooks& hooks, Store& store)
    : plan_(plan), hooks_(hooks), store_(store), parameters_(parameters_sha256(plan.settings)),
      version_(version_text()), slots_(static_cast<std::size_t>(std::max(1, plan.jobs))) {
  result_.counts.files = plan.files.size();
}

Result<RunResult> Supervisor::run() {
  sort_out_finished();
  while (!over()) {
    if (hooks_.stop && hooks_.stop()) {
      result_.interrupted = true;
      break;
    }
    if (auto done = step(); !done) return tl::unexpected(done.error());
    if (hooks_.progress) hooks_.progress(result_.counts);
  }
  slots_.clear(); // ends the workers
  return std::move(result_);
}

bool Supervisor::over() const {
  return next_todo_ == todo_.size() && tasks_.empty() && analysed_.empty();
}

/// Without a look at their content: the files that an earlier run is done with.
void Supervisor::sort_out_finished() {
  for (Ordinal i = 0; i < plan_.files.size(); ++i) {
    const RecordInput input = record_input(plan_.files[i], plan_.settings);
    listed_.insert(input.path + '\t' + input.root);
    const IndexEntry* entry = store_.index().by_input(input);
    if (entry && still_holds(*entry, input)) {
      ++result_.counts.earlier[entry->outcome];
      if (entry->duplicate_of.empty()) claimed_[entry->name] = i;
    } else {
      todo_.push_back(i);
    }
  }
}

bool Supervisor::still_holds(const IndexEntry& entry, const RecordInput& input) const {
  if (entry.input.bytes != input.bytes || entry.input.modified_ns != input.modified_ns ||
      entry.input.inode != input.inode)
    return false;
  if (entry.parameters_sha256 != parameters_ || entry.version != version_) return false;
  if (plan_.retry.contains(entry.outcome)) return false;
  if (plan_.settings.pictures && entry.reason == kPictureReason) return false;
  if (!entry.duplicate_of.empty()) {
    const IndexEntry* original = store_.index().by_name(entry.duplicate_of);
    if (!original || !store_.has_file(*original)) return false;
  }
  return store_.has_file(entry);
}

Result<void> Supervisor::step() {
  if (auto done = hand_out(); !done) return done;
  // Now that the workers are busy there is time to wait for the disk.
  if (auto done = keep_analysed(); !done) return done;
  wait_for_workers();
  for (Slot& slot : slots_)
    if (slot.worker)
      if (auto done = hear(slot); !done) return done;
  if (auto done = end_overdue(); !done) return done;
  return give_verdicts();
}

Result<void> Supervisor::hand_out() {
  for (Slot& slot : slots_) {
    if (slot.task) continue;
    const auto task = next_task();
    if (!task) return {};
    if (tasks_[*task].deaths > 0) slot.worker.reset(); // it gets a fresh one
    if (!slot.worker)
      if (auto started = start_worker(slot); !started) return started;
    begin(slot, *task);
  }
  return {};
}

std::optional<Supervisor::Ordinal> Supervisor::next_task() {
  if (!again_.empty()) {
    const Ordinal task = again_.front();
    again_.pop_front();
    return task;
  }
  if (next_todo_ == todo_.size()) return std::nullopt;
  return todo_[next_todo_++];
}

Result<void> Supervisor::start_worker(Slot& slot) {
  auto worker = plan_.in_process
                    ? Worker::start_thread(plan_.settings)
                    : Worker::fork_process(plan_.settings, plan_.limits, store_.private_tmp());
  if (!worker) return tl::unexpected(worker.error());
  slot.worker = std::move(*worker);
  slot.files = 0;
  return {};
}

void Supervisor::begin(Slot& slot, Ordinal task) {
  tasks_.at(task).step = Task::Step::Looking;
  tasks_.at(task).look.reset();
  slot.task = task;
  ++slot.files;
  slot.since = Clock::now();
  slot.deadline = slot.since + std::chrono::duration_cast<Clock::duration>(
                                   std::chrono::duration<double>(plan_.limits.wall_s));
  if (slot.worker->process() > 0) allow_cpu_time(slot.worker->process(), plan_.limits.cpu_s);
  // A worker that cannot be told is found dead when it is listened to.
  send_message(slot.worker->socket(), look_request(plan_.files[task]));
}

void Supervisor::wait_for_workers() {
  std::vector<pollfd> sockets;
  auto wait = std::chrono::duration_cast<Clock::duration>(kLongestWait);
  for (const Slot& slot : slots_) {
    if (slot.worker) sockets.push_back({slot.worker->socket(), POLLIN, 0});
    if (slot.deadline) wait = std::min(wait, *slot.deadline - Clock::now());
  }
  const auto wait_ms = std::chrono::ceil<std::chrono::milliseconds>(std::max(wait, 0 * wait));
  ::poll(sockets.data(), sockets.size(), static_cast<int>(wait_ms.count()));
}

Result<void> Supervisor::hear(Slot& slot) {
  const bool alive = slot.worker->inbox().read_from(slot.worker->socket());
  while (slot.worker) {
    const auto message = slot.worker->inbox().next();
    if (!message) break;
    if (auto done = take_message(slot, *message); !done) return done;
  }
  return alive || !slot.worker ? Result<void>{} : bury(slot);
}

Result<void> Supervisor::take_message(Slot& slot, const Message& message) {
  if (message.type == MessageType::Ready && message.parts.size() == 1) {
    const std::string warning =
        "this system does not offer all of the workers' confines; missing:" + message.parts[0];
    if (!message.parts[0].empty() && std::ranges::count(result_.warnings, warning) == 0)
      result_.warnings.push_back(warning);
    return {};
  }
  const auto step = slot.task ? tasks_.at(*slot.task).step : Task::Step::Over;
  if (step == Task::Step::Looking)
    if (auto look = look_from(message)) return take_look(slot, std::move(*look));
  if (step == Task::Step::Analysing)
    if (auto analysed = analysed_from(message)) {
      take_analysis(slot, std::move(*analysed));
      return {};
    }
  return bury(slot, true); // something in it has gone wrong
}

/// What names and places the record is not for a worker to say.
Result<void> Supervisor::take_look(Slot& slot, Look look) {
  const Ordinal ordinal = *slot.task;
  const Record known = record_so_far(ordinal);
  look.record.input = known.input;
  look.record.attempts = known.attempts;
  look.record.key.parameters_sha256 = parameters_;
  look.record.key.version = version_;
  Task& task = tasks_.at(ordinal);
  task.look = std::move(look);
  task.step = Task::Step::Looked;
  slot.deadline.reset(); // it waits for us
  if (task.look->kind == Look::Kind::Left) slot.task.reset();
  // Looked at a second time, because its worker was killed after the verdict.
  return task.decided ? decide(ordinal, task) : Result<void>{};
}

void Supervisor::take_analysis(Slot& slot, Analysed analysed) {
  const Ordinal ordinal = *slot.task;
  Record record = std::move(tasks_.at(ordinal).look->record);
  record.outcome = analysed.record.outcome;
  record.reason = analysed.record.reason;
  record.timing = analysed.record.timing;
  record.findings = std::move(analysed.record.findings);
  analysed.record = std::move(record);
  analysed_.push_back(std::move(analysed));
  slot.task.reset();
  slot.deadline.reset();
  tasks_.erase(ordinal);
}

Result<void> Supervisor::keep_analysed() {
  for (Analysed& analysed : analysed_)
    if (auto kept = keep(std::move(analysed.record), &analysed); !kept) return kept;
  analysed_.clear();
  return {};
}

/// The worker is gone, or must go: its file is tried again or recorded, and the next gets a new
/// worker.
Result<void> Supervisor::bury(Slot& slot, bool talked_nonsense) {
  // Killing comes too late for one that died on its own: its signal stays.
  slot.worker->kill();
  const int signal = talked_nonsense ? 0 : slot.worker->wait().signal;
  slot.worker.reset();
  if (!slot.task || try_again(slot, signal)) return {};
  if (signal == SIGXCPU)
    return keep_early_end(slot, Outcome::Timeout, 0,
                          {"cpu-limit", fmt::format("not done after {:g} s of computing; raise "
                                                    "--cpu-limit if the film is real",
                                                    plan_.limits.cpu_s)});
  const char* name = signal > 0 ? ::sigabbrev_np(signal) : nullptr;
  return keep_early_end(slot, Outcome::Crashed, signal,
                        {"crashed", signal > 0 ? fmt::format("the process that read the file died "
                                                             "by signal {} (SIG{})",
                                                             signal, name ? name : "?")
                                               : "the process that read the file ended early"});
}

/// A worker may die of the file before, or be killed from outside: only a fresh one proves that the
/// file is to blame, and only more than one does where somebody kills.
bool Supervisor::try_again(Slot& slot, int signal) {
  Task& task = tasks_.at(*slot.task);
  const bool was_fresh = slot.files == 1;
  const bool from_outside = signal == SIGKILL || signal == SIGTERM;
  ++task.deaths;
  if (signal == SIGXCPU || (was_fresh && !from_outside) || task.deaths >= kMostDeaths) return false;
  task.step = Task::Step::Queued;
  again_.push_back(*slot.task);
  slot.task.reset();
  slot.deadline.reset();
  return true;
}

Result<void> Supervisor::end_overdue() {
  const auto now = Clock::now();
  for (Slot& slot : slots_) {
    if (!slot.worker || slot.worker->process() == 0 || !slot.deadline || now < *slot.deadline)
      continue;
    slot.worker.reset(); // kills and waits
    if (auto kept = keep_early_end(
            slot, Outcome::Timeout, 0,
            {"time-limit", fmt::format("not done after {:g} s; raise --timeout if the film is real",
                                       plan_.limits.wall_s)});
        !kept)
      return kept;
  }
  return {};
}

/// What is known of a file without any help of a worker, or with what it said at its look.
Record Supervisor::record_so_far(Ordinal ordinal) {
  if (const Task& task = tasks_.at(ordinal); task.look) return task.look->record;
  Record record = blank_record(plan_.files[ordinal], plan_.settings);
  const IndexEntry* earlier = store_.index().by_input(record.input);
  record.attempts = earlier && plan_.retry.contains(earlier->outcome) ? earlier->attempts + 1 : 1;
  return record;
}

/// Records a file whose worker did not come to its end.
Result<void> Supervisor::keep_early_end(Slot& slot, Outcome outcome, int signal, Reason reason) {
  const Ordinal ordinal = *slot.task;
  Record record = record_so_far(ordinal);
  record.outcome = outcome;
  record.reason = std::move(reason);
  if (signal > 0) record.signal = signal;
  record.timing.wall_s += std::chrono::duration<double>(Clock::now() - slot.since).count();
  slot.task.reset();
  slot.deadline.reset();
  Task& task = tasks_.at(ordinal);
  task.step = Task::Step::Over; // the verdicts must still pass it
  if (task.decided) tasks_.erase(ordinal);
  return keep(std::move(record));
}

Result<void> Supervisor::keep(Record record, const Analysed* pictures) {
  const Outcome outcome = record.outcome;
  const std::uint64_t bytes = record.input.bytes;
  auto kept = pictures ? store_.keep(std::move(record), pictures->overlay_png, pictures->mask_png)
                       : store_.keep(std::move(record));
  if (!kept) return kept;
  ++result_.counts.now[outcome];
  result_.counts.bytes += bytes;
  return {};
}

} // namespace calx::cohort
