// What a rule asks, and whether it is true, false, or not to be known of what was measured.
//
// Three-valued (Kleene) logic: a fact that is absent is unknown, "all" is the worst of its parts,
// "any" the best. So a film without a pixel spacing neither fires nor rules out a rule on mm.
#pragma once

#include "subtype/facts.hpp"

#include <map>
#include <string>
#include <vector>

namespace calx {

enum class Truth { False, Unknown, True };

enum class Comparison { Less, AtMost, Equal, AtLeast, Greater, Between, In, NotIn, EndsWith, Is };

/// One comparison with a fact's value; the fields in use depend on the comparison.
struct Test {
  Comparison comparison = Comparison::Is;
  double low = 0, high = 0;            ///< the limit (`low`), or both ends of Between (inclusive)
  std::vector<std::string> words = {}; ///< of In, NotIn, EndsWith; one word of Is
  bool flag = false;                   ///< of Is
};

/// A tree: tests of one fact at the leaves; all, any and counts over the deposits above them.
struct Condition {
  enum class Node { Fact, All, Any, AtLeast, AtMost, Share } node = Node::All;
  const Fact* fact = nullptr;
  std::vector<Test> tests = {};         ///< of a Fact: all of them must hold
  std::vector<Condition> children = {}; ///< of All and Any; the one "where" of a count
  double amount = 0;                    ///< of AtLeast and AtMost: deposits; of Share: 0..1 of them
};

/// R0: where `when` holds for a region, the facts in `hides` are not known of it.
struct Gate {
  std::string id, says, source, missing;
  Condition when;
  std::vector<const Fact*> hides;
};

/// What to tell the user for a fact that is absent, by name of the fact.
using Phrases = std::map<std::string, std::string, std::less<>>;

/// The outcome of a condition, with what was true of it and what it lacked.
struct Verdict {
  Truth truth = Truth::True;
  std::vector<Evidence> evidence;   ///< the tests that were true; `rule` is left empty
  std::vector<std::string> lacking; ///< in words; empty unless truth is Unknown
  int asked = 0, held = 0;          ///< tests looked at, and how many were true
};

/// An empty All is true.
Verdict evaluate(const Condition& condition, const Scene& scene, const Phrases& phrases);

/// ">= 50", "in hip, elbow", "between 2 and 8".
std::string describe(const std::vector<Test>& tests);
/// The whole condition on one line: "region in hip, elbow and at least 1 deposit with (...)".
std::string describe(const Condition& condition);
/// As outputs print a fact: "62.1", "hip", "true".
std::string print(const FactValue& value);

} // namespace calx
