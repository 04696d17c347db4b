#pragma once
// What several readers say of a damaged file.

#include "core/error.hpp"

#include <string>

namespace calx::load {

inline auto corrupt_header(const char* what) {
  return fail(ErrorCode::CorruptHeader, std::string(what) + "; fetch the file again");
}
inline auto file_ends_early() {
  return fail(ErrorCode::TruncatedPixels, "the file ends before its pixels do; copy it again");
}
inline auto damaged_codestream() {
  return fail(ErrorCode::CorruptPixels,
              "the compressed pixel data are damaged; fetch the file again");
}

} // namespace calx::load
