// Everything `calx analyze` settles before it reads the first film.
#pragma once

#include "cli/commands.hpp"
#include "cli/input_text.hpp"
#include "load/load.hpp"
#include "pipeline/analyse.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace calx {

struct AnalyzePlan {
  std::vector<std::filesystem::path> inputs;
  std::vector<std::string> names;  ///< of the outputs, one for each input
  std::filesystem::path out_dir;   ///< empty: nothing is written
  std::filesystem::path debug_dir; ///< empty: no intermediate images
  bool mask = false, anatomy_masks = false, csv = false, overlay = true, quiet = false;
  int jobs = 1;
  LoadOptions load;
  Params params;
  std::shared_ptr<const Rules> rules; ///< null: the rules compiled in
  AnalyseOptions analyse;
};

/// Checks every word, number and file of the command line and makes the output folder. The error
/// is what to tell the user: nothing has been read or written then.
Typed<AnalyzePlan> plan_analyze(const AnalyzeArguments&);

/// Where the outputs of one input go.
std::filesystem::path output_file(const AnalyzePlan&, std::size_t input, std::string_view suffix);

inline constexpr std::string_view kFindingsSuffix = ".findings.json";
inline constexpr std::string_view kOverlaySuffix = ".overlay.png";
inline constexpr std::string_view kMaskSuffix = ".mask.png";
inline constexpr std::string_view kBodySuffix = ".body.png";
inline constexpr std::string_view kBoneSuffix = ".bone.png";
inline constexpr std::string_view kTableFile = "deposits.csv";

} // namespace calx
