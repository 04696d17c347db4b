#include "cohort/tables_folder.hpp"

#include "cohort/durable.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace calx::cohort {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = ".calx-tables.tmp";

void clear(const fs::path& folder) {
  std::error_code ignored;
  for (fs::directory_iterator at(folder, ignored), end; !ignored && at != end;
       at.increment(ignored)) {
    std::error_code kept;
    fs::remove(at->path(), kept);
  }
}

} // namespace

Result<TablesFolder> TablesFolder::open(const fs::path& out) {
  fs::path path = out / kName;
  std::error_code failed;
  if (fs::create_directories(path, failed); failed) return cannot_write(path, failed);
  const int lock = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock < 0) return cannot_write(path, {errno, std::generic_category()});
  // Where a file system has no locks, one process at a time is the user's care.
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    ::close(lock);
    return fail(ErrorCode::InUse, "another process is making the tables of " + out.string());
  }
  clear(path);
  return TablesFolder(std::move(path), lock);
}

TablesFolder::TablesFolder(TablesFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

TablesFolder::~TablesFolder() {
  if (lock_ < 0) return;
  clear(path_);
  std::error_code ignored;
  fs::remove(path_, ignored);
  ::close(lock_);
}

Result<void> TablesFolder::publish(const std::vector<std::string>& names) {
  for (const std::string& name : names)
    if (auto synced = sync_to_disk(path_ / name); !synced) return synced;
  for (const std::string& name : names) {
    std::error_code failed;
    fs::rename(path_ / name, path_.parent_path() / name, failed);
    if (failed) return cannot_write(path_.parent_path() / name, failed);
  }
  return sync_to_disk(path_.parent_path());
}

} // namespace calx::cohort
