// Where rows wait, unsorted and on disk, until all records are in. Internal to this folder.
#pragma once

#include "cohort/record.hpp"
#include "cohort/tables.hpp"
#include "cohort/tables_columns.hpp"

#include <functional>
#include <map>
#include <optional>
#include <tuple>

namespace calx::cohort {

/// Rows of records in any order, from one or more output folders ("sources"). Every function
/// throws sqlite::Failure.
class Stage {
public:
  /// Uses the database `stage` that is attached to `database`, which outlives it.
  explicit Stage(sqlite::Database& database);

  /// A record is added once for each source that has it; `origin` is its name there.
  void add(const Record&, int source, const std::string& origin);
  bool has(const std::string& name);

  /// One of several records of the same name.
  struct Rival {
    std::string name, origin;
    int source = 0;
    RecordInput input;
  };
  /// Keeps, of records of one name, the one that got furthest, then the first by path. The others
  /// of the same file are dropped; for those of another file with the same bytes `duplicate` is
  /// told the winner and the loser.
  void settle(const std::function<void(const Rival& winner, const Rival& loser)>& duplicate);

  /// A record that was kept, with what belongs to it.
  struct Kept {
    std::string name, origin, overlay, mask;
    int source = 0;
  };
  void for_each_kept(const std::function<void(const Kept&)>& visit);

  /// With what the records were made; of a record without findings only if nothing else is known.
  std::vector<std::pair<Provenance, std::int64_t>> provenances() const;
  /// Fails with mixed-records if there is more than one.
  void refuse_mixed() const;

  TablesSummary summary();
  /// Of the kept records: the sums, and of the memory the largest.
  RecordTiming timing();

private:
  sqlite::Database& database_;
  sqlite::Statement add_record_;
  std::vector<sqlite::Statement> add_row_; ///< in the order of kAllTables
  /// By version, parameters, pseudonyms and revision.
  std::map<std::tuple<std::string, std::string, std::string, std::string>,
           std::pair<Provenance, std::int64_t>>
      provenances_;
};

/// "CREATE TABLE place.name (...)"; `first` is put before the columns, e.g. "source INTEGER, ".
std::string create_table(const std::string& place, TableKind, const std::string& first = "");
/// The columns' names with commas between; `table` before each, where one is given.
std::string qualified_column_list(const std::string& table, TableKind);

} // namespace calx::cohort
