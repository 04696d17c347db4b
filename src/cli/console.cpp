#include "cli/console.hpp"

#include <cerrno>
#include <cstdio>
#include <fmt/format.h>
#include <system_error>

namespace calx {

void Console::print(std::string_view result) {
  if (write_error_ != 0) return;
  errno = 0;
  if (std::fwrite(result.data(), 1, result.size(), stdout) != result.size() ||
      std::fflush(stdout) != 0)
    write_error_ = errno == 0 ? EIO : errno;
}

void Console::complain(std::string_view text) {
  const std::string line = fmt::format("calx: {}\n", text);
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void Console::complain(std::string_view file, const Error& error) {
  complain(fmt::format("{}: {}", file, error.to_string()));
}

int Console::finish(int exit_code) {
  if (write_error_ == 0 || write_error_ == EPIPE) return exit_code;
  complain("standard output",
           Error{ErrorCode::CannotWrite, std::generic_category().message(write_error_), {}});
  return exit_code == kAllDone ? kSomeFailed : exit_code;
}

} // namespace calx
