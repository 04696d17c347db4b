// PNG (ISO/IEC 15948): chunks and their checksums by hand, pixels by libpng.

#include "load/picture_files.hpp"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstring>
#include <png.h>
#include <string_view>
#include <zlib.h>

namespace calx::load {
namespace {

struct Header {
  std::uint32_t columns, rows;
  int bits, colour_type;
};

auto damaged_png() {
  return fail(ErrorCode::CorruptPixels, "the PNG data are damaged; fetch the file again");
}
auto png_ends_early() {
  return fail(ErrorCode::TruncatedPixels, "the PNG file ends early; copy it again");
}

/// What decode_png makes of each colour type: palettes become RGB, transparency a last channel.
Result<StoredLayout> layout_of(const Header& h, bool transparent) {
  const int depth = h.bits == 16 ? CV_16U : CV_8U;
  const StoredLayout base{int(h.rows), int(h.columns), 1, depth};
  const auto with = [&](int components) {
    StoredLayout layout = base;
    layout.components = components;
    return layout;
  };
  switch (h.colour_type) {
  case 0:
    return with(transparent ? 2 : 1);
  case 2:
    return with(transparent ? 4 : 3);
  case 3:
    return with(transparent ? 4 : 3);
  case 4:
    return with(2);
  case 6:
    return with(4);
  default:
    return damaged_png();
  }
}

bool checksum_holds(const InputFile& input, std::uint64_t offset, std::uint64_t length) {
  uLong sum = crc32(0, nullptr, 0);
  constexpr std::uint64_t piece = 1 << 20;
  const std::uint64_t end = offset + 4 + length; // the type counts
  for (std::uint64_t at = offset; at < end; at += piece) {
    const auto bytes = input.bytes(at, std::min(piece, end - at));
    sum = crc32(sum, bytes.data(), static_cast<uInt>(bytes.size()));
  }
  const auto stored = input.bytes(end, 4);
  return stored.size() == 4 && load_big<std::uint32_t>(stored.data()) == sum;
}

struct PngCursor {
  const InputFile& input;
  std::uint64_t at = 0;
};

void read_bytes(png_structp png, png_bytep to, std::size_t count) {
  auto& cursor = *static_cast<PngCursor*>(png_get_io_ptr(png));
  if (!cursor.input.read_at(cursor.at, {to, count})) png_error(png, "end of file");
  cursor.at += count;
}
[[noreturn]] void leave(png_structp png, png_const_charp) {
  png_longjmp(png, 1);
}
/// Checksums are the gate's business; what is left to warn of are odd colour profiles.
void ignore(png_structp, png_const_charp) {}

/// libpng leaves by longjmp; nothing with a destructor lives between the setjmp and the calls.
bool decode_rows(PngCursor& cursor, const StoredLayout& layout, std::uint8_t* to) {
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, leave, ignore);
  png_infop info = png ? png_create_info_struct(png) : nullptr;
  if (!info || setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, nullptr);
    return false;
  }
  png_set_read_fn(png, &cursor, read_bytes);
  png_read_info(png, info);
  png_set_expand(png);
  png_set_swap(png);
  const int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  const std::size_t stride = layout.bytes() / std::size_t(layout.rows);
  const bool as_expected = png_get_rowbytes(png, info) == stride &&
                           png_get_image_height(png, info) == png_uint_32(layout.rows) &&
                           png_get_channels(png, info) == layout.components;
  for (int pass = 0; as_expected && pass < passes; ++pass)
    for (std::size_t y = 0; y < std::size_t(layout.rows); ++y)
      png_read_row(png, to + y * stride, nullptr);
  if (as_expected) png_read_end(png, nullptr);
  png_destroy_read_struct(&png, &info, nullptr);
  return as_expected;
}

} // namespace

Result<GatedPicture> gate_png(const InputFile& input, double max_megapixels) {
  Header header{};
  bool sized = false, transparent = false;
  std::uint64_t packed = 0;
  for (std::uint64_t at = 8;;) {
    const auto head = input.bytes(at, 8 + 13);
    if (head.size() < 8) return png_ends_early();
    const std::uint64_t length = load_big<std::uint32_t>(head.data());
    const std::string_view type(reinterpret_cast<const char*>(head.data()) + 4, 4);
    if (!sized) {
      if (type != "IHDR" || length != 13 || head.size() < 21) return damaged_png();
      header = {load_big<std::uint32_t>(head.data() + 8), load_big<std::uint32_t>(head.data() + 12),
                head[16], head[17]};
      if (auto fit = check_picture_size(header.columns, header.rows, max_megapixels); !fit)
        return tl::unexpected(fit.error());
      sized = true;
    }
    if (length + 12 > input.size() - at) return png_ends_early();
    const bool critical = (head[4] & 0x20) == 0;
    if ((critical || type == "tRNS") && !checksum_holds(input, at + 4, length))
      return damaged_png();
    if (type == "tRNS") transparent = true;
    if (type == "IDAT") packed += length;
    at += 12 + length;
    if (type == "IEND") break;
  }
  const auto layout = layout_of(header, transparent);
  if (!layout) return tl::unexpected(layout.error());
  // Deflate packs at most 1032 to 1.
  const std::uint64_t bits = std::uint64_t(header.bits) *
                             (header.colour_type == 3 ? 1 : std::uint64_t(layout->components));
  const std::uint64_t raw = std::uint64_t(header.rows) * ((header.columns * bits + 7) / 8 + 1);
  if (raw / 1040 > packed)
    return fail(ErrorCode::TooLarge,
                "the header claims more pixels than the file holds; fetch the file again");
  return GatedPicture{*layout};
}

Result<void> decode_png(const InputFile& input, const StoredLayout& layout,
                        std::span<std::uint8_t> to) {
  PngCursor cursor{input};
  if (to.size() == layout.bytes() && decode_rows(cursor, layout, to.data())) return {};
  return damaged_png();
}

} // namespace calx::load
