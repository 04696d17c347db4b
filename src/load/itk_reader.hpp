// The one door to ITK: every image is read by itk::ImageFileReader with its ImageIO set explicitly.
//
// Nothing of ITK is visible here; only itk_reader.cpp includes its headers.
#pragma once

#include "load/format.hpp"
#include "load/pixel_source.hpp"

#include <filesystem>

namespace calx::load {

/// Reads through an ImageIO of our own that asks `source` for the pixels. Errors: the source's, and
/// too-large where memory runs out.
Result<StoredImage> read_source(const std::filesystem::path& file, const PixelSource& source);

/// Reads with ITK's ImageIO of `format` (NRRD, NIfTI). `expected` is what
/// the gate found in the header; ITK finding anything else is an error (corrupt-header).
Result<StoredImage> read_with_itk(const std::filesystem::path& file, FileFormat format,
                                  const StoredLayout& expected);

} // namespace calx::load
