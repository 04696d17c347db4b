// The subcommands as functions of plain values; main.cpp fills the values from the command line.
#pragma once

#include "cli/console.hpp"
#include "load/load.hpp"

#include <string>
#include <vector>

namespace calx {

/// `calx analyze`. An empty string is an option that was not given.
struct AnalyzeArguments {
  std::vector<std::string> files;
  std::string out_dir, region, view, spacing, polarity, detector, context_file, params_file,
      rules_file, debug_dir;
  std::vector<std::string> set;
  bool mask = false, anatomy_masks = false, csv = false, no_overlay = false, quiet = false;
  int frame = 0;
  int jobs = 0; ///< 0: one for each core
  int max_megapixels = static_cast<int>(LoadOptions{}.max_megapixels);
};
int run_analyze(const AnalyzeArguments&, Console&);

struct InfoArguments {
  std::vector<std::string> files;
  bool json = false;
  int max_megapixels = static_cast<int>(LoadOptions{}.max_megapixels);
};
int run_info(const InfoArguments&, Console&);

/// `calx evaluate`. An empty string is an option that was not given.
struct EvaluateArguments {
  std::string truth, results, compare, out;
  bool json = false;
  int jobs = 0; ///< 0: one for each core
};
int run_evaluate(const EvaluateArguments&, Console&);

/// `calx merge`. An empty string is an option that was not given.
struct MergeArguments {
  std::vector<std::string> inputs;
  std::string out_dir, key_file;
  bool allow_mixed = false, quiet = false;
};
int run_merge(const MergeArguments&, Console&);

namespace cohort {
struct Walk;
}
/// Tells what a walk passed over.
void complain_of_walk(const cohort::Walk&, Console&);

/// `calx run`. An empty string is an option that was not given.
struct RunArguments {
  std::vector<std::string> folders;
  std::string out_dir, manifest, shard, where, key_file;
  std::vector<std::string> retry;
  AnalyzeArguments film; ///< what `calx analyze` settles in the same words
  bool no_overlay = false, mask = false, pictures = false, in_process = false, allow_mixed = false;
  double timeout_s = 120, cpu_limit_s = 120, memory_mb = 4096;
};
int run_run(const RunArguments&, Console&);

struct PlanArguments {
  std::vector<std::string> folders;
  std::string manifest;
  bool quiet = false;
};
int run_plan(const PlanArguments&, Console&);

struct StatusArguments {
  std::string out_dir;
  bool json = false;
};
int run_status(const StatusArguments&, Console&);
int run_verify(const std::string& out_dir, Console&);

/// How a reference table is printed.
enum class TableStyle { Text, Json, Markdown };

int run_params(TableStyle, Console&);
int run_features(TableStyle, Console&);
int run_errors(TableStyle, Console&);
/// Prints the rules in use, or checks a rule file if one is given.
int run_rules(const std::string& file_to_check, Console&);
int run_schema(Console&);

} // namespace calx
