#include "core/version.hpp"
#include "evaluate/evaluation_report.hpp"
#include "evaluate/report_text.hpp"

#include <fmt/format.h>

namespace calx::evaluation {
namespace {

/// A film's name may hold anything; a bar would end the cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string figures_markdown(const Evaluation& evaluation) {
  std::string out, group;
  for (const Figure& figure : evaluation.figures) {
    if (!group_has_cases(evaluation.figures, figure.group)) continue;
    if (is_detail_without_cases(figure)) continue;
    if (figure.group != group) {
      group = figure.group;
      out += fmt::format(
          "\n## {}\n\n| figure | value | 95 % interval | cases |\n|---|---|---|---|\n", group);
    }
    out += fmt::format("| {} | {} | {} | {} |\n", figure.label, value_text(figure),
                       interval_text(figure.interval), cases_text(figure));
  }
  return out;
}

std::string confusion(std::string_view title, std::string_view note, const Confusion& table) {
  if (table.rows.empty()) return "";
  std::string out = fmt::format("\n## {}\n\n{}\n\n| truth |", title, note), rule = "\n|---|";
  for (const std::string& column : table.columns) out += " " + column + " |", rule += "---|";
  out += rule + "\n";
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    out += "| " + table.rows[i] + " |";
    for (const int count : table.counts[i]) out += fmt::format(" {} |", count);
    out += "\n";
  }
  return out;
}

std::string differences_markdown(const Comparison& comparison) {
  std::string out =
      "\n## Against the other results\n\nDifference: these results less the others, "
      "with its interval over films.\n\n"
      "| figure | these | others | difference | 95 % interval |\n|---|---|---|---|---|\n";
  for (const Difference& d : comparison.differences) {
    if (!d.difference) continue;
    out += fmt::format("| {}: {} | {} | {} | {:+.3g} | {} |\n", d.here.group, d.here.label,
                       value_text(d.here), value_text(d.there), *d.difference + 0.0,
                       interval_text(d.interval));
  }
  out += "\n| film | outcome | found | false positives | suggestion |\n|---|---|---|---|---|\n";
  for (const FilmChange& c : comparison.changes)
    out += fmt::format("| {} | {} | {} -> {} | {} -> {} | {} -> {} |\n", cell(c.name),
                       outcome_word(c.outcome), c.found_there, c.found_here, c.false_there,
                       c.false_here, c.suggestion_there.empty() ? "-" : c.suggestion_there,
                       c.suggestion_here.empty() ? "-" : c.suggestion_here);
  return out;
}

} // namespace

std::string evaluation_markdown(const ReportInput& input) {
  const Evaluation& e = input.evaluation;
  std::string out = fmt::format("# Evaluation\n\n{}. {}\n\n", summary_text(e), kDisclaimer);
  for (const std::string& tool : tools_of(e)) out += "- results made by " + cell(tool) + "\n";
  out += fmt::format("- intervals: bootstrap over films, {} resamples, seed {}\n",
                     e.bootstrap.resamples, e.bootstrap.seed);
  const auto troubled = troubled_films(e);
  if (!troubled.empty())
    out += fmt::format("- {} films counted as missed, see below\n", troubled.size());
  out += figures_markdown(e);
  out += confusion("Kinds", "Visible lesions of the truth, and findings on nothing.", e.kinds);
  out += confusion("Suggestions", "Films.", e.suggestions);
  if (input.comparison) out += differences_markdown(*input.comparison);
  if (!troubled.empty()) out += "\n## Films without a result\n\n| film | why |\n|---|---|\n";
  for (const FilmScore* film : troubled)
    out += fmt::format("| {} | {} |\n", cell(film->pair.name), cell(film->trouble));
  return out;
}

} // namespace calx::evaluation
