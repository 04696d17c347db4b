// Runs the calx program, as a user does.
#pragma once

#include <filesystem>
#include <string>

namespace calx::test {

/// What a run printed, and its exit status.
struct Ran {
  int status = -1;
  std::string out, err;
};

/// `calx ARGUMENTS`, in the words of a shell, in `folder`. What it prints is left in FOLDER/stdout
/// and FOLDER/stderr.
Ran run_calx(const std::filesystem::path& folder, const std::string& arguments);

std::string content_of(const std::filesystem::path& file);

} // namespace calx::test
