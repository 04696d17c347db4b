#include "core/vocabulary.hpp"
#include "evaluate/film.hpp"
#include "evaluate/json_file.hpp"
#include "evaluate/read_masks.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace calx::evaluation {
namespace {

constexpr ErrorCode kBadTruth = ErrorCode::BadTruth;

/// A word of a vocabulary or null; another word is an error, not a silent null.
template <class E>
Result<std::optional<E>> word_in(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  if (value.is_null()) return std::optional<E>();
  const auto word = value.is_string() ? parse<E>(value.get<std::string>()) : std::nullopt;
  if (!word) return fail(kBadTruth, fmt::format("\"{}\" has no word of the vocabulary", name));
  return word;
}

std::optional<Spacing> spacing_in(const Json& image) {
  const auto row_column = point_of(member(image, "spacing_mm"));
  if (!row_column || row_column->x <= 0 || row_column->y <= 0) return std::nullopt;
  return Spacing{row_column->y, row_column->x};
}

Result<TrueLesion> true_lesion_of(const Json& json) {
  TrueLesion lesion;
  lesion.id = static_cast<int>(number_in(json, "id").value_or(0));
  const auto kind = word_in<Kind>(json, "kind");
  if (!kind) return tl::unexpected(kind.error());
  lesion.kind = *kind;
  const auto bbox = box_of(member(json, "bbox"));
  if (lesion.id < 1 || !bbox)
    return fail(kBadTruth, "a lesion needs an \"id\" from 1 and a \"bbox\" of four numbers");
  lesion.bbox = *bbox;
  lesion.certainty = text_in(json, "certainty");
  lesion.visible = flag_in(json, "visible").value_or(true);
  lesion.area_mm2 = number_in(json, "area_mm2");
  lesion.size_mm = number_in(json, "max_feret_mm");
  if (!lesion.size_mm) lesion.size_mm = number_in(json, "equivalent_diameter_mm");
  lesion.snr = number_in(json, "snr");
  return lesion;
}

Result<void> read_lesions(const Json& document, Truth& truth) {
  const Json& lesions = member(document, "lesions");
  if (!lesions.is_array()) return fail(kBadTruth, "\"lesions\" is no list");
  std::set<int> ids;
  for (const Json& json : lesions) {
    auto lesion = true_lesion_of(json);
    if (!lesion) return tl::unexpected(std::move(lesion).error());
    if (!ids.insert(lesion->id).second)
      return fail(kBadTruth, fmt::format("two lesions have the id {}", lesion->id));
    truth.lesions.push_back(std::move(*lesion));
  }
  return {};
}

Result<void> read_prominences(const Json& document, Truth& truth) {
  const Json& list = member(document, "prominences");
  if (list.is_null()) return {};
  if (!list.is_array()) return fail(kBadTruth, "\"prominences\" is no list");
  truth.prominences.emplace();
  for (const Json& json : list) {
    const std::string name = text_in(json, "name");
    const Json& place = member(json, "xy");
    const auto xy = point_of(place);
    if (name.empty() || !json.contains("xy") || (!xy && !place.is_null()))
      return fail(kBadTruth,
                  "a prominence needs a \"name\" and an \"xy\", null where it is unclear");
    if (xy)
      truth.prominences->push_back({name, *xy});
    else
      truth.unclear_prominences.push_back(name);
  }
  for (const NamedPoint& point : *truth.prominences)
    if (std::ranges::count(truth.unclear_prominences, point.name) > 0)
      return fail(kBadTruth, fmt::format("{} has a place and is unclear", point.name));
  return {};
}

Result<void> read_masks(const Json& masks, const std::filesystem::path& folder, Truth& truth) {
  const auto file = [&](std::string_view name) { return folder / text_in(masks, name); };
  if (!text_in(masks, "lesions").empty()) {
    auto labels = read_labels(file("lesions"), truth.size, kBadTruth);
    if (!labels) return tl::unexpected(std::move(labels).error());
    truth.lesion_map = std::move(*labels);
  }
  for (const auto& [name, target] : {std::pair{"body", &truth.body}, {"bone", &truth.bone}}) {
    if (text_in(masks, name).empty()) continue;
    auto mask = read_mask(file(name), truth.size, kBadTruth);
    if (!mask) return tl::unexpected(std::move(mask).error());
    *target = std::move(*mask);
  }
  return {};
}

Result<void> read_image(const Json& document, const std::filesystem::path& folder, Truth& truth) {
  const Json& image = member(document, "image");
  truth.film = folder / text_in(image, "file");
  truth.size = {static_cast<int>(number_in(image, "columns").value_or(0)),
                static_cast<int>(number_in(image, "rows").value_or(0))};
  if (truth.size.width < 1 || truth.size.height < 1)
    return fail(kBadTruth, "\"image\" does not say its rows and columns");
  truth.spacing = spacing_in(image);
  return {};
}

Result<Truth> truth_of(const Json& document, const std::filesystem::path& folder) {
  Truth truth;
  if (auto read = read_image(document, folder, truth); !read)
    return tl::unexpected(std::move(read).error());
  const auto region = word_in<Region>(document, "region");
  if (!region) return tl::unexpected(region.error());
  const auto pattern = word_in<Pattern>(document, "pattern");
  if (!pattern) return tl::unexpected(pattern.error());
  truth.region = *region;
  truth.pattern = *pattern;
  truth.exhaustive = flag_in(document, "exhaustive").value_or(true);
  if (auto read = read_lesions(document, truth); !read)
    return tl::unexpected(std::move(read).error());
  if (auto read = read_prominences(document, truth); !read)
    return tl::unexpected(std::move(read).error());
  if (auto read = read_masks(member(document, "masks"), folder, truth); !read)
    return tl::unexpected(std::move(read).error());
  return truth;
}

} // namespace

Result<Truth> read_truth(const std::filesystem::path& file) {
  const auto document = read_json(file, "calx.truth/1", kBadTruth);
  if (!document) return tl::unexpected(document.error());
  auto truth = truth_of(*document, file.parent_path());
  if (!truth)
    return tl::unexpected(std::move(truth).error().within("reading " + file.filename().string()));
  return truth;
}

} // namespace calx::evaluation
