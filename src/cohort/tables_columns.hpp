// What the tables of a cohort hold, and how one record becomes their rows. A column is described
// once; CSV, NDJSON and SQLite follow from the description.
#pragma once

#include "cohort/record.hpp"
#include "cohort/sqlite.hpp"

#include <span>
#include <string>
#include <vector>

namespace calx::cohort {

enum class ColumnType { Text, Integer, Real };

struct Column {
  std::string name;
  ColumnType type = ColumnType::Text;
};

/// One row for each file of that outcome, or for each finding.
enum class TableKind { Images, Deposits, Failures, Skipped };
inline constexpr TableKind kAllTables[] = {TableKind::Images, TableKind::Deposits,
                                           TableKind::Failures, TableKind::Skipped};

/// "images", "deposits", "failures", "skipped": in file names and in SQLite.
std::string_view to_string(TableKind);

/// Images, failures and skipped begin with path, root, record; deposits begin with the columns of
/// findings_csv and have the record among their keys.
std::span<const Column> columns_of(TableKind);

using Row = std::vector<sqlite::Cell>;

/// With what the findings of a record were made.
struct Provenance {
  std::string version, parameters_sha256;
  std::string pseudonym_key_id; ///< empty: no pseudonyms
  std::string revision;         ///< of the program; empty where the record has no findings
  std::string models;           ///< JSON array of text
  std::string parameters;       ///< JSON object, the effective values
  bool operator==(const Provenance&) const = default;
};

/// One record as rows.
struct RecordRows {
  TableKind kind = TableKind::Images; ///< where `row` belongs
  Row row;
  std::vector<Row> deposits; ///< one for each finding
  Provenance provenance;     ///< without models and parameters, which are long
};

/// Fails with bad-record where the findings are not as calx writes them.
Result<RecordRows> record_rows(const Record&);

/// The provenance of a record of which `record_rows` gave rows, with models and parameters.
Provenance full_provenance(const Record&);

} // namespace calx::cohort
