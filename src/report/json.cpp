#include "core/version.hpp"
#include "report/report.hpp"
#include "report/text.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace calx {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kPixelDecimals = 2; // a hundredth of a pixel: finer than any outline is drawn
constexpr int kScoreDecimals = 4;

Json number(std::optional<double> value) {
  return value && std::isfinite(*value) ? Json(significant(*value)) : Json(nullptr);
}

Json score_or_null(std::optional<double> score) {
  return score ? Json(rounded(*score, kScoreDecimals)) : Json(nullptr);
}

Json word_or_null(std::string_view word) {
  return word.empty() ? Json(nullptr) : Json(word);
}

Json point(cv::Point2d p) {
  return {rounded(p.x, kPixelDecimals), rounded(p.y, kPixelDecimals)};
}

Json outline_json(const std::vector<cv::Point2d>& outline) {
  Json points = Json::array();
  for (const cv::Point2d& p : outline) points.push_back(point(p));
  return points;
}

Json evidence_json(const std::vector<Evidence>& all) {
  Json list = Json::array();
  for (const Evidence& e : all)
    list.push_back({{"rule", e.rule},
                    {"measured", e.measured},
                    {"value", e.value},
                    {"condition", e.condition}});
  return list;
}

Json tool_json(const Findings& findings) {
  return {
      {"name", kName}, {"version", kVersion}, {"revision", kRevision}, {"models", findings.models}};
}

Json image_json(const Findings& f) {
  const Acquisition& a = f.acquisition;
  const bool region_known = !a.region_source.empty();
  return {
      {"path", f.path},
      {"sop_instance_uid", word_or_null(a.sop_instance_uid)},
      {"series_instance_uid", word_or_null(a.series_instance_uid)},
      {"format", word_or_null(a.format)},
      {"transfer_syntax", word_or_null(a.transfer_syntax)},
      {"modality", word_or_null(a.modality)},
      {"rows", f.rows},
      {"columns", f.columns},
      {"bits_stored", a.bits_stored},
      {"frames", a.frames},
      // Not rounded: a spacing is the file's own number.
      {"spacing_mm", f.spacing ? Json{f.spacing->y_mm, f.spacing->x_mm} : Json(nullptr)},
      {"spacing_source", to_string(f.spacing_source)},
      {"assumed_spacing_mm", number(f.assumed_spacing_mm)},
      {"polarity_as_stored", to_string(a.polarity_as_stored)},
      {"polarity_source", a.polarity_source},
      {"region",
       {{"name", region_known ? Json(to_string(a.region)) : Json(nullptr)},
        {"source", word_or_null(a.region_source)}}},
      {"laterality", to_string(a.laterality)},
      {"view", to_string(a.view)},
      {"sex", to_string(a.sex)},
      {"age_years", number(a.age_years)},
  };
}

Json area_json(double px, std::optional<double> mm2) {
  return {{"px", rounded(px, 1)}, {"mm2", number(mm2)}};
}

Json anatomy_json(const Findings& f) {
  Json prominences = Json::array();
  for (const ProminenceFinding& p : f.prominences)
    prominences.push_back({{"id", p.id},
                           {"name", word_or_null(p.name)},
                           {"name_confidence", score_or_null(p.name_confidence)},
                           {"xy", point(p.xy)},
                           {"prominence_mm", number(p.prominence_mm)},
                           {"prominence_px", rounded(p.prominence_px, kPixelDecimals)}});
  return {{"body_area", area_json(f.body_area_px, f.body_area_mm2)},
          {"bone_area", area_json(f.bone_area_px, f.bone_area_mm2)},
          {"prominences", std::move(prominences)}};
}

Json distance_json(const NearestFinding& n) {
  return {{"xy", point(n.xy)},
          {"distance_mm", number(n.distance_mm)},
          {"distance_px", rounded(n.distance_px, kPixelDecimals)},
          {"direction", n.direction}};
}

Json nearest_json(const std::optional<NearestFinding>& nearest) {
  return nearest ? distance_json(*nearest) : Json(nullptr);
}

Json nearest_prominence_json(const std::optional<NearestFinding>& nearest) {
  if (!nearest) return nullptr;
  Json json = {{"id", nearest->id}, {"name", word_or_null(nearest->name)}};
  json.update(distance_json(*nearest));
  return json;
}

Json features_json(const Features& features) {
  Json json = Json::object();
  for (const FeatureDescription& d : feature_descriptions())
    json[std::string(d.name)] = number(features.*(d.value));
  return json;
}

