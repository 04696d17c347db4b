#include "report/text.hpp"

#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace calx {
namespace {

std::string named_or_numbered(const std::string& name, int id) {
  return name.empty() ? fmt::format("prominence {}", id) : name;
}

std::string pattern_text(Pattern pattern, double confidence) {
  const std::string word{to_string(pattern)};
  return confidence > 0 ? fmt::format("{} ({:.2f})", word, confidence) : word;
}

} // namespace

double rounded(double value, int decimals) {
  const double unit = std::pow(10.0, decimals);
  const double scaled = value * unit;
  // Adding 0 turns -0 into 0, so that no output says "-0.0".
  return std::isfinite(scaled) ? std::round(scaled) / unit + 0.0 : value;
}

double significant(double value) {
  if (!std::isfinite(value)) return value;
  const std::string text = fmt::format("{:.4g}", value);
  double result = 0;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return result + 0.0;
}

std::string length_text(std::optional<double> mm, std::optional<double> px) {
  if (mm) return fmt::format("{:.{}f} mm", *mm, *mm < 100 ? 1 : 0);
  if (px) return fmt::format("{:.0f} px", *px);
  return {};
}

std::string size_text(const LesionFinding& lesion) {
  return length_text(lesion.features.max_feret_mm, lesion.features.max_feret_px);
}

std::string spacing_text(const Findings& findings) {
  if (!findings.spacing) return "unknown spacing, sizes in px";
  const double row = significant(findings.spacing->y_mm);
  const double column = significant(findings.spacing->x_mm);
  const std::string numbers =
      row == column ? fmt::format("{}", row) : fmt::format("{} x {}", row, column);
  return fmt::format("{} mm/px ({})", numbers, to_string(findings.spacing_source));
}

std::string evidence_text(const Evidence& evidence) {
  return fmt::format("{}: {} {} {}", evidence.rule, evidence.measured, evidence.value,
                     evidence.condition);
}

std::string suggestion_text(const Assessment& assessment) {
  // An abstention has no confidence of its own; it names what it could not decide between.
  const bool abstains = assessment.suggestion == Pattern::Indeterminate;
  std::string text = pattern_text(assessment.suggestion, abstains ? 0 : assessment.confidence);
  const char* separator = abstains ? "; nearest " : ", runner-up ";
  int others = abstains ? 2 : 1;
  for (const PatternCandidate& other : assessment.candidates) {
    if (other.pattern == assessment.suggestion || other.confidence <= 0 || others == 0) continue;
    --others;
    text += separator + pattern_text(other.pattern, other.confidence);
    separator = ", ";
  }
  return text;
}

std::string prominence_text(const NearestFinding& nearest) {
  return named_or_numbered(nearest.name, nearest.id);
}

std::string prominence_text(const ProminenceFinding& prominence) {
  return named_or_numbered(prominence.name, prominence.id);
}

} // namespace calx
