#include "simulate/film/truth_json.hpp"

#include "core/version.hpp"
#include "simulate/film/context.hpp"

#include <cmath>

namespace calx::simulate {

namespace {

using Json = nlohmann::ordered_json;

Json json_number(double value, double per_unit) {
  if (!std::isfinite(value)) return nullptr;
  return std::round(value * per_unit) / per_unit;
}

Json point(const cv::Point2d& at) {
  return {json_number(at.x, 100), json_number(at.y, 100)};
}

/// Null for the vocabulary's word of not knowing.
template <class E>
Json word_or_null(E value, E unknown) {
  return value == unknown ? Json(nullptr) : Json(to_string(value));
}

Json lesion_json(const TruthLesion& lesion) {
  const cv::Rect& box = lesion.box;
  return {{"id", lesion.id},
          {"kind", to_string(lesion.kind)},
          {"pattern", word_or_null(lesion.pattern, Pattern::None)},
          {"bbox", {box.x, box.y, box.width, box.height}},
          {"centroid", point(lesion.centroid)},
          {"area_px", std::llround(lesion.area_px)},
          {"area_mm2", json_number(lesion.area_mm2, 1e3)},
          {"max_feret_mm", json_number(lesion.max_feret_mm, 1e3)},
          {"equivalent_diameter_mm", json_number(lesion.equivalent_diameter_mm, 1e3)},
          {"depth_mm", json_number(lesion.depth_mm, 1e2)},
          {"ha_fraction", json_number(lesion.ha_fraction, 1e3)},
          {"contrast", json_number(lesion.contrast, 1e5)},
          {"snr", json_number(lesion.snr, 1e2)},
          {"clutter_ratio", json_number(lesion.clutter_ratio, 1e2)},
          {"visible", lesion.visible},
          {"overlaps_bone", json_number(lesion.bone_overlap, 1e3)},
          {"description", lesion.description}};
}

Json masks_json(const TruthNames& names) {
  Json masks = Json::object();
  for (const auto& [key, file] : {std::pair{"lesions", &names.lesions},
                                  {"bone", &names.bone},
                                  {"bones", &names.bones},
                                  {"body", &names.body}})
    if (!file->empty()) masks[key] = *file;
  return masks;
}

Json parameters_json(const Film& film, const Header& header) {
  return {{"anatomy", to_json(film.anatomy)},
          {"geometry", to_json(film.geometry)},
          {"beam", to_json(film.beam)},
          {"detector", to_json(film.detector)},
          {"presentation", to_json(film.stored.presentation)},
          {"header", to_json(header)},
          {"mimics", film.spec.inclusions.mimics},
          {"skeleton", film.anatomy.skeleton}};
}

} // namespace

Json truth_json(const Film& film, const Header& header, const TruthNames& names,
                const Json& order) {
  const cv::Size size = film.stored.pixels.size();
  Json bones = Json::array(), lesions = Json::array(), prominences = Json::array();
  for (const Bone& bone : film.anatomy.bones) bones.push_back(bone.name);
  for (const TruthLesion& lesion : film.truth) lesions.push_back(lesion_json(lesion));
  for (const auto& [name, at] : film.prominences)
    prominences.push_back({{"name", name}, {"xy", point(at)}});
  const Json spacing = json_number(film.spacing_mm, 1e7);
  return {{"schema", "calx.truth/1"},
          {"notice", "simulated; for research use, not for diagnosis"},
          {"tool", {{"name", "calx-simulate"}, {"version", kVersion}}},
          {"image",
           {{"file", names.film},
            {"rows", size.height},
            {"columns", size.width},
            {"spacing_mm", {spacing, spacing}}}},
          {"region", to_string(film.anatomy.region)},
          {"view", word_or_null(film.anatomy.view, View::Unknown)},
          {"laterality", word_or_null(film.anatomy.laterality, Laterality::Unknown)},
          {"pattern", to_string(film.spec.inclusions.pattern)},
          {"context", clinical_context(film)},
          {"masks", masks_json(names)},
          {"bones", std::move(bones)},
          {"lesions", std::move(lesions)},
          {"prominences", std::move(prominences)},
          {"exhaustive", true},
          {"seed", film.spec.seed},
          {"order", order},
          {"parameters", parameters_json(film, header)},
          {"attribution", film.anatomy.attribution}};
}

} // namespace calx::simulate
