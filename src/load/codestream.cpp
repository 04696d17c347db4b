#include "load/codestream.hpp"

#include "load/failures.hpp"
#include "load/input_file.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

namespace calx::load {
namespace {

using Bytes = std::span<const std::uint8_t>;

auto codestream_ends_early() {
  return fail(ErrorCode::TruncatedPixels,
              "the compressed pixel data end early; copy the file again");
}
auto another_image() {
  return fail(ErrorCode::CorruptPixels,
              "the compressed pixel data are not of the image that the header describes; fetch the "
              "file again");
}

bool is_frame_header(std::uint8_t marker) {
  return (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) ||
         marker == 0xf7;
}

/// The next marker at or after `at` inside entropy-coded data. In JPEG, FF 00 is a data byte; in
/// JPEG-LS any FF is followed by a byte below 0x80 there.
std::optional<std::size_t> next_marker(Bytes bytes, std::size_t at, bool jpeg_ls) {
  while (at + 1 < bytes.size()) {
    const void* found = std::memchr(bytes.data() + at, 0xff, bytes.size() - 1 - at);
    if (!found) return std::nullopt;
    at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
    const std::uint8_t next = bytes[at + 1];
    const bool data = next == 0 || (jpeg_ls && next < 0x80);
    const bool restart = next >= 0xd0 && next <= 0xd7;
    if (!data && !restart && next != 0xff) return at;
    at += next == 0xff ? 1 : 2;
  }
  return std::nullopt;
}

/// Where the last FF D9 stands: the end of a JPEG 2000 stream, whatever pads it.
std::optional<std::size_t> last_end_marker(Bytes bytes) {
  for (std::size_t at = bytes.size(); at-- > 1;)
    if (bytes[at] == 0xd9 && bytes[at - 1] == 0xff) return at - 1;
  return std::nullopt;
}

Result<void> check_jpeg(Bytes bytes, CodestreamKind kind, const PixelDescription& pixel) {
  const auto frame = walk_jpeg(bytes);
  if (!frame) return tl::unexpected(frame.error());
  const bool is_ls = frame->process == 0xf7;
  if (is_ls != (kind == CodestreamKind::JpegLs)) return another_image();
  if (frame->rows != pixel.rows || frame->columns != pixel.columns ||
      frame->components != pixel.samples_per_pixel || frame->precision > pixel.bits_allocated)
    return another_image();
  return {};
}

/// No two bytes of packet headers and bodies read FF90 or more, by construction (T.800 B.10.1,
/// C.2.3), but for the SOP and EPH markers: others are damage that the decoder would not see.
bool holds_forbidden_codes(Bytes packets) {
  std::size_t at = 0;
  while (at + 1 < packets.size()) {
    const void* found = std::memchr(packets.data() + at, 0xff, packets.size() - 1 - at);
    if (!found) return false;
    at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - packets.data());
    const std::uint8_t next = packets[at + 1];
    if (next >= 0x90 && next != 0x91 && next != 0x92) return true;
    ++at;
  }
  return false;
}

/// A tile-part: its header's marker segments up to SOD, then packets.
Result<void> check_tile_part(Bytes part) {
  std::size_t at = 12;
  while (part.size() - at >= 4) {
    const auto marker = load_big<std::uint16_t>(part.data() + at);
    if (marker == 0xff93) // what one layer leaves over may be zeros up to the end
      return holds_forbidden_codes(part.subspan(at + 2)) ? Result<void>(damaged_codestream())
                                                         : Result<void>{};
    const std::size_t length = load_big<std::uint16_t>(part.data() + at + 2);
    if (marker < 0xff00 || length < 2 || part.size() - at - 2 < length) return damaged_codestream();
    at += 2 + length;
  }
  return part.size() - at >= 2 ? Result<void>{} : damaged_codestream();
}

/// The SIZ segment (T.800 A.5.1) must describe the header's image, in tiles of a sane number.
Result<void> check_size_segment(Bytes body, const PixelDescription& pixel) {
  if (body.size() < 36 + 3) return damaged_codestream();
  const auto u32 = [&](std::size_t offset) {
    return load_big<std::uint32_t>(body.data() + offset);
  };
  const std::uint64_t width = u32(2), height = u32(6), tile_width = u32(18), tile_height = u32(22);
  const std::size_t components = load_big<std::uint16_t>(body.data() + 34);
  const bool at_origin = u32(10) == 0 && u32(14) == 0 && u32(26) == 0 && u32(30) == 0;
  if (!at_origin || width != std::uint64_t(pixel.columns) || height != std::uint64_t(pixel.rows) ||
      components != std::size_t(pixel.samples_per_pixel))
    return another_image();
  if (tile_width == 0 || tile_height == 0) return damaged_codestream();
  // A tile grid of single pixels would take hours.
  const auto tiles =
      ((width + tile_width - 1) / tile_width) * ((height + tile_height - 1) / tile_height);
  if (tiles > 65535 || (tiles > 16 && tile_width * tile_height < 1024)) return damaged_codestream();
  if (body.size() < 36 + 3 * components) return damaged_codestream();
  for (std::size_t c = 0; c < components; ++c) {
    const Bytes component = body.subspan(36 + 3 * c, 3); // precision, subsampling across and down
    if ((component[0] & 0x7f) + 1 > pixel.bits_allocated || component[1] != 1 || component[2] != 1)
      return another_image();
  }
  return {};
}

/// The bytes of the tile-part at `at`; a length left open runs up to EOC.
Result<std::size_t> tile_part_length(Bytes bytes, std::size_t at) {
  const std::uint64_t length = load_big<std::uint32_t>(bytes.data() + at + 6);
  if (length == 0) {
    const auto end = last_end_marker(bytes);
    if (!end || *end < at + 14) return codestream_ends_early();
    return *end - at;
  }
  if (length < 14) return damaged_codestream();
  if (length > bytes.size() - at) return codestream_ends_early();
  return length;
}

/// SIZ, then every tile-part by its length up to EOC.
Result<void> check_jpeg2000(Bytes bytes, const PixelDescription& pixel) {
  if (bytes.size() < 4 || load_big<std::uint16_t>(bytes.data()) != 0xff4f)
    return damaged_codestream();
  std::size_t at = 2;
  bool sized = false;
  while (true) {
    if (bytes.size() - at < 2) return codestream_ends_early();
    const auto marker = load_big<std::uint16_t>(bytes.data() + at);
    if (marker == 0xffd9) return sized ? Result<void>{} : damaged_codestream();
    if (bytes.size() - at < 4) return codestream_ends_early();
    const std::size_t length = load_big<std::uint16_t>(bytes.data() + at + 2);
    if (marker < 0xff00 || length < 2) return damaged_codestream();
    if (bytes.size() - at - 2 < length) return codestream_ends_early();
    if (marker == 0xff90) {
      if (length != 10 || !sized) return damaged_codestream();
      const auto part = tile_part_length(bytes, at);
      if (!part) return tl::unexpected(part.error());
      if (auto sound = check_tile_part(bytes.subspan(at, *part)); !sound) return sound;
      at += *part;
      continue;
    }
    if (marker == 0xff51) {
      if (sized) return damaged_codestream();
      if (auto fit = check_size_segment(bytes.subspan(at + 4, length - 2), pixel); !fit) return fit;
      sized = true;
    }
    at += 2 + length;
  }
}

/// Every segment must unpack to exactly one byte plane (PS3.5 G.3: runs and literals).
Result<void> check_rle(Bytes bytes, const PixelDescription& pixel) {
  if (bytes.size() < 64) return codestream_ends_early();
  const auto segments = load_little<std::uint32_t>(bytes.data());
  if (segments != std::uint32_t(pixel.samples_per_pixel * pixel.bits_allocated / 8))
    return another_image();
  const std::uint64_t wanted = std::uint64_t(pixel.rows) * std::uint64_t(pixel.columns);
  for (std::uint32_t s = 0; s < segments; ++s) {
    const std::uint64_t begin = load_little<std::uint32_t>(bytes.data() + 4 + 4 * s);
    const std::uint64_t end =
        s + 1 < segments ? load_little<std::uint32_t>(bytes.data() + 8 + 4 * s) : bytes.size();
    if (begin < 64 || begin > end) return damaged_codestream();
    if (end > bytes.size()) return codestream_ends_early();
    std::uint64_t out = 0, at = begin;
    while (at < end && out < wanted) {
      const auto control = static_cast<std::int8_t>(bytes[at]);
      if (control >= 0) {
        out += std::uint64_t(control) + 1;
        at += std::uint64_t(control) + 2;
      } else {
        out += control == -128 ? 0 : std::uint64_t(1 - control);
        at += control == -128 ? 1 : 2;
      }
    }
    if (at > end || out < wanted) return codestream_ends_early();
    // One byte may pad the segment; more would be more image.
    if (out > wanted || end - at > 1) return damaged_codestream();
  }
  return {};
}

} // namespace

