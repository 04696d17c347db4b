#include "cohort/progress.hpp"

#include <array>
#include <cmath>
#include <fmt/format.h>

namespace calx::cohort {
namespace {

constexpr std::array kSummaryOrder{Outcome::Done,   Outcome::NotARadiograph, Outcome::Duplicate,
                                   Outcome::Failed, Outcome::Crashed,        Outcome::Timeout};

/// Digits in groups of three.
std::string grouped(std::uint64_t number) {
  std::string text = fmt::format("{}", number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::uint64_t count_of(const std::map<Outcome, std::uint64_t>& counts, Outcome outcome) {
  const auto at = counts.find(outcome);
  return at == counts.end() ? 0 : at->second;
}

double rate_of(const RunCounts& counts, double elapsed_s) {
  return elapsed_s > 0 ? static_cast<double>(counts.written()) / elapsed_s : 0;
}

} // namespace

std::string duration_text(double seconds) {
  const auto minutes = static_cast<long long>(std::lround(seconds / 60));
  if (seconds < 90) return fmt::format("{:.0f} s", seconds);
  if (minutes < 90) return fmt::format("{} min", minutes);
  if (minutes < 48LL * 60) return fmt::format("{} h {} min", minutes / 60, minutes % 60);
  return fmt::format("{} d {} h", minutes / 1440, minutes / 60 % 24);
}

std::string progress_line(const RunCounts& counts, double elapsed_s) {
  const std::uint64_t finished = counts.finished();
  const double percent =
      counts.files > 0 ? 100 * static_cast<double>(finished) / static_cast<double>(counts.files)
                       : 100;
  const double rate = rate_of(counts, elapsed_s);
  std::string line =
      fmt::format("{} of {} files ({:.1f} %)", grouped(finished), grouped(counts.files), percent);
  if (rate > 0)
    line += fmt::format(", {:.2g} files/s, {} left", rate,
                        duration_text(static_cast<double>(counts.files - finished) / rate));
  return line + fmt::format(", {} without findings", grouped(counts.without_findings_now()));
}

std::string run_summary(const RunResult& result, double elapsed_s) {
  const RunCounts& counts = result.counts;
  std::string text =
      fmt::format("{} files, {} of them in this run, which took {}\n", grouped(counts.files),
                  grouped(counts.written()), duration_text(elapsed_s));
  text += fmt::format("  {:<18}{:>12}{:>12}\n", "outcome", "this run", "earlier");
  for (const Outcome outcome : kSummaryOrder)
    text += fmt::format("  {:<18}{:>12}{:>12}\n", to_string(outcome),
                        grouped(count_of(counts.now, outcome)),
                        grouped(count_of(counts.earlier, outcome)));
  if (counts.left_out > 0)
    text += fmt::format("  {:<18}{:>12}\n", "not selected", grouped(counts.left_out));
  const std::uint64_t left = counts.files - counts.finished();
  if (left > 0) text += fmt::format("  {:<18}{:>12}\n", "still to do", grouped(left));
  return text;
}

} // namespace calx::cohort
