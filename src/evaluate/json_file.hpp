// JSON written by other programs, read without trust: a missing or mistyped value is nothing.
#pragma once

#include "core/error.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace calx::evaluation {

using Json = nlohmann::ordered_json;

/// The document; `code` where it is no JSON object or its "schema" is another one.
Result<Json> read_json(const std::filesystem::path& file, std::string_view schema, ErrorCode code);

/// The member of that name; null where there is none or `object` is none.
const Json& member(const Json& object, std::string_view name);

std::optional<double> number_in(const Json& object, std::string_view name);
std::string text_in(const Json& object, std::string_view name); ///< empty: none
std::optional<bool> flag_in(const Json& object, std::string_view name);

/// [x, y]; nothing for anything else.
std::optional<cv::Point2d> point_of(const Json& value);
/// [x, y, width, height] in whole pixels; nothing for anything else.
std::optional<cv::Rect> box_of(const Json& value);

} // namespace calx::evaluation