Result<JpegFrame> walk_jpeg(Bytes bytes) {
  if (bytes.size() < 4 || bytes[0] != 0xff || bytes[1] != 0xd8) return damaged_codestream();
  std::optional<JpegFrame> frame;
  bool scanned = false;
  std::size_t at = 2;
  while (true) {
    while (at + 1 < bytes.size() && bytes[at] == 0xff && bytes[at + 1] == 0xff) ++at; // fill bytes
    if (bytes.size() - at < 2) return codestream_ends_early();
    if (bytes[at] != 0xff) return damaged_codestream();
    const std::uint8_t marker = bytes[at + 1];
    if (marker == 0xd9) return frame && scanned ? Result<JpegFrame>(*frame) : damaged_codestream();
    if (marker == 0 || marker == 0xd8) return damaged_codestream();
    if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2;
      continue;
    }
    if (bytes.size() - at < 4) return codestream_ends_early();
    const std::size_t length = load_big<std::uint16_t>(bytes.data() + at + 2);
    if (length < 2) return damaged_codestream();
    if (bytes.size() - at - 2 < length) return codestream_ends_early();
    const std::uint8_t* body = bytes.data() + at + 4;
    if (is_frame_header(marker)) {
      if (frame || length < 8) return damaged_codestream();
      frame = JpegFrame{load_big<std::uint16_t>(body + 1), load_big<std::uint16_t>(body + 3),
                        body[5], body[0], marker};
    }
    at += 2 + length;
    if (marker != 0xda) continue;
    if (!frame) return damaged_codestream();
    scanned = true;
    const auto next = next_marker(bytes, at, frame->process == 0xf7);
    if (!next) return codestream_ends_early();
    at = *next;
  }
}

