#include "cohort/merge.hpp"
#include "cli/commands.hpp"
#include "cli/key_file.hpp"
#include "cli/private_files.hpp"
#include "cohort/verify.hpp"

#include <fmt/format.h>

namespace calx {
namespace {

namespace fs = std::filesystem;

std::string summary_text(const cohort::TablesSummary& summary, const fs::path& out) {
  std::string outcomes;
  for (const auto& [outcome, files] : summary.outcomes)
    outcomes += fmt::format("{}{} {}", outcomes.empty() ? "" : ", ", files, outcome);
  return fmt::format("{} files: {}\n{} findings\ntables in {}\n", summary.files, outcomes,
                     summary.findings, out.string());
}

} // namespace

int run_merge(const MergeArguments& arguments, Console& console) {
  cohort::MergeOptions options;
  options.tables.allow_mixed = arguments.allow_mixed;
  const auto pseudonyms = read_key_file(arguments.key_file, console);
  if (!pseudonyms) {
    console.complain(pseudonyms.error());
    return kUsage;
  }
  options.pseudonyms = pseudonyms->get();
  write_for_owner_alone();
  const std::vector<fs::path> inputs(arguments.inputs.begin(), arguments.inputs.end());
  const auto summary = cohort::merge_runs(inputs, arguments.out_dir, options);
  if (!summary) {
    console.complain(summary.error().to_string());
    return kSomeFailed;
  }
  if (const auto sums = cohort::write_checksums(arguments.out_dir); !sums) {
    console.complain(sums.error().to_string());
    return kSomeFailed;
  }
  if (!arguments.quiet) console.print(summary_text(*summary, arguments.out_dir));
  return kAllDone;
}

} // namespace calx
