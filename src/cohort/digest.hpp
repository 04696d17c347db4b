// SHA-256 of bytes and files: what a record is keyed by.
#pragma once

#include "core/error.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace calx::cohort {

/// 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

/// The same of a file's content, read in pieces. Errors: unreadable.
Result<std::string> sha256_file(const std::filesystem::path& file);

} // namespace calx::cohort
