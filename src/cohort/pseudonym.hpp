// Names that stand for names: what a cohort's outputs say instead of UIDs and paths, so that only
// who has the key can tell which film a row is of. The same key gives the same pseudonyms, so
// series, studies and cohorts still join.
#pragma once

#include "cohort/record.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace calx::cohort {

/// HMAC-SHA-256 (RFC 2104) under a secret key. An empty text stays empty.
class Pseudonyms {
public:
  /// Shorter keys could be guessed.
  static constexpr std::size_t kMinimumKeyBytes = 32;

  /// The key is the file's bytes, less a line break at the end; `openssl rand -hex 32` makes a good
  /// one. Errors: file-not-found, unreadable, bad-key (too short, or no file but a folder).
  static Result<Pseudonyms> read_key(const std::filesystem::path& file);

  /// True where the key's file may be read by others than its owner.
  bool key_is_exposed() const { return exposed_; }

  /// Tells keys apart, 16 hexadecimal digits; the key does not follow from it.
  std::string key_id() const;

  /// "2.25." and 128 bits as a decimal number, as PS3.5 B.2 makes UIDs of UUIDs (of version 8,
  /// RFC 9562).
  std::string uid(std::string_view) const;
  std::string path(std::string_view) const;   ///< "path-" and 32 hexadecimal digits
  std::string digest(std::string_view) const; ///< of a SHA-256: 64 hexadecimal digits
  std::int64_t number(std::int64_t) const;    ///< equal where the numbers are equal

  /// Path and root replaced, and the time and inode, which are compared for equality only.
  RecordInput input(const RecordInput&) const;
  /// The message, which may quote what it complains of, becomes the meaning of the code.
  Reason reason(const Reason&) const;
  /// Replaces whatever tells the file: the input, its digest, UIDs here and in the findings, the
  /// reason's message. Its name changes with the digest. Overlay and
  /// mask are left as they are.
  Record record(const Record&) const;

private:
  std::string hmac(std::string_view kind, std::string_view text) const; ///< 32 bytes

  std::string key_;
  bool exposed_ = false;
};

} // namespace calx::cohort
