#include "load/inflate.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <zlib.h>

namespace calx::load {
namespace {

constexpr std::size_t kChunk = 256 * 1024;

int window_bits(DeflateWrapping wrapping) {
  switch (wrapping) {
  case DeflateWrapping::Raw:
    return -MAX_WBITS;
  case DeflateWrapping::Zlib:
    return MAX_WBITS;
  case DeflateWrapping::Gzip:
    return MAX_WBITS + 16;
  }
  return MAX_WBITS;
}

enum class StreamEnd { Finished, Stopped, OutOfInput, Damaged };

/// Feeds the inflated bytes to `sink`, in pieces, until it returns false or the stream ends.
StreamEnd inflate_stream(const InputFile& input, std::uint64_t offset, DeflateWrapping wrapping,
                         const std::function<bool(std::span<const std::uint8_t>)>& sink) {
  z_stream stream{};
  if (inflateInit2(&stream, window_bits(wrapping)) != Z_OK) return StreamEnd::Damaged;
  const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, inflateEnd);
  std::vector<std::uint8_t> out(kChunk);
  while (true) {
    const auto in = input.bytes(offset, kChunk);
    if (in.empty()) return StreamEnd::OutOfInput;
    offset += in.size();
    stream.next_in = const_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    int status = Z_OK;
    do {
      stream.next_out = out.data();
      stream.avail_out = static_cast<uInt>(out.size());
      status = inflate(&stream, Z_NO_FLUSH);
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
        return StreamEnd::Damaged;
      if (!sink({out.data(), out.size() - stream.avail_out})) return StreamEnd::Stopped;
      if (status == Z_STREAM_END) return StreamEnd::Finished;
    } while (stream.avail_out == 0);
  }
}

Result<void> judge(StreamEnd end) {
  switch (end) {
  case StreamEnd::Finished:
    return {};
  case StreamEnd::Stopped:
    return fail(ErrorCode::TooLarge,
                "the compressed data unpack to more than the header or the size limit allows");
  case StreamEnd::OutOfInput:
    return fail(ErrorCode::TruncatedPixels, "the compressed data end early; copy the file again");
  case StreamEnd::Damaged:
    break;
  }
  return fail(ErrorCode::CorruptPixels, "the compressed data are damaged; fetch the file again");
}

} // namespace

std::vector<std::uint8_t> inflate_head(const InputFile& input, std::size_t count) {
  std::vector<std::uint8_t> head;
  inflate_stream(input, 0, DeflateWrapping::Gzip, [&](std::span<const std::uint8_t> piece) {
    const auto wanted = std::min(piece.size(), count - head.size());
    head.insert(head.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(wanted));
    return head.size() < count;
  });
  return head;
}

Result<std::vector<std::uint8_t>> inflate_all(const InputFile& input, std::uint64_t offset,
                                              std::uint64_t max_bytes, DeflateWrapping wrapping) {
  std::vector<std::uint8_t> all;
  const auto end =
      inflate_stream(input, offset, wrapping, [&](std::span<const std::uint8_t> piece) {
        if (piece.size() > max_bytes - all.size()) return false;
        all.insert(all.end(), piece.begin(), piece.end());
        return true;
      });
  if (auto verdict = judge(end); !verdict) return tl::unexpected(verdict.error());
  return all;
}

Result<std::uint64_t> inflated_size(const InputFile& input, std::uint64_t offset,
                                    std::uint64_t max_bytes, DeflateWrapping wrapping) {
  std::uint64_t size = 0;
  const auto end =
      inflate_stream(input, offset, wrapping, [&](std::span<const std::uint8_t> piece) {
        size += piece.size();
        return size <= max_bytes;
      });
  if (auto verdict = judge(end); !verdict) return tl::unexpected(verdict.error());
  return size;
}

} // namespace calx::load
