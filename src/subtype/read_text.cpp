#include "subtype/read_text.hpp"

#include <fstream>
#include <iterator>
#include <system_error>

namespace calx {

Result<std::string> read_text(const std::filesystem::path& file, ErrorCode too_long) {
  constexpr std::size_t kLongest = 1 << 20;
  std::error_code status_error;
  const auto status = std::filesystem::status(file, status_error);
  if (!std::filesystem::exists(status))
    return fail(ErrorCode::FileNotFound, "no such file; check the path");
  if (std::filesystem::is_directory(status))
    return fail(ErrorCode::IsDirectory, "a folder was given where a JSON file is expected");
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return fail(ErrorCode::Unreadable, "the file cannot be opened");
  std::string text(kLongest + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) return fail(ErrorCode::Unreadable, "the file cannot be read");
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > kLongest) return fail(too_long, "the file is longer than 1 MB");
  return text;
}

} // namespace calx
