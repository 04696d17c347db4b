// Results go to standard output, everything else to standard error.
#pragma once

#include "core/error.hpp"

#include <string_view>

namespace calx {

/// What a run tells the shell.
enum ExitCode { kAllDone = 0, kSomeFailed = 1, kUsage = 2, kInternal = 3 };

/// A reader that closes the pipe early (`calx ... | head`) ends the printing, not the run.
class Console {
public:
  void print(std::string_view result);
  /// One line: "calx: " and the text.
  void complain(std::string_view text);
  /// "calx: FILE: code: message".
  void complain(std::string_view file, const Error& error);
  /// Flushes; turns a result that could not be printed into kSomeFailed.
  int finish(int exit_code);

private:
  int write_error_ = 0;
};

} // namespace calx
