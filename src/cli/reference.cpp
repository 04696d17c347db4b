#include "cli/commands.hpp"
#include "lesions/features.hpp"
#include "pipeline/params.hpp"
#include "report/report.hpp"
#include "subtype/subtype.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace calx {
namespace {

using Json = nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

std::string as_markdown(const Rows& rows) {
  std::string text;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    text += fmt::format("| {} |\n", fmt::join(rows[i], " | "));
    if (i > 0) continue;
    text += "|";
    for (std::size_t column = 0; column < rows[i].size(); ++column) text += "---|";
    text += "\n";
  }
  return text;
}

std::string as_json(const Rows& rows) {
  Json list = Json::array();
  for (std::size_t i = 1; i < rows.size(); ++i) {
    Json row = Json::object();
    for (std::size_t column = 0; column < rows[i].size(); ++column)
      row[rows[0][column]] = rows[i][column];
    list.push_back(std::move(row));
  }
  return list.dump(2) + "\n";
}

/// Columns one under the other; the last is free text.
std::string as_text(const Rows& rows) {
  std::vector<std::size_t> width(rows.front().size(), 0);
  for (const auto& row : rows)
    for (std::size_t i = 0; i + 1 < row.size(); ++i) width[i] = std::max(width[i], row[i].size());
  std::string text;
  for (std::size_t r = 1; r < rows.size(); ++r) {
    for (std::size_t i = 0; i + 1 < width.size(); ++i)
      text += fmt::format("{:<{}}  ", rows[r][i], width[i]);
    text += rows[r].back() + "\n";
  }
  return text;
}

int print_table(const Rows& rows, TableStyle style, Console& console) {
  console.print(style == TableStyle::Markdown ? as_markdown(rows)
                : style == TableStyle::Json   ? as_json(rows)
                                              : as_text(rows));
  return kAllDone;
}

std::string params_text() {
  Params defaults;
  const ParameterList list = describe(defaults);
  std::string text;
  for (const Parameter& p : list.all()) {
    const std::string value =
        std::visit([](const auto* field) { return fmt::format("{}", *field); }, p.target);
    text += fmt::format("{} = {}{}\n    {}\n", p.name, value,
                        p.unit.empty() || p.unit == "1" ? "" : " " + p.unit, p.help);
  }
  return text;
}

} // namespace

int run_params(TableStyle style, Console& console) {
  console.print(style == TableStyle::Json       ? params_json(Params{})
                : style == TableStyle::Markdown ? params_markdown()
                                                : params_text());
  return kAllDone;
}

int run_features(TableStyle style, Console& console) {
  Rows rows{{"name", "unit", "definition"}};
  for (const FeatureDescription& d : feature_descriptions())
    rows.push_back({std::string(d.name), std::string(d.unit), std::string(d.definition)});
  return print_table(rows, style, console);
}

int run_errors(TableStyle style, Console& console) {
  Rows rows{{"code", "meaning"}};
  for (const ErrorDescription& e : error_descriptions())
    rows.push_back({std::string(e.name), std::string(e.meaning)});
  return print_table(rows, style, console);
}

int run_rules(const std::string& file_to_check, Console& console) {
  if (file_to_check.empty()) {
    console.print(Rules::standard().to_markdown());
    return kAllDone;
  }
  const auto rules = Rules::read(file_to_check);
  if (!rules) {
    console.complain(file_to_check, rules.error());
    return kSomeFailed;
  }
  console.print(fmt::format("{}: valid, version {}\n", file_to_check, rules->version()));
  return kAllDone;
}

int run_schema(Console& console) {
  console.print(findings_schema());
  return kAllDone;
}

} // namespace calx
