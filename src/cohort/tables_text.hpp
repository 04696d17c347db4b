// How a cell reads in CSV and in NDJSON, and files that are written in pieces.
#pragma once

#include "cohort/sqlite.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace calx::cohort {

/// RFC 4180. A text that a spreadsheet would run as a formula (it begins with = + - @, a tab or a
/// carriage return) gets an apostrophe before it; numbers are left alone.
std::string csv_cell(const sqlite::Cell&);
/// A JSON value; text is UTF-8, what is not becomes U+FFFD.
std::string json_cell(const sqlite::Cell&);

/// A file written in pieces, through a buffer, under the name it is given. Reports the first
/// failure at `finish`, which also waits until the bytes are on the disk.
class OutputStream {
public:
  explicit OutputStream(std::filesystem::path file);
  ~OutputStream();
  OutputStream(const OutputStream&) = delete;
  OutputStream& operator=(const OutputStream&) = delete;

  void write(std::string_view bytes);
  Result<void> finish();

private:
  void flush();

  std::filesystem::path file_;
  std::string buffer_;
  int descriptor_ = -1;
  int error_number_ = 0;
};

} // namespace calx::cohort
