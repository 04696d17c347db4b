// The strict reader of models/subtype_rules.json; the schema beside it says the same in JSON
// Schema.
#include "subtype/rule_table.hpp"
#include "subtype/strict_json.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>
#include <set>

namespace calx {
namespace {

using strict::Node;
using Words = std::span<const std::string_view>;

constexpr std::string_view kSchema = "calx.rules/1";
constexpr double kHuge = 1e9;
constexpr int kDeepest = 16; // people do not nest conditions further; recursion stays bounded

/// Which facts a condition may ask for where it stands.
enum class Place { Region, Image, Deposit };

bool allowed(FactOf of, Place place, std::string_view name) {
  if (of == FactOf::Image) return true;
  if (of == FactOf::Region) return place != Place::Image;
  // A count makes no sense of one deposit, nor a kind's confidence of the whole image.
  return name == "kind_confidence" ? place == Place::Deposit : place == Place::Image;
}

const Fact& read_fact(const std::string& name, const Node& node) {
  if (const Fact* fact = find_fact(name)) return *fact;
  std::vector<std::string_view> names;
  for (const Fact& f : facts()) names.push_back(f.name);
  const std::string_view near = nearest_word(name, names);
  node.complain(near.empty() ? "no such fact; `calx rules --markdown` lists them"
                             : fmt::format("no such fact; did you mean \"{}\"?", near));
}

std::vector<std::string> read_words(const Node& list, Words vocabulary, std::string_view what) {
  std::vector<std::string> out;
  for (const Node& e : list.elements())
    out.push_back(vocabulary.empty() ? e.text() : e.word(vocabulary, what));
  if (out.empty()) list.complain("at least one word is expected");
  return out;
}

Test read_number_test(const std::string& op, const Node& node) {
  constexpr std::array<std::string_view, 6> kOps{"<", "<=", "==", ">=", ">", "between"};
  const auto at = std::ranges::find(kOps, op);
  if (at == kOps.end())
    node.complain(fmt::format("no comparison of a number{}", strict::suggestion(op, kOps)));
  Test test{.comparison = static_cast<Comparison>(at - kOps.begin())};
  if (test.comparison != Comparison::Between) {
    test.low = node.number(-kHuge, kHuge);
    return test;
  }
  const auto ends = node.elements();
  if (ends.size() != 2) node.complain("two numbers are expected");
  test.low = ends[0].number(-kHuge, kHuge);
  test.high = ends[1].number(test.low, kHuge);
  return test;
}

Test read_word_test(const std::string& op, const Node& node, const Fact& fact) {
  constexpr std::array<std::string_view, 4> kOps{"is", "in", "not_in", "ends_with"};
  if (std::ranges::find(kOps, op) == kOps.end())
    node.complain(fmt::format("no comparison of a word{}", strict::suggestion(op, kOps)));
  if (op == "is") {
    return {.comparison = Comparison::Is,
            .words = {fact.words.empty() ? node.text() : node.word(fact.words, fact.name)}};
  }
  if (op == "ends_with")
    return {.comparison = Comparison::EndsWith, .words = read_words(node, {}, fact.name)};
  return {.comparison = op == "in" ? Comparison::In : Comparison::NotIn,
          .words = read_words(node, fact.words, fact.name)};
}

Condition read_fact_condition(const std::string& name, const Node& node, Place place) {
  Condition c{.node = Condition::Node::Fact, .fact = &read_fact(name, node)};
  if (!allowed(c.fact->of, place, name)) {
    node.complain(c.fact->of == FactOf::Region
                      ? "a fact of one region; put it into {\"deposits\": {..., \"where\": ...}}"
                      : "not known here; counts are for pattern rules, outside \"where\"");
  }
  for (const auto& [op, value] : node.members()) {
    switch (c.fact->type) {
    case FactType::Number:
      c.tests.push_back(read_number_test(op, value));
      break;
    case FactType::Word:
      c.tests.push_back(read_word_test(op, value, *c.fact));
      break;
    case FactType::Flag:
      if (op != "is") value.complain("a flag is compared with {\"is\": true} or false");
      c.tests.push_back({.comparison = Comparison::Is, .flag = value.flag()});
    }
  }
  if (c.tests.empty()) node.complain("a comparison is expected, such as {\">=\": 50}");
  return c;
}

Condition read_condition(const Node& node, Place place, int depth = 0);

Condition read_list(Condition::Node kind, const Node& list, Place place, int depth) {
  Condition c{.node = kind};
  for (const Node& child : list.elements())
    c.children.push_back(read_condition(child, place, depth + 1));
  if (c.children.empty()) list.complain("at least one condition is expected");
  return c;
}

Condition read_count(const Node& node, Place place, int depth) {
  if (place != Place::Image) node.complain("deposits are counted in pattern rules only");
  constexpr std::array<std::string_view, 4> kKeys{"at_least", "at_most", "share", "where"};
  node.only(kKeys);
  if (node.value().size() != 2)
    node.complain("one of at_least, at_most, share is expected, and where");
  Condition c;
  if (node.has("at_least")) {
    c.node = Condition::Node::AtLeast;
    c.amount = node.at("at_least").number(1, 1000);
  } else if (node.has("at_most")) {
    c.node = Condition::Node::AtMost;
    c.amount = node.at("at_most").number(0, 1000);
  } else {
    c.node = Condition::Node::Share;
    c.amount = node.at("share").number(0.01, 1);
  }
  c.children.push_back(read_condition(node.at("where"), Place::Deposit, depth + 1));
  return c;
}

Condition read_condition(const Node& node, Place place, int depth) {
  if (depth > kDeepest) node.complain("conditions are nested too deeply");
  Condition all;
  for (const auto& [key, value] : node.members()) {
    if (key == "any")
      all.children.push_back(read_list(Condition::Node::Any, value, place, depth));
    else if (key == "all")
      all.children.push_back(read_list(Condition::Node::All, value, place, depth));
    else if (key == "deposits")
      all.children.push_back(read_count(value, place, depth));
    else
      all.children.push_back(read_fact_condition(key, value, place));
  }
  return all;
}

std::string read_source(const Node& node) {
  const std::string marks = node.text();
  for (const char c : marks) {
    if (std::string_view("SVP,").find(c) == std::string_view::npos)
      node.complain("a source is S (source article), V (read in a paper), P (default), or S,P");
  }
  return marks;
}

std::vector<const Fact*> read_fact_names(const Node& list) {
  std::vector<const Fact*> out;
  for (const Node& n : list.elements()) out.push_back(&read_fact(n.text(), n));
  return out;
}

std::vector<Modifier> read_modifiers(const Node& list, Place place) {
  constexpr std::array<std::string_view, 3> kKeys{"when", "add", "because"};
  std::vector<Modifier> out;
  for (const Node& m : list.elements()) {
    m.only(kKeys);
    out.push_back(
        {read_condition(m.at("when"), place), m.at("add").number(-1, 1), m.at("because").text()});
  }
  return out;
}

template <class S>
Rule<S> read_rule(const Node& node, Place place, std::string_view what, const Phrases& phrases) {
  constexpr std::array<std::string_view, 9> kKeys{
      "id", "says", "source", "suggests", "when", "confidence", "cap", "modifiers", "asks_for"};
  node.only(kKeys);
  Rule<S> rule;
  rule.id = node.at("id").text();
  rule.says = node.at("says").text();
  rule.source = read_source(node.at("source"));
  rule.suggests = *parse<S>(node.at("suggests").word(words<S>(), what));
  rule.when = read_condition(node.at("when"), place);
  rule.cap = node.at("cap").number(0, 1);
  rule.confidence = node.at("confidence").number(0, rule.cap);
  if (node.has("modifiers")) rule.modifiers = read_modifiers(node.at("modifiers"), place);
  if (!node.has("asks_for")) return rule;
  rule.asks_for = read_fact_names(node.at("asks_for"));
  for (const Fact* fact : rule.asks_for) {
    if (fact->of != FactOf::Image)
      node.at("asks_for").complain(fmt::format("{} cannot be given by the user", fact->name));
    if (!phrases.contains(fact->name))
      node.at("asks_for")
          .complain(fmt::format("/phrases does not say how to ask for {}", fact->name));
  }
  return rule;
}

Gate read_gate(const Node& node) {
  constexpr std::array<std::string_view, 6> kKeys{"id",   "says",  "source",
                                                  "when", "hides", "missing"};
  node.only(kKeys);
  return {node.at("id").text(),
          node.at("says").text(),
          read_source(node.at("source")),
          node.at("missing").text(),
          read_condition(node.at("when"), Place::Region),
          read_fact_names(node.at("hides"))};
}

Abstention read_abstention(const Node& node) {
  constexpr std::array<std::string_view, 5> kKeys{"id", "says", "source", "margin", "floor"};
  node.only(kKeys);
  return {node.at("id").text(), node.at("says").text(), read_source(node.at("source")),
          node.at("margin").number(0, 1), node.at("floor").number(0, 1)};
}

void check_ids(const RuleTable& table, const Node& top) {
  std::set<std::string> seen;
  const auto once = [&](const std::string& id) {
    if (!seen.insert(id).second) top.complain(fmt::format("two rules have the id \"{}\"", id));
  };
  for (const auto& g : table.gates) once(g.id);
  for (const auto& r : table.kinds) once(r.id);
  for (const auto& r : table.patterns) once(r.id);
  once(table.abstain.id);
}

RuleTable read_table(const Node& top) {
  constexpr std::array<std::string_view, 9> kKeys{
      "$schema", "schema", "version", "note", "phrases", "gates", "kinds", "patterns", "abstain"};
  top.only(kKeys);
  if (top.at("schema").text() != kSchema)
    top.at("schema").complain(fmt::format("this program reads \"{}\"", kSchema));
  RuleTable table;
  table.version = top.at("version").text();
  for (const auto& [name, phrase] : top.at("phrases").members()) {
    read_fact(name, phrase);
    table.phrases[name] = phrase.text();
  }
  for (const Node& g : top.at("gates").elements()) table.gates.push_back(read_gate(g));
  for (const Node& r : top.at("kinds").elements())
    table.kinds.push_back(read_rule<Kind>(r, Place::Region, "kind", table.phrases));
  for (const Node& r : top.at("patterns").elements())
    table.patterns.push_back(read_rule<Pattern>(r, Place::Image, "pattern", table.phrases));
  table.abstain = read_abstention(top.at("abstain"));
  check_ids(table, top);
  return table;
}

} // namespace

Result<RuleTable> parse_rule_table(std::string_view json) {
  try {
    const strict::Json document = strict::parse_document(json);
    return read_table(Node(document, ""));
  } catch (const strict::Complaint& complaint) {
    return fail(ErrorCode::BadRules, complaint.message);
  }
}

} // namespace calx