void close_last_tile_part(std::span<std::uint8_t> bytes) {
  std::size_t at = 2;
  while (bytes.size() - at >= 12) {
    const auto marker = load_big<std::uint16_t>(bytes.data() + at);
    if (marker == 0xffd9) return;
    if (marker != 0xff90) {
      at += 2 + load_big<std::uint16_t>(bytes.data() + at + 2);
      continue;
    }
    const auto part = load_big<std::uint32_t>(bytes.data() + at + 6);
    if (part != 0) {
      at += part;
      continue;
    }
    const auto open_length = static_cast<std::uint32_t>(last_end_marker(bytes).value_or(at) - at);
    for (std::size_t i = 0; i < 4; ++i)
      bytes[at + 6 + i] = static_cast<std::uint8_t>(open_length >> (24 - 8 * i));
    return;
  }
}

Result<void> check_codestream(Bytes bytes, CodestreamKind kind, const PixelDescription& pixel) {
  switch (kind) {
  case CodestreamKind::Rle:
    return check_rle(bytes, pixel);
  case CodestreamKind::Jpeg:
  case CodestreamKind::JpegLs:
    return check_jpeg(bytes, kind, pixel);
  case CodestreamKind::Jpeg2000:
    return check_jpeg2000(bytes, pixel);
  }
  return damaged_codestream();
}

} // namespace calx::load
