#include "cli/analyze_plan.hpp"
#include "cli/debug_images.hpp"
#include "report/report.hpp"

#include <fmt/format.h>
#include <memory>
#include <new>
#include <tbb/global_control.h>
#include <tbb/parallel_pipeline.h>

namespace calx {
namespace {

namespace fs = std::filesystem;

/// What is left of a film after it was analysed: text.
struct Outcome {
  std::size_t input = 0;
  std::string table;
  std::string csv_rows;
  std::optional<Error> error;
};

/// The findings come last: where NAME.findings.json is, the other outputs of that film are whole.
/// After a failure none of them stays.
Result<void> write_outputs(const AnalyzePlan& plan, std::size_t input, const Radiograph& film,
                           const Findings& findings) {
  std::vector<fs::path> written;
  const auto keep = [&](const fs::path& target, Result<void> result) {
    if (result) {
      written.push_back(target);
      return result;
    }
    std::error_code ignored;
    for (const fs::path& done : written) fs::remove(done, ignored);
    return result;
  };
  if (plan.overlay) {
    const fs::path target = output_file(plan, input, kOverlaySuffix);
    const auto kept = keep(target, write_png(target, draw_overlay(film, findings)));
    if (!kept) return kept;
  }
  if (plan.mask) {
    const fs::path target = output_file(plan, input, kMaskSuffix);
    const auto kept = keep(target, write_png(target, findings.label_map));
    if (!kept) return kept;
  }
  if (plan.anatomy_masks)
    for (const auto& [suffix, mask] : {std::pair{kBodySuffix, &findings.body_mask},
                                       std::pair{kBoneSuffix, &findings.bone_mask}}) {
      const fs::path target = output_file(plan, input, suffix);
      const auto kept = keep(target, write_png(target, *mask));
      if (!kept) return kept;
    }
  const fs::path target = output_file(plan, input, kFindingsSuffix);
  return keep(target, write_file(target, findings_json(findings)));
}

Result<Findings> find_in_film(const AnalyzePlan& plan, std::size_t input, const Radiograph& film) {
  AnalyseOptions options = plan.analyse;
  std::optional<Error> debug_error;
  if (!plan.debug_dir.empty()) {
    const bool several = plan.inputs.size() > 1;
    options.trace = debug_image_writer(
        several ? plan.debug_dir / plan.names[input] : plan.debug_dir, debug_error);
  }
  Findings findings = analyse(film, plan.params, options);
  if (debug_error) return tl::unexpected(*debug_error);
  findings.path = plan.inputs[input].string();
  return findings;
}

Result<Outcome> process(const AnalyzePlan& plan, std::size_t input) {
  const auto film = load_radiograph(plan.inputs[input], plan.load);
  if (!film) return tl::unexpected(film.error());
  const auto findings = find_in_film(plan, input, *film);
  if (!findings) return tl::unexpected(findings.error());
  if (!plan.out_dir.empty())
    if (auto written = write_outputs(plan, input, *film, *findings); !written)
      return tl::unexpected(written.error());
  Outcome outcome;
  outcome.input = input;
  if (!plan.quiet) outcome.table = findings_table(*findings);
  if (plan.csv) outcome.csv_rows = findings_csv_rows(*findings);
  return outcome;
}

/// A defect met in one film must not end the run over the others.
Outcome process_safely(const AnalyzePlan& plan, std::size_t input) {
  Error error;
  try {
    auto outcome = process(plan, input);
    if (outcome) return std::move(*outcome);
    error = std::move(outcome).error();
  } catch (const std::bad_alloc&) {
    error = {ErrorCode::Internal, "out of memory; try fewer films at a time with -j", {}};
  } catch (const std::exception& e) {
    error = {ErrorCode::Internal, e.what(), {}};
  }
  Outcome failed;
  failed.input = input;
  failed.error = std::move(error);
  return failed;
}

/// Prints and collects in the order of the inputs.
class Collector {
public:
  Collector(const AnalyzePlan& plan, Console& console)
      : plan_(plan), console_(console), csv_(findings_csv_header()) {}

  void add(const Outcome& outcome) {
    if (outcome.error) {
      console_.complain(plan_.inputs[outcome.input].string(), *outcome.error);
      exit_code_ = kSomeFailed;
      return;
    }
    if (!outcome.table.empty()) {
      console_.print(anything_printed_ ? "\n" + outcome.table : outcome.table);
      anything_printed_ = true;
    }
    csv_ += outcome.csv_rows;
  }

  int finish() {
    if (!plan_.csv) return exit_code_;
    const fs::path target = plan_.out_dir / kTableFile;
    const auto written = write_file(target, csv_);
    if (written) return exit_code_;
    console_.complain(target.string(), written.error());
    return kSomeFailed;
  }

private:
  const AnalyzePlan& plan_;
  Console& console_;
  std::string csv_;
  bool anything_printed_ = false;
  int exit_code_ = kAllDone;
};

/// At most `jobs` films are in memory at once.
void process_all(const AnalyzePlan& plan, Collector& collector) {
  const auto jobs = static_cast<std::size_t>(plan.jobs);
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, jobs);
  // A film is the unit of work: threads inside one would fight over the same cores, unless there
  // are fewer films than cores.
  const auto films = static_cast<int>(plan.inputs.size());
  cv::setNumThreads(std::max(1, plan.jobs / std::max(1, films)));
  std::size_t next = 0;
  const auto number_films = [&](tbb::flow_control& control) {
    if (next == plan.inputs.size()) control.stop();
    return next++;
  };
  const auto analyse_film = [&plan](std::size_t input) {
    return std::make_shared<Outcome>(process_safely(plan, input));
  };
  const auto report_film = [&](const std::shared_ptr<Outcome>& outcome) {
    collector.add(*outcome);
  };
  using Mode = tbb::filter_mode;
  tbb::parallel_pipeline(
      jobs,
      tbb::make_filter<void, std::size_t>(Mode::serial_in_order, number_films) &
          tbb::make_filter<std::size_t, std::shared_ptr<Outcome>>(Mode::parallel, analyse_film) &
          tbb::make_filter<std::shared_ptr<Outcome>, void>(Mode::serial_in_order, report_film));
}

} // namespace

int run_analyze(const AnalyzeArguments& arguments, Console& console) {
  const auto plan = plan_analyze(arguments);
  if (!plan) {
    console.complain(plan.error());
    return kUsage;
  }
  Collector collector(*plan, console);
  process_all(*plan, collector);
  return collector.finish();
}

} // namespace calx
