#include "cli/analyze_plan.hpp"

#include "cli/output_names.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>
#include <thread>

namespace calx {
namespace {

namespace fs = std::filesystem;
using Checked = Typed<void>;

/// A failed Result in the words of the command line.
template <class T>
tl::unexpected<std::string> told(const Result<T>& failed) {
  return tl::unexpected(failed.error().to_string());
}

Checked take_words(const AnalyzeArguments& arguments, AnalyzePlan& plan) {
  if (!arguments.region.empty() && arguments.region != "auto") {
    const auto region = parse_word<Region>("--region", arguments.region);
    if (!region) return tl::unexpected(region.error() + ", auto");
    plan.analyse.region = *region;
  }
  if (!arguments.view.empty()) {
    const auto view = parse_word<View>("--view", arguments.view);
    if (!view) return tl::unexpected(view.error());
    plan.analyse.view = *view;
  }
  if (!arguments.spacing.empty()) {
    const auto spacing = parse_spacing(arguments.spacing);
    if (!spacing) return tl::unexpected(spacing.error());
    plan.load.user_spacing = *spacing;
  }
  return {};
}

Checked take_polarity(const AnalyzeArguments& arguments, AnalyzePlan& plan) {
  constexpr std::array<std::string_view, 2> kWords{"as-tagged", "inverted"};
  if (arguments.polarity.empty()) return {};
  if (std::ranges::find(kWords, arguments.polarity) == kWords.end())
    return tl::unexpected(unknown_word("--polarity", arguments.polarity, kWords));
  plan.load.invert = arguments.polarity == "inverted";
  return {};
}

/// A word for the parameter that decides it; --set, which comes after, has the last word.
Checked take_detector(const AnalyzeArguments& arguments, AnalyzePlan& plan) {
  constexpr std::array<std::string_view, 2> kWords{"learned", "classical"};
  if (arguments.detector.empty()) return {};
  if (std::ranges::find(kWords, arguments.detector) == kWords.end())
    return tl::unexpected(unknown_word("--detector", arguments.detector, kWords));
  plan.params.network.use = arguments.detector == "learned";
  return {};
}

Checked take_params(const AnalyzeArguments& arguments, AnalyzePlan& plan) {
  if (!arguments.params_file.empty()) {
    auto params = read_params(arguments.params_file);
    if (!params) return told(params);
    plan.params = *params;
  }
  if (const Checked detector = take_detector(arguments, plan); !detector) return detector;
  for (const std::string& pair : arguments.set) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos)
      return tl::unexpected(fmt::format("--set '{}' has no '='; write --set key=value", pair));
    const auto done = set_parameter(plan.params, pair.substr(0, equals), pair.substr(equals + 1));
    if (!done) return told(done);
  }
  return {};
}

Checked take_knowledge(const AnalyzeArguments& arguments, AnalyzePlan& plan) {
  if (!arguments.rules_file.empty()) {
    auto rules = Rules::read(arguments.rules_file);
    if (!rules) return told(rules);
    plan.rules = std::make_shared<const Rules>(std::move(*rules));
    plan.analyse.rules = plan.rules.get();
  }
  if (!arguments.context_file.empty()) {
    auto context = read_context(arguments.context_file);
    if (!context) return told(context);
    plan.analyse.context = *context;
  }
  return {};
}

std::vector<std::string_view> output_suffixes(const AnalyzePlan& plan) {
  std::vector<std::string_view> suffixes{kFindingsSuffix};
  if (plan.overlay) suffixes.push_back(kOverlaySuffix);
  if (plan.mask) suffixes.push_back(kMaskSuffix);
  if (plan.anatomy_masks) suffixes.insert(suffixes.end(), {kBodySuffix, kBoneSuffix});
  return suffixes;
}

/// `calx analyze *.png -o .` a second time would read hand.overlay.png and write it as well.
Checked check_inputs_stay(const AnalyzePlan& plan) {
  std::error_code ignored;
  std::set<fs::path> inputs;
  for (const fs::path& input : plan.inputs) inputs.insert(fs::weakly_canonical(input, ignored));
  for (std::size_t i = 0; i < plan.inputs.size(); ++i)
    for (const std::string_view suffix : output_suffixes(plan)) {
      const fs::path output = output_file(plan, i, suffix);
      if (inputs.contains(fs::weakly_canonical(output, ignored)))
        return tl::unexpected(fmt::format("{}: output-exists: an output would overwrite this "
                                          "input; choose another folder with -o",
                                          output.string()));
    }
  return {};
}

Checked take_outputs(const AnalyzeArguments& arguments, AnalyzePlan& plan) {
  plan.out_dir = arguments.out_dir;
  plan.debug_dir = arguments.debug_dir;
  plan.mask = arguments.mask;
  plan.anatomy_masks = arguments.anatomy_masks;
  plan.csv = arguments.csv;
  plan.overlay = !arguments.no_overlay;
  plan.quiet = arguments.quiet;
  plan.analyse.want_label_map = arguments.mask;
  plan.analyse.want_anatomy_masks = arguments.anatomy_masks;
  if (plan.out_dir.empty()) {
    for (const auto& [given, name] :
         {std::pair{arguments.mask, "--mask"},
          std::pair{arguments.anatomy_masks, "--anatomy-masks"}, std::pair{arguments.csv, "--csv"},
          std::pair{arguments.no_overlay, "--no-overlay"}})
      if (given)
        return tl::unexpected(fmt::format("{} needs -o DIR: nothing else is written", name));
    return {};
  }
  if (auto checked = check_inputs_stay(plan); !checked) return checked;
  std::error_code failed;
  fs::create_directories(plan.out_dir, failed);
  if (failed)
    return tl::unexpected(fmt::format("{}: cannot-write: the output folder cannot be made: {}",
                                      plan.out_dir.string(), failed.message()));
  return {};
}

} // namespace

Typed<AnalyzePlan> plan_analyze(const AnalyzeArguments& arguments) {
  AnalyzePlan plan;
  plan.inputs.assign(arguments.files.begin(), arguments.files.end());
  plan.names = output_names(plan.inputs);
  plan.load.frame = arguments.frame;
  plan.load.max_megapixels = arguments.max_megapixels;
  plan.jobs = arguments.jobs > 0
                  ? arguments.jobs
                  : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  for (const auto& take : {take_words, take_polarity, take_params, take_knowledge, take_outputs})
    if (auto taken = take(arguments, plan); !taken) return tl::unexpected(taken.error());
  return plan;
}

fs::path output_file(const AnalyzePlan& plan, std::size_t input, std::string_view suffix) {
  return plan.out_dir / (plan.names[input] + std::string(suffix));
}

} // namespace calx
