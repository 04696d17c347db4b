#include "core/version.hpp"
#include "evaluate/evaluation_report.hpp"
#include "evaluate/json_file.hpp"
#include "evaluate/match.hpp"
#include "evaluate/report_text.hpp"

#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace calx::evaluation {
namespace {

/// Six significant digits: finer than any interval here.
Json number(std::optional<double> value) {
  if (!value || !std::isfinite(*value)) return nullptr;
  const std::string text = fmt::format("{:.6g}", *value + 0.0);
  double rounded = 0;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded;
}

Json interval_json(const std::optional<Interval>& interval) {
  return interval ? Json{number(interval->low), number(interval->high)} : Json(nullptr);
}

std::string_view word(Better better) {
  return better == Better::Higher ? "higher" : better == Better::Lower ? "lower" : "neither";
}

Json figure_json(const Figure& f) {
  return {{"id", f.id},
          {"group", f.group},
          {"label", f.label},
          {"unit", f.unit},
          {"better", word(f.better)},
          {"value", number(f.value)},
          {"interval", interval_json(f.interval)},
          {"cases", number(f.cases)},
          {"films", f.films}};
}

Json confusion_json(const Confusion& table) {
  return {{"truth", table.rows}, {"result", table.columns}, {"counts", table.counts}};
}

template <class E>
Json word_or_null(const std::optional<E>& value) {
  return value ? Json(to_string(*value)) : Json(nullptr);
}

Json lesion_json(const LesionScore& l) {
  Json json = {{"id", l.id},
               {"kind", word_or_null(l.kind)},
               {"visible", l.visible},
               {"size_mm", number(l.size_mm)},
               {"snr", number(l.snr)},
               {"found_at_score", number(l.found_at)},
               {"found_any_kind_at_score", number(l.found_any_at)},
               {"found_kind", word_or_null(l.found_kind)}};
  if (!l.certainty.empty()) json["certainty"] = l.certainty;
  if (l.hidden) json["hidden_behind_others"] = true;
  if (l.outline) json["dice"] = number(2 * l.outline->both / (l.outline->truth + l.outline->found));
  return json;
}

Json finding_json(const FindingScore& f) {
  return {{"id", f.id},
          {"kind", to_string(f.kind)},
          {"score", number(f.score)},
          {"hits_deposit", f.hits_deposit},
          {"hits_mimic", f.hits_mimic},
          {"hits_anything", f.hits_anything}};
}

Json mask_json(const std::optional<MaskCounts>& counts) {
  if (!counts) return nullptr;
  return {{"both_px", counts->both}, {"truth_px", counts->truth}, {"found_px", counts->found}};
}

Json film_json(const FilmScore& film) {
  Json lesions = Json::array(), findings = Json::array(), areas = Json::array(),
       points = Json::array();
  for (const LesionScore& lesion : film.lesions) lesions.push_back(lesion_json(lesion));
  for (const FindingScore& finding : film.findings) findings.push_back(finding_json(finding));
  for (const AreaPair& pair : film.areas)
    areas.push_back({{"truth_mm2", number(pair.truth_mm2)},
                     {"found_mm2", number(pair.found_mm2)},
                     {"truth_px", pair.truth_px},
                     {"found_px", pair.found_px}});
  for (const ProminenceScore& p : film.prominences)
    points.push_back(
        {{"name", p.name}, {"named", p.named}, {"near", p.near}, {"error_mm", number(p.error_mm)}});
  return {{"name", film.pair.name},
          {"trouble", film.trouble.empty() ? Json(nullptr) : Json(film.trouble)},
          {"exhaustive", film.exhaustive},
          {"pattern", word_or_null(film.pattern)},
          {"suggestion", word_or_null(film.suggestion)},
          {"region", word_or_null(film.region)},
          {"found_region", word_or_null(film.found_region)},
          {"lesions", std::move(lesions)},
          {"findings", std::move(findings)},
          {"areas", std::move(areas)},
          {"prominences", std::move(points)},
          {"wrong_names", film.wrong_names},
          {"deposit_pixels", mask_json(film.deposits)},
          {"bone_pixels", mask_json(film.bone)},
          {"body_pixels", mask_json(film.body)}};
}

Json rules_json() {
  return {{"tolerance_mm", kToleranceMm},
          {"min_tolerance_px", kMinTolerancePx},
          {"min_share_of_finding_on_lesions", kMinOnLesions},
          {"min_share_of_lesion_covered_by_a_finding", kMinCovered},
          {"or_min_share_of_finding_in_the_lesion", kPartShare},
          {"min_share_of_lesion_covered_in_all", kMinFound},
          {"box_margin_px", kBoxMarginPx},
          {"min_box_iou", kMinBoxIou},
          {"min_box_covered", kMinBoxCovered},
          {"max_times_box", kMaxTimesBox},
          {"max_point_error_mm", kMaxPointErrorMm},
          {"max_point_error_share_of_film_without_spacing", kMaxPointErrorShare}};
}

Json comparison_json(const Comparison& comparison) {
  Json differences = Json::array(), changes = Json::array();
  for (const Difference& d : comparison.differences)
    differences.push_back({{"id", d.here.id},
                           {"value", number(d.here.value)},
                           {"other", number(d.there.value)},
                           {"difference", number(d.difference)},
                           {"interval", interval_json(d.interval)}});
  for (const FilmChange& c : comparison.changes)
    changes.push_back({{"film", c.name},
                       {"outcome", outcome_word(c.outcome)},
                       {"found", c.found_here},
                       {"other_found", c.found_there},
                       {"false_positives", c.false_here},
                       {"other_false_positives", c.false_there},
                       {"suggestion", c.suggestion_here},
                       {"other_suggestion", c.suggestion_there}});
  return {{"differences", std::move(differences)}, {"changes", std::move(changes)}};
}

} // namespace

std::string evaluation_json(const ReportInput& input) {
  const Evaluation& e = input.evaluation;
  Json figures = Json::array(), froc = Json::array(), band = Json::array(), films = Json::array();
  for (const Figure& figure : e.figures) figures.push_back(figure_json(figure));
  for (const FrocPoint& p : e.froc)
    froc.push_back({number(p.score), number(p.false_positives), number(p.sensitivity)});
  for (const FrocBand& b : e.froc_band)
    band.push_back(
        {number(b.false_positives), number(b.sensitivity.low), number(b.sensitivity.high)});
  for (const FilmScore& film : e.films) films.push_back(film_json(film));
  Json document = {
      {"schema", "calx.evaluation/1"},
      {"disclaimer", kDisclaimer},
      {"tool", {{"name", kName}, {"version", kVersion}, {"revision", kRevision}}},
      {"results_made_by", tools_of(e)},
      {"matching", rules_json()},
      {"bootstrap",
       {{"unit", "film"}, {"resamples", e.bootstrap.resamples}, {"seed", e.bootstrap.seed}}},
      {"figures", std::move(figures)},
      {"froc",
       {{"columns", {"score", "false_positives_a_film", "sensitivity"}},
        {"curve", std::move(froc)},
        {"interval_columns", {"false_positives_a_film", "low", "high"}},
        {"intervals", std::move(band)}}},
      {"confusion",
       {{"kinds", confusion_json(e.kinds)}, {"suggestions", confusion_json(e.suggestions)}}},
      {"films", std::move(films)}};
  if (input.comparison) document["comparison"] = comparison_json(*input.comparison);
  return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace calx::evaluation
