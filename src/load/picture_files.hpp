// Decoders of ours for pictures whose ITK reader would print, or would take damage for a picture:
// PNG, JPEG, TIFF, bitmaps and MetaImage. They stand behind itk::ImageFileReader like the DICOM
// decoders.
#pragma once

#include "load/gate.hpp"

namespace calx::load {

/// Each fills `to` with `layout.bytes()`, `layout` being what the gate found. Errors:
/// corrupt-pixels for whatever libpng, libjpeg or libtiff complains about, truncated-pixels.
Result<void> decode_png(const InputFile& input, const StoredLayout& layout,
                        std::span<std::uint8_t> to);
Result<void> decode_jpeg(const InputFile& input, const StoredLayout& layout,
                         std::span<std::uint8_t> to);
Result<void> decode_tiff(const InputFile& input, const StoredLayout& layout,
                         std::span<std::uint8_t> to);
Result<void> decode_bmp(const InputFile& input, const StoredLayout& layout,
                        std::span<std::uint8_t> to);
Result<void> decode_raw(const RawPixels& raw, const StoredLayout& layout,
                        std::span<std::uint8_t> to);

} // namespace calx::load
