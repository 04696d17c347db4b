// What kind of file this is, told by its first bytes and never by its name.
#pragma once

#include "load/input_file.hpp"

#include <string_view>

namespace calx::load {

enum class FileFormat { Dicom, Png, Jpeg, Tiff, Bmp, Nrrd, Nifti, MetaImage };

/// The spelling of a format in Acquisition::format.
std::string_view format_name(FileFormat format);

/// Errors: unsupported-format for image formats that calx knows of but does not read (GIF, WebP,
/// JPEG 2000 outside DICOM, ...), not-an-image for everything else.
Result<FileFormat> detect_format(const InputFile& input);

} // namespace calx::load
