#include "report/report.hpp"

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace calx {
namespace {

Error cannot_write(const std::filesystem::path& target, int error_number) {
  return {ErrorCode::CannotWrite,
          fmt::format("{} cannot be written: {}", target.string(),
                      std::generic_category().message(error_number)),
          {}};
}

constexpr std::string_view kTemporaryStart = ".calx-", kTemporaryEnd = ".tmp";

/// A descriptor, or -1 and errno.
int open_temporary(const std::filesystem::path& target, std::filesystem::path& temporary) {
  constexpr mode_t kUsualFileMode = 0666; // less the umask
  int descriptor = -1;
  do { // past the names that a killed process of the same number left, or another machine's has
    temporary = temporary_name(target);
    descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kUsualFileMode);
  } while (descriptor < 0 && errno == EEXIST);
  return descriptor;
}

/// 0, or the errno of the write that failed.
int write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(descriptor) == 0 ? 0 : errno;
}

} // namespace

std::filesystem::path temporary_name(const std::filesystem::path& target) {
  static std::atomic<unsigned> count{0}; // threads of one process write side by side
  return target.parent_path() /
         fmt::format("{}{}-{}{}", kTemporaryStart, ::getpid(), ++count, kTemporaryEnd);
}

bool is_temporary_name(std::string_view file_name) {
  return file_name.starts_with(kTemporaryStart) && file_name.ends_with(kTemporaryEnd);
}

Result<void> write_file(const std::filesystem::path& target, std::string_view bytes) {
  std::filesystem::path temporary;
  const int descriptor = open_temporary(target, temporary);
  if (descriptor < 0) return tl::unexpected(cannot_write(target, errno));
  int error_number = write_all(descriptor, bytes);
  if (::close(descriptor) != 0 && error_number == 0) error_number = errno;
  if (error_number == 0 && ::rename(temporary.c_str(), target.c_str()) != 0) error_number = errno;
  if (error_number == 0) return {};
  ::unlink(temporary.c_str());
  return tl::unexpected(cannot_write(target, error_number));
}

} // namespace calx
