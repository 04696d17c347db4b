// From a file to a Radiograph: what the pixels mean, how large they are, which way is dense.
//
// Every format comes through itk::ImageFileReader with the ImageIO set explicitly. Behind it stand
// ImageIOs of calx's own: DICOM on DCMTK and OpenJPEG, pictures on the system's libpng, libjpeg and
// libtiff; NRRD and NIfTI have ITK's. The format is told by the bytes, not by the name. Sizes are
// checked in 64 bits, against a cap and against the payload, before a pixel is decoded. A damaged
// payload is an error, never a picture. (What no decoder can see: a flipped bit in a lossy JPEG's
// or a JPEG 2000's entropy-coded data that decodes to other valid pixels.)
//
// Spacing: load/spacing.hpp has the rule. The dots per inch of a PNG, JPEG or TIFF are those of a
// print and are not looked at. Polarity, tables, padding: load/dicom_grey.hpp. Nothing here prints,
// and all of it may be called from several threads at once. Errors do not name the file: who calls
// knows it.
#pragma once

#include "core/error.hpp"
#include "core/parameter.hpp"
#include "core/radiograph.hpp"

#include <filesystem>
#include <optional>

namespace calx {

/// What the caller wants of a file, and what it may cost.
struct LoadOptions {
  double max_megapixels = 200;         ///< refuse larger images before decoding
  int frame = 0;                       ///< which frame of a multi-frame file, from 0
  std::optional<Spacing> user_spacing; ///< overrides the file's; becomes SpacingSource::User
  bool invert = false;                 ///< the file's polarity is wrong: turn light into dark
};

/// The header's answer without decoding pixels, for `calx info` and for planning a run.
struct ImageHeader {
  int rows = 0;
  int columns = 0;
  std::optional<Spacing> spacing;
  SpacingSource spacing_source = SpacingSource::Unknown;
  std::string spacing_note; ///< how the spacing was found, in a sentence
  DisplayRange display;     ///< black == white when only the pixels can tell
  Acquisition acquisition;
};

/// Reads what the file says about its image. Fails as `load_radiograph` does, except for damage in
/// the pixel data, which it does not look at.
Result<ImageHeader> read_header(const std::filesystem::path& file, const LoadOptions& options = {});

/// Reads one frame. Errors: file-not-found, is-directory, empty-file, unreadable, not-an-image,
/// unsupported-format, not-a-radiograph, no-pixel-data, corrupt-header, too-large,
/// truncated-pixels, corrupt-pixels, bad-spacing, frame-out-of-range.
Result<Radiograph> load_radiograph(const std::filesystem::path& file,
                                   const LoadOptions& options = {});

} // namespace calx
