#include "cli/commands.hpp"
#include "cohort/verify.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace calx {
namespace {

std::string status_text(const std::string& out, const cohort::Status& status) {
  std::string text = fmt::format("{}: {} records, {}\n", out, status.records,
                                 status.running ? "a run is going on" : "no run is going on");
  for (const auto& [outcome, count] : status.outcomes)
    text += fmt::format("  {:<18}{:>12}\n", outcome, count);
  if (!status.reasons.empty()) text += "without findings, by reason (`calx errors` explains):\n";
  for (const auto& [reason, count] : status.reasons)
    text += fmt::format("  {:<18}{:>12}\n", reason, count);
  if (status.broken > 0) text += fmt::format("{} records are damaged\n", status.broken);
  return text + fmt::format("{:.1f} hours of computing\n", status.cpu_s / 3600);
}

std::string status_json(const cohort::Status& status) {
  const nlohmann::ordered_json json = {{"records", status.records},   {"running", status.running},
                                       {"outcomes", status.outcomes}, {"reasons", status.reasons},
                                       {"broken", status.broken},     {"cpu_s", status.cpu_s}};
  return json.dump(2) + "\n";
}

} // namespace

int run_status(const StatusArguments& arguments, Console& console) {
  const auto status = cohort::read_status(arguments.out_dir);
  if (!status) {
    console.complain(status.error().to_string());
    return kUsage;
  }
  console.print(arguments.json ? status_json(*status) : status_text(arguments.out_dir, *status));
  return kAllDone;
}

} // namespace calx
