#include "core/version.hpp"
#include "report/report.hpp"
#include "report/text.hpp"

#include <cmath>
#include <fmt/format.h>

namespace calx {
namespace {

/// RFC 4180: quotes around a field with a comma, quote or line break; quotes doubled.
std::string quoted(std::string_view field) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(field);
  std::string text(1, '"');
  for (const char c : field) text.append(c == '"' ? 2 : 1, c);
  text += '"';
  return text;
}

/// Appends fields to one row.
class Row {
public:
  Row& text(std::string_view field) {
    line_ += separator_ + quoted(field);
    separator_ = ",";
    return *this;
  }
  Row& number(std::optional<double> value) {
    return text(value && std::isfinite(*value) ? fmt::format("{}", significant(*value)) : "");
  }
  Row& pixels(double value) { return text(fmt::format("{}", rounded(value, 2))); }
  Row& integer(int value) { return text(fmt::format("{}", value)); }
  std::string end() const { return line_ + "\r\n"; }

private:
  std::string line_, separator_;
};

void nearest(Row& row, const std::optional<NearestFinding>& n) {
  if (n)
    row.text(n->name).number(n->distance_mm).pixels(n->distance_px).text(n->direction);
  else
    row.text("").text("").text("").text("");
}

std::string lesion_row(const Findings& f, const LesionFinding& l) {
  const Acquisition& a = f.acquisition;
  Row row;
  row.text(f.path).text(a.sop_instance_uid).text(a.series_instance_uid).integer(l.id);
  row.text(to_string(l.kind)).number(l.kind_confidence).number(l.score);
  row.text(to_string(f.assessment.suggestion)).number(f.assessment.confidence);
  row.text(a.region_source.empty() ? "" : to_string(a.region)).text(to_string(a.view));
  row.text(to_string(a.laterality)).text(to_string(f.spacing_source));
  row.integer(l.bbox.x).integer(l.bbox.y).integer(l.bbox.width).integer(l.bbox.height);
  row.pixels(l.centroid.x).pixels(l.centroid.y);
  for (const FeatureDescription& d : feature_descriptions()) row.number(l.features.*(d.value));
  nearest(row, l.nearest_prominence);
  return row.text(kDisclaimer).end();
}

} // namespace

std::string findings_csv_header() {
  Row row;
  for (const char* name : {"path", "sop_instance_uid", "series_instance_uid", "lesion_id", "kind",
                           "kind_confidence", "score", "suggestion", "suggestion_confidence",
                           "region", "view", "laterality", "spacing_source", "bbox_x", "bbox_y",
                           "bbox_width", "bbox_height", "centroid_x", "centroid_y"})
    row.text(name);
  for (const FeatureDescription& d : feature_descriptions()) row.text(d.name);
  for (const char* name : {"nearest_prominence", "nearest_prominence_mm", "nearest_prominence_px",
                           "nearest_prominence_direction", "disclaimer"})
    row.text(name);
  return row.end();
}

std::string findings_csv_rows(const Findings& findings) {
  std::string rows;
  for (const LesionFinding& lesion : findings.lesions) rows += lesion_row(findings, lesion);
  return rows;
}

std::string findings_csv(std::span<const Findings> all) {
  std::string csv = findings_csv_header();
  for (const Findings& findings : all) csv += findings_csv_rows(findings);
  return csv;
}

} // namespace calx
