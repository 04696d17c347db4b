// One JPEG 2000 frame, decoded by OpenJPEG in its strict mode.
#pragma once

#include "core/error.hpp"
#include "load/dicom_header.hpp"

#include <span>

namespace calx::load {

/// Fills `to` with `pixel.frame_bytes()` bytes; colour is interleaved RGB. `bytes` has passed
/// check_codestream. Errors: corrupt-pixels, truncated-pixels, too-large.
Result<void> decode_jpeg2000(std::span<const std::uint8_t> bytes, const PixelDescription& pixel,
                             std::span<std::uint8_t> to);

} // namespace calx::load
