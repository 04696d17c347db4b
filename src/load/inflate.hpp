// Inflating within bounds: a small file must not become a large one unasked.
#pragma once

#include "load/input_file.hpp"

namespace calx::load {

enum class DeflateWrapping { Raw, Zlib, Gzip };

/// The first `count` bytes of a gzip file, or fewer where the stream ends or is damaged.
std::vector<std::uint8_t> inflate_head(const InputFile& input, std::size_t count);

/// Inflates everything from `offset` on. Errors: too-large past `max_bytes`, truncated-pixels where
/// the stream does not end, corrupt-pixels where it is damaged (its checksum included).
Result<std::vector<std::uint8_t>> inflate_all(const InputFile& input, std::uint64_t offset,
                                              std::uint64_t max_bytes, DeflateWrapping wrapping);

/// As `inflate_all`, but only counts the bytes.
Result<std::uint64_t> inflated_size(const InputFile& input, std::uint64_t offset,
                                    std::uint64_t max_bytes, DeflateWrapping wrapping);

} // namespace calx::load
