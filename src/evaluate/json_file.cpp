#include "evaluate/json_file.hpp"

#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

namespace calx::evaluation {
namespace {

/// A whole number that an int holds with room to add two of them.
bool is_coordinate(const Json& value) {
  constexpr double kMost = 1e8;
  return value.is_number() && std::abs(value.get<double>()) < kMost;
}

bool is_coordinates(const Json& value, std::size_t count) {
  if (!value.is_array() || value.size() != count) return false;
  for (const Json& element : value)
    if (!is_coordinate(element)) return false;
  return true;
}

} // namespace

Result<Json> read_json(const std::filesystem::path& file, std::string_view schema, ErrorCode code) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return fail(ErrorCode::Unreadable,
                fmt::format("{} cannot be opened", file.filename().string()));
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  Json document = Json::parse(text, nullptr, false);
  if (!document.is_object())
    return fail(code, fmt::format("{} is no JSON object", file.filename().string()));
  if (text_in(document, "schema") != schema)
    return fail(code, fmt::format("{} does not say that its schema is {}", file.filename().string(),
                                  schema));
  return document;
}

const Json& member(const Json& object, std::string_view name) {
  static const Json null;
  if (!object.is_object()) return null;
  const auto found = object.find(name);
  return found == object.end() ? null : *found;
}

std::optional<double> number_in(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  if (!value.is_number() || !std::isfinite(value.get<double>())) return std::nullopt;
  return value.get<double>();
}

std::string text_in(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<bool> flag_in(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  return value.is_boolean() ? std::optional(value.get<bool>()) : std::nullopt;
}

std::optional<cv::Point2d> point_of(const Json& value) {
  if (!is_coordinates(value, 2)) return std::nullopt;
  return cv::Point2d(value[0].get<double>(), value[1].get<double>());
}

std::optional<cv::Rect> box_of(const Json& value) {
  if (!is_coordinates(value, 4)) return std::nullopt;
  return cv::Rect(value[0].get<int>(), value[1].get<int>(), value[2].get<int>(),
                  value[3].get<int>());
}

} // namespace calx::evaluation
