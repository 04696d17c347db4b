// Files that are whole or absent after a kill, a full disk or a power cut.
#pragma once

#include "core/error.hpp"

#include <filesystem>
#include <string_view>

namespace calx::cohort {

/// Writes under a temporary name beside the target, syncs, renames, syncs the folder; makes the
/// folder first. The error is cannot-write, and then nothing of it stays.
Result<void> write_durably(const std::filesystem::path& target, std::string_view bytes);

/// Is this the name of a temporary file that a killed run left?
bool is_temporary_name(std::string_view file_name);

} // namespace calx::cohort
