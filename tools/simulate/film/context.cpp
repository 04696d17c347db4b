#include "simulate/film/context.hpp"

#include <algorithm>
#include <cmath>

namespace calx::simulate {

namespace {

/// What raises phosphate in tumor-like calcinosis: a family's gene, or kidneys that fail.
enum class Cause { Idiopathic, Familial, Renal, ConnectiveTissue, Injury };

Cause choose_cause(Pattern pattern, Random& random) {
  const double share = random.uniform(0, 1);
  switch (pattern) {
  case Pattern::TumorLike:
    return share < 0.4 ? Cause::Familial : share < 0.7 ? Cause::Renal : Cause::Idiopathic;
  case Pattern::Universal:
    return share < 0.8 ? Cause::ConnectiveTissue : Cause::Idiopathic;
  case Pattern::Localized:
    return share < 0.25 ? Cause::Injury : Cause::Idiopathic;
  default:
    return Cause::Idiopathic;
  }
}

double in_steps(double value, double step) {
  return std::round(value / step) * step;
}

double two_digits(double value) {
  return std::round(value * 100) / 100;
}

} // namespace

nlohmann::ordered_json clinical_context(const Film& film) {
  Random random = Random(film.spec.seed).stream("context");
  const Patient& patient = film.anatomy.patient;
  const Pattern pattern = film.spec.inclusions.pattern;
  nlohmann::ordered_json context;
  const double age =
      std::isnan(patient.age_years) ? patient.age_years : std::min(patient.age_years, 90.0);
  if (!std::isnan(age))
    context["age_years"] = age < 2 ? two_digits(std::floor(age * 12) / 12) : std::floor(age);
  if (patient.sex != Sex::Unknown) context["sex"] = to_string(patient.sex);
  if (random.chance(0.3)) return context; // nothing was asked

  const Cause cause = choose_cause(pattern, random);
  const bool renal = cause == Cause::Renal, high = renal || cause == Cause::Familial;
  context["phosphate_mmol_l"] = two_digits(high ? random.normal_within(2.0, 0.3, 1.55, 3.5)
                                                : random.normal_within(1.1, 0.15, 0.8, 1.45));
  context["calcium_mmol_l"] = two_digits(random.normal_within(2.35, 0.08, 2.1, 2.6));
  context["pth_pmol_l"] =
      in_steps(renal ? random.log_uniform(15, 150) : random.normal_within(4, 1.2, 1.5, 7), 0.5);
  context["creatinine_umol_l"] =
      in_steps(renal ? random.log_uniform(250, 1100) : random.normal_within(75, 14, 40, 110), 1);
  context["renal_failure"] = renal;
  context["family_history"] = cause == Cause::Familial && random.chance(0.8);
  context["connective_tissue_disease"] = cause == Cause::ConnectiveTissue;
  context["trauma_or_injection"] = cause == Cause::Injury;
  return context;
}

} // namespace calx::simulate
