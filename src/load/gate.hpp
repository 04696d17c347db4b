// What stands in front of ITK's readers: every picture's header is read here first, its size
// checked in 64 bits against the cap and against the bytes that are there, its checksums verified.
#pragma once

#include "load/format.hpp"
#include "load/pixel_source.hpp"
#include "load/spacing.hpp"

#include <filesystem>

namespace calx::load {

/// Where a MetaImage's pixels lie; MetaIO, which ITK reads it with, prints whatever it dislikes.
struct RawPixels {
  std::filesystem::path file;
  std::uint64_t offset = 0;
  bool packed = false; ///< a zlib stream
  bool big = false;    ///< byte order of the samples
};

/// A picture that may be handed to its decoder.
struct GatedPicture {
  StoredLayout layout;
  std::optional<Spacing> header_spacing{}; ///< of NRRD, NIfTI and MetaImage
  std::vector<std::string> warnings{};
  RawPixels raw{};               ///< of a MetaImage
  bool minimum_is_white = false; ///< a TIFF stored as a negative
};

/// Errors: too-large, truncated-pixels, corrupt-pixels, corrupt-header, unsupported-format,
/// not-a-radiograph (more than one slice).
Result<GatedPicture> gate_picture(const std::filesystem::path& file, const InputFile& input,
                                  FileFormat format, double max_megapixels);

Result<GatedPicture> gate_png(const InputFile& input, double max_megapixels);
Result<GatedPicture> gate_jpeg(const InputFile& input, double max_megapixels);
Result<GatedPicture> gate_tiff(const InputFile& input, double max_megapixels);
Result<GatedPicture> gate_bmp(const InputFile& input, double max_megapixels);
Result<GatedPicture> gate_nrrd(const InputFile& input, double max_megapixels);
Result<GatedPicture> gate_nifti(const std::filesystem::path& file, const InputFile& input,
                                double max_megapixels);
Result<GatedPicture> gate_meta_image(const std::filesystem::path& file, const InputFile& input,
                                     double max_megapixels);

inline constexpr std::uint64_t kLeastSide = 16; ///< pixels; normalise() needs as many

/// too-large when an image of this size is over the cap (or over what 31 bits can count),
/// not-a-radiograph when it is smaller than anything that can be analysed.
Result<void> check_picture_size(std::uint64_t columns, std::uint64_t rows, double max_megapixels);

} // namespace calx::load
