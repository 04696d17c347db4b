#include "cohort/run_summary.hpp"
#include "core/version.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace calx::cohort {
namespace {

using Json = nlohmann::ordered_json;

double tenths(double value) {
  return std::round(value * 10) / 10;
}

Json provenance_json(const Provenance& p, std::int64_t records) {
  const auto parsed = [](const std::string& text) {
    return text.empty() ? Json(nullptr) : Json::parse(text);
  };
  return {
      {"version", p.version},
      {"revision", p.revision.empty() ? Json(nullptr) : Json(p.revision)},
      {"models", parsed(p.models)},
      {"parameters_sha256", p.parameters_sha256},
      {"parameters", parsed(p.parameters)},
      {"pseudonym_key_id", p.pseudonym_key_id.empty() ? Json(nullptr) : Json(p.pseudonym_key_id)},
      {"records", records}};
}

} // namespace

std::string run_json(const TablesSummary& summary,
                     std::span<const std::pair<Provenance, std::int64_t>> provenances,
                     const RecordTiming& timing) {
  Json made_with = Json::array();
  for (const auto& [provenance, records] : provenances)
    made_with.push_back(provenance_json(provenance, records));
  const Json document = {
      {"schema", "calx.run/1"},
      {"disclaimer", kDisclaimer},
      {"made_with", std::move(made_with)},
      {"counts",
       {{"files", summary.files}, {"outcomes", summary.outcomes}, {"findings", summary.findings}}},
      {"failure_reasons", summary.reasons},
      {"timing",
       {{"sum_of_wall_s", tenths(timing.wall_s)},
        {"sum_of_cpu_s", tenths(timing.cpu_s)},
        {"peak_mb", tenths(timing.peak_mb)}}},
  };
  return document.dump(2) + "\n";
}

} // namespace calx::cohort
