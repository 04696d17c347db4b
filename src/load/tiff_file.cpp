// TIFF 6.0: the first image file directory by hand, pixels by the system's libtiff. ITK in Debian
// carries an old copy of that library, which also prints.

#include "load/failures.hpp"
#include "load/picture_files.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <map>
#include <memory>
#include <tiffio.h>

namespace calx::load {
namespace {

enum Tag : std::uint16_t {
  kSubfileType = 254,
  kWidth = 256,
  kLength = 257,
  kBits = 258,
  kCompression = 259,
  kPhotometric = 262,
  kStripOffsets = 273,
  kSamples = 277,
  kRowsPerStrip = 278,
  kStripBytes = 279,
  kPlanar = 284,
  kTileWidth = 322,
  kSampleFormat = 339,
};

/// One directory: the values of the tags that matter, as integers.
class Directory {
public:
  static Result<Directory> read(const InputFile& input, bool big, std::uint64_t offset);

  std::uint64_t get(Tag tag, std::uint64_t otherwise) const {
    const auto at = values_.find(tag);
    return at == values_.end() || at->second.empty() ? otherwise : at->second.front();
  }
  const std::vector<std::uint64_t>& all(Tag tag) const {
    static const std::vector<std::uint64_t> none;
    const auto at = values_.find(tag);
    return at == values_.end() ? none : at->second;
  }
  std::uint64_t next() const { return next_; }

private:
  std::map<std::uint16_t, std::vector<std::uint64_t>> values_;
  std::uint64_t next_ = 0;
};

template <class T>
T number(const std::uint8_t* at, bool big) {
  return big ? load_big<T>(at) : load_little<T>(at);
}

Result<Directory> Directory::read(const InputFile& input, bool big, std::uint64_t offset) {
  const auto count_bytes = input.bytes(offset, 2);
  if (offset == 0 || count_bytes.size() < 2)
    return corrupt_header("the TIFF directory is not there");
  const std::size_t count = number<std::uint16_t>(count_bytes.data(), big);
  const auto entries = input.bytes(offset + 2, count * 12 + 4);
  if (entries.size() < count * 12 + 4) return corrupt_header("the TIFF directory is cut short");
  Directory directory;
  directory.next_ = number<std::uint32_t>(entries.data() + count * 12, big);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* entry = entries.data() + 12 * i;
    const auto tag = number<std::uint16_t>(entry, big);
    const auto type = number<std::uint16_t>(entry + 2, big);
    const std::uint64_t values = number<std::uint32_t>(entry + 4, big);
    if (type != 3 && type != 4) continue; // SHORT and LONG hold all that is needed
    const std::uint64_t width = type == 3 ? 2 : 4;
    if (values > (1u << 20)) return corrupt_header("a TIFF directory entry is absurdly long");
    const bool inside = values * width <= 4;
    const auto bytes = inside ? std::vector<std::uint8_t>(entry + 8, entry + 12)
                              : input.bytes(number<std::uint32_t>(entry + 8, big), values * width);
    if (bytes.size() < values * width) return corrupt_header("a TIFF directory entry is cut short");
    auto& list = directory.values_[tag];
    list.clear();
    for (std::uint64_t v = 0; v < values; ++v)
      list.push_back(type == 3 ? number<std::uint16_t>(&bytes[v * 2], big)
                               : number<std::uint32_t>(&bytes[v * 4], big));
  }
  return directory;
}

/// How far each compression can shrink; 0: not one that calx reads.
std::uint64_t most_compression(std::uint64_t scheme) {
  switch (scheme) {
  case 1:
    return 1; // none
  case 5:
    return 1400; // LZW
  case 8:
  case 32946:
    return 1040; // deflate
  case 32773:
    return 64; // PackBits
  default:
    return 0;
  }
}

Result<StoredLayout> tiff_layout(const Directory& d) {
  const auto bits = d.get(kBits, 1), samples = d.get(kSamples, 1), format = d.get(kSampleFormat, 1);
  const auto photometric = d.get(kPhotometric, 1);
  const bool same = std::ranges::all_of(d.all(kBits), [&](auto b) { return b == bits; });
  const bool grey = samples == 1 && photometric <= 1;
  const bool colour = (samples == 3 || samples == 4) && photometric == 2;
  int depth = -1;
  if (bits == 8 && format == 1) depth = CV_8U;
  if (bits == 16 && format == 1) depth = CV_16U;
  if (bits == 16 && format == 2 && grey) depth = CV_16S;
  if (bits == 32 && format == 3 && grey) depth = CV_32F;
  if (!same || depth < 0 || !(grey || colour) || d.get(kPlanar, 1) != 1 ||
      !d.all(kTileWidth).empty() || most_compression(d.get(kCompression, 1)) == 0)
    return fail(ErrorCode::UnsupportedFormat,
                "a TIFF of a kind that calx does not read; save it as 8- or 16-bit grey or RGB in "
                "strips, uncompressed, LZW or deflate");
  return StoredLayout{int(d.get(kLength, 0)), int(d.get(kWidth, 0)), int(samples), depth};
}

Result<void> check_strips(const InputFile& input, const Directory& d, const StoredLayout& layout) {
  const auto& offsets = d.all(kStripOffsets);
  const auto& sizes = d.all(kStripBytes);
  const std::uint64_t rows_per_strip = std::clamp<std::uint64_t>(
      d.get(kRowsPerStrip, std::uint64_t(layout.rows)), 1, std::uint64_t(layout.rows));
  const std::uint64_t strips = (std::uint64_t(layout.rows) + rows_per_strip - 1) / rows_per_strip;
  if (offsets.size() != strips || sizes.size() != strips)
    return corrupt_header("the TIFF directory contradicts itself on its strips");
  std::uint64_t held = 0;
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    if (offsets[i] > input.size() || sizes[i] > input.size() - offsets[i]) return file_ends_early();
    held += sizes[i];
  }
  const auto ratio = most_compression(d.get(kCompression, 1));
  if (ratio == 1 ? held < layout.bytes() : layout.bytes() / ratio > held) return file_ends_early();
  return {};
}

