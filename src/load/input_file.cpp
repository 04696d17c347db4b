#include "load/input_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace calx::load {

Result<InputFile> InputFile::open(const std::filesystem::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR)
      return fail(ErrorCode::FileNotFound, "there is no such file; check the path");
    return fail(ErrorCode::Unreadable, "the file cannot be looked at; check its permissions");
  }
  if (S_ISDIR(status.st_mode))
    return fail(ErrorCode::IsDirectory,
                "this is a folder; analyse all films in it with `calx run FOLDER -o OUT`, or give "
                "files: FOLDER/*.dcm");
  // A pipe or a device would block or never end.
  if (!S_ISREG(status.st_mode))
    return fail(ErrorCode::Unreadable, "this is not a plain file; give a file on disk");
  if (status.st_size == 0)
    return fail(ErrorCode::EmptyFile, "the file has no bytes; copy it again");
  InputFile input;
  input.descriptor_ = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (input.descriptor_ < 0)
    return fail(ErrorCode::Unreadable, "the file cannot be opened; check its permissions");
  input.size_ = static_cast<std::uint64_t>(status.st_size);
  return input;
}

InputFile::InputFile(std::vector<std::uint8_t> bytes)
    : size_(bytes.size()), memory_(std::move(bytes)) {}

InputFile::InputFile(InputFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), size_(std::exchange(other.size_, 0)),
      memory_(std::move(other.memory_)) {}

InputFile& InputFile::operator=(InputFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(size_, other.size_);
  std::swap(memory_, other.memory_);
  return *this;
}

InputFile::~InputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool InputFile::read_at(std::uint64_t offset, std::span<std::uint8_t> to) const {
  if (offset > size_ || to.size() > size_ - offset) return false;
  if (descriptor_ < 0) {
    if (!to.empty()) std::memcpy(to.data(), memory_.data() + offset, to.size());
    return true;
  }
  std::size_t done = 0;
  while (done < to.size()) {
    const ssize_t got =
        ::pread(descriptor_, to.data() + done, to.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  return true;
}

std::vector<std::uint8_t> InputFile::bytes(std::uint64_t offset, std::uint64_t count) const {
  if (offset >= size_) return {};
  std::vector<std::uint8_t> result(std::min(count, size_ - offset));
  if (!read_at(offset, result)) result.clear();
  return result;
}

} // namespace calx::load
