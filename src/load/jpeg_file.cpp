// JPEG pictures, decoded by libjpeg so that its warnings count: ITK's own reader takes a file cut
// short for a picture with a grey lower half.

#include "load/codestream.hpp"
#include "load/picture_files.hpp"

#include <csetjmp>
#include <cstdio>
#include <jpeglib.h>

namespace calx::load {
namespace {

/// libjpeg leaves by longjmp; nothing with a destructor lives between the setjmp and the calls.
struct ErrorManager {
  jpeg_error_mgr base;
  std::jmp_buf leave;
};

void leave(j_common_ptr decoder) {
  std::longjmp(reinterpret_cast<ErrorManager*>(decoder->err)->leave, 1);
}
/// A warning (level -1) means that libjpeg is making pixels up.
void judge(j_common_ptr decoder, int level) {
  if (level < 0) leave(decoder);
}

bool decode_rows(const std::uint8_t* bytes, std::size_t size, std::uint8_t* to,
                 const StoredLayout& layout) {
  jpeg_decompress_struct decoder{};
  ErrorManager errors;
  decoder.err = jpeg_std_error(&errors.base);
  errors.base.error_exit = leave;
  errors.base.emit_message = judge;
  errors.base.output_message = [](j_common_ptr) {};
  if (setjmp(errors.leave)) {
    jpeg_destroy_decompress(&decoder);
    return false;
  }
  jpeg_create_decompress(&decoder);
  jpeg_mem_src(&decoder, bytes, size);
  jpeg_read_header(&decoder, TRUE);
  decoder.out_color_space = layout.components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_start_decompress(&decoder);
  const bool as_expected = decoder.output_width == JDIMENSION(layout.columns) &&
                           decoder.output_height == JDIMENSION(layout.rows) &&
                           decoder.output_components == layout.components;
  const std::size_t stride = std::size_t(layout.columns) * std::size_t(layout.components);
  while (as_expected && decoder.output_scanline < decoder.output_height) {
    JSAMPROW row = to + decoder.output_scanline * stride;
    jpeg_read_scanlines(&decoder, &row, 1);
  }
  if (as_expected) jpeg_finish_decompress(&decoder);
  jpeg_destroy_decompress(&decoder);
  return as_expected;
}

/// The picture's layout from its frame header.
Result<StoredLayout> layout_of(std::span<const std::uint8_t> bytes) {
  const auto frame = walk_jpeg(bytes);
  if (!frame) return tl::unexpected(frame.error());
  const bool readable = frame->process <= 0xc2 && frame->precision == 8 &&
                        (frame->components == 1 || frame->components == 3);
  if (!readable)
    return fail(ErrorCode::UnsupportedFormat,
                "a JPEG that is not 8-bit grey or colour; convert it to PNG");
  return StoredLayout{frame->rows, frame->columns, frame->components, CV_8U};
}

} // namespace

Result<GatedPicture> gate_jpeg(const InputFile& input, double max_megapixels) {
  // A picture never takes more bytes than its pixels uncompressed and some header.
  const double most = max_megapixels * 3e6 + (64 << 20);
  if (double(input.size()) > most)
    return fail(ErrorCode::TooLarge, "the file is larger than any image within the size limit");
  const auto layout = layout_of(input.bytes(0, input.size()));
  if (!layout) return tl::unexpected(layout.error());
  if (auto fit = check_picture_size(std::uint64_t(layout->columns), std::uint64_t(layout->rows),
                                    max_megapixels);
      !fit)
    return tl::unexpected(fit.error());
  // At the least two bits for every block of 64 samples, and a sample of colour in four of grey.
  if (layout->bytes() / 512 > input.size())
    return fail(ErrorCode::TooLarge,
                "the header claims more pixels than the file holds; fetch the file again");
  return GatedPicture{*layout};
}

Result<void> decode_jpeg(const InputFile& input, const StoredLayout& layout,
                         std::span<std::uint8_t> to) {
  const auto bytes = input.bytes(0, input.size());
  if (to.size() == layout.bytes() && decode_rows(bytes.data(), bytes.size(), to.data(), layout))
    return {};
  return fail(ErrorCode::CorruptPixels, "the JPEG data are damaged; fetch the file again");
}

} // namespace calx::load
