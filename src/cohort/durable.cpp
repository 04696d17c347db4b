#include "cohort/durable.hpp"

#include "report/report.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace calx::cohort {

namespace fs = std::filesystem;

Result<void> write_durably(const fs::path& target, std::string_view bytes) {
  const fs::path folder = target.has_parent_path() ? target.parent_path() : ".";
  std::error_code failed;
  if (fs::create_directories(folder, failed); failed) return cannot_write(target, failed);
  if (auto written = write_file(target, bytes); !written) return written;
  return sync_to_disk(folder);
}

Result<void> sync_to_disk(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return cannot_write(path, {errno, std::generic_category()});
  const int error_number = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  // Some network file systems cannot sync a folder; the rename is then as durable as they make it.
  if (error_number != 0 && error_number != EINVAL)
    return cannot_write(path, {error_number, std::generic_category()});
  return {};
}

tl::unexpected<Error> cannot_write(const fs::path& path, const std::error_code& why) {
  return fail(ErrorCode::CannotWrite,
              fmt::format("{} cannot be written: {}", path.string(), why.message()));
}

} // namespace calx::cohort
