// The development data beside the project. None of it is part of the project: a test that needs it
// is skipped where it is absent, and says so.
#pragma once

#include <filesystem>
#include <gtest/gtest.h>

namespace calx::test {

inline std::filesystem::path shared_data(const std::filesystem::path& inside) {
  return std::filesystem::path(CALX_SHARED_DIR) / inside;
}

} // namespace calx::test

#define CALX_SKIP_WITHOUT(path)                                                                    \
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "skipped: no " << (path).lexically_normal()
