#include "cohort/store.hpp"

#include "cohort/durable.hpp"
#include "cohort/verify.hpp"
#include "report/report.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace calx::cohort {
namespace {

namespace fs = std::filesystem;

constexpr const char* kIndexFile = "index.tsv";
constexpr std::string_view kOverlays = "overlays", kMasks = "masks";

void remove_temporaries(const fs::path& folder) {
  std::error_code failed;
  for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    std::error_code ignored;
    if (is_temporary_name(at->path().filename().string())) fs::remove(at->path(), ignored);
  }
}

std::string read_all(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

} // namespace

std::string picture_file(std::string_view kind, std::string_view name) {
  return fmt::format("{}/{}/{}.png", kind, name.substr(0, 3), name);
}

Result<std::unique_ptr<Store>> Store::open(const fs::path& out) {
  std::unique_ptr<Store> store(new Store(out));
  if (auto locked = store->lock(); !locked) return tl::unexpected(locked.error());
  if (auto loaded = store->load(); !loaded) return tl::unexpected(loaded.error());
  std::error_code failed;
  fs::remove_all(store->private_tmp(), failed);
  if (!fs::create_directory(store->private_tmp(), failed))
    return cannot_write(store->private_tmp(), failed);
  fs::permissions(store->private_tmp(), fs::perms::owner_all, failed);
  return store;
}

Store::~Store() {
  if (lock_ < 0) return;
  std::error_code ignored;
  fs::remove_all(private_tmp(), ignored);
  ::close(lock_);
}

Result<void> Store::lock() {
  const fs::path records = out_ / "records";
  std::error_code failed;
  if (fs::create_directories(records, failed); failed) return cannot_write(records, failed);
  lock_ = ::open(records.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock_ < 0) return cannot_write(records, {errno, std::generic_category()});
  // The system drops the lock of a process that was killed. Where a file system has no locks, one
  // run at a time is the user's care.
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return {};
  ::close(std::exchange(lock_, -1));
  return fail(ErrorCode::InUse,
              fmt::format("another run is writing to {}; wait for it or choose another folder",
                          out_.string()));
}

Result<void> Store::load() {
  const fs::path file = out_ / kIndexFile;
  auto index = Index::from_text(read_all(file));
  // From the first record on it would be wrong; should this run be killed, none is better.
  std::error_code failed;
  if (fs::remove(file, failed); failed) return cannot_write(file, failed);
  if (!index) return scan();
  index_ = std::move(*index);
  return {};
}

Result<void> Store::scan() {
  for (const std::string_view folder : {std::string_view("records"), kOverlays, kMasks})
    remove_temporaries(out_ / folder);
  Result<void> result;
  scan_records(
      out_, RecordPart::WithoutFindings,
      [&](Record&& record) {
        result = read_into_index(std::move(record));
        return result.has_value();
      },
      [&](const fs::path& file, const Error&) {
        // Written whole or not at all, so this is damage of the disk: done anew.
        std::error_code failed;
        if (!fs::remove(file, failed)) result = cannot_write(file, failed);
        return result.has_value();
      });
  return result;
}

/// A run that was killed between writing a file's new record and taking away its old one leaves
/// both; the one written later counts.
Result<void> Store::read_into_index(Record&& record) {
  IndexEntry entry = index_entry(record);
  const IndexEntry* other = index_.by_input(entry.input);
  if (!other || other->name == entry.name) {
    index_.put(std::move(entry));
    return {};
  }
  std::error_code ignored;
  const auto written = [&](const IndexEntry& e) {
    return fs::last_write_time(out_ / record_file(e.name), ignored);
  };
  IndexEntry older = *other;
  if (written(older) > written(entry)) {
    index_.put(entry);
    index_.put(older);
    std::swap(older, entry);
  } else {
    index_.put(entry);
  }
  return retire(std::move(older));
}

/// The checksums of the tables go before the first record that is not in them.
Result<void> Store::before_change() {
  if (std::exchange(changed_, true)) return {};
  std::error_code failed;
  if (fs::remove(out_ / kChecksumFile, failed); failed)
    return cannot_write(out_ / kChecksumFile, failed);
  return {};
}

bool Store::tables_are_current() const {
  std::error_code failed;
  return !changed_ && fs::exists(out_ / kChecksumFile, failed);
}

bool Store::has_file(const IndexEntry& entry) const {
  return ::access((out_ / record_file(entry.name)).c_str(), F_OK) == 0;
}

Result<void> Store::keep(Record record, const std::string& overlay_png,
                         const std::string& mask_png) {
  if (auto ready = before_change(); !ready) return ready;
  const std::string name = record_name(record);
  const auto write_picture = [&](std::string_view kind, const std::string& png,
                                 std::string& file) -> Result<void> {
    file.clear();
    if (png.empty()) return {};
    file = picture_file(kind, name);
    return write_durably(out_ / file, png);
  };
  if (auto done = write_picture(kOverlays, overlay_png, record.overlay); !done) return done;
  if (auto done = write_picture(kMasks, mask_png, record.mask); !done) return done;
  if (auto done = write_record(out_, record); !done) return done;
  const IndexEntry* earlier = index_.by_input(record.input);
  std::optional<IndexEntry> old;
  if (earlier && earlier->name != name) old = *earlier;
  index_.put(index_entry(record));
  return old ? retire(std::move(*old)) : Result<void>{};
}

/// The file that this record was for has another now.
Result<void> Store::retire(IndexEntry entry) {
  const IndexEntry* heir = index_.duplicate_of(entry.name);
  if (!heir) return take_away(entry);
  const IndexEntry copy = *heir;
  if (auto moved = move(entry, copy.input); !moved) return moved;
  return take_away(copy);
}

Result<void> Store::take_away(const IndexEntry& entry) {
  if (auto ready = before_change(); !ready) return ready;
  std::error_code failed;
  fs::remove(out_ / record_file(entry.name), failed);
  if (failed) return cannot_write(out_ / record_file(entry.name), failed);
  // A duplicate has no pictures of its own name.
  for (const std::string_view kind : {kOverlays, kMasks})
    fs::remove(out_ / picture_file(kind, entry.name), failed);
  // By then the same name may stand for the file's new record.
  index_.remove(entry.name);
  return {};
}

Result<void> Store::move(const IndexEntry& entry, const RecordInput& to) {
  if (auto ready = before_change(); !ready) return ready;
  auto record = read_record(out_ / record_file(entry.name));
  if (!record) return tl::unexpected(record.error());
  move_record(*record, to);
  if (auto written = write_record(out_, *record); !written) return written;
  index_.put(index_entry(*record));
  return {};
}

Result<void> Store::close() {
  return write_durably(out_ / kIndexFile, index_.to_text());
}

} // namespace calx::cohort
