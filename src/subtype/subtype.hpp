// From measured regions to words: a kind for each region, a suggested pattern for the image, with
// the evidence for it, or an abstention. The rules are data: models/subtype_rules.json.
#pragma once

#include "core/error.hpp"
#include "core/vocabulary.hpp"
#include "lesions/features.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace calx {

/// One condition that was true: which rule, what was measured, against which limit.
struct Evidence {
  std::string rule;      ///< "R9"
  std::string measured;  ///< feature or fact name: "max_feret_mm", "region", "deposit_count"
  std::string value;     ///< as printed: "62.1", "hip"
  std::string condition; ///< ">= 50", "in hip, elbow, shoulder"
};

/// What is known of the patient from outside the image. All of it may be absent.
/// Read from --context FILE.json; age and sex fall back to the DICOM header.
struct ClinicalContext {
  std::optional<double> age_years;
  Sex sex = Sex::Unknown;
  std::optional<double> phosphate_mmol_l, calcium_mmol_l, pth_pmol_l, creatinine_umol_l;
  std::optional<bool> family_history, connective_tissue_disease, trauma_or_injection, renal_failure;
};

/// Strict: an unknown key, a wrong type or a value outside its range is bad-context.
Result<ClinicalContext> read_context(const std::filesystem::path& file);

/// One region as the rules see it.
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
  double confidence = 0;
  std::vector<Evidence> evidence;
};

/// One pattern that some rule suggests.
struct PatternCandidate {
  Pattern pattern = Pattern::Indeterminate;
  double confidence = 0;
  std::string rule;
  std::vector<Evidence> evidence;
};

/// What the image suggests, the runner-up, why, and what would help to decide.
struct Assessment {
  Pattern suggestion = Pattern::None;
  double confidence = 0;
  std::vector<PatternCandidate> candidates; ///< best first; the second is the runner-up
  std::vector<Evidence> evidence;           ///< of the suggestion
  std::vector<std::string> missing; ///< "pixel spacing", "phosphate", ... in words for the user
};

struct SubtypeResult {
  std::vector<KindDecision> kinds; ///< one for each ImageFacts::regions, in order
  Assessment assessment;
};

/// The rule table, parsed and checked. Immutable; share it between threads.
class Rules {
public:
  /// The table installed with the program (models/subtype_rules.json, compiled in as well).
  static const Rules& standard();
  /// Errors: bad-rules with the place and, for an unknown word, the nearest valid one.
  static Result<Rules> parse(std::string_view json);
  static Result<Rules> read(const std::filesystem::path& file);

  const std::string& version() const;
  /// The table for people: one row a rule.
  std::string to_markdown() const;
  /// Names each region's kind, then the image's pattern from the regions taken for deposits.
  SubtypeResult apply(const ImageFacts&) const;

private:
  struct Table;
  std::shared_ptr<const Table> table_;
};

} // namespace calx
