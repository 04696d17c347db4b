#include "cohort/durable.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

namespace calx::cohort {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> cannot_write(const fs::path& target, int error_number) {
  return fail(ErrorCode::CannotWrite, fmt::format("{} cannot be written: {}", target.string(),
                                                  std::generic_category().message(error_number)));
}

/// 0, or the errno of what failed.
int write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(descriptor) == 0 ? 0 : errno;
}

/// The name is only safe when the folder's own entry is on the disk.
int sync_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  // Some network file systems cannot sync a folder; they do it on their own.
  const int failed = ::fsync(descriptor) == 0 || errno == EINVAL ? 0 : errno;
  ::close(descriptor);
  return failed;
}

} // namespace

Result<void> write_durably(const fs::path& target, std::string_view bytes) {
  const fs::path folder = target.has_parent_path() ? target.parent_path() : ".";
  std::error_code failed;
  if (fs::create_directories(folder, failed); failed) return cannot_write(target, failed.value());
  const fs::path temporary =
      folder / fmt::format(".calx-{}-{}.tmp", ::getpid(), target.filename().string());
  const int descriptor =
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (descriptor < 0) return cannot_write(target, errno);
  int error_number = write_all(descriptor, bytes);
  if (::close(descriptor) != 0 && error_number == 0) error_number = errno;
  if (error_number == 0 && ::rename(temporary.c_str(), target.c_str()) != 0) error_number = errno;
  if (error_number != 0) {
    ::unlink(temporary.c_str());
    return cannot_write(target, error_number);
  }
  if (const int unsynced = sync_folder(folder); unsynced != 0)
    return cannot_write(target, unsynced);
  return {};
}

bool is_temporary_name(std::string_view file_name) {
  return file_name.starts_with(".calx-") && file_name.ends_with(".tmp");
}

} // namespace calx::cohort
