// The run itself: hands files to workers, decides what is analysed, survives their deaths.
//
// A file goes through two steps. A worker looks at it (header, content hash) and waits; the
// supervisor gives verdicts strictly in the order of the files, so that which of two equal files is
// the duplicate does not depend on who was faster; then the film is analysed. Every file is written
// to disk here, never by a worker.
#pragma once

#include "cohort/run.hpp"
#include "cohort/store.hpp"
#include "cohort/worker.hpp"
#include "cohort/worker_pool.hpp"

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace calx::cohort {

class Supervisor {
public:
  Supervisor(const RunPlan& plan, const RunHooks& hooks, Store& store);
  Result<RunResult> run();

private:
  using Clock = std::chrono::steady_clock;
  using Ordinal = std::size_t; ///< place in plan_.files

  /// A file between being handed out and its verdict, and on to its record.
  struct Task {
    enum class Step { Queued, Looking, Looked, Analysing, Over } step = Step::Queued;
    std::optional<Look> look;
    bool decided = false; ///< a verdict was given, or was not needed
    int deaths = 0;       ///< of its workers
  };
  struct Slot {
    std::unique_ptr<Worker> worker;
    std::optional<Ordinal> task;
    int files = 0; ///< that the worker was given
    std::optional<Clock::time_point> deadline;
    Clock::time_point since;
  };

  void sort_out_finished();
  bool still_holds(const IndexEntry& entry, const RecordInput& input) const;

  Result<void> step();
  Result<void> hand_out();
  std::optional<Ordinal> next_task();
  Result<void> start_worker(Slot& slot);
  void begin(Slot& slot, Ordinal task);
  void wait_for_workers();
  Result<void> hear(Slot& slot);
  Result<void> take_message(Slot& slot, const Message& message);
  Result<void> take_look(Slot& slot, Look look);
  void take_analysis(Slot& slot, Analysed analysed);
  Result<void> bury(Slot& slot, bool talked_nonsense = false);
  bool try_again(Slot& slot, int signal);
  Result<void> end_overdue();

  Result<void> give_verdicts();
  Result<void> decide(Ordinal ordinal, Task& task);
  Result<void> decide_on_known(Ordinal ordinal, Task& task, const IndexEntry& known);
  Result<void> end_look(Ordinal ordinal, const Record* record);
  void answer(Ordinal ordinal, MessageType verdict);
  Result<void> keep_early_end(Slot& slot, Outcome outcome, int signal, Reason reason);
  Record record_so_far(Ordinal ordinal);
  Result<void> keep(Record record, const Analysed* pictures = nullptr);
  Result<void> keep_analysed();
  bool over() const;

  const RunPlan& plan_;
  const RunHooks& hooks_;
  Store& store_;
  std::string parameters_, version_;
  std::vector<Ordinal> todo_;     ///< the files that need a look, in order
  std::size_t next_todo_ = 0;     ///< the first that was not handed out
  std::size_t next_verdict_ = 0;  ///< the first in todo_ without a verdict
  std::deque<Ordinal> again_;     ///< to be handed out once more, before all others
  std::map<Ordinal, Task> tasks_; ///< handed out and not over
  std::unordered_map<std::string, Ordinal> claimed_; ///< who analyses which content, by name
  std::unordered_set<std::string> listed_;           ///< the inputs of this run
  std::vector<Slot> slots_;
  std::vector<Analysed> analysed_; ///< to be written to disk
  RunResult result_;
};

} // namespace calx::cohort
