// Windows bitmaps. ITK's reader neither notices a file cut short nor agrees between its versions on
// the order of the channels, and the format is simple.

#include "load/failures.hpp"
#include "load/picture_files.hpp"

#include <algorithm>

namespace calx::load {
namespace {

struct Bitmap {
  std::uint64_t columns = 0, rows = 0, bits = 0;
  bool top_down = false;
  std::uint64_t pixels_at = 0;
  std::vector<std::uint8_t> palette; ///< blue, green, red, unused

  std::uint64_t stride() const { return (columns * bits + 31) / 32 * 4; }
  bool grey_palette() const {
    for (std::size_t i = 0; i + 3 < palette.size(); i += 4)
      if (palette[i] != palette[i + 1] || palette[i] != palette[i + 2]) return false;
    return true;
  }
};

auto unsupported() {
  return fail(ErrorCode::UnsupportedFormat,
              "a bitmap of a kind that calx does not read; save it uncompressed with 8, 24 or 32 "
              "bits, or as PNG");
}

Result<Bitmap> read_bitmap_header(const InputFile& input) {
  const auto head = input.bytes(0, 54);
  if (head.size() < 54) return file_ends_early();
  const auto u32 = [&](std::size_t at) { return load_little<std::uint32_t>(&head[at]); };
  Bitmap bitmap;
  const std::int64_t rows = static_cast<std::int32_t>(u32(22));
  bitmap.top_down = rows < 0;
  bitmap.rows = static_cast<std::uint64_t>(rows < 0 ? -rows : rows);
  bitmap.columns = u32(18);
  bitmap.bits = load_little<std::uint16_t>(&head[28]);
  bitmap.pixels_at = u32(10);
  const std::uint64_t header = u32(14), compression = u32(30);
  if (header < 40 || compression != 0) return unsupported();
  if (bitmap.bits != 8)
    return bitmap.bits == 24 || bitmap.bits == 32 ? Result<Bitmap>(bitmap) : unsupported();
  const std::uint64_t colours = u32(46) == 0 ? 256 : u32(46);
  if (colours <= 256) bitmap.palette = input.bytes(14 + header, colours * 4);
  if (bitmap.palette.size() < colours * 4)
    return fail(ErrorCode::CorruptHeader, "the bitmap's palette does not fit; fetch it again");
  bitmap.palette.resize(1024, 0);
  return bitmap;
}

void unpack_row(const Bitmap& bitmap, int components, std::span<const std::uint8_t> from,
                std::uint8_t* to) {
  const std::size_t bytes = bitmap.bits / 8;
  for (std::size_t x = 0; x < bitmap.columns; ++x) {
    const std::uint8_t* pixel = bytes == 1 ? &bitmap.palette[4u * from[x]] : &from[x * bytes];
    if (components == 1) {
      *to++ = pixel[0];
      continue;
    }
    for (std::size_t c : {2, 1, 0}) *to++ = pixel[c];
    if (components == 4) *to++ = pixel[3];
  }
}

} // namespace

Result<GatedPicture> gate_bmp(const InputFile& input, double max_megapixels) {
  const auto bitmap = read_bitmap_header(input);
  if (!bitmap) return tl::unexpected(bitmap.error());
  if (auto fit = check_picture_size(bitmap->columns, bitmap->rows, max_megapixels); !fit)
    return tl::unexpected(fit.error());
  if (bitmap->pixels_at > input.size() ||
      bitmap->stride() * bitmap->rows > input.size() - bitmap->pixels_at)
    return file_ends_early();
  const int components = bitmap->bits > 8 ? int(bitmap->bits / 8) : bitmap->grey_palette() ? 1 : 3;
  return GatedPicture{{int(bitmap->rows), int(bitmap->columns), components, CV_8U}};
}

Result<void> decode_bmp(const InputFile& input, const StoredLayout& layout,
                        std::span<std::uint8_t> to) {
  const auto bitmap = read_bitmap_header(input);
  if (!bitmap) return tl::unexpected(bitmap.error());
  std::vector<std::uint8_t> row(bitmap->stride());
  const std::size_t width = std::size_t(layout.columns) * std::size_t(layout.components);
  for (std::uint64_t y = 0; y < bitmap->rows; ++y) {
    const std::uint64_t line = bitmap->top_down ? y : bitmap->rows - 1 - y;
    if (!input.read_at(bitmap->pixels_at + line * bitmap->stride(), row)) return file_ends_early();
    unpack_row(*bitmap, layout.components, row, to.data() + y * width);
  }
  return {};
}

} // namespace calx::load
