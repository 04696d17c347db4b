#include "load/format.hpp"

#include "load/inflate.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace calx::load {
namespace {

using Bytes = std::span<const std::uint8_t>;

bool has_at(Bytes head, std::size_t offset, std::string_view magic) {
  return head.size() >= offset + magic.size() &&
         std::equal(magic.begin(), magic.end(), head.begin() + static_cast<std::ptrdiff_t>(offset),
                    [](char c, std::uint8_t b) { return static_cast<std::uint8_t>(c) == b; });
}

/// A data set that starts without the 128-byte preamble: the first element is of group 2 or 8 and
/// its length is that of a short text (implicit VR) or its VR is two capitals (explicit VR).
bool is_bare_dicom(Bytes head) {
  if (head.size() < 16) return false;
  const auto group_little = load_little<std::uint16_t>(head.data());
  const auto group_big = load_big<std::uint16_t>(head.data());
  const bool little = group_little == 2 || group_little == 8;
  const bool big = group_big == 8;
  if (!little && !big) return false;
  const auto capital = [](std::uint8_t b) { return b >= 'A' && b <= 'Z'; };
  if (capital(head[4]) && capital(head[5])) return true;
  const auto element = load_little<std::uint16_t>(head.data() + 2);
  return little && element <= 0x1200 && load_little<std::uint32_t>(head.data() + 4) <= 1024;
}

/// NIfTI-1 in one file; the magic is at byte 344 of its 348-byte header.
bool is_nifti(Bytes head) {
  return has_at(head, 344, std::string_view("n+1\0", 4));
}

bool is_meta_image(Bytes head) {
  return has_at(head, 0, "ObjectType") || has_at(head, 0, "NDims") || has_at(head, 0, "Comment =");
}

bool is_bmp(Bytes head) {
  if (!has_at(head, 0, "BM") || head.size() < 30) return false;
  const auto header_size = load_little<std::uint32_t>(head.data() + 14);
  return header_size == 12 || (header_size >= 40 && header_size <= 124);
}

struct Magic {
  std::size_t offset;
  std::string_view bytes;
};

constexpr std::array kOtherImages{
    Magic{0, "GIF8"},
    Magic{8, "WEBP"},
    Magic{4, "jP  \r\n"},
    Magic{0, "\xff\x4f\xff\x51"},
    Magic{4, "ftypheic"},
    Magic{4, "ftypavif"},
    Magic{0, std::string_view("II\x2b\0", 4)},
    Magic{0, std::string_view("MM\0\x2b", 4)},
    Magic{344, std::string_view("ni1\0", 4)},
    Magic{4, std::string_view("n+2\0", 4)},
    Magic{0, "\x89HDF"},
};

std::optional<FileFormat> known_format(Bytes head) {
  if (has_at(head, 128, "DICM")) return FileFormat::Dicom;
  if (has_at(head, 0, "\x89PNG\r\n\x1a\n")) return FileFormat::Png;
  if (has_at(head, 0, "\xff\xd8\xff")) return FileFormat::Jpeg;
  if (has_at(head, 0, std::string_view("II*\0", 4))) return FileFormat::Tiff;
  if (has_at(head, 0, std::string_view("MM\0*", 4))) return FileFormat::Tiff;
  if (has_at(head, 0, "NRRD000")) return FileFormat::Nrrd;
  if (is_nifti(head)) return FileFormat::Nifti;
  if (is_bmp(head)) return FileFormat::Bmp;
  if (is_meta_image(head)) return FileFormat::MetaImage;
  return std::nullopt;
}

} // namespace

std::string_view format_name(FileFormat format) {
  constexpr std::array<std::string_view, 8> names{"DICOM", "PNG",  "JPEG",  "TIFF",
                                                  "BMP",   "NRRD", "NIfTI", "MetaImage"};
  return names.at(static_cast<std::size_t>(format));
}

Result<FileFormat> detect_format(const InputFile& input) {
  const auto head = input.bytes(0, 512);
  if (const auto format = known_format(head)) return *format;
  if (has_at(head, 0, "\x1f\x8b")) {
    const auto inflated = inflate_head(input, 352);
    if (is_nifti(inflated)) return FileFormat::Nifti;
    return fail(ErrorCode::NotAnImage, "a compressed file that holds no NIfTI image; unpack it");
  }
  for (const Magic& other : kOtherImages)
    if (has_at(head, other.offset, other.bytes))
      return fail(ErrorCode::UnsupportedFormat,
                  "an image in a format that calx does not read; convert it to DICOM, PNG or TIFF");
  if (is_bare_dicom(head)) return FileFormat::Dicom;
  return fail(ErrorCode::NotAnImage,
              "not a file of an image format that calx knows; give DICOM, PNG, JPEG, TIFF, BMP, "
              "NRRD, NIfTI or MetaImage");
}

} // namespace calx::load
