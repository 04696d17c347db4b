#include "cohort/merge.hpp"

#include "cohort/durable.hpp"
#include "cohort/tables_build.hpp"
#include "cohort/verify.hpp"
#include "report/report.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

namespace calx::cohort {
namespace {

namespace fs = std::filesystem;
using sqlite::require;

[[noreturn]] void stop(ErrorCode code, std::string message) {
  throw sqlite::Failure{{code, std::move(message), {}}};
}

template <class T>
T value_of(Result<T> result) {
  if (!result) throw sqlite::Failure{std::move(result).error()};
  return std::move(*result);
}

/// The folders to read, `out` last where it has records.
std::vector<fs::path> sources_of(const std::vector<fs::path>& inputs, const fs::path& out) {
  std::vector<fs::path> sources;
  std::error_code ignored;
  for (const fs::path& input : inputs) {
    if (!fs::is_directory(input / "records", ignored))
      stop(ErrorCode::FileNotFound,
           input.string() + " has no folder \"records\": it is no output of `calx run`");
    if (!fs::equivalent(input, out, ignored)) sources.push_back(input);
  }
  if (fs::is_directory(out / "records", ignored)) sources.push_back(out);
  return sources;
}

/// Gives the file a second name, or a copy where a link cannot be. Replaces what has the name.
void link_or_copy(const fs::path& from, const fs::path& to) {
  std::error_code failed;
  if (fs::equivalent(from, to, failed)) return;
  fs::create_directories(to.parent_path(), failed);
  const fs::path temporary = temporary_name(to);
  fs::remove(temporary, failed);
  fs::create_hard_link(from, temporary, failed);
  if (failed) fs::copy_file(from, temporary, fs::copy_options::overwrite_existing, failed);
  if (!failed) fs::rename(temporary, to, failed);
  if (!failed) return;
  std::error_code ignored;
  fs::remove(temporary, ignored);
  stop(ErrorCode::CannotWrite,
       fmt::format("{} cannot be put at {}: {}", from.string(), to.string(), failed.message()));
}

/// Where a picture of the record `old_name` is for the record `new_name`: pictures are called by
/// their record, in folders by its first digits.
std::string renamed(const std::string& picture, const std::string& old_name,
                    const std::string& new_name) {
  if (picture.empty() || old_name == new_name) return picture;
  const fs::path path(picture);
  const std::string file = path.filename().string();
  const std::string bucket = path.parent_path().filename().string();
  if (!file.starts_with(old_name) || !old_name.starts_with(bucket))
    stop(ErrorCode::BadRecord, old_name + ".json names a picture that is not its own");
  return path.parent_path().parent_path() / new_name.substr(0, bucket.size()) /
         (new_name + file.substr(old_name.size()));
}

/// One merge: where the records come from and how they are called in OUT.
class Merge {
public:
  Merge(std::vector<fs::path> sources, const fs::path& out, const MergeOptions& options)
      : sources_(std::move(sources)), out_(out), options_(options) {}

  void fill(Stage& stage) {
    // Both would be of the records before; the next run makes the index anew.
    std::error_code none;
    for (const char* stale : {"index.tsv", kChecksumFile}) fs::remove(out_ / stale, none);
    for (std::size_t i = 0; i < sources_.size(); ++i) add_source(stage, i);
    if (!options_.tables.allow_mixed) stage.refuse_mixed();
    add_duplicates(stage);
    stage.for_each_kept([this](const Stage::Kept& kept) { place(kept); });
    sync();
  }

private:
  const fs::path& folder(int source) const { return sources_.at(static_cast<std::size_t>(source)); }
  bool is_out(int source) const { return folder(source) == out_; }

  /// The record as it shall be in OUT.
  Record outgoing(Record record) const {
    if (!options_.pseudonyms || record.pseudonym_key_id == options_.pseudonyms->key_id())
      return record;
    if (!record.pseudonym_key_id.empty())
      stop(ErrorCode::BadKey, "the records have pseudonyms already, under another key");
    const std::string name = record_name(record);
    Record hidden = options_.pseudonyms->record(record);
    hidden.overlay = renamed(record.overlay, name, record_name(hidden));
    hidden.mask = renamed(record.mask, name, record_name(hidden));
    return hidden;
  }

  void add_source(Stage& stage, std::size_t source) {
    add_records(stage, sources_[source], static_cast<int>(source), [&](Record&& record) {
      const bool plain = record.pseudonym_key_id.empty();
      if (options_.pseudonyms && plain && is_out(static_cast<int>(source)))
        stop(ErrorCode::OutputExists,
             out_.string() + " holds records without pseudonyms; choose an empty folder");
      return outgoing(std::move(record));
    });
  }

  /// Of files with the same bytes on several machines each was analysed: one run would have
  /// analysed the first.
  void add_duplicates(Stage& stage) {
    std::vector<Record> duplicates;
    stage.settle([&](const Stage::Rival& winner, const Stage::Rival& loser) {
      const Record original = outgoing(value_of(
          read_record(folder(winner.source) / record_file(winner.origin), RecordPart::Whole)));
      duplicates.push_back(duplicate_of(original, loser.input));
    });
    for (const Record& duplicate : duplicates) {
      if (stage.has(record_name(duplicate))) continue;
      require(write_record(out_, duplicate));
      stage.add(duplicate, static_cast<int>(sources_.size()), record_name(duplicate));
    }
  }

  void place(const Stage::Kept& kept) {
    // What is in OUT already, and the duplicates, which were written there.
    if (kept.source == static_cast<int>(sources_.size()) || is_out(kept.source)) return;
    const fs::path from = folder(kept.source);
    for (const std::string& picture : {kept.overlay, kept.mask}) {
      if (picture.empty()) continue;
      const fs::path original = from / renamed(picture, kept.name, kept.origin);
      // Overlays are large; some delete them. `calx verify` says where one is missing.
      if (fs::exists(original)) link_or_copy(original, out_ / picture);
    }
    if (kept.name == kept.origin)
      link_or_copy(from / record_file(kept.name), out_ / record_file(kept.name));
    else
      require(write_record(out_, outgoing(value_of(read_record(from / record_file(kept.origin))))));
  }

  /// All names at once: a million single waits would take hours.
  void sync() const {
    const int descriptor = ::open(out_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int failed = descriptor < 0 || ::syncfs(descriptor) != 0 ? errno : 0;
    if (descriptor >= 0) ::close(descriptor);
    if (failed != 0) require(cannot_write(out_, {failed, std::generic_category()}));
  }

  std::vector<fs::path> sources_;
  const fs::path& out_;
  const MergeOptions& options_;
};

} // namespace

Result<TablesSummary> merge_runs(const std::vector<fs::path>& inputs, const fs::path& out,
                                 const MergeOptions& options) {
  std::vector<fs::path> sources;
  try {
    sources = sources_of(inputs, out);
  } catch (const sqlite::Failure& failure) {
    return tl::unexpected(failure.error);
  }
  Merge merge(std::move(sources), out, options);
  return build_tables(out, options.tables, [&](Stage& stage) { merge.fill(stage); });
}

} // namespace calx::cohort
