// The pictures of dicom_maker.hpp.

#include "support/dicom_maker.hpp"

#include <cstdio>
#include <cstring>
#include <fstream>
#include <jpeglib.h>
#include <memory>
#include <png.h>
#include <stdexcept>
#include <tiffio.h>
#include <zlib.h>

namespace calx::testing {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
File open_file(const std::filesystem::path& file) {
  File opened(std::fopen(file.c_str(), "wb"), std::fclose);
  if (!opened) throw std::runtime_error("test file: cannot write");
  return opened;
}

std::vector<std::uint8_t> pack(const std::vector<int>& values, int bits, bool big) {
  std::vector<std::uint8_t> bytes;
  for (int v : values) {
    if (bits == 16 && big) bytes.push_back(static_cast<std::uint8_t>(v >> 8));
    bytes.push_back(static_cast<std::uint8_t>(v));
    if (bits == 16 && !big) bytes.push_back(static_cast<std::uint8_t>(v >> 8));
  }
  return bytes;
}

template <class T>
void put(std::vector<std::uint8_t>& to, std::size_t at, T value) {
  if (to.size() < at + sizeof(T)) to.resize(at + sizeof(T));
  std::memcpy(to.data() + at, &value, sizeof(T));
}

std::vector<std::uint8_t> gzip(const std::vector<std::uint8_t>& bytes, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::vector<std::uint8_t> out(deflateBound(&stream, bytes.size()) + 64);
  stream.next_in = const_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::vector<std::uint8_t> joined(const std::string& text, const std::vector<std::uint8_t>& bytes) {
  std::vector<std::uint8_t> all(text.begin(), text.end());
  all.insert(all.end(), bytes.begin(), bytes.end());
  return all;
}

} // namespace

void write_png(const std::filesystem::path& file, int rows, int columns, int channels, int bits,
               const std::vector<int>& values) {
  const auto out = open_file(file);
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_init_io(png, out.get());
  constexpr int types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                           PNG_COLOR_TYPE_RGB_ALPHA};
  png_set_IHDR(png, info, static_cast<png_uint_32>(columns), static_cast<png_uint_32>(rows), bits,
               types[channels - 1], PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  const auto bytes = pack(values, bits, true);
  const std::size_t stride = bytes.size() / static_cast<std::size_t>(rows);
  for (int y = 0; y < rows; ++y)
    png_write_row(png, bytes.data() + stride * static_cast<std::size_t>(y));
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
}

void write_jpeg(const std::filesystem::path& file, int rows, int columns, int channels,
                const std::vector<int>& values, int quality) {
  const auto out = open_file(file);
  jpeg_compress_struct encoder{};
  jpeg_error_mgr errors;
  encoder.err = jpeg_std_error(&errors);
  jpeg_create_compress(&encoder);
  jpeg_stdio_dest(&encoder, out.get());
  encoder.image_width = static_cast<JDIMENSION>(columns);
  encoder.image_height = static_cast<JDIMENSION>(rows);
  encoder.input_components = channels;
  encoder.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&encoder);
  jpeg_set_quality(&encoder, quality, TRUE);
  jpeg_start_compress(&encoder, TRUE);
  auto bytes = pack(values, 8, false);
  const std::size_t stride = bytes.size() / static_cast<std::size_t>(rows);
  for (int y = 0; y < rows; ++y) {
    JSAMPROW line = bytes.data() + stride * static_cast<std::size_t>(y);
    jpeg_write_scanlines(&encoder, &line, 1);
  }
  jpeg_finish_compress(&encoder);
  jpeg_destroy_compress(&encoder);
}

void write_tiff(const std::filesystem::path& file, int rows, int columns, int channels, int bits,
                const std::vector<int>& values, bool minimum_is_white, bool compressed, int pages) {
  TIFF* tiff = TIFFOpen(file.c_str(), "w");
  if (!tiff) throw std::runtime_error("test file: cannot write");
  auto bytes = pack(values, bits, false);
  const std::size_t stride = bytes.size() / static_cast<std::size_t>(rows);
  for (int page = 0; page < pages; ++page) {
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, columns);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, rows);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, bits);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, channels);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 8);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, compressed ? COMPRESSION_LZW : COMPRESSION_NONE);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC,
                 channels > 1       ? PHOTOMETRIC_RGB
                 : minimum_is_white ? PHOTOMETRIC_MINISWHITE
                                    : PHOTOMETRIC_MINISBLACK);
    for (int y = 0; y < rows; ++y)
      TIFFWriteScanline(tiff, bytes.data() + stride * static_cast<std::size_t>(y),
                        static_cast<std::uint32_t>(y), 0);
    TIFFWriteDirectory(tiff);
  }
  TIFFClose(tiff);
}

