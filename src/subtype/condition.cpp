#include "subtype/condition.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <utility>

namespace calx {
namespace {

bool holds(const Test& test, double x) {
  switch (test.comparison) {
  case Comparison::Less:
    return x < test.low;
  case Comparison::AtMost:
    return x <= test.low;
  case Comparison::Equal:
    return x == test.low;
  case Comparison::AtLeast:
    return x >= test.low;
  case Comparison::Greater:
    return x > test.low;
  case Comparison::Between:
    return test.low <= x && x <= test.high;
  default:
    return false;
  }
}

bool holds(const Test& test, const std::string& word) {
  const auto same = [&](const std::string& w) { return w == word; };
  const auto tail = [&](const std::string& w) { return word.ends_with(w); };
  switch (test.comparison) {
  case Comparison::NotIn:
    return std::ranges::none_of(test.words, same);
  case Comparison::EndsWith:
    return std::ranges::any_of(test.words, tail);
  default:
    return std::ranges::any_of(test.words, same);
  }
}

bool holds(const Test& test, const FactValue& value) {
  if (const auto* number = std::get_if<double>(&value)) return holds(test, *number);
  if (const auto* word = std::get_if<std::string>(&value)) return holds(test, *word);
  return std::get<bool>(value) == test.flag;
}

void append(std::vector<std::string>& to, std::vector<std::string> more) {
  for (std::string& m : more) {
    if (std::ranges::find(to, m) == to.end()) to.push_back(std::move(m));
  }
}

void append(std::vector<Evidence>& to, std::vector<Evidence> more) {
  std::ranges::move(more, std::back_inserter(to));
}

/// The gate that hides the fact of the scene's region, if one does.
const Gate* hidden_by(const Fact& fact, const Scene& scene) {
  if (scene.region == nullptr || scene.gates_of.empty()) return nullptr;
  for (const Gate* gate : scene.gates_of[scene.region_index]) {
    if (std::ranges::find(gate->hides, &fact) != gate->hides.end()) return gate;
  }
  return nullptr;
}

Verdict evaluate_fact(const Condition& c, const Scene& scene, const Phrases& phrases) {
  Verdict v;
  v.asked = 1;
  const Gate* gate = hidden_by(*c.fact, scene);
  const FactValue value = gate == nullptr ? c.fact->look_up(scene) : FactValue{};
  if (std::holds_alternative<std::monostate>(value)) {
    v.truth = Truth::Unknown;
    const auto phrase = phrases.find(c.fact->name);
    v.lacking.push_back(gate != nullptr           ? gate->missing
                        : phrase != phrases.end() ? phrase->second
                                                  : c.fact->name);
    return v;
  }
  if (!std::ranges::all_of(c.tests, [&](const Test& t) { return holds(t, value); })) {
    v.truth = Truth::False;
    return v;
  }
  v.held = 1;
  Evidence e{{}, c.fact->name, print(value), describe(c.tests), {}};
  const bool of_region = c.fact->of == FactOf::Region || c.fact->name == "kind_confidence";
  if (scene.region != nullptr && of_region) e.region_index = scene.region_index;
  v.evidence.push_back(std::move(e));
  return v;
}

Verdict evaluate_all(const Condition& c, const Scene& scene, const Phrases& phrases) {
  Verdict v;
  for (const Condition& child : c.children) {
    Verdict part = evaluate(child, scene, phrases);
    v.truth = std::min(v.truth, part.truth);
    v.asked += part.asked;
    v.held += part.held;
    append(v.evidence, std::move(part.evidence));
    if (part.truth == Truth::Unknown) append(v.lacking, std::move(part.lacking));
  }
  if (v.truth != Truth::Unknown) v.lacking.clear();
  return v;
}

/// The first true part speaks for the whole; else the part that came nearest.
Verdict evaluate_any(const Condition& c, const Scene& scene, const Phrases& phrases) {
  Verdict best;
  best.truth = Truth::False;
  std::vector<std::string> lacking;
  for (const Condition& child : c.children) {
    Verdict part = evaluate(child, scene, phrases);
    if (part.truth == Truth::True) return part;
    append(lacking, part.lacking);
    if (best.asked == 0 || part.truth > best.truth) best = std::move(part);
  }
  best.lacking = std::move(lacking);
  return best;
}

Truth count_truth(const Condition& c, double yes, double maybe, double total) {
  switch (c.node) {
  case Condition::Node::AtLeast:
    return yes >= c.amount ? Truth::True : yes + maybe < c.amount ? Truth::False : Truth::Unknown;
  case Condition::Node::AtMost:
    return yes + maybe <= c.amount ? Truth::True : yes > c.amount ? Truth::False : Truth::Unknown;
  default:
    if (total == 0 || yes + maybe < c.amount * total) return Truth::False;
    return yes >= c.amount * total ? Truth::True : Truth::Unknown;
  }
}

Verdict evaluate_count(const Condition& c, const Scene& scene, const Phrases& phrases) {
  Verdict nearest; // of the deposits looked at, the first that came nearest to true
  nearest.truth = Truth::False;
  std::vector<std::string> lacking;
  int yes = 0, maybe = 0, total = 0;
  for (std::size_t i = 0; i < scene.kinds.size(); ++i) {
    if (scene.kinds[i].kind != Kind::Deposit) continue;
    const Scene one{scene.image, scene.kinds, scene.gates_of, &scene.image.regions[i], i};
    Verdict v = evaluate(c.children.front(), one, phrases);
    ++total;
    yes += v.truth == Truth::True;
    maybe += v.truth == Truth::Unknown;
    append(lacking, v.lacking);
    if (total == 1 || v.truth > nearest.truth) nearest = std::move(v);
  }
  Verdict whole;
  whole.truth = count_truth(c, yes, maybe, total);
  whole.asked = nearest.asked + 1;
  if (c.node != Condition::Node::AtMost) {
    whole.held = nearest.held;
    whole.evidence = std::move(nearest.evidence);
  }
  if (whole.truth == Truth::Unknown) whole.lacking = std::move(lacking);
  if (whole.truth == Truth::True) {
    whole.held += 1;
    // What the counted deposits have in common follows as evidence of the first of them.
    std::string limit = describe(c);
    if (c.node != Condition::Node::AtMost) limit.resize(limit.find(" with "));
    whole.evidence.insert(
        whole.evidence.begin(),
        Evidence{{}, "deposits", fmt::format("{} of {}", yes, total), std::move(limit), {}});
  }
  return whole;
}

std::string describe(const Test& t) {
  const auto number = [&t](const char* op) { return fmt::format("{} {:.6g}", op, t.low); };
  switch (t.comparison) {
  case Comparison::Less:
    return number("<");
  case Comparison::AtMost:
    return number("<=");
  case Comparison::Equal:
    return number("=");
  case Comparison::AtLeast:
    return number(">=");
  case Comparison::Greater:
    return number(">");
  case Comparison::Between:
    return fmt::format("between {:.6g} and {:.6g}", t.low, t.high);
  case Comparison::In:
    return fmt::format("in {}", fmt::join(t.words, ", "));
  case Comparison::NotIn:
    return fmt::format("not in {}", fmt::join(t.words, ", "));
  case Comparison::EndsWith:
    return fmt::format("ends with {}", fmt::join(t.words, " or "));
  case Comparison::Is:
    break;
  }
  if (!t.words.empty()) return fmt::format("is {}", t.words.front());
  return t.flag ? "is true" : "is false";
}

} // namespace

Verdict evaluate(const Condition& condition, const Scene& scene, const Phrases& phrases) {
  switch (condition.node) {
  case Condition::Node::Fact:
    return evaluate_fact(condition, scene, phrases);
  case Condition::Node::All:
    return evaluate_all(condition, scene, phrases);
  case Condition::Node::Any:
    return evaluate_any(condition, scene, phrases);
  default:
    return evaluate_count(condition, scene, phrases);
  }
}

std::string describe(const std::vector<Test>& tests) {
  std::vector<std::string> parts;
  for (const Test& t : tests) parts.push_back(describe(t));
  return fmt::format("{}", fmt::join(parts, " and "));
}

std::string describe(const Condition& c) {
  std::vector<std::string> parts;
  for (const Condition& child : c.children) {
    const bool compound = child.node == Condition::Node::All || child.node == Condition::Node::Any;
    parts.push_back(compound && child.children.size() > 1 ? fmt::format("({})", describe(child))
                                                          : describe(child));
  }
  switch (c.node) {
  case Condition::Node::Fact:
    return c.fact->name + " " + describe(c.tests);
  case Condition::Node::All:
    return fmt::format("{}", fmt::join(parts, " and "));
  case Condition::Node::Any:
    return fmt::format("{}", fmt::join(parts, " or "));
  case Condition::Node::AtLeast:
    return fmt::format("at least {:g} deposit{} with {}", c.amount, c.amount == 1 ? "" : "s",
                       parts[0]);
  case Condition::Node::AtMost:
    return fmt::format("at most {:g} deposit{} with {}", c.amount, c.amount == 1 ? "" : "s",
                       parts[0]);
  case Condition::Node::Share:
    break;
  }
  return fmt::format("at least {:g} % of the deposits with {}", 100 * c.amount, parts[0]);
}

std::string print(const FactValue& value) {
  if (const auto* word = std::get_if<std::string>(&value)) return *word;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (std::holds_alternative<std::monostate>(value)) return "unknown";
  const double x = std::get<double>(value);
  return std::abs(x) >= 100 ? fmt::format("{:.0f}", x) : fmt::format("{:.3g}", x);
}

} // namespace calx
