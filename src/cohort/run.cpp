#include "cohort/run.hpp"

#include "cohort/supervisor.hpp"

#include <opencv2/core.hpp>

namespace calx::cohort {

std::uint64_t RunCounts::written() const {
  std::uint64_t sum = 0;
  for (const auto& [outcome, count] : now) sum += count;
  return sum;
}

std::uint64_t RunCounts::finished() const {
  std::uint64_t sum = written() + left_out;
  for (const auto& [outcome, count] : earlier) sum += count;
  return sum;
}

std::uint64_t RunCounts::without_findings_now() const {
  std::uint64_t sum = 0;
  for (const Outcome outcome : {Outcome::Failed, Outcome::Crashed, Outcome::Timeout})
    if (const auto at = now.find(outcome); at != now.end()) sum += at->second;
  return sum;
}

Result<RunResult> run_cohort(const RunPlan& plan, const RunHooks& hooks) {
  // One film is the unit of work; threads inside a film would fight over the same cores.
  cv::setNumThreads(1);
  auto store = Store::open(plan.out);
  if (!store) return tl::unexpected(std::move(store).error());
  auto result = Supervisor(plan, hooks, **store).run();
  if (result) result->tables_are_current = (*store)->tables_are_current();
  // Also after an error the index is right as far as it goes; its own error adds nothing then.
  auto closed = (*store)->close();
  if (result && !closed) return tl::unexpected(std::move(closed).error());
  return result;
}

} // namespace calx::cohort