// --- libtiff -------------------------------------------------------------------------------------

/// libtiff reads through these; errors and warnings are values or nothing, never printed.
struct TiffCursor {
  const InputFile& input;
  std::uint64_t at = 0;
};

tmsize_t read_bytes(thandle_t handle, void* to, tmsize_t count) {
  auto& cursor = *static_cast<TiffCursor*>(handle);
  const auto left = cursor.at < cursor.input.size() ? cursor.input.size() - cursor.at : 0;
  const auto got = std::min(std::uint64_t(count), left);
  if (!cursor.input.read_at(cursor.at, {static_cast<std::uint8_t*>(to), std::size_t(got)}))
    return -1;
  cursor.at += got;
  return static_cast<tmsize_t>(got);
}
tmsize_t write_nothing(thandle_t, void*, tmsize_t) {
  return -1;
}
toff_t seek_to(thandle_t handle, toff_t offset, int whence) {
  auto& cursor = *static_cast<TiffCursor*>(handle);
  const std::uint64_t base = whence == SEEK_SET   ? 0
                             : whence == SEEK_CUR ? cursor.at
                                                  : cursor.input.size();
  return cursor.at = base + offset;
}
int close_nothing(thandle_t) {
  return 0;
}
toff_t size_of(thandle_t handle) {
  return static_cast<TiffCursor*>(handle)->input.size();
}
int stay_silent(TIFF*, void*, const char*, const char*, std::va_list) {
  return 1; // handled
}

using Tiff = std::unique_ptr<TIFF, decltype(&TIFFClose)>;

Tiff open_tiff(TiffCursor& cursor) {
  const std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options(
      TIFFOpenOptionsAlloc(), TIFFOpenOptionsFree);
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), stay_silent, nullptr);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), stay_silent, nullptr);
  // "m": no memory mapping, every read goes through the cursor.
  return {TIFFClientOpenExt("", "rm", &cursor, read_bytes, write_nothing, seek_to, close_nothing,
                            size_of, nullptr, nullptr, options.get()),
          TIFFClose};
}

} // namespace

Result<void> decode_tiff(const InputFile& input, const StoredLayout& layout,
                         std::span<std::uint8_t> to) {
  const auto damaged = [] {
    return fail(ErrorCode::CorruptPixels, "the TIFF data are damaged; fetch the file again");
  };
  TiffCursor cursor{input};
  const Tiff tiff = open_tiff(cursor);
  if (!tiff || to.size() != layout.bytes()) return damaged();
  const auto row_bytes = static_cast<std::uint64_t>(TIFFScanlineSize64(tiff.get()));
  if (row_bytes * std::uint64_t(layout.rows) != to.size()) return damaged();
  std::uint64_t at = 0;
  for (std::uint32_t strip = 0; strip < TIFFNumberOfStrips(tiff.get()); ++strip) {
    const auto wanted =
        std::min(static_cast<std::uint64_t>(TIFFStripSize64(tiff.get())), to.size() - at);
    const auto got = TIFFReadEncodedStrip(tiff.get(), strip, to.data() + at, tmsize_t(wanted));
    if (got < 0 || std::uint64_t(got) != wanted) return damaged();
    at += wanted;
  }
  return at == to.size() ? Result<void>{} : damaged();
}

Result<GatedPicture> gate_tiff(const InputFile& input, double max_megapixels) {
  const auto head = input.bytes(0, 8);
  if (head.size() < 8) return file_ends_early();
  const bool big = head[0] == 'M';
  const auto directory = Directory::read(input, big, number<std::uint32_t>(&head[4], big));
  if (!directory) return tl::unexpected(directory.error());
  const Directory& d = *directory;
  if (auto fit = check_picture_size(d.get(kWidth, 0), d.get(kLength, 0), max_megapixels); !fit)
    return tl::unexpected(fit.error());
  if (d.next() != 0) {
    const auto second = Directory::read(input, big, d.next());
    const bool thumbnail = second && (second->get(kSubfileType, 0) & 1) && second->next() == 0;
    if (!thumbnail)
      return fail(ErrorCode::NotARadiograph,
                  "a TIFF of several pages; save the radiograph as a file of its own");
  }
  const auto layout = tiff_layout(d);
  if (!layout) return tl::unexpected(layout.error());
  if (auto strips = check_strips(input, d, *layout); !strips) return tl::unexpected(strips.error());
  GatedPicture picture{*layout};
  picture.minimum_is_white = layout->components == 1 && d.get(kPhotometric, 1) == 0;
  return picture;
}

} // namespace calx::load
