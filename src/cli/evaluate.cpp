#include "cli/commands.hpp"
#include "evaluate/evaluation_report.hpp"
#include "report/report.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <opencv2/core.hpp>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

namespace calx {
namespace {

namespace fs = std::filesystem;
using evaluation::FilmScore;

/// The films in the order of their names, whatever the number of threads.
Result<std::vector<FilmScore>> score_all(const fs::path& truth, const fs::path& results) {
  const auto pairs = evaluation::pair_films(truth, results);
  if (!pairs) return tl::unexpected(pairs.error());
  std::vector<Result<FilmScore>> scores(pairs->size());
  tbb::parallel_for(std::size_t{0}, pairs->size(),
                    [&](std::size_t i) { scores[i] = evaluation::score_film((*pairs)[i]); });
  std::vector<FilmScore> films;
  for (auto& score : scores) {
    if (!score) return tl::unexpected(std::move(score).error());
    films.push_back(std::move(*score));
  }
  return films;
}

Result<void> write_reports(const fs::path& folder, const evaluation::ReportInput& input) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed)
    return fail(ErrorCode::CannotWrite,
                fmt::format("the folder cannot be made: {}", failed.message()));
  if (auto done = write_file(folder / evaluation::kJsonFile, evaluation_json(input)); !done)
    return done;
  if (auto done = write_file(folder / evaluation::kMarkdownFile, evaluation_markdown(input)); !done)
    return done;
  return write_file(folder / evaluation::kHtmlFile, evaluation_html(input));
}

int told(Console& console, const std::string& what, const Error& error) {
  console.complain(what, error);
  return kSomeFailed;
}

} // namespace

int run_evaluate(const EvaluateArguments& arguments, Console& console) {
  std::optional<tbb::global_control> limit;
  if (arguments.jobs > 0)
    limit.emplace(tbb::global_control::max_allowed_parallelism,
                  static_cast<std::size_t>(arguments.jobs));
  cv::setNumThreads(1); // one film is the unit of work
  auto films = score_all(arguments.truth, arguments.results);
  if (!films) return told(console, arguments.truth, films.error());
  std::optional<evaluation::Comparison> comparison;
  if (!arguments.compare.empty()) {
    const auto others = score_all(arguments.truth, arguments.compare);
    if (!others) return told(console, arguments.compare, others.error());
    comparison = evaluation::compare(*films, *others);
  }
  const auto evaluated = evaluation::evaluate(std::move(*films));
  const evaluation::ReportInput input{evaluated, comparison ? &*comparison : nullptr};
  if (!arguments.out.empty())
    if (const auto written = write_reports(arguments.out, input); !written)
      return told(console, arguments.out, written.error());
  console.print(arguments.json ? evaluation_json(input) : evaluation_table(input));
  return kAllDone;
}

} // namespace calx
