// The subcommands as functions of plain values; main.cpp fills the values from the command line.
#pragma once

#include "cli/console.hpp"

#include <string>
#include <vector>

namespace calx {

/// `calx analyze`. An empty string is an option that was not given.
struct AnalyzeArguments {
  std::vector<std::string> files;
  std::string out_dir, region, view, spacing, context_file, params_file, rules_file, debug_dir;
  std::vector<std::string> set;
  bool mask = false, csv = false, no_overlay = false, quiet = false;
  int frame = 0;
  int jobs = 0; ///< 0: one for each core
};
int run_analyze(const AnalyzeArguments&, Console&);

struct InfoArguments {
  std::vector<std::string> files;
  bool json = false;
};
int run_info(const InfoArguments&, Console&);

/// How a reference table is printed.
enum class TableStyle { Text, Json, Markdown };

int run_params(TableStyle, Console&);
int run_features(TableStyle, Console&);
int run_errors(TableStyle, Console&);
/// Prints the rules in use, or checks a rule file if one is given.
int run_rules(const std::string& file_to_check, Console&);
int run_schema(Console&);

} // namespace calx
