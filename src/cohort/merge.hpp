// Output folders of several machines, or of several shards, made one.
#pragma once

#include "cohort/pseudonym.hpp"
#include "cohort/tables.hpp"

#include <filesystem>
#include <vector>

namespace calx::cohort {

struct MergeOptions {
  TablesOptions tables;
  const Pseudonyms* pseudonyms = nullptr; ///< not null: what goes to OUT is pseudonymised first
};

/// Unites the records and pictures of `inputs` in `out`, by hard links where the file system has
/// them, by copies elsewhere, and makes the tables: byte for byte those of one run over all the
/// files. Records that are in `out` already take part. Of two records for the same bytes the one
/// that got further is kept, and of two files the first by path; the other becomes its duplicate.
/// Errors: file-not-found (an input without records), bad-record, mixed-records, bad-key (records
/// under another key), in-use, cannot-write.
Result<TablesSummary> merge_runs(const std::vector<std::filesystem::path>& inputs,
                                 const std::filesystem::path& out, const MergeOptions& = {});

} // namespace calx::cohort
