// The markers of a compressed frame, checked before a decoder sees it: it must describe the image
// that the header describes and must not end early.
//
// ITU-T T.81 annex B (JPEG), T.87 annex C (JPEG-LS), T.800 annex A (JPEG 2000), PS3.5 annex G
// (RLE).
#pragma once

#include "core/error.hpp"
#include "load/dicom_header.hpp"

#include <span>

namespace calx::load {

enum class CodestreamKind { Rle, Jpeg, JpegLs, Jpeg2000 };

/// Errors: corrupt-pixels (no such codestream, sizes or precision other than the header's),
/// truncated-pixels (it ends before its end marker, or before the data it announces).
Result<void> check_codestream(std::span<const std::uint8_t> bytes, CodestreamKind kind,
                              const PixelDescription& pixel);

/// A JPEG 2000 tile-part may leave its length open (Psot = 0) and run up to the end marker, which
/// OpenJPEG then takes for data: writes the length in. `bytes` has passed check_codestream.
void close_last_tile_part(std::span<std::uint8_t> bytes);

/// What the frame header of a JPEG or JPEG-LS stream says.
struct JpegFrame {
  int rows = 0;
  int columns = 0;
  int components = 0;
  int precision = 0;
  std::uint8_t process = 0; ///< the marker's second byte: 0xc0 baseline ... 0xf7 JPEG-LS
};

/// Walks all markers from SOI to EOI; what follows EOI is ignored. Errors as check_codestream.
Result<JpegFrame> walk_jpeg(std::span<const std::uint8_t> bytes);

} // namespace calx::load
