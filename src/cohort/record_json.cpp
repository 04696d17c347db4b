#include "cohort/record.hpp"

#include <nlohmann/json.hpp>

namespace calx::cohort {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kRecordSchema = "calx.record/1";

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json header_json(const RecordHeader& h) {
  return {{"format", text_or_null(h.format)},
          {"transfer_syntax", text_or_null(h.transfer_syntax)},
          {"modality", text_or_null(h.modality)},
          {"sop_class_uid", text_or_null(h.sop_class_uid)},
          {"region", text_or_null(h.region)},
          {"region_source", text_or_null(h.region_source)},
          {"view", text_or_null(h.view)},
          {"laterality", text_or_null(h.laterality)},
          {"sex", text_or_null(h.sex)},
          {"age_years", h.age_years ? Json(*h.age_years) : Json(nullptr)},
          {"rows", h.rows},
          {"columns", h.columns},
          {"bits_stored", h.bits_stored},
          {"frames", h.frames},
          {"spacing_mm", h.spacing ? Json{h.spacing->y_mm, h.spacing->x_mm} : Json(nullptr)},
          {"spacing_source", text_or_null(h.spacing_source)}};
}

Json uids_json(const RecordUids& uids) {
  return {{"sop", text_or_null(uids.sop_instance)},
          {"series", text_or_null(uids.series_instance)},
          {"study", text_or_null(uids.study_instance)}};
}

/// A text that may be null: then empty.
std::string text_of(const Json& json, const char* name) {
  const Json& value = json.at(name);
  return value.is_null() ? std::string() : value.get<std::string>();
}

std::optional<RecordHeader> header_of(const Json& json) {
  if (json.is_null()) return std::nullopt;
  RecordHeader h;
  h.format = text_of(json, "format");
  h.transfer_syntax = text_of(json, "transfer_syntax");
  h.modality = text_of(json, "modality");
  h.sop_class_uid = text_of(json, "sop_class_uid");
  h.region = text_of(json, "region");
  h.region_source = text_of(json, "region_source");
  h.view = text_of(json, "view");
  h.laterality = text_of(json, "laterality");
  h.sex = text_of(json, "sex");
  if (!json.at("age_years").is_null()) h.age_years = json.at("age_years").get<double>();
  h.rows = json.at("rows").get<int>();
  h.columns = json.at("columns").get<int>();
  h.bits_stored = json.at("bits_stored").get<int>();
  h.frames = json.at("frames").get<int>();
  if (const Json& mm = json.at("spacing_mm"); !mm.is_null())
    h.spacing = Spacing{mm.at(1).get<double>(), mm.at(0).get<double>()};
  h.spacing_source = text_of(json, "spacing_source");
  return h;
}

std::optional<RecordUids> uids_of(const Json& json) {
  if (json.is_null()) return std::nullopt;
  return RecordUids{text_of(json, "sop"), text_of(json, "series"), text_of(json, "study")};
}

std::optional<Reason> reason_of(const Json& json) {
  if (json.is_null()) return std::nullopt;
  return Reason{text_of(json, "code"), text_of(json, "message")};
}

RecordInput input_of(const Json& json) {
  return {text_of(json, "path"), text_of(json, "root"), json.at("bytes").get<std::uint64_t>(),
          json.at("modified_ns").get<std::int64_t>(), json.at("inode").get<std::uint64_t>()};
}

Record record_of(const Json& json) {
  if (json.at("schema").get<std::string>() != kRecordSchema)
    throw std::invalid_argument("not of schema " + std::string(kRecordSchema));
  const auto outcome = parse_outcome(json.at("outcome").get<std::string>());
  if (!outcome) throw std::invalid_argument("an outcome that is not known");
  Record r;
  const Json& key = json.at("key");
  r.key = {text_of(key, "content_sha256"), text_of(key, "parameters_sha256"),
           text_of(key, "version")};
  r.input = input_of(json.at("input"));
  r.outcome = *outcome;
  r.duplicate_of = text_of(json, "duplicate_of");
  r.reason = reason_of(json.at("reason"));
  if (!json.at("signal").is_null()) r.signal = json.at("signal").get<int>();
  r.attempts = json.at("attempts").get<int>();
  const Json& timing = json.at("timing");
  r.timing = {timing.at("wall_s").get<double>(), timing.at("cpu_s").get<double>(),
              timing.at("peak_mb").get<double>()};
  r.uids = uids_of(json.at("uids"));
  r.header = header_of(json.at("header"));
  r.overlay = text_of(json.at("outputs"), "overlay");
  r.mask = text_of(json.at("outputs"), "mask");
  r.pseudonym_key_id = text_of(json, "pseudonym_key_id");
  // Absent where only the part before the findings was read.
  if (json.contains("findings") && !json.at("findings").is_null())
    r.findings = json.at("findings").dump();
  return r;
}

} // namespace

std::string record_json(const Record& r) {
  const Json json = {
      {"schema", kRecordSchema},
      {"key",
       {{"content_sha256", text_or_null(r.key.content_sha256)},
        {"parameters_sha256", r.key.parameters_sha256},
        {"version", r.key.version}}},
      {"input",
       {{"path", r.input.path},
        {"root", r.input.root},
        {"bytes", r.input.bytes},
        {"modified_ns", r.input.modified_ns},
        {"inode", r.input.inode}}},
      {"outcome", to_string(r.outcome)},
      {"duplicate_of", text_or_null(r.duplicate_of)},
      {"reason",
       r.reason ? Json{{"code", r.reason->code}, {"message", r.reason->message}} : Json(nullptr)},
      {"signal", r.signal ? Json(*r.signal) : Json(nullptr)},
      {"attempts", r.attempts},
      {"timing",
       {{"wall_s", r.timing.wall_s}, {"cpu_s", r.timing.cpu_s}, {"peak_mb", r.timing.peak_mb}}},
      {"uids", r.uids ? uids_json(*r.uids) : Json(nullptr)},
      {"header", r.header ? header_json(*r.header) : Json(nullptr)},
      {"outputs", {{"overlay", text_or_null(r.overlay)}, {"mask", text_or_null(r.mask)}}},
      {"pseudonym_key_id", text_or_null(r.pseudonym_key_id)},
  };
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.pop_back(); // the findings come last, as they are
  return text + R"(,"findings":)" + (r.findings.empty() ? "null" : r.findings) + "}\n";
}

void move_record(Record& record, const RecordInput& to) {
  record.input = to;
  if (record.findings.empty()) return;
  Json findings = Json::parse(record.findings);
  findings.at("image").at("path") = to.path;
  record.findings = findings.dump();
}

Result<Record> parse_record(std::string_view json) {
  try {
    return record_of(Json::parse(json));
  } catch (const std::exception& e) {
    return fail(ErrorCode::BadRecord, std::string("not a calx.record/1: ") + e.what());
  }
}

} // namespace calx::cohort
