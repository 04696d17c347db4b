#include "subtype/rule_table.hpp"

#include <algorithm>
#include <iterator>

namespace calx {
namespace {

/// One rule looked at: whether it fired, how sure, and why.
struct Outcome {
  Verdict verdict;
  double confidence = 0;
};

template <class S>
Outcome look_at(const Rule<S>& rule, const Scene& scene, const Phrases& phrases) {
  Outcome out{evaluate(rule.when, scene, phrases), 0};
  if (out.verdict.truth == Truth::True) {
    double confidence = rule.confidence;
    for (const Modifier& m : rule.modifiers) {
      Verdict v = evaluate(m.when, scene, phrases);
      if (v.truth != Truth::True) continue;
      confidence += m.add;
      std::ranges::move(v.evidence, std::back_inserter(out.verdict.evidence));
    }
    out.confidence = std::clamp(confidence, 0.0, rule.cap);
  }
  for (Evidence& e : out.verdict.evidence) e.rule = rule.id;
  return out;
}

void add_once(std::vector<std::string>& list, const std::string& text) {
  if (std::ranges::find(list, text) == list.end()) list.push_back(text);
}

/// The gates closed for each region.
std::vector<std::vector<const Gate*>> closed_gates(const RuleTable& table,
                                                   const ImageFacts& image) {
  std::vector<std::vector<const Gate*>> closed(image.regions.size());
  for (std::size_t i = 0; i < image.regions.size(); ++i) {
    const Scene scene{image, {}, {}, &image.regions[i], i};
    for (const Gate& gate : table.gates) {
      if (evaluate(gate.when, scene, table.phrases).truth == Truth::True)
        closed[i].push_back(&gate);
    }
  }
  return closed;
}

/// The rule that fires with the most confidence; of equals the first in the table.
KindDecision decide_kind(const RuleTable& table, const Scene& scene,
                         std::vector<std::string>& missing) {
  KindDecision best;
  for (const Rule<Kind>& rule : table.kinds) {
    Outcome out = look_at(rule, scene, table.phrases);
    for (const std::string& lack : out.verdict.lacking) add_once(missing, lack);
    if (out.verdict.truth != Truth::True) continue;
    if (!best.rule.empty() && out.confidence <= best.confidence) continue;
    if (out.verdict.evidence.empty()) { // a rule that asks nothing: the default
      out.verdict.evidence.push_back({rule.id, "kind", std::string(to_string(rule.suggests)),
                                      "where no other rule is surer", scene.region_index});
    }
    best = {rule.suggests, out.confidence, rule.id, rule.says, std::move(out.verdict.evidence)};
  }
  return best;
}

/// A pattern rule that did not fire, and how near it came.
struct NearMiss {
  PatternCandidate candidate;
  bool blocked = false; ///< nothing spoke against it; something was not known
  double held = 0;      ///< share of its tests that were true
};

struct PatternOutcomes {
  std::vector<PatternCandidate> fired; ///< one a pattern, best first
  std::vector<NearMiss> near;          ///< nearest first
};

PatternOutcomes look_at_patterns(const RuleTable& table, const Scene& scene,
                                 std::vector<std::string>& missing) {
  PatternOutcomes all;
  for (const Rule<Pattern>& rule : table.patterns) {
    Outcome out = look_at(rule, scene, table.phrases);
    for (const std::string& lack : out.verdict.lacking) add_once(missing, lack);
    const bool fired = out.verdict.truth == Truth::True;
    PatternCandidate candidate{
        rule.suggests, out.confidence, rule.id, std::move(out.verdict.evidence), rule.says, fired};
    if (!fired) {
      const double share = out.verdict.asked > 0 ? double(out.verdict.held) / out.verdict.asked : 0;
      all.near.push_back({std::move(candidate), out.verdict.truth == Truth::Unknown, share});
      continue;
    }
    for (const Fact* fact : rule.asks_for) {
      if (std::holds_alternative<std::monostate>(fact->look_up(scene)))
        add_once(missing, table.phrases.at(fact->name));
    }
    const auto same = std::ranges::find(all.fired, rule.suggests, &PatternCandidate::pattern);
    if (same == all.fired.end()) {
      all.fired.push_back(std::move(candidate));
    } else if (candidate.confidence > same->confidence) {
      *same = std::move(candidate);
    }
  }
  std::ranges::stable_sort(all.fired, std::greater{}, &PatternCandidate::confidence);
  std::ranges::stable_sort(all.near, [](const NearMiss& a, const NearMiss& b) {
    return a.blocked != b.blocked ? a.blocked : a.held > b.held;
  });
  return all;
}

/// "The two best with their evidence": near misses with something true of them stand in.
void fill_up_to_two(std::vector<PatternCandidate>& candidates, std::vector<NearMiss> near) {
  for (NearMiss& miss : near) {
    if (candidates.size() >= 2) return;
    const bool listed = std::ranges::find(candidates, miss.candidate.pattern,
                                          &PatternCandidate::pattern) != candidates.end();
    if (!listed && miss.held > 0) candidates.push_back(std::move(miss.candidate));
  }
}

Assessment assess(const RuleTable& table, const Scene& scene, std::vector<std::string> missing) {
  PatternOutcomes outcomes = look_at_patterns(table, scene, missing);
  Assessment a;
  a.missing = std::move(missing);
  a.candidates = std::move(outcomes.fired);
  const std::size_t fired = a.candidates.size();
  if (fired == 0 || a.candidates[0].pattern != Pattern::None)
    fill_up_to_two(a.candidates, std::move(outcomes.near));

  a.suggestion = Pattern::Indeterminate;
  if (fired == 0) return a;
  const PatternCandidate& best = a.candidates[0];
  a.confidence = best.confidence;
  a.evidence = best.evidence;
  // The margin is inclusive of nothing: two candidates exactly `margin` apart are told apart, and
  // the slack keeps that true of sums of decimals such as 0.55 + 0.05.
  constexpr double kSlack = 1e-9;
  const bool close =
      fired > 1 && best.confidence - a.candidates[1].confidence < table.abstain.margin - kSlack;
  if (close) {
    a.evidence.insert(a.evidence.end(), a.candidates[1].evidence.begin(),
                      a.candidates[1].evidence.end());
  } else if (best.confidence >= table.abstain.floor - kSlack) {
    a.suggestion = best.pattern;
  }
  return a;
}

} // namespace

SubtypeResult Rules::apply(const ImageFacts& image) const {
  SubtypeResult result;
  std::vector<std::string> missing;
  const auto gates = closed_gates(*table_, image);
  for (std::size_t i = 0; i < image.regions.size(); ++i) {
    const Scene scene{image, {}, gates, &image.regions[i], i};
    result.kinds.push_back(decide_kind(*table_, scene, missing));
  }
  result.assessment = assess(*table_, Scene{image, result.kinds, gates}, std::move(missing));
  return result;
}

} // namespace calx
