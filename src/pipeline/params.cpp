#include "pipeline/params.hpp"

#include "core/vocabulary.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

namespace calx {
namespace {

using Json = nlohmann::ordered_json;

const char* type_name(const Parameter& p) {
  if (std::holds_alternative<bool*>(p.target)) return "true or false";
  return std::holds_alternative<int*>(p.target) ? "a whole number" : "a number";
}

std::string with_unit(double value, const Parameter& p) {
  return p.unit.empty() || p.unit == "1" ? fmt::format("{}", value)
                                         : fmt::format("{} {}", value, p.unit);
}

double value_of(const Parameter& p) {
  return std::visit([](auto* field) { return static_cast<double>(*field); }, p.target);
}

std::string value_text(const Parameter& p) {
  return std::visit([](auto* field) { return fmt::format("{}", *field); }, p.target);
}

std::string range_text(const Parameter& p) {
  if (std::holds_alternative<bool*>(p.target)) return "true, false";
  return fmt::format("{} to {}", p.minimum, p.maximum);
}

Error wrong_type(const Parameter& p, std::string_view given) {
  return {ErrorCode::BadParameter,
          fmt::format("{} takes {}, but was given '{}'", p.name, type_name(p), given),
          {}};
}

/// The one place where a described field changes: finite and in range, or an error.
Result<void> assign(const Parameter& p, double value) {
  if (!std::isfinite(value) || value < p.minimum || value > p.maximum)
    return fail(ErrorCode::BadParameter,
                fmt::format("{} must be from {} to {}, but was given {}", p.name, p.minimum,
                            with_unit(p.maximum, p), value));
  std::visit(
      [value](auto* field) { *field = static_cast<std::remove_pointer_t<decltype(field)>>(value); },
      p.target);
  return {};
}

Result<void> assign_text(const Parameter& p, std::string_view text) {
  if (std::holds_alternative<bool*>(p.target)) {
    if (text != "true" && text != "false") return tl::unexpected(wrong_type(p, text));
    return assign(p, text == "true" ? 1 : 0);
  }
  const char* end = text.data() + text.size();
  double value = 0;
  std::from_chars_result parsed{};
  if (std::holds_alternative<int*>(p.target)) {
    int whole = 0;
    parsed = std::from_chars(text.data(), end, whole);
    value = whole;
  } else {
    parsed = std::from_chars(text.data(), end, value);
  }
  if (parsed.ec != std::errc{} || parsed.ptr != end) return tl::unexpected(wrong_type(p, text));
  return assign(p, value);
}

Result<void> assign_json(const Parameter& p, const Json& value) {
  const bool is_bool = std::holds_alternative<bool*>(p.target);
  const bool is_int = std::holds_alternative<int*>(p.target);
  const bool fits = is_bool  ? value.is_boolean()
                    : is_int ? value.is_number_integer()
                             : value.is_number();
  if (!fits)
    return tl::unexpected(
        wrong_type(p, value.dump(-1, ' ', false, Json::error_handler_t::replace)));
  return assign(p, is_bool ? (value.get<bool>() ? 1 : 0) : value.get<double>());
}

Result<Parameter> find_parameter(const ParameterList& list, std::string_view name) {
  const auto at = std::ranges::find(list.all(), name, &Parameter::name);
  if (at != list.all().end()) return *at;
  std::vector<std::string_view> names;
  for (const Parameter& p : list.all()) names.push_back(p.name);
  const std::string_view nearest = nearest_word(name, names);
  return fail(ErrorCode::UnknownParameter,
              nearest.empty()
                  ? fmt::format("no parameter is called '{}'; `calx params` lists them", name)
                  : fmt::format("no parameter is called '{}'; did you mean '{}'?", name, nearest));
}

std::pair<std::string, std::string> split_name(const std::string& name) {
  const auto dot = name.find('.');
  return {name.substr(0, dot), name.substr(dot + 1)};
}

/// JSON as the standard means it, and no key twice: the library would silently keep the last.
Result<Json> parse_strictly(std::string_view text) {
  std::vector<std::set<std::string>> keys;
  std::string duplicate;
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key) {
      auto key = parsed.get<std::string>();
      if (!keys.back().insert(key).second) duplicate = std::move(key);
    }
    return true;
  };
  try {
    Json parsed = Json::parse(text, watch);
    if (!duplicate.empty())
      return fail(ErrorCode::BadParameter, fmt::format("the key '{}' is there twice", duplicate));
    return parsed;
  } catch (const Json::exception& e) {
    return fail(ErrorCode::BadParameter, fmt::format("not valid JSON: {}", e.what()));
  }
}

