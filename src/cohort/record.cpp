#include "cohort/record.hpp"

#include "cohort/digest.hpp"
#include "cohort/durable.hpp"
#include "report/report.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <vector>

namespace calx::cohort {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<Outcome, std::string_view>, 6> kOutcomes{
    {{Outcome::Done, "done"},
     {Outcome::Failed, "failed"},
     {Outcome::Crashed, "crashed"},
     {Outcome::Timeout, "timeout"},
     {Outcome::NotARadiograph, "not-a-radiograph"},
     {Outcome::Duplicate, "duplicate"}}};

std::string key_text(const RecordKey& key) {
  return fmt::format("{}\n{}\n{}", key.content_sha256, key.parameters_sha256, key.version);
}

/// Folders and files of a folder by name; a listing comes in any order.
std::vector<fs::path> sorted_entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed))
    entries.push_back(at->path());
  std::ranges::sort(entries);
  return entries;
}

} // namespace

std::string_view to_string(Outcome outcome) {
  return std::ranges::find(kOutcomes, outcome, &decltype(kOutcomes)::value_type::first)->second;
}

std::optional<Outcome> parse_outcome(std::string_view word) {
  const auto* at = std::ranges::find(kOutcomes, word, &decltype(kOutcomes)::value_type::second);
  return at == kOutcomes.end() ? std::nullopt : std::optional(at->first);
}

std::string record_name(const RecordKey& key) {
  return sha256_hex(key_text(key));
}

std::string record_name(const Record& record) {
  const bool shared = record.outcome == Outcome::Duplicate;
  if (!shared && !record.key.content_sha256.empty()) return record_name(record.key);
  return sha256_hex(
      fmt::format("{}\n{}\n{}", key_text(record.key), record.input.root, record.input.path));
}

fs::path record_file(std::string_view name) {
  return fs::path("records") / name.substr(0, 2) / name.substr(2, 2) / fmt::format("{}.json", name);
}

Record duplicate_of(const Record& original, const RecordInput& input) {
  Record copy;
  copy.key = original.key;
  copy.input = input;
  copy.outcome = Outcome::Duplicate;
  copy.duplicate_of = record_name(original.key);
  copy.attempts = 0;
  copy.uids = original.uids;
  copy.header = original.header;
  copy.pseudonym_key_id = original.pseudonym_key_id;
  return copy;
}

Result<void> write_record(const fs::path& out, const Record& record) {
  return write_durably(out / record_file(record_name(record)), record_json(record));
}

Result<Record> read_record(const fs::path& file, RecordPart part) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream)
    return fail(fs::exists(file) ? ErrorCode::Unreadable : ErrorCode::FileNotFound,
                "the record cannot be opened");
  std::string json{std::istreambuf_iterator<char>(stream), {}};
  std::string findings;
  if (part != RecordPart::Whole) {
    // The findings come last. Within a text the quotes would be escaped: this is no text.
    constexpr std::string_view kBefore = R"(,"findings":)", kEnd = "}\n";
    const auto at = json.find(kBefore);
    if (at != json.npos && json.ends_with(kEnd)) {
      const auto first = at + kBefore.size();
      findings = json.substr(first, json.size() - kEnd.size() - first);
      json.replace(at, json.npos, kEnd);
    }
  }
  auto record = parse_record(json);
  if (!record) return record;
  if (part == RecordPart::UncheckedFindings && !findings.empty() && findings != "null")
    record->findings = std::move(findings);
  if (record_file(record_name(*record)).filename() != file.filename())
    return fail(ErrorCode::BadRecord, "the record is not called as its content asks for");
  return record;
}

void scan_records(const fs::path& out, RecordPart part, const std::function<bool(Record&&)>& visit,
                  const std::function<bool(const fs::path&, const Error&)>& broken) {
  for (const fs::path& first : sorted_entries(out / "records"))
    for (const fs::path& second : sorted_entries(first))
      for (const fs::path& file : sorted_entries(second)) {
        if (is_temporary_name(file.filename().string())) continue;
        auto record = read_record(file, part);
        const bool more = record ? visit(std::move(*record)) : broken(file, record.error());
        if (!more) return;
      }
}

} // namespace calx::cohort
