#include "evaluate/report_text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace calx::evaluation {

std::string number_text(std::optional<double> value) {
  return value ? fmt::format("{:.3g}", *value + 0.0) : "-";
}

std::string value_text(const Figure& figure) {
  if (!figure.value) return "no cases";
  const std::string number = number_text(figure.value);
  return figure.unit == "mm" ? number + " mm" : number;
}

std::string interval_text(const std::optional<Interval>& interval) {
  if (!interval) return "";
  return fmt::format("{} to {}", number_text(interval->low), number_text(interval->high));
}

std::string cases_text(const Figure& figure) {
  if (figure.cases == 0) return "";
  return fmt::format("{:.0f} on {} film{}", figure.cases, figure.films,
                     figure.films == 1 ? "" : "s");
}

std::string summary_text(const Evaluation& evaluation) {
  std::size_t deposits = 0, visible = 0;
  for (const FilmScore& film : evaluation.films)
    for (const LesionScore& lesion : film.lesions) {
      if (lesion.hidden || !lesion.is_deposit()) continue;
      ++deposits;
      visible += lesion.visible;
    }
  const std::size_t films = evaluation.films.size();
  return fmt::format("{} film{}, {} with a result; {} deposit{}, {} of them visible", films,
                     films == 1 ? "" : "s", films - troubled_films(evaluation).size(), deposits,
                     deposits == 1 ? "" : "s", visible);
}

std::string_view outcome_word(FilmChange::Outcome outcome) {
  switch (outcome) {
  case FilmChange::Outcome::Won:
    return "won";
  case FilmChange::Outcome::Lost:
    return "lost";
  case FilmChange::Outcome::Mixed:
    return "mixed";
  }
  return "";
}

std::vector<std::string> tools_of(const Evaluation& evaluation) {
  std::vector<std::string> tools;
  for (const FilmScore& film : evaluation.films) {
    if (film.tool.empty()) continue;
    std::string text = film.tool;
    for (const std::string& model : film.models) text += ", " + model;
    if (std::ranges::find(tools, text) == tools.end()) tools.push_back(std::move(text));
  }
  return tools;
}

std::vector<const FilmScore*> troubled_films(const Evaluation& evaluation) {
  std::vector<const FilmScore*> troubled;
  for (const FilmScore& film : evaluation.films)
    if (!film.has_result()) troubled.push_back(&film);
  return troubled;
}

bool group_has_cases(std::span<const Figure> figures, const std::string& group) {
  return std::ranges::any_of(
      figures, [&group](const Figure& f) { return f.group == group && f.value.has_value(); });
}

bool is_detail_without_cases(const Figure& figure) {
  return !figure.value && figure.id.starts_with("prominence/error/");
}

const Figure* find_figure(const Evaluation& evaluation, std::string_view id) {
  const auto found = std::ranges::find(evaluation.figures, id, &Figure::id);
  return found == evaluation.figures.end() ? nullptr : &*found;
}

} // namespace calx::evaluation
