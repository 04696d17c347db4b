#include "core/vocabulary.hpp"
#include "evaluate/film.hpp"
#include "evaluate/json_file.hpp"
#include "evaluate/read_masks.hpp"

#include <fmt/format.h>

namespace calx::evaluation {
namespace {

constexpr ErrorCode kBadResult = ErrorCode::BadFindings;

Outline outline_of(const Json& json) {
  Outline outline;
  if (json.is_array())
    for (const Json& point : json)
      if (const auto xy = point_of(point)) outline.push_back(*xy);
  return outline;
}

Result<FoundLesion> lesion_of(const Json& json) {
  FoundLesion lesion;
  lesion.id = static_cast<int>(number_in(json, "id").value_or(0));
  const auto kind = parse<Kind>(text_in(json, "kind"));
  const auto score = number_in(json, "score");
  const auto bbox = box_of(member(json, "bbox"));
  const auto centroid = point_of(member(json, "centroid"));
  if (lesion.id < 1 || !kind || !score || !bbox || !centroid)
    return fail(kBadResult, "a lesion lacks its id, kind, score, bbox or centroid");
  lesion.kind = *kind;
  lesion.score = *score;
  lesion.bbox = *bbox;
  lesion.centroid = *centroid;
  lesion.area_mm2 = number_in(json, "area_mm2");
  lesion.outlines.push_back(outline_of(member(json, "outline")));
  for (const Json& other : member(json, "other_outlines"))
    lesion.outlines.push_back(outline_of(other));
  return lesion;
}

Result<void> read_image(const Json& image, FilmResult& result) {
  result.film = text_in(image, "path");
  result.size = {static_cast<int>(number_in(image, "columns").value_or(0)),
                 static_cast<int>(number_in(image, "rows").value_or(0))};
  if (result.size.width < 1 || result.size.height < 1)
    return fail(kBadResult, "\"image\" does not say its rows and columns");
  if (const auto row_column = point_of(member(image, "spacing_mm")))
    result.spacing = Spacing{row_column->y, row_column->x};
  const Json& region = member(image, "region");
  result.region = parse<Region>(text_in(region, "name"));
  result.region_source = text_in(region, "source");
  return {};
}

void read_prominences(const Json& anatomy, FilmResult& result) {
  for (const Json& json : member(anatomy, "prominences")) {
    const std::string name = text_in(json, "name");
    const auto xy = point_of(member(json, "xy"));
    if (!name.empty() && xy) result.prominences.push_back({name, *xy});
  }
}

Result<FilmResult> result_of(const Json& document) {
  FilmResult result;
  const Json& tool = member(document, "tool");
  result.tool = fmt::format("{} {} ({})", text_in(tool, "name"), text_in(tool, "version"),
                            text_in(tool, "revision"));
  for (const Json& model : member(tool, "models"))
    if (model.is_string()) result.models.push_back(model.get<std::string>());
  if (auto read = read_image(member(document, "image"), result); !read)
    return tl::unexpected(std::move(read).error());
  result.suggestion = parse<Pattern>(text_in(member(document, "assessment"), "suggestion"));
  if (!result.suggestion) return fail(kBadResult, "\"assessment\" has no suggestion");
  const Json& lesions = member(document, "lesions");
  if (!lesions.is_array()) return fail(kBadResult, "\"lesions\" is no list");
  for (const Json& json : lesions) {
    auto lesion = lesion_of(json);
    if (!lesion) return tl::unexpected(std::move(lesion).error());
    result.lesions.push_back(std::move(*lesion));
  }
  read_prominences(member(document, "anatomy"), result);
  return result;
}

Result<void> read_masks(const std::string& stem, FilmResult& result) {
  if (const std::filesystem::path file = stem + ".mask.png"; std::filesystem::exists(file)) {
    auto labels = read_labels(file, result.size, kBadResult);
    if (!labels) return tl::unexpected(std::move(labels).error());
    result.label_map = std::move(*labels);
  }
  for (const auto& [suffix, target] :
       {std::pair{".body.png", &result.body}, {".bone.png", &result.bone}}) {
    const std::filesystem::path file = stem + suffix;
    if (!std::filesystem::exists(file)) continue;
    auto mask = read_mask(file, result.size, kBadResult);
    if (!mask) return tl::unexpected(std::move(mask).error());
    *target = std::move(*mask);
  }
  return {};
}

} // namespace

Result<FilmResult> read_result(const std::filesystem::path& file) {
  const std::string context = "reading " + file.filename().string();
  const auto document = read_json(file, "calx.findings/1", kBadResult);
  if (!document) return tl::unexpected(document.error());
  auto result = result_of(*document);
  if (!result) return tl::unexpected(std::move(result).error().within(context));
  std::string stem = file.string();
  stem.resize(stem.size() - kFindingsSuffix.size());
  if (auto read = read_masks(stem, *result); !read)
    return tl::unexpected(std::move(read).error().within(context));
  return result;
}

} // namespace calx::evaluation
