#include "core/version.hpp"
#include "evaluate/evaluation_report.hpp"
#include "evaluate/report_text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <vector>

namespace calx::evaluation {
namespace {

/// A heading of the short table and the figures under it.
struct Section {
  std::string_view heading;
  std::vector<std::string_view> ids;
};

const std::vector<Section>& sections() {
  static const std::vector<Section> all{
      {"Deposits found",
       {"sensitivity", "sensitivity/size/under-0.7-mm", "sensitivity/size/0.7-2-mm",
        "sensitivity/size/2-5-mm", "sensitivity/size/5-25-mm", "sensitivity/size/over-25-mm",
        "sensitivity/all", "sensitivity/any_kind", "marked", "film_specificity"}},
      {"False positives", {"fp/with", "fp/without", "fp/on_mimic", "mimics_claimed"}},
      {"FROC", {"froc/1", "froc/mean"}},
      {"Outlines", {"dice/deposits", "dice/lesion", "dice/bone", "dice/body"}},
      {"Area of deposits that were found", {"area/signed", "area/absolute", "area/icc"}},
      {"Bony prominences",
       {"prominence/named", "prominence/near", "prominence/wrong", "prominence/error"}},
      {"Kinds of what was found", {"kind/abstention", "kind/accuracy"}},
      {"Suggestion for the film",
       {"suggestion/abstention", "suggestion/accuracy_decided", "suggestion/accuracy"}},
      {"Body region", {"region/accuracy"}}};
  return all;
}

std::string row(const Figure& figure, const Difference* difference) {
  const std::string name =
      figure.id.starts_with("sensitivity/size/") ? "  of " + figure.label : figure.label;
  std::string line = fmt::format("  {:<57} {:>8}  {:<18}{}", name, value_text(figure),
                                 interval_text(figure.interval), cases_text(figure));
  if (difference && difference->difference)
    line += fmt::format("; other {}, difference {:+.3g} ({})", number_text(difference->there.value),
                        *difference->difference + 0.0, interval_text(difference->interval));
  while (line.ends_with(' ')) line.pop_back();
  return line + "\n";
}

/// The figures that have cases, or the heading and that there are none.
std::string section_text(const Section& section, const ReportInput& input) {
  std::string rows;
  for (const std::string_view id : section.ids) {
    const Figure* figure = find_figure(input.evaluation, id);
    if (!figure || !figure->value) continue;
    const auto index = static_cast<std::size_t>(figure - input.evaluation.figures.data());
    rows += row(*figure, input.comparison ? &input.comparison->differences[index] : nullptr);
  }
  return rows.empty() ? fmt::format("{}: no cases\n", section.heading)
                      : fmt::format("{}\n{}", section.heading, rows);
}

} // namespace

std::string evaluation_table(const ReportInput& input) {
  const Evaluation& evaluation = input.evaluation;
  std::string out = summary_text(evaluation) + "\nvalue, 95 % interval over films, cases\n";
  for (const Section& section : sections()) out += section_text(section, input);
  for (const FilmScore* film : troubled_films(evaluation))
    out += fmt::format("counted as missed: {}: {}\n", film->pair.name, film->trouble);
  if (input.comparison) {
    const auto count = [&](FilmChange::Outcome outcome) {
      return std::ranges::count(input.comparison->changes, outcome, &FilmChange::outcome);
    };
    out += fmt::format("films: {} won, {} lost, {} mixed against the other results\n",
                       count(FilmChange::Outcome::Won), count(FilmChange::Outcome::Lost),
                       count(FilmChange::Outcome::Mixed));
  }
  return out + kDisclaimer + "\n";
}

} // namespace calx::evaluation
