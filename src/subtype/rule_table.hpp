// The rule table as the engine holds it, after parsing. Internal to this folder.
#pragma once

#include "core/error.hpp"
#include "subtype/condition.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace calx {

/// A condition that, beside the rule's own, raises or lowers its confidence; 0 only adds evidence.
struct Modifier {
  Condition when;
  double add = 0;
  std::string because;
};

/// One row: when it holds, it suggests a kind or a pattern.
template <class Suggestion>
struct Rule {
  std::string id, says;
  std::string source; ///< "S" source article, "V" read in a named paper, "P" default, or "S,P"
  Suggestion suggests{};
  Condition when;
  double confidence = 0;
  double cap = 1;
  std::vector<Modifier> modifiers;
  std::vector<const Fact*> asks_for; ///< reported as missing where absent and the rule fires
};

/// R17: when not to answer.
struct Abstention {
  std::string id, says, source;
  double margin = 0; ///< two patterns nearer than this are not told apart
  double floor = 0;  ///< a pattern less sure than this is not suggested
};

struct RuleTable {
  std::string version;
  std::string fingerprint;
  Phrases phrases;
  std::vector<Gate> gates;
  std::vector<Rule<Kind>> kinds;
  std::vector<Rule<Pattern>> patterns;
  Abstention abstain;
};

/// `fingerprint` is left empty. Errors: bad-rules.
Result<RuleTable> parse_rule_table(std::string_view json);

/// The standard table's bytes, generated from models/subtype_rules.json at build time.
extern const std::string_view kStandardRulesJson;

} // namespace calx
