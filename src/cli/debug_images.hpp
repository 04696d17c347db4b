// --debug-dir: every intermediate image as an 8-bit PNG named by its stage.
#pragma once

#include "core/error.hpp"
#include "core/trace.hpp"

#include <filesystem>
#include <optional>

namespace calx {

/// A trace that writes FOLDER/2-normalise/density.png for "2-normalise/density", stretched from
/// darkest to brightest. The first failure is kept in `error`; both outlive the trace.
Trace debug_image_writer(const std::filesystem::path& folder, std::optional<Error>& error);

} // namespace calx
