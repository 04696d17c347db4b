// The tables of a cohort, made from its records alone: the same records give the same bytes,
// whichever machines made them and in whatever order.
//
// In OUT: images, deposits, failures and skipped, each as .csv and .ndjson, one row a file or a
// finding, by path; calx.sqlite with the same tables, indices and views; run.json with versions,
// parameters, counts and timing, the only one that differs between two runs over the same files.
#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace calx::cohort {

/// How many files ended how.
struct TablesSummary {
  std::map<std::string, std::int64_t> outcomes; ///< files, by the word of the outcome
  std::map<std::string, std::int64_t> reasons;  ///< failed files, by the code of the reason
  std::int64_t files = 0;
  std::int64_t findings = 0; ///< rows of deposits
};

struct TablesOptions {
  /// Take records of several versions of calx, or of several sets of parameters, into one table.
  bool allow_mixed = false;
};

/// Reads OUT/records and writes the tables beside it, each whole or not at all, in memory that does
/// not grow with the cohort; needs about twice the tables' size on disk meanwhile, in OUT and in
/// the folder for temporary files (TMPDIR). Errors: bad-record where a record is damaged,
/// mixed-records, cannot-write.
Result<TablesSummary> write_tables(const std::filesystem::path& out, const TablesOptions& = {});

} // namespace calx::cohort
