// What a run keeps of one file: OUT/records/ab/cd/<64 hex digits>.json, schema "calx.record/1".
//
// Where a record is, its file is done with: the record is written last, after the pictures that it
// names. The tables of a run are made from the records alone. A record names no patient.
#pragma once

#include "core/error.hpp"
#include "core/radiograph.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace calx::cohort {

/// How a file ended.
enum class Outcome {
  Done,    ///< there are findings
  Failed,  ///< it cannot be read or analysed; the reason has an error code
  Crashed, ///< the process that read it died by `signal`
  Timeout, ///< the process that read it took too long and was ended
  NotARadiograph,
  Duplicate, ///< the same bytes as `duplicate_of`, which has the findings
};
std::string_view to_string(Outcome); ///< "done", ..., "not-a-radiograph", "duplicate"
std::optional<Outcome> parse_outcome(std::string_view word);

/// What was analysed, with what, by what: equal keys mean equal findings.
struct RecordKey {
  std::string content_sha256; ///< of the file's bytes; empty where they could not be read
  std::string parameters_sha256;
  std::string version;
};

struct RecordInput {
  std::string path; ///< below `root`; as text (path_text.hpp)
  std::string root; ///< the folder as given on the command line; as text
  std::uint64_t bytes = 0;
  std::int64_t modified_ns =
      0; ///< since 1970, with `bytes` and `inode`: is it the same file still?
  std::uint64_t inode = 0;
};

/// Why there are no findings.
struct Reason {
  std::string code; ///< of `calx errors`, or "crashed", "time-limit", "cpu-limit", "memory-limit"
  std::string message;
};

/// What it took; stays out of the tables, which are the same for every run.
struct RecordTiming {
  double wall_s = 0;
  double cpu_s = 0;
  double peak_mb = 0; ///< resident, of the process up to then
};

struct RecordUids {
  std::string sop_instance, series_instance, study_instance;
};

/// What the file says of its image.
struct RecordHeader {
  std::string format;          ///< Acquisition::format
  std::string transfer_syntax; ///< may be empty, as every text here
  std::string modality;
  std::string sop_class_uid;
  std::string region, region_source;
  std::string view, laterality, sex;
  std::optional<double> age_years;
  int rows = 0, columns = 0, bits_stored = 0, frames = 1;
  std::optional<Spacing> spacing;
  std::string spacing_source;
};

struct Record {
  RecordKey key;
  RecordInput input;
  Outcome outcome = Outcome::Failed;
  std::string duplicate_of; ///< the name of the record of the same bytes; else empty
  std::optional<Reason> reason;
  std::optional<int> signal;
  int attempts = 1;
  RecordTiming timing;
  std::optional<RecordUids> uids;
  std::optional<RecordHeader> header;
  std::string findings;         ///< a calx.findings/1 object as compact JSON; empty: none
  std::string overlay;          ///< below OUT, e.g. "overlays/0a1/<name>.png"; empty: none
  std::string mask;             ///< below OUT; empty: none
  std::string pseudonym_key_id; ///< Pseudonyms::key_id(); empty: paths and UIDs are the file's own
};

/// The 64 hexadecimal digits that a record is called by: of its key; of its key and path where
/// several files share the key (a duplicate) or none has one (unreadable bytes).
std::string record_name(const Record& record);
/// The name of the record that has the findings for this key.
std::string record_name(const RecordKey& key);

/// "records/ab/cd/<name>.json"
std::filesystem::path record_file(std::string_view name);

/// The record of a file with the bytes of `original`, which is not itself a duplicate.
Record duplicate_of(const Record& original, const RecordInput& input);

/// Makes it the record of the same bytes at another place. The name of a record with content stays,
/// unless it is a duplicate's.
void move_record(Record& record, const RecordInput& to);

std::string record_json(const Record& record);
Result<Record> parse_record(std::string_view json);

/// Writes OUT/records/...; the error is cannot-write.
Result<void> write_record(const std::filesystem::path& out, const Record& record);

/// How much of a record to read: findings are nine tenths of it.
enum class RecordPart {
  Whole,
  WithoutFindings,
  UncheckedFindings, ///< as they stand, for who parses them anyway
};

/// Errors: file-not-found, unreadable, bad-record.
Result<Record> read_record(const std::filesystem::path& file, RecordPart part = RecordPart::Whole);

/// Reads every record of OUT, one at a time, in the order of their names. What is no valid record
/// goes to `broken` with its path. Both return false to stop.
void scan_records(const std::filesystem::path& out, RecordPart part,
                  const std::function<bool(Record&&)>& visit,
                  const std::function<bool(const std::filesystem::path&, const Error&)>& broken);

} // namespace calx::cohort
