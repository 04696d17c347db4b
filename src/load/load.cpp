#include "load/load.hpp"

#include "load/dicom_file.hpp"
#include "load/dicom_grey.hpp"
#include "load/format.hpp"
#include "load/gate.hpp"
#include "load/itk_reader.hpp"
#include "load/picture.hpp"
#include "load/picture_files.hpp"

namespace calx {
namespace {

using namespace load;

/// A file that is open, of a known format, and whose header has passed its gate.
struct Opened {
  InputFile input;
  FileFormat format;
  std::optional<DicomFile> dicom;
  std::optional<GatedPicture> picture;
};

Result<void> open_dicom(const std::filesystem::path& file, const LoadOptions& options,
                        Opened& opened) {
  auto dicom = DicomFile::open(file, opened.input, options);
  if (!dicom) return tl::unexpected(std::move(dicom).error());
  opened.dicom = std::move(*dicom);
  return {};
}

Result<void> open_picture(const std::filesystem::path& file, const LoadOptions& options,
                          Opened& opened) {
  if (options.frame != 0)
    return fail(ErrorCode::FrameOutOfRange,
                "a frame was asked for and pictures of this format have one");
  auto picture = gate_picture(file, opened.input, opened.format, options.max_megapixels);
  if (!picture) return tl::unexpected(std::move(picture).error());
  opened.picture = std::move(*picture);
  return {};
}

/// The file's answers to everything but the pixels. `opened` must not move while DicomFile uses its
/// input, so it is filled in place.
Result<void> open(const std::filesystem::path& file, const LoadOptions& options,
                  std::optional<Opened>& opened) {
  auto input = InputFile::open(file);
  if (!input) return tl::unexpected(std::move(input).error());
  const auto format = detect_format(*input);
  if (!format) return tl::unexpected(format.error());
  opened.emplace(Opened{std::move(*input), *format, {}, {}});
  return *format == FileFormat::Dicom ? open_dicom(file, options, *opened)
                                      : open_picture(file, options, *opened);
}

/// Puts the spacing, and what there is to say about it, where it belongs.
Result<std::string> place_spacing(const Opened& opened, const LoadOptions& options,
                                  std::optional<Spacing>& spacing, SpacingSource& source,
                                  std::vector<std::string>& warnings) {
  SpacingTags tags;
  if (opened.dicom)
    tags = opened.dicom->header().spacing;
  else
    tags.file_header = opened.picture->header_spacing;
  auto finding = decide_spacing(tags, options.user_spacing);
  if (!finding) return tl::unexpected(std::move(finding).error());
  spacing = finding->spacing;
  source = finding->source;
  warnings.insert(warnings.end(), finding->warnings.begin(), finding->warnings.end());
  return finding->note;
}

Acquisition acquisition_of(const Opened& opened) {
  if (opened.dicom) return opened.dicom->header().acquisition;
  Acquisition acquisition;
  acquisition.format = format_name(opened.format);
  const StoredLayout& layout = opened.picture->layout;
  acquisition.bits_stored = 8 * int(CV_ELEM_SIZE1(layout.depth));
  acquisition.polarity_as_stored = layout.components >= 3             ? Polarity::Rgb
                                   : opened.picture->minimum_is_white ? Polarity::Monochrome1
                                                                      : Polarity::Monochrome2;
  acquisition.warnings = opened.picture->warnings;
  return acquisition;
}

Result<void> read_dicom(const std::filesystem::path& file, const DicomFile& dicom,
                        Radiograph& film) {
  const auto stored = read_source(file, dicom.source());
  if (!stored) return tl::unexpected(stored.error());
  const DicomHeader& header = dicom.header();
  if (header.pixel.samples_per_pixel > 1) return picture_to_grey(stored->samples, false, film);
  const bool monochrome1 = header.acquisition.polarity_as_stored == Polarity::Monochrome1;
  const auto shutter = shutter_mask(header.shutter, header.pixel.rows, header.pixel.columns);
  apply_value_map(stored->samples, build_value_map(header.pixel, header.grey, monochrome1), shutter,
                  film);
  return {};
}

Result<StoredImage> read_stored(const std::filesystem::path& file, const Opened& opened) {
  const StoredLayout& layout = opened.picture->layout;
  const auto with = [&](auto decode) {
    return read_source(file, {layout, [&, decode](std::span<std::uint8_t> to) {
                                return decode(opened.input, layout, to);
                              }});
  };
  switch (opened.format) {
  case FileFormat::Png:
    return with(decode_png);
  case FileFormat::Jpeg:
    return with(decode_jpeg);
  case FileFormat::Tiff:
    return with(decode_tiff);
  case FileFormat::Bmp:
    return with(decode_bmp);
  case FileFormat::MetaImage:
    return read_source(file, {layout, [&](std::span<std::uint8_t> to) {
                                return decode_raw(opened.picture->raw, layout, to);
                              }});
  default:
    return read_with_itk(file, opened.format, layout);
  }
}

Result<void> read_pixels(const std::filesystem::path& file, const Opened& opened,
                         Radiograph& film) {
  if (opened.dicom) return read_dicom(file, *opened.dicom, film);
  const auto stored = read_stored(file, opened);
  if (!stored) return tl::unexpected(stored.error());
  return picture_to_grey(stored->samples, opened.picture->minimum_is_white, film);
}

/// A film of which the file's polarity is wrong. The display range stays: it is mirrored in itself.
void invert(Radiograph& film) {
  film.pixels = film.display.black + film.display.white - film.pixels;
  if (!film.outside.empty()) film.pixels.setTo(film.display.black, film.outside);
  film.acquisition.polarity_source = "user";
}

} // namespace

Result<ImageHeader> read_header(const std::filesystem::path& file, const LoadOptions& options) {
  std::optional<Opened> opened;
  if (auto ready = open(file, options, opened); !ready)
    return tl::unexpected(std::move(ready).error());
  ImageHeader header;
  header.acquisition = acquisition_of(*opened);
  auto note = place_spacing(*opened, options, header.spacing, header.spacing_source,
                            header.acquisition.warnings);
  if (!note) return tl::unexpected(std::move(note).error());
  header.spacing_note = *note;
  if (opened->dicom) {
    const DicomHeader& dicom = opened->dicom->header();
    header.rows = dicom.pixel.rows;
    header.columns = dicom.pixel.columns;
    const bool monochrome1 = dicom.acquisition.polarity_as_stored == Polarity::Monochrome1;
    header.display =
        build_value_map(dicom.pixel, dicom.grey, monochrome1).display.value_or(DisplayRange{0, 0});
  } else {
    header.rows = opened->picture->layout.rows;
    header.columns = opened->picture->layout.columns;
    header.display =
        opened->picture->layout.depth == CV_8U ? DisplayRange{0, 255} : DisplayRange{0, 0};
  }
  return header;
}

Result<Radiograph> load_radiograph(const std::filesystem::path& file, const LoadOptions& options) {
  std::optional<Opened> opened;
  if (auto ready = open(file, options, opened); !ready)
    return tl::unexpected(std::move(ready).error());
  Radiograph film;
  film.acquisition = acquisition_of(*opened);
  auto note =
      place_spacing(*opened, options, film.spacing, film.spacing_source, film.acquisition.warnings);
  if (!note) return tl::unexpected(std::move(note).error());
  if (auto done = read_pixels(file, *opened, film); !done)
    return tl::unexpected(std::move(done).error());
  if (options.invert) invert(film);
  return film;
}

} // namespace calx
