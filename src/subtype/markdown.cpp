#include "subtype/rule_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace calx {
namespace {

/// Pipes would end a cell.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
    text.insert(at, 1, '\\');
  return text;
}

std::string describe(const std::vector<Modifier>& modifiers) {
  std::vector<std::string> parts;
  for (const Modifier& m : modifiers) {
    const std::string sign = m.add == 0 ? "noted" : fmt::format("{:+.2g}", m.add);
    parts.push_back(fmt::format("{} {}: {}", sign, m.because, describe(m.when)));
  }
  return fmt::format("{}", fmt::join(parts, "<br>"));
}

template <class S>
std::string table_of(const std::vector<Rule<S>>& rules) {
  std::string out = "| rule | suggests | what it says | when | confidence (cap) | modifiers | "
                    "asks for | source |\n|---|---|---|---|---|---|---|---|\n";
  for (const Rule<S>& r : rules) {
    std::vector<std::string> asks;
    for (const Fact* f : r.asks_for) asks.push_back(f->name);
    const std::string when = describe(r.when);
    out += fmt::format("| {} | `{}` | {} | {} | {:.2g} ({:.2g}) | {} | {} | {} |\n", r.id,
                       to_string(r.suggests), cell(r.says), cell(when.empty() ? "always" : when),
                       r.confidence, r.cap, cell(describe(r.modifiers)), fmt::join(asks, ", "),
                       r.source);
  }
  return out;
}

std::string table_of(const std::vector<Gate>& gates) {
  std::string out = "| gate | what it says | when | hides | source |\n|---|---|---|---|---|\n";
  for (const Gate& g : gates) {
    std::vector<std::string> hides;
    for (const Fact* f : g.hides) hides.push_back(f->name);
    out += fmt::format("| {} | {} | {} | {} | {} |\n", g.id, cell(g.says), cell(describe(g.when)),
                       fmt::join(hides, ", "), g.source);
  }
  return out;
}

std::string list_of_facts() {
  constexpr std::string_view kTypes[] = {"number", "word", "true or false"};
  constexpr std::string_view kOf[] = {"one region", "the image", "the regions together"};
  std::string out = "| fact | type | of |\n|---|---|---|\n";
  for (const Fact& f : facts()) {
    const auto of = f.name == "kind_confidence" ? FactOf::Region : f.of;
    out += fmt::format("| `{}` | {} | {} |\n", f.name, kTypes[static_cast<int>(f.type)],
                       kOf[static_cast<int>(of)]);
  }
  return out;
}

} // namespace

std::string Rules::to_markdown() const {
  const RuleTable& t = *table_;
  return fmt::format(
      "# Subtype rules {}\n\n"
      "A rule fires when its condition holds; its confidence plus the modifiers that hold stays "
      "within 0 and the cap. Source: S the source article, V read in a named paper, P a "
      "default.\n\n"
      "## Facts not to be relied on\n\n{}\n## Kind of a region\n\n{}\n"
      "## Pattern of the image\n\n{}\n## When not to answer\n\n"
      "{}: {} Margin {:.2g}, floor {:.2g}. Source: {}.\n\n## Facts a rule may ask for\n\n{}",
      t.version, table_of(t.gates), table_of(t.kinds), table_of(t.patterns), t.abstain.id,
      t.abstain.says, t.abstain.margin, t.abstain.floor, t.abstain.source, list_of_facts());
}

} // namespace calx
