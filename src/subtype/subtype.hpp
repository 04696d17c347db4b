// From measured regions to words: a kind for each region, a suggested pattern for the image, with
// the evidence for it, or an abstention. The rules are data: models/subtype_rules.json.
#pragma once

#include "core/error.hpp"
#include "core/vocabulary.hpp"
#include "lesions/features.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace calx {

/// One condition that was true: which rule, what was measured, against which limit.
struct Evidence {
  std::string rule;      ///< "R9"
  std::string measured;  ///< feature or fact name: "max_feret_mm", "region", "deposit_count"
  std::string value;     ///< as printed: "62.1", "hip"
  std::string condition; ///< ">= 50", "in hip, elbow, shoulder"
  /// Which of ImageFacts::regions was measured; nothing for a fact of the whole image.
  std::optional<std::size_t> region_index = {};
};

/// What is known of the patient from outside the image. All of it may be absent.
/// Read from --context FILE.json; age and sex fall back to the DICOM header. The file is one JSON
/// object whose keys are the names below: {"age_years": 31, "sex": "female", "renal_failure":
/// false}.
struct ClinicalContext {
  std::optional<double> age_years;
  Sex sex = Sex::Unknown;
  std::optional<double> phosphate_mmol_l, calcium_mmol_l, pth_pmol_l, creatinine_umol_l;
  std::optional<bool> family_history, connective_tissue_disease, trauma_or_injection, renal_failure;
};

/// Strict: an unknown key, a wrong type or a value outside its range is bad-context. The message
/// names the key and what is allowed, never the value (it may be a patient's).
Result<ClinicalContext> read_context(const std::filesystem::path& file);

/// One region as the rules see it. A feature that is absent makes a condition on it unknown: the
/// rule then neither fires nor is ruled out, and Assessment::missing says what was lacking.
struct RegionFacts {
  Features features;
  std::string nearest_prominence;  ///< name in the vocabulary, empty if unnamed or none
  bool touches_field_edge = false; ///< cut by the collimator or the image border
  bool touches_foreign = false;    ///< touches a marker or metal
};

/// The image as the rules see it.
struct ImageFacts {
  bool calibrated = false; ///< mm are known
  Region region = Region::Other;
  bool region_known = false;
  View view = View::Unknown;
  ClinicalContext context;
  std::vector<RegionFacts> regions;
};

/// A kind for one region: the rule that fired with the most confidence, and its evidence.
struct KindDecision {
  Kind kind = Kind::Unknown;
  double confidence = 0; ///< 0..1, never above the rule's cap
  std::string rule;      ///< "R4"
  std::string says;      ///< the rule in one sentence, and what it asks the reader to do
  std::vector<Evidence> evidence;
};

/// One pattern that some rule suggests, or came near to suggesting.
struct PatternCandidate {
  Pattern pattern = Pattern::Indeterminate;
  double confidence = 0; ///< 0..1, never above the rule's cap; 0 where the rule did not fire
  std::string rule;
  std::vector<Evidence> evidence;
  std::string says;  ///< the rule in one sentence
  bool fired = true; ///< false: a near miss, listed because too little fired; evidence holds what
                     ///< was true of it
};

/// What the image suggests, the runner-up, why, and what would help to decide.
///
/// The suggestion is Indeterminate where no rule fires with enough confidence, where the two best
/// patterns are too close, or where the best rule itself asks to abstain; `confidence` is then that
/// of the best candidate (0 where none fired).
struct Assessment {
  Pattern suggestion = Pattern::None;
  double confidence = 0;
  /// One a pattern, best first; the second is the runner-up. Where fewer than two fired, near
  /// misses fill up to two.
  std::vector<PatternCandidate> candidates;
  std::vector<Evidence> evidence;   ///< of the suggestion
  std::vector<std::string> missing; ///< "pixel spacing", "phosphate", ... in words for the user
};

struct SubtypeResult {
  std::vector<KindDecision> kinds; ///< one for each ImageFacts::regions, in order
  Assessment assessment;
};

struct RuleTable;

/// The rule table, parsed and checked. Immutable; share it between threads.
///
/// Its JSON (schema: models/subtype_rules.schema.json) has gates (R0: facts not to be relied on),
/// kind rules (looked at for one region at a time, so that one region never changes another's kind)
/// and pattern rules (looked at once, over the regions taken for deposits). A rule whose condition
/// holds fires with its confidence plus the modifiers that hold, within 0 and its cap.
class Rules {
public:
  /// The table installed with the program (models/subtype_rules.json, compiled in as well).
  static const Rules& standard();
  /// Errors: bad-rules with the place (a JSON pointer) and, for an unknown word, the nearest valid
  /// one.
  static Result<Rules> parse(std::string_view json);
  /// As parse; also file-not-found, is-directory, unreadable.
  static Result<Rules> read(const std::filesystem::path& file);

  const std::string& version() const;
  /// SHA-256 of the table's bytes, 64 lower-case hex digits: which rules made a result.
  const std::string& fingerprint() const;
  /// The table for people: one row a rule.
  std::string to_markdown() const;
  /// Names each region's kind, then the image's pattern from the regions taken for deposits.
  /// Pure: the same facts give the same result.
  SubtypeResult apply(const ImageFacts&) const;

private:
  explicit Rules(std::shared_ptr<const RuleTable> table) : table_(std::move(table)) {}
  std::shared_ptr<const RuleTable> table_;
};

} // namespace calx
