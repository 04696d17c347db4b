#include "load/gate.hpp"

#include <cmath>
#include <fmt/format.h>

namespace calx::load {

Result<void> check_picture_size(std::uint64_t columns, std::uint64_t rows, double max_megapixels) {
  if (columns == 0 || rows == 0)
    return fail(ErrorCode::CorruptHeader, "the header gives no size; fetch the file again");
  if (columns < kLeastSide || rows < kLeastSide)
    return fail(ErrorCode::NotARadiograph,
                fmt::format("the image has {} x {} pixels, and a film has at least {} a side; give "
                            "the film itself, not a thumbnail",
                            columns, rows, kLeastSide));
  const double megapixels = double(columns) * double(rows) / 1e6;
  if (megapixels > max_megapixels)
    return fail(ErrorCode::TooLarge,
                fmt::format("the header claims {} x {} pixels, {:.0f} megapixels, and the limit is "
                            "{:.0f}; if the image is real, raise the limit with --max-megapixels",
                            columns, rows, megapixels, max_megapixels));
  constexpr std::uint64_t longest = 1u << 20;
  if (columns > longest || rows > longest)
    return fail(ErrorCode::TooLarge,
                fmt::format("the header claims {} x {} pixels, and calx reads at most {} a side",
                            columns, rows, longest));
  return {};
}

Result<GatedPicture> gate_picture(const std::filesystem::path& file, const InputFile& input,
                                  FileFormat format, double max_megapixels) {
  switch (format) {
  case FileFormat::Png:
    return gate_png(input, max_megapixels);
  case FileFormat::Jpeg:
    return gate_jpeg(input, max_megapixels);
  case FileFormat::Tiff:
    return gate_tiff(input, max_megapixels);
  case FileFormat::Bmp:
    return gate_bmp(input, max_megapixels);
  case FileFormat::Nrrd:
    return gate_nrrd(input, max_megapixels);
  case FileFormat::Nifti:
    return gate_nifti(file, input, max_megapixels);
  case FileFormat::MetaImage:
    return gate_meta_image(file, input, max_megapixels);
  case FileFormat::Dicom:
    break;
  }
  return fail(ErrorCode::Internal, "no gate for this format");
}

} // namespace calx::load