Json lesion_json(const LesionFinding& l) {
  Json json = {
      {"id", l.id},
      {"kind", to_string(l.kind)},
      {"kind_confidence", rounded(l.kind_confidence, kScoreDecimals)},
      {"score", rounded(l.score, kScoreDecimals)},
      {"bbox", {l.bbox.x, l.bbox.y, l.bbox.width, l.bbox.height}},
      {"centroid", point(l.centroid)},
      {"outline", l.outlines.empty() ? Json::array() : outline_json(l.outlines.front())},
  };
  if (l.outlines.size() > 1) {
    Json& others = json["other_outlines"] = Json::array();
    for (auto o = l.outlines.begin() + 1; o != l.outlines.end(); ++o)
      others.push_back(outline_json(*o));
  }
  json["area_px"] = rounded(l.features.area_px.value_or(0), kPixelDecimals);
  json["area_mm2"] = number(l.features.area_mm2);
  json["features"] = features_json(l.features);
  json["nearest_prominence"] = nearest_prominence_json(l.nearest_prominence);
  json["nearest_bone"] = nearest_json(l.nearest_bone);
  json["nearest_joint"] = nearest_json(l.nearest_joint);
  json["depth_mm"] = number(l.features.depth_mm);
  json["rules"] = evidence_json(l.rules);
  return json;
}

Json assessment_json(const Assessment& a) {
  Json candidates = Json::array();
  for (const PatternCandidate& c : a.candidates)
    candidates.push_back({{"pattern", to_string(c.pattern)},
                          {"confidence", rounded(c.confidence, kScoreDecimals)},
                          {"rule", c.rule},
                          {"says", c.says},
                          {"fired", c.fired},
                          {"evidence", evidence_json(c.evidence)}});
  return {{"suggestion", to_string(a.suggestion)},
          {"confidence", rounded(a.confidence, kScoreDecimals)},
          {"candidates", std::move(candidates)},
          {"evidence", evidence_json(a.evidence)},
          {"missing", a.missing}};
}

/// In the layout of a parameter file: {"stage": {"field": value}}.
Json parameters_json(const Findings& findings) {
  constexpr double kExactIntegers = 9007199254740992.0; // 2^53
  Json json = Json::object();
  for (const auto& [name, value] : findings.parameters) {
    const auto dot = name.find('.');
    Json& place =
        dot == std::string::npos ? json[name] : json[name.substr(0, dot)][name.substr(dot + 1)];
    const bool whole = std::trunc(value) == value && std::abs(value) < kExactIntegers;
    place = whole ? Json(static_cast<std::int64_t>(value)) : Json(value);
  }
  return json;
}

std::string scalar_text(const Json& value) {
  // A path may hold any bytes; the output is UTF-8 all the same.
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Arrays of numbers, and of points, read best on one line; the library would break them all.
bool fits_a_line(const Json& value) {
  if (value.is_object()) return value.empty();
  if (!value.is_array()) return true;
  return std::ranges::all_of(value, [](const Json& element) {
    return element.is_number() ||
           (element.is_array() &&
            std::ranges::all_of(element, [](const Json& e) { return e.is_number(); }));
  });
}

void print(const Json& value, std::string& out, std::size_t indent) {
  if (fits_a_line(value)) {
    out += scalar_text(value);
    return;
  }
  out += value.is_object() ? '{' : '[';
  const char* separator = "\n";
  for (const auto& [key, element] : value.items()) {
    out.append(separator).append(indent + 2, ' ');
    if (value.is_object()) out.append(scalar_text(Json(key))).append(": ");
    print(element, out, indent + 2);
    separator = ",\n";
  }
  out.append(1, '\n').append(indent, ' ');
  out += value.is_object() ? '}' : ']';
}

} // namespace

std::string findings_json(const Findings& f) {
  Json lesions = Json::array();
  for (const LesionFinding& lesion : f.lesions) lesions.push_back(lesion_json(lesion));
  const Json document = {
      {"schema", "calx.findings/1"},
      {"disclaimer", kDisclaimer},
      {"tool", tool_json(f)},
      {"image", image_json(f)},
      {"assessment", assessment_json(f.assessment)},
      {"anatomy", anatomy_json(f)},
      {"lesions", std::move(lesions)},
      {"warnings", f.warnings},
      {"parameters", parameters_json(f)},
  };
  std::string out;
  print(document, out, 0);
  return out + "\n";
}

} // namespace calx
