#include "subtype/facts.hpp"

#include <algorithm>

namespace calx {
namespace {

template <class T>
FactValue known(const std::optional<T>& value) {
  if (!value) return {};
  return *value;
}

void add_region_facts(std::vector<Fact>& list) {
  for (const FeatureDescription& d : feature_descriptions()) {
    list.push_back(
        {std::string(d.name),
         FactType::Number,
         FactOf::Region,
         {},
         [member = d.value](const Scene& s) { return known(s.region->features.*member); }});
  }
  list.push_back({"nearest_prominence", FactType::Word, FactOf::Region, {}, [](const Scene& s) {
                    const std::string& name = s.region->nearest_prominence;
                    return name.empty() ? FactValue{} : FactValue{name};
                  }});
  list.push_back({"touches_field_edge", FactType::Flag, FactOf::Region, {}, [](const Scene& s) {
                    return FactValue{s.region->touches_field_edge};
                  }});
  list.push_back({"touches_foreign", FactType::Flag, FactOf::Region, {}, [](const Scene& s) {
                    return FactValue{s.region->touches_foreign};
                  }});
  list.push_back({"kind_confidence", FactType::Number, FactOf::Deposits, {}, [](const Scene& s) {
                    if (s.region == nullptr) return FactValue{};
                    return FactValue{s.kinds[s.region_index].confidence};
                  }});
}

void add_image_facts(std::vector<Fact>& list) {
  const auto number = [&list](const char* name, std::optional<double> ClinicalContext::* member) {
    list.push_back({name, FactType::Number, FactOf::Image, {}, [member](const Scene& s) {
                      return known(s.image.context.*member);
                    }});
  };
  const auto flag = [&list](const char* name, std::optional<bool> ClinicalContext::* member) {
    list.push_back({name, FactType::Flag, FactOf::Image, {}, [member](const Scene& s) {
                      return known(s.image.context.*member);
                    }});
  };
  list.push_back({"calibrated", FactType::Flag, FactOf::Image, {}, [](const Scene& s) {
                    return FactValue{s.image.calibrated};
                  }});
  list.push_back({"region", FactType::Word, FactOf::Image, words<Region>(), [](const Scene& s) {
                    if (!s.image.region_known) return FactValue{};
                    return FactValue{std::string(to_string(s.image.region))};
                  }});
  list.push_back({"view", FactType::Word, FactOf::Image, words<View>(), [](const Scene& s) {
                    if (s.image.view == View::Unknown) return FactValue{};
                    return FactValue{std::string(to_string(s.image.view))};
                  }});
  list.push_back({"sex", FactType::Word, FactOf::Image, words<Sex>(), [](const Scene& s) {
                    if (s.image.context.sex == Sex::Unknown) return FactValue{};
                    return FactValue{std::string(to_string(s.image.context.sex))};
                  }});
  number("age_years", &ClinicalContext::age_years);
  number("phosphate_mmol_l", &ClinicalContext::phosphate_mmol_l);
  number("calcium_mmol_l", &ClinicalContext::calcium_mmol_l);
  number("pth_pmol_l", &ClinicalContext::pth_pmol_l);
  number("creatinine_umol_l", &ClinicalContext::creatinine_umol_l);
  flag("family_history", &ClinicalContext::family_history);
  flag("connective_tissue_disease", &ClinicalContext::connective_tissue_disease);
  flag("trauma_or_injection", &ClinicalContext::trauma_or_injection);
  flag("renal_failure", &ClinicalContext::renal_failure);
}

/// "foreign-body" counts as "foreign_body_count".
void add_counts(std::vector<Fact>& list) {
  list.push_back({"region_count", FactType::Number, FactOf::Deposits, {}, [](const Scene& s) {
                    return FactValue{static_cast<double>(s.kinds.size())};
                  }});
  for (const std::string_view word : words<Kind>()) {
    std::string name = std::string(word) + "_count";
    std::ranges::replace(name, '-', '_');
    const Kind kind = *parse<Kind>(word);
    list.push_back(
        {std::move(name), FactType::Number, FactOf::Deposits, {}, [kind](const Scene& s) {
           const auto n = std::ranges::count(s.kinds, kind, &KindDecision::kind);
           return FactValue{static_cast<double>(n)};
         }});
  }
}

} // namespace

const std::vector<Fact>& facts() {
  static const std::vector<Fact> all = [] {
    std::vector<Fact> list;
    add_region_facts(list);
    add_image_facts(list);
    add_counts(list);
    return list;
  }();
  return all;
}

const Fact* find_fact(std::string_view name) {
  const auto at = std::ranges::find(facts(), name, &Fact::name);
  return at == facts().end() ? nullptr : &*at;
}

} // namespace calx
