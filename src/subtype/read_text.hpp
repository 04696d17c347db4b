// A small text file as a string, for the tables and contexts that people write.
#pragma once

#include "core/error.hpp"

#include <filesystem>
#include <string>

namespace calx {

/// Errors: file-not-found, is-directory, unreadable; `too_long` where the file has more than a
/// megabyte, which no table or context has.
Result<std::string> read_text(const std::filesystem::path& file, ErrorCode too_long);

} // namespace calx
