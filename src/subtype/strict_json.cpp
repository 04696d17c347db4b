#include "subtype/strict_json.hpp"

#include "core/vocabulary.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

namespace calx::strict {

void Node::complain(std::string_view what) const {
  throw Complaint{fmt::format("{}: {}", at_.empty() ? "top level" : at_, what)};
}

Node Node::at(std::string_view key) const {
  if (!value_->is_object()) complain("an object is expected");
  const auto found = value_->find(key);
  if (found == value_->end()) complain(fmt::format("\"{}\" is missing", key));
  return {*found, fmt::format("{}/{}", at_, key)};
}

void Node::only(std::span<const std::string_view> allowed) const {
  for (const auto& [key, node] : members()) {
    if (std::ranges::find(allowed, key) == allowed.end())
      node.complain(fmt::format("unknown key{}", suggestion(key, allowed)));
  }
}

std::vector<std::pair<std::string, Node>> Node::members() const {
  if (!value_->is_object()) complain("an object is expected");
  std::vector<std::pair<std::string, Node>> all;
  for (const auto& [key, value] : value_->items())
    all.emplace_back(key, Node(value, fmt::format("{}/{}", at_, key)));
  return all;
}

std::vector<Node> Node::elements() const {
  if (!value_->is_array()) complain("a list is expected");
  std::vector<Node> all;
  for (std::size_t i = 0; i < value_->size(); ++i)
    all.emplace_back((*value_)[i], fmt::format("{}/{}", at_, i));
  return all;
}

std::string Node::text() const {
  if (!value_->is_string() || value_->get_ref<const std::string&>().empty())
    complain("a text is expected");
  return value_->get<std::string>();
}

double Node::number(double minimum, double maximum) const {
  if (!value_->is_number()) complain("a number is expected");
  const double x = value_->get<double>();
  if (!std::isfinite(x) || x < minimum || x > maximum)
    complain(fmt::format("must be within {:g} and {:g}", minimum, maximum));
  return x;
}

bool Node::flag() const {
  if (!value_->is_boolean()) complain("true or false is expected");
  return value_->get<bool>();
}

std::string Node::word(std::span<const std::string_view> allowed, std::string_view what) const {
  std::string w = text();
  if (std::ranges::find(allowed, w) == allowed.end())
    complain(fmt::format("\"{}\" is no {}{}", w, what, suggestion(w, allowed)));
  return w;
}

Json parse_document(std::string_view text) {
  constexpr int kDeepest = 64; // destroying a value recurses, so depth is stack
  std::vector<std::set<std::string>> open;
  const auto check = [&open](int depth, Json::parse_event_t event, Json& value) {
    if (depth > kDeepest) throw Complaint{"nested too deeply"};
    if (event == Json::parse_event_t::object_start) open.emplace_back();
    if (event == Json::parse_event_t::object_end) open.pop_back();
    if (event == Json::parse_event_t::key) {
      const auto key = value.get<std::string>();
      if (!open.back().insert(key).second)
        throw Complaint{fmt::format("the key \"{}\" is given twice in one object", key)};
    }
    return true;
  };
  try {
    return Json::parse(text.begin(), text.end(), check);
  } catch (const Json::parse_error& e) {
    throw Complaint{fmt::format("not valid JSON at byte {}", e.byte)};
  }
}

std::string suggestion(std::string_view word, std::span<const std::string_view> allowed) {
  const std::string_view near = nearest_word(word, allowed);
  if (!near.empty()) return fmt::format("; did you mean \"{}\"?", near);
  return fmt::format("; valid: {}", fmt::join(allowed, ", "));
}

} // namespace calx::strict
