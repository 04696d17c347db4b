#include "cohort/tables_columns.hpp"
#include "core/version.hpp"
#include "lesions/features.hpp"

#include <array>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

namespace calx::cohort {
namespace {

using sqlite::Cell;
using PlainJson = nlohmann::json;

/// What a row is made of: a record, its findings and, in deposits, one of its lesions.
struct Subject {
  const Record& record;
  const PlainJson& findings;
  const PlainJson* lesion = nullptr;
};

struct Definition {
  std::string name;
  ColumnType type;
  std::function<Cell(const Subject&)> get;
};
using Definitions = std::vector<Definition>;

/// The value at a path of keys and indices; null where the path ends early.
const PlainJson& at(const PlainJson& json) {
  return json; // NOLINT(bugprone-return-const-ref-from-parameter): the record outlives it
}
template <class Key, class... Keys>
const PlainJson& at(const PlainJson& json, const Key& key, const Keys&... keys) {
  static const PlainJson kNull;
  if constexpr (std::is_integral_v<Key>) {
    const auto index = static_cast<std::size_t>(key);
    return json.is_array() && index < json.size() ? at(json[index], keys...) : kNull;
  } else {
    const auto found = json.find(key);
    return found != json.end() ? at(*found, keys...) : kNull;
  }
}

std::string text_of(const PlainJson& json) {
  return json.is_string() ? json.get<std::string>() : std::string();
}

Cell cell_of(ColumnType type, const PlainJson& json) {
  if (type == ColumnType::Text && json.is_string() && !json.get_ref<const std::string&>().empty())
    return json.get<std::string>();
  if (type == ColumnType::Integer && json.is_number()) return json.get<std::int64_t>();
  if (type == ColumnType::Real && json.is_number() && std::isfinite(json.get<double>()))
    return json.get<double>();
  return {};
}

Cell cell_of(const std::string& text) {
  return text.empty() ? Cell{} : Cell{text};
}

/// A column that is a text of the record.
Definition in_record(std::string name, std::function<std::string(const Record&)> get) {
  return {std::move(name), ColumnType::Text,
          [get = std::move(get)](const Subject& s) { return cell_of(get(s.record)); }};
}

/// A column that is one value of the findings.
template <class... Keys>
Definition in_findings(std::string name, ColumnType type, Keys... keys) {
  return {std::move(name), type,
          [=](const Subject& s) { return cell_of(type, at(s.findings, keys...)); }};
}

/// A column that says how many elements a list of the findings has.
template <class... Keys>
Definition count_in_findings(std::string name, Keys... keys) {
  return {std::move(name), ColumnType::Integer, [=](const Subject& s) {
            return Cell{static_cast<std::int64_t>(at(s.findings, keys...).size())};
          }};
}

/// A column that is one value of the lesion.
template <class... Keys>
Definition in_lesion(std::string name, ColumnType type, Keys... keys) {
  return {std::move(name), type,
          [=](const Subject& s) { return cell_of(type, at(*s.lesion, keys...)); }};
}

template <class... Keys>
Definition in_image(std::string name, ColumnType type, Keys... keys) {
  return in_findings(std::move(name), type, "image", keys...);
}

Cell disclaimer(const Subject&) {
  return std::string(kDisclaimer);
}

bool is_deposit(const PlainJson& lesion) {
  return at(lesion, "kind") == "deposit";
}

std::int64_t count_deposits(const PlainJson& lesions) {
  std::int64_t count = 0;
  for (const PlainJson& lesion : lesions) count += is_deposit(lesion) ? 1 : 0;
  return count;
}

/// Known only where every deposit's area is: zero without deposits on a film of known spacing.
Cell deposit_area_mm2(const Subject& s) {
  if (at(s.findings, "image", "spacing_mm").is_null()) return {};
  double sum = 0;
  for (const PlainJson& lesion : at(s.findings, "lesions"))
    if (is_deposit(lesion))
      sum += at(lesion, "area_mm2").is_number() ? at(lesion, "area_mm2").get<double>() : 0;
  return sum;
}

Cell joined_warnings(const Subject& s) {
  std::string text;
  for (const PlainJson& warning : at(s.findings, "warnings"))
    text += (text.empty() ? "" : "; ") + text_of(warning);
  return text.empty() ? Cell{} : Cell{std::move(text)};
}

using enum ColumnType;

Definition path_column() {
  return in_record("path", [](const Record& r) { return r.input.path; });
}
Definition root_column() {
  return in_record("root", [](const Record& r) { return r.input.root; });
}
Definition name_column() {
  return in_record("record", [](const Record& r) { return record_name(r); });
}
Definition uid_column(std::string name, std::string RecordUids::* uid) {
  return in_record(std::move(name), [uid](const Record& r) { return r.uids ? *r.uids.*uid : ""; });
}
Definition sop_column() {
  return uid_column("sop_instance_uid", &RecordUids::sop_instance);
}
Definition series_column() {
  return uid_column("series_instance_uid", &RecordUids::series_instance);
}
Definition study_column() {
  return uid_column("study_instance_uid", &RecordUids::study_instance);
}

/// What names a file, in every table of files.
Definitions file_keys() {
  return {path_column(),
          root_column(),
          name_column(),
          sop_column(),
          series_column(),
          study_column(),
          in_record("content_sha256", [](const Record& r) { return r.key.content_sha256; }),
          {"bytes", Integer,
           [](const Subject& s) { return Cell{static_cast<std::int64_t>(s.record.input.bytes)}; }}};
}

/// With what a record was made, in every table of files.
Definitions provenance_columns() {
  return {in_record("version", [](const Record& r) { return r.key.version; }),
          in_record("parameters_sha256", [](const Record& r) { return r.key.parameters_sha256; }),
          {"disclaimer", Text, disclaimer}};
}

void append(Definitions& all, Definitions more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

Definitions film_columns() {
  return {in_image("format", Text, "format"),
          in_image("transfer_syntax", Text, "transfer_syntax"),
          in_image("modality", Text, "modality"),
          in_image("rows", Integer, "rows"),
          in_image("columns", Integer, "columns"),
          in_image("bits_stored", Integer, "bits_stored"),
          in_image("frames", Integer, "frames"),
          in_image("spacing_row_mm", Real, "spacing_mm", 0),
          in_image("spacing_column_mm", Real, "spacing_mm", 1),
          in_image("spacing_source", Text, "spacing_source"),
          in_image("region", Text, "region", "name"),
          in_image("region_source", Text, "region", "source"),
          in_image("view", Text, "view"),
          in_image("laterality", Text, "laterality"),
          in_image("sex", Text, "sex"),
          in_image("age_years", Real, "age_years")};
}

Definitions result_columns() {
  return {in_findings("suggestion", Text, "assessment", "suggestion"),
          in_findings("suggestion_confidence", Real, "assessment", "confidence"),
          count_in_findings("lesions", "lesions"),
          {"deposits", Integer,
           [](const Subject& s) { return count_deposits(at(s.findings, "lesions")); }},
          {"deposit_area_mm2", Real, deposit_area_mm2},
          in_findings("body_area_mm2", Real, "anatomy", "body_area", "mm2"),
          in_findings("bone_area_mm2", Real, "anatomy", "bone_area", "mm2"),
          count_in_findings("prominences", "anatomy", "prominences"),
          {"warnings", Text, joined_warnings},
          in_record("overlay", [](const Record& r) { return r.overlay; }),
          in_record("mask", [](const Record& r) { return r.mask; })};
}

Definitions image_columns() {
  Definitions all = file_keys();
  append(all, film_columns());
  append(all, result_columns());
  append(all, provenance_columns());
  return all;
}

/// Why there are no findings: an error's code, or "duplicate".
std::string reason_code(const Record& r) {
  return r.reason ? r.reason->code : std::string(to_string(r.outcome));
}

Definitions unanalysed_columns() {
  Definitions all = file_keys();
  append(
      all,
      {in_record("outcome", [](const Record& r) { return std::string(to_string(r.outcome)); }),
       in_record("reason_code", reason_code),
       in_record("reason_message",
                 [](const Record& r) { return r.reason ? r.reason->message : ""; }),
       {"signal", Integer,
        [](const Subject& s) {
          return s.record.signal ? Cell{std::int64_t{*s.record.signal}} : Cell{};
        }},
       in_record("duplicate_of", [](const Record& r) { return r.duplicate_of; }),
       in_record("modality", [](const Record& r) { return r.header ? r.header->modality : ""; })});
  append(all, provenance_columns());
  return all;
}

/// The columns of findings_csv, then the keys of the image.
Definitions deposit_columns() {
  Definitions all = {path_column(),
                     sop_column(),
                     series_column(),
                     in_lesion("lesion_id", Integer, "id"),
                     in_lesion("kind", Text, "kind"),
                     in_lesion("kind_confidence", Real, "kind_confidence"),
                     in_lesion("score", Real, "score"),
                     in_findings("suggestion", Text, "assessment", "suggestion"),
                     in_findings("suggestion_confidence", Real, "assessment", "confidence"),
                     in_image("region", Text, "region", "name"),
                     in_image("view", Text, "view"),
                     in_image("laterality", Text, "laterality"),
                     in_image("spacing_source", Text, "spacing_source"),
                     in_lesion("bbox_x", Integer, "bbox", 0),
                     in_lesion("bbox_y", Integer, "bbox", 1),
                     in_lesion("bbox_width", Integer, "bbox", 2),
                     in_lesion("bbox_height", Integer, "bbox", 3),
                     in_lesion("centroid_x", Real, "centroid", 0),
                     in_lesion("centroid_y", Real, "centroid", 1)};
  for (const FeatureDescription& d : feature_descriptions())
    all.push_back(in_lesion(std::string(d.name), Real, "features", std::string(d.name)));
  append(all, {in_lesion("nearest_prominence", Text, "nearest_prominence", "name"),
               in_lesion("nearest_prominence_mm", Real, "nearest_prominence", "distance_mm"),
               in_lesion("nearest_prominence_px", Real, "nearest_prominence", "distance_px"),
               in_lesion("nearest_prominence_direction", Text, "nearest_prominence", "direction"),
               {"disclaimer", Text, disclaimer},
               study_column(),
               root_column(),
               name_column()});
  return all;
}

const Definitions& definitions(TableKind kind) {
  static const Definitions kImages = image_columns(), kDeposits = deposit_columns(),
                           kUnanalysed = unanalysed_columns();
  switch (kind) {
  case TableKind::Images:
    return kImages;
  case TableKind::Deposits:
    return kDeposits;
  default:
    return kUnanalysed;
  }
}

std::vector<Column> described(TableKind kind) {
  std::vector<Column> columns;
  for (const Definition& d : definitions(kind)) columns.push_back({d.name, d.type});
  return columns;
}

Row row_of(TableKind kind, const Subject& subject) {
  Row row;
  row.reserve(definitions(kind).size());
  for (const Definition& d : definitions(kind)) row.push_back(d.get(subject));
  return row;
}

TableKind table_for(Outcome outcome) {
  switch (outcome) {
  case Outcome::Done:
    return TableKind::Images;
  case Outcome::NotARadiograph:
  case Outcome::Duplicate:
    return TableKind::Skipped;
  default:
    return TableKind::Failures;
  }
}

Provenance provenance_of(const Record& record, const PlainJson& findings) {
  Provenance p;
  p.version = record.key.version;
  p.parameters_sha256 = record.key.parameters_sha256;
  p.pseudonym_key_id = record.pseudonym_key_id;
  p.revision = text_of(at(findings, "tool", "revision"));
  return p;
}

} // namespace

std::string_view to_string(TableKind kind) {
  constexpr std::array<std::string_view, 4> kNames{"images", "deposits", "failures", "skipped"};
  return kNames.at(static_cast<std::size_t>(kind));
}

std::span<const Column> columns_of(TableKind kind) {
  static const std::array<std::vector<Column>, 4> kColumns{
      described(TableKind::Images), described(TableKind::Deposits), described(TableKind::Failures),
      described(TableKind::Skipped)};
  return kColumns.at(static_cast<std::size_t>(kind));
}

Result<RecordRows> record_rows(const Record& record) {
  const PlainJson findings =
      record.findings.empty() ? PlainJson() : PlainJson::parse(record.findings, nullptr, false);
  const bool done = record.outcome == Outcome::Done;
  if (findings.is_discarded() || done != findings.is_object())
    return fail(ErrorCode::BadRecord, "the findings in it are damaged");
  RecordRows rows;
  rows.kind = table_for(record.outcome);
  rows.row = row_of(rows.kind, {record, findings});
  if (done)
    for (const PlainJson& lesion : at(findings, "lesions"))
      rows.deposits.push_back(row_of(TableKind::Deposits, {record, findings, &lesion}));
  rows.provenance = provenance_of(record, findings);
  return rows;
}

Provenance full_provenance(const Record& record) {
  const PlainJson findings = PlainJson::parse(record.findings, nullptr, false);
  Provenance p = provenance_of(record, findings);
  if (!findings.is_object()) return p;
  p.models = at(findings, "tool", "models").dump();
  p.parameters = at(findings, "parameters").dump();
  return p;
}

} // namespace calx::cohort
