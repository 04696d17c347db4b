// File names as text: a name on disk is bytes, and a record, a table and a terminal want UTF-8.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace calx::cohort {

/// Valid UTF-8 on one line, whatever the bytes: a backslash becomes "\\", control characters and
/// bytes that are not UTF-8 become "\xHH". Nothing is lost.
std::string path_to_text(std::string_view bytes);

/// The bytes that `path_to_text` was given; nothing for a text that it does not write.
std::optional<std::string> path_from_text(std::string_view text);

} // namespace calx::cohort
