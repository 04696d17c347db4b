// The list of a cohort's files, made once so that many machines agree on it: `calx plan`.
//
// "calx.manifest/1", one JSON object a line: a head with the number of files, then the files in
// order, {"path", "root", "bytes"}, names as in records.
#pragma once

#include "cohort/walk.hpp"

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace calx::cohort {

/// The error is cannot-write.
Result<void> write_manifest(const std::filesystem::path& file, const std::vector<FileEntry>& files);

/// One of `count` parts of a cohort, from 1. A file's part is told by its path alone: files that
/// come or go do not move the others.
struct Shard {
  int index = 1, count = 1;

  bool has(const FileEntry& file) const;
  /// "2/8"; nothing for a text that is no shard.
  static std::optional<Shard> parse(std::string_view text);
};

/// The files of one shard as the disk has them now: size, time and inode are looked up. Errors:
/// file-not-found, unreadable, bad-manifest.
Result<std::vector<FileEntry>> read_manifest(const std::filesystem::path& file,
                                             const Shard& shard = {});

} // namespace calx::cohort
