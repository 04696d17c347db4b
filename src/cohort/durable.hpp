// Files that are whole or absent after a kill, a full disk or a power cut.
#pragma once

#include "core/error.hpp"

#include <filesystem>
#include <string_view>
#include <system_error>

namespace calx::cohort {

/// write_file, which leaves nothing of a file that cannot be written, in a folder that is made
/// first; the name is on the disk too when it returns. The error is cannot-write.
Result<void> write_durably(const std::filesystem::path& target, std::string_view bytes);

/// Waits until what the folder lists, or what the file holds, is on the disk.
Result<void> sync_to_disk(const std::filesystem::path&);

tl::unexpected<Error> cannot_write(const std::filesystem::path&, const std::error_code& why);

} // namespace calx::cohort
