#include "cohort/select_node.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace calx::cohort {
namespace selection {
namespace {

std::string small_letters(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::optional<double> number_of(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

/// YYYYMMDD, also with '-' or '.' between, as a number.
std::optional<double> date_of(std::string_view text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.size() == 10 && (i == 4 || i == 7) && (text[i] == '-' || text[i] == '.')) continue;
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    digits += text[i];
  }
  if (digits.size() != 8) return std::nullopt;
  const auto number = number_of(digits);
  const int date = static_cast<int>(*number);
  const int month = date / 100 % 100, day = date % 100;
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 ? number : std::nullopt;
}

/// "018Y", "6M", "3W", "10D" in years; a bare number is years.
std::optional<double> age_of(std::string_view text) {
  double in_a_year = 1;
  if (!text.empty()) {
    const char unit = text.back();
    if (unit == 'M' || unit == 'm') in_a_year = 12;
    if (unit == 'W' || unit == 'w') in_a_year = 52.1775;
    if (unit == 'D' || unit == 'd') in_a_year = 365.2425;
    if (in_a_year != 1 || unit == 'Y' || unit == 'y') text.remove_suffix(1);
  }
  const auto count = number_of(text);
  return count ? std::optional(*count / in_a_year) : std::nullopt;
}

/// -1, 0, 1 as a is below, at, above b.
int compare(TagKind kind, const Value& a, const Value& b) {
  if (kind != TagKind::Text) return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
  const int order = a.text.compare(b.text);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

bool passes(const Node& leaf, std::string_view text) {
  if (leaf.test == Test::Exists) return true;
  const auto value = value_of(leaf.tag, text);
  if (!value) return false;
  const Range& range = leaf.ranges.front();
  const auto order = [&] { return compare(leaf.tag, *value, range.low); };
  switch (leaf.test) {
  case Test::Equal:
    return order() == 0;
  case Test::Less:
    return order() < 0;
  case Test::LessOrEqual:
    return order() <= 0;
  case Test::Greater:
    return order() > 0;
  case Test::GreaterOrEqual:
    return order() >= 0;
  case Test::Contains:
    return value->text.find(range.low.text) != std::string::npos;
  default:
    return std::ranges::any_of(leaf.ranges, [&](const Range& r) {
      return compare(leaf.tag, *value, r.low) >= 0 && compare(leaf.tag, *value, r.high) <= 0;
    });
  }
}

bool holds(const Node& node, const TagValues& values) {
  const auto child_holds = [&](const auto& child) { return holds(*child, values); };
  switch (node.kind) {
  case Node::Kind::And:
    return std::ranges::all_of(node.children, child_holds);
  case Node::Kind::Or:
    return std::ranges::any_of(node.children, child_holds);
  case Node::Kind::Not:
    return !holds(*node.children.front(), values);
  default:
    break;
  }
  const auto found = values.find(node.keyword);
  return found != values.end() && std::ranges::any_of(found->second, [&](const std::string& text) {
           return passes(node, text);
         });
}

} // namespace

std::optional<Value> value_of(TagKind kind, std::string_view text) {
  if (kind == TagKind::Text) return Value{0, small_letters(text)};
  const auto number = kind == TagKind::Date  ? date_of(text)
                      : kind == TagKind::Age ? age_of(text)
                                             : number_of(text);
  return number ? std::optional(Value{*number, small_letters(text)}) : std::nullopt;
}

} // namespace selection

bool Selection::matches(const TagValues& values) const {
  return selection::holds(*root_, values);
}

} // namespace calx::cohort
