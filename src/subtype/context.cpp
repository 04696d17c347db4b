#include "subtype/read_text.hpp"
#include "subtype/strict_json.hpp"
#include "subtype/subtype.hpp"

#include <array>
#include <span>

namespace calx {
namespace {

struct NumberField {
  std::string_view name;
  std::optional<double> ClinicalContext::* member;
  double minimum, maximum; ///< beyond what a living patient has: a wrong unit or a slip
};

constexpr std::array kNumbers{
    NumberField{"age_years", &ClinicalContext::age_years, 0, 130},
    NumberField{"phosphate_mmol_l", &ClinicalContext::phosphate_mmol_l, 0.05, 10},
    NumberField{"calcium_mmol_l", &ClinicalContext::calcium_mmol_l, 0.3, 8},
    NumberField{"pth_pmol_l", &ClinicalContext::pth_pmol_l, 0, 1000},
    NumberField{"creatinine_umol_l", &ClinicalContext::creatinine_umol_l, 5, 5000},
};

struct FlagField {
  std::string_view name;
  std::optional<bool> ClinicalContext::* member;
};

constexpr std::array kFlags{
    FlagField{"family_history", &ClinicalContext::family_history},
    FlagField{"connective_tissue_disease", &ClinicalContext::connective_tissue_disease},
    FlagField{"trauma_or_injection", &ClinicalContext::trauma_or_injection},
    FlagField{"renal_failure", &ClinicalContext::renal_failure},
};

std::vector<std::string_view> keys() {
  std::vector<std::string_view> all{"sex"};
  for (const NumberField& f : kNumbers) all.push_back(f.name);
  for (const FlagField& f : kFlags) all.push_back(f.name);
  return all;
}

ClinicalContext read(const strict::Node& top) {
  top.only(keys());
  ClinicalContext context;
  for (const NumberField& f : kNumbers) {
    if (top.has(f.name)) context.*f.member = top.at(f.name).number(f.minimum, f.maximum);
  }
  for (const FlagField& f : kFlags) {
    if (top.has(f.name)) context.*f.member = top.at(f.name).flag();
  }
  if (top.has("sex")) {
    const auto sex = parse<Sex>(top.at("sex").text());
    if (!sex) top.at("sex").complain("valid: female, male, other, unknown");
    context.sex = *sex;
  }
  return context;
}

} // namespace

Result<ClinicalContext> read_context(const std::filesystem::path& file) {
  const auto text = read_text(file, ErrorCode::BadContext);
  const auto outer = "reading the clinical context " + file.filename().string();
  if (!text) return tl::unexpected(Error(text.error()).within(outer));
  try {
    const strict::Json document = strict::parse_document(*text);
    return read(strict::Node(document, ""));
  } catch (const strict::Complaint& complaint) {
    return tl::unexpected(Error{ErrorCode::BadContext, complaint.message, {}}.within(outer));
  }
}

} // namespace calx
