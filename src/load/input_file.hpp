// The bytes of one input, read where they are asked for, never past the end.
#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

namespace calx::load {

/// Random access to a file or to bytes in memory. Move-only; closes its file. Offsets and sizes are
/// 64-bit so that no arithmetic on what a header claims can wrap.
class InputFile {
public:
  /// Errors: file-not-found, is-directory, empty-file, unreadable (no permission, not a plain
  /// file).
  static Result<InputFile> open(const std::filesystem::path& file);
  explicit InputFile(std::vector<std::uint8_t> bytes);
  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&& other) noexcept;
  ~InputFile();

  std::uint64_t size() const { return size_; }
  /// Copies `to.size()` bytes from `offset`; false when the file does not have them all.
  bool read_at(std::uint64_t offset, std::span<std::uint8_t> to) const;
  /// Up to `count` bytes from `offset`; fewer at the end of the file.
  std::vector<std::uint8_t> bytes(std::uint64_t offset, std::uint64_t count) const;

private:
  InputFile() = default;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  std::vector<std::uint8_t> memory_;
};

/// An unsigned integer of sizeof(T) bytes at `at`, in the given byte order.
template <class T>
T load_little(const std::uint8_t* at) {
  T value = 0;
  for (std::size_t i = sizeof(T); i-- > 0;) value = static_cast<T>((value << 8) | at[i]);
  return value;
}
template <>
inline std::uint8_t load_little<std::uint8_t>(const std::uint8_t* at) {
  return *at;
}
template <class T>
T load_big(const std::uint8_t* at) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>((value << 8) | at[i]);
  return value;
}

} // namespace calx::load