void write_bmp(const std::filesystem::path& file, int rows, int columns, int bits,
               const std::vector<int>& values, bool top_down) {
  const std::size_t channels = static_cast<std::size_t>(bits) / 8;
  const std::size_t stride = (static_cast<std::size_t>(columns * bits) + 31) / 32 * 4;
  const std::uint32_t palette = bits == 8 ? 1024 : 0;
  std::vector<std::uint8_t> out{'B', 'M'};
  put<std::uint32_t>(out, 10, 54 + palette);
  put<std::uint32_t>(out, 14, 40);
  put<std::int32_t>(out, 18, columns);
  put<std::int32_t>(out, 22, top_down ? -rows : rows);
  put<std::uint16_t>(out, 26, 1);
  put<std::uint16_t>(out, 28, static_cast<std::uint16_t>(bits));
  out.resize(54);
  for (std::uint32_t i = 0; i < palette / 4; ++i)
    put<std::uint32_t>(out, 54 + 4 * i, i * 0x010101u);
  const std::size_t start = out.size();
  out.resize(start + stride * static_cast<std::size_t>(rows));
  for (std::size_t y = 0; y < static_cast<std::size_t>(rows); ++y)
    for (std::size_t x = 0; x < static_cast<std::size_t>(columns); ++x)
      for (std::size_t c = 0; c < channels; ++c) {
        const std::size_t line = top_down ? y : static_cast<std::size_t>(rows) - 1 - y;
        // Blue, green, red, unused.
        const std::size_t from = channels == 1 ? 0 : c == 3 ? 3 : 2 - c;
        out[start + line * stride + x * channels + c] = static_cast<std::uint8_t>(
            values[(y * static_cast<std::size_t>(columns) + x) * channels + from]);
      }
  put<std::uint32_t>(out, 2, static_cast<std::uint32_t>(out.size()));
  write_file(file, out);
}

void write_nrrd(const std::filesystem::path& file, int rows, int columns,
                const std::vector<int>& values, const std::string& spacing, bool packed,
                int slices) {
  std::string header = "NRRD0004\ntype: unsigned short\n";
  header += slices > 1 ? "dimension: 3\n" : "dimension: 2\n";
  header += "sizes: " + std::to_string(columns) + " " + std::to_string(rows) +
            (slices > 1 ? " " + std::to_string(slices) : "") + "\n";
  if (!spacing.empty()) header += "spacings: " + spacing + "\n";
  header += std::string("endian: little\nencoding: ") + (packed ? "gzip" : "raw") + "\n\n";
  const auto bytes = pack(values, 16, false);
  write_file(file, joined(header, packed ? gzip(bytes, MAX_WBITS + 16) : bytes));
}

void write_nifti(const std::filesystem::path& file, int rows, int columns,
                 const std::vector<int>& values, float x_mm, float y_mm, bool packed, int slices) {
  std::vector<std::uint8_t> out(352, 0);
  put<std::int32_t>(out, 0, 348);
  const std::int16_t dims[] = {static_cast<std::int16_t>(slices > 1 ? 3 : 2),
                               static_cast<std::int16_t>(columns),
                               static_cast<std::int16_t>(rows),
                               static_cast<std::int16_t>(slices),
                               1,
                               1,
                               1,
                               1};
  for (std::size_t i = 0; i < 8; ++i) put<std::int16_t>(out, 40 + 2 * i, dims[i]);
  put<std::int16_t>(out, 70, 512);
  put<std::int16_t>(out, 72, 16);
  const float zooms[] = {1, x_mm, y_mm, 1, 1, 1, 1, 1};
  for (std::size_t i = 0; i < 8; ++i) put<float>(out, 76 + 4 * i, zooms[i]);
  put<float>(out, 108, 352);
  out[123] = 2;
  std::memcpy(out.data() + 344, "n+1", 4);
  const auto bytes = pack(values, 16, false);
  out.insert(out.end(), bytes.begin(), bytes.end());
  write_file(file, packed ? gzip(out, MAX_WBITS + 16) : out);
}

void write_meta_image(const std::filesystem::path& file, int rows, int columns,
                      const std::vector<int>& values, const std::string& spacing,
                      const std::string& data_file, bool compressed, int slices) {
  const auto raw = pack(values, 16, false);
  const auto bytes = compressed ? gzip(raw, MAX_WBITS) : raw;
  std::string header = "ObjectType = Image\n";
  header += slices > 1 ? "NDims = 3\n" : "NDims = 2\n";
  header += "BinaryData = True\nBinaryDataByteOrderMSB = False\n";
  if (compressed)
    header += "CompressedData = True\nCompressedDataSize = " + std::to_string(bytes.size()) + "\n";
  if (!spacing.empty()) header += "ElementSpacing = " + spacing + "\n";
  header += "DimSize = " + std::to_string(columns) + " " + std::to_string(rows) +
            (slices > 1 ? " " + std::to_string(slices) : "") + "\n";
  header += "ElementType = MET_USHORT\nElementDataFile = " + data_file + "\n";
  if (data_file == "LOCAL") {
    write_file(file, joined(header, bytes));
    return;
  }
  write_file(file, joined(header, {}));
  write_file(file.parent_path() / data_file, bytes);
}

} // namespace calx::testing