Result<void> apply_stage(const ParameterList& list, const std::string& stage, const Json& fields) {
  if (!fields.is_object())
    return fail(ErrorCode::BadParameter,
                fmt::format("'{}' must hold an object of parameters, as `calx params --json` "
                            "prints it",
                            stage));
  for (const auto& [key, value] : fields.items()) {
    const auto p = find_parameter(list, stage + "." + key);
    if (!p) return tl::unexpected(p.error());
    if (auto assigned = assign_json(*p, value); !assigned) return assigned;
  }
  return {};
}

Result<void> check_stage(const ParameterList& list, const std::string& stage) {
  std::set<std::string> stages;
  for (const Parameter& p : list.all()) stages.insert(split_name(p.name).first);
  if (stages.contains(stage)) return {};
  const std::vector<std::string_view> names(stages.begin(), stages.end());
  const std::string_view nearest = nearest_word(stage, names);
  return fail(
      ErrorCode::UnknownParameter,
      nearest.empty()
          ? fmt::format("no stage is called '{}'; there are {}", stage, fmt::join(names, ", "))
          : fmt::format("no stage is called '{}'; did you mean '{}'?", stage, nearest));
}

Result<Params> parse_params(std::string_view text) {
  const auto document = parse_strictly(text);
  if (!document) return tl::unexpected(document.error());
  if (!document->is_object())
    return fail(ErrorCode::BadParameter, "the file must hold one object, as `calx params --json` "
                                         "prints it");
  Params params;
  const ParameterList list = describe(params);
  for (const auto& [stage, fields] : document->items()) {
    if (auto known = check_stage(list, stage); !known) return tl::unexpected(known.error());
    if (auto applied = apply_stage(list, stage, fields); !applied)
      return tl::unexpected(applied.error());
  }
  return params;
}

} // namespace

ParameterList describe(Params& params) {
  ParameterList list;
  list.stage("normalise");
  params.normalise.describe(list);
  params.network.describe(list);
  list.stage("anatomy");
  params.anatomy.describe(list);
  list.stage("lesions");
  params.lesions.describe(list);
  return list;
}

Result<void> set_parameter(Params& params, std::string_view name, std::string_view value) {
  const auto p = find_parameter(describe(params), name);
  if (!p) return tl::unexpected(p.error());
  return assign_text(*p, value);
}

Result<Params> read_params(const std::filesystem::path& file) {
  const auto reading = "reading parameters from " + file.string();
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored))
    return tl::unexpected(Error{
        ErrorCode::IsDirectory,
        "a folder was given where a parameter file is expected",
        {}}.within(reading));
  std::ifstream stream(file, std::ios::binary);
  if (!stream)
    return tl::unexpected(Error{
        std::filesystem::exists(file, ignored) ? ErrorCode::Unreadable : ErrorCode::FileNotFound,
        "the parameter file cannot be opened",
        {}}.within(reading));
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  return parse_params(text).map_error([&](Error e) { return std::move(e).within(reading); });
}

std::string params_json(const Params& params) {
  Params copy = params;
  Json document = Json::object();
  const ParameterList list = describe(copy);
  for (const Parameter& p : list.all()) {
    const auto [stage, field] = split_name(p.name);
    std::visit([&](auto* value) { document[stage][field] = *value; }, p.target);
  }
  return document.dump(2) + "\n";
}

std::string params_markdown() {
  Params defaults;
  std::string text = "| name | default | unit | range | meaning |\n|---|---|---|---|---|\n";
  const ParameterList list = describe(defaults);
  for (const Parameter& p : list.all())
    text += fmt::format("| `{}` | {} | {} | {} | {} |\n", p.name, value_text(p), p.unit,
                        range_text(p), p.help);
  return text;
}

std::vector<std::pair<std::string, double>> effective_values(const Params& params) {
  Params copy = params;
  std::vector<std::pair<std::string, double>> values;
  const ParameterList list = describe(copy);
  for (const Parameter& p : list.all()) values.emplace_back(p.name, value_of(p));
  return values;
}

} // namespace calx
