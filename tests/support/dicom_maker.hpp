// Small DICOM files and pictures made in code, for tests: every transfer syntax, every oddity.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace calx::testing {

/// A folder of its own that is gone with the object.
class TemporaryFolder {
public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

std::vector<std::uint8_t> read_file(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, std::span<const std::uint8_t> bytes);

/// Transfer syntaxes by the words that their UIDs stand for.
enum class Syntax {
  ImplicitLittle,
  ExplicitLittle,
  ExplicitBig,
  Deflated,
  Rle,
  JpegBaseline,
  JpegExtended,
  JpegLossless57,
  JpegLossless70,
  JpegLsLossless,
  JpegLsNear,
  Jpeg2000Lossless,
  Jpeg2000Lossy,
};
std::vector<Syntax> all_syntaxes();
std::string syntax_uid(Syntax syntax);
std::string syntax_name(Syntax syntax);
/// Does decoding give back the very values?
bool is_lossless(Syntax syntax);

/// A film to be written. Stored values are given as ints and packed by the bits below.
struct DicomSpec {
  int rows = 24;
  int columns = 20;
  int bits_allocated = 16;
  int bits_stored = 12;
  int high_bit = -1; ///< -1: bits_stored - 1
  bool is_signed = false;
  int frames = 1;
  int samples = 1; ///< 3: RGB, interleaved
  std::string photometric = "MONOCHROME2";
  std::string modality = "DX";
  std::string sop_class = "1.2.840.10008.5.1.4.1.1.1.1";
  /// "gggg,eeee" or keyword path to text, put last; an empty text puts an empty attribute.
  std::map<std::string, std::string> text;
  std::vector<int> values; ///< frames x rows x columns x samples; empty: `texture`
  bool preamble = true;
  bool write_pixels = true;
  /// Anything else: gets the DcmDataset, as void* so that DCMTK stays out of this header.
  std::function<void(void*)> edit;
};

/// A smooth field with noise and a bright disc, within `bits` bits, the same each time.
std::vector<int> texture(int rows, int columns, int bits, int frames = 1, int samples = 1);

/// Writes the film. Throws std::runtime_error where an encoder refuses.
void write_dicom(const std::filesystem::path& file, const DicomSpec& spec,
                 Syntax syntax = Syntax::ExplicitLittle);

/// Adds a sequence with one code item / one LUT item to the DcmDataset behind `dataset`.
void add_code(void* dataset, std::uint16_t group, std::uint16_t element, const std::string& value,
              const std::string& meaning);
void add_lut(void* dataset, std::uint16_t group, std::uint16_t element, int first, int bits,
             const std::vector<std::uint16_t>& values);
void put_word(void* dataset, std::uint16_t group, std::uint16_t element, int value);

/// Pictures, written by libpng, libjpeg, libtiff or by hand.
void write_png(const std::filesystem::path& file, int rows, int columns, int channels, int bits,
               const std::vector<int>& values);
void write_jpeg(const std::filesystem::path& file, int rows, int columns, int channels,
                const std::vector<int>& values, int quality = 95);
void write_tiff(const std::filesystem::path& file, int rows, int columns, int channels, int bits,
                const std::vector<int>& values, bool minimum_is_white = false,
                bool compressed = false, int pages = 1);
void write_bmp(const std::filesystem::path& file, int rows, int columns, int bits,
               const std::vector<int>& values, bool top_down = false);
void write_nrrd(const std::filesystem::path& file, int rows, int columns,
                const std::vector<int>& values, const std::string& spacing, bool gzip = false,
                int slices = 1);
void write_nifti(const std::filesystem::path& file, int rows, int columns,
                 const std::vector<int>& values, float x_mm, float y_mm, bool gzip = false,
                 int slices = 1);
void write_meta_image(const std::filesystem::path& file, int rows, int columns,
                      const std::vector<int>& values, const std::string& spacing,
                      const std::string& data_file = "LOCAL", bool compressed = false,
                      int slices = 1);

} // namespace calx::testing
