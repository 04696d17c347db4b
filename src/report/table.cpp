#include "core/version.hpp"
#include "report/report.hpp"
#include "report/text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace calx {
namespace {

using Cells = std::array<std::string, 6>;

std::string region_text(const Acquisition& a) {
  std::string text = a.region_source.empty() ? "region unknown" : std::string(to_string(a.region));
  if (a.view != View::Unknown) text += fmt::format(", {}", to_string(a.view));
  if (a.laterality != Laterality::Unknown) text += fmt::format(", {}", to_string(a.laterality));
  return text;
}

Cells lesion_cells(const LesionFinding& l) {
  Cells cells{fmt::format("{}", l.id),       std::string(to_string(l.kind)), size_text(l), "", "",
              fmt::format("{:.2f}", l.score)};
  // A prominence has a name to remember; the nearest bone edge is the next best landmark.
  if (l.nearest_prominence) {
    cells[3] = length_text(l.nearest_prominence->distance_mm, l.nearest_prominence->distance_px);
    cells[4] = fmt::format("{} of {}", l.nearest_prominence->direction,
                           prominence_text(*l.nearest_prominence));
  } else if (l.nearest_bone) {
    cells[3] = length_text(l.nearest_bone->distance_mm, l.nearest_bone->distance_px);
    cells[4] = fmt::format("{} of bone", l.nearest_bone->direction);
  }
  return cells;
}

std::string lesions_text(const std::vector<LesionFinding>& lesions) {
  if (lesions.empty()) return "  no deposit found\n";
  std::vector<Cells> rows{{"id", "kind", "size", "distance", "where", "score"}};
  for (const LesionFinding& lesion : lesions) rows.push_back(lesion_cells(lesion));
  std::array<std::size_t, 6> width{};
  for (const Cells& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], row[i].size());
  std::string text;
  for (const Cells& row : rows)
    text += fmt::format("  {:>{}}  {:<{}}  {:>{}}  {:>{}}  {:<{}}  {:>{}}\n", row[0], width[0],
                        row[1], width[1], row[2], width[2], row[3], width[3], row[4], width[4],
                        row[5], width[5]);
  return text;
}

/// Each measured fact once; a rule may name the same one in several of its conditions.
std::string evidence_list(const std::vector<Evidence>& evidence) {
  std::vector<std::string> parts;
  for (const Evidence& e : evidence) {
    std::string part = fmt::format("{} {} {}", e.measured, e.value, e.condition);
    if (std::ranges::find(parts, part) == parts.end()) parts.push_back(std::move(part));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string assessment_text(const Assessment& a) {
  std::string text = "  suggestion: " + suggestion_text(a) + "\n";
  for (const PatternCandidate& c : a.candidates)
    if (c.fired && c.pattern == a.suggestion && !c.says.empty())
      text += fmt::format("    {} ({})\n", c.says, c.rule);
  if (!a.evidence.empty()) text += fmt::format("    evidence: {}\n", evidence_list(a.evidence));
  if (!a.missing.empty()) text += fmt::format("  would help: {}\n", fmt::join(a.missing, ", "));
  return text;
}

} // namespace

std::string findings_table(const Findings& f) {
  std::string text = fmt::format("{}: {} x {}, {}, {}\n", f.path, f.columns, f.rows,
                                 region_text(f.acquisition), spacing_text(f));
  text += lesions_text(f.lesions);
  text += assessment_text(f.assessment);
  for (const std::string& warning : f.warnings) text += fmt::format("  warning: {}\n", warning);
  return text + fmt::format("  {}\n", kDisclaimer);
}

} // namespace calx
