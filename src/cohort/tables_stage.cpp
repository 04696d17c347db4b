#include "cohort/tables_stage.hpp"

#include <fmt/format.h>

namespace calx::cohort {
namespace {

using sqlite::Cell;
using sqlite::Statement;

std::string_view sql_type(ColumnType type) {
  switch (type) {
  case ColumnType::Text:
    return "TEXT";
  case ColumnType::Integer:
    return "INTEGER";
  case ColumnType::Real:
    return "REAL";
  }
  return "";
}

/// Of two records of one name the one with the lower number is kept.
int rank(Outcome outcome) {
  switch (outcome) {
  case Outcome::Done:
    return 0;
  case Outcome::NotARadiograph:
    return 1;
  case Outcome::Duplicate:
    return 2;
  case Outcome::Failed:
    return 3;
  case Outcome::Timeout:
    return 4;
  case Outcome::Crashed:
    return 5;
  }
  return 6;
}

std::string insert_row(TableKind kind) {
  std::string places = "?";
  for (std::size_t i = 0; i < columns_of(kind).size(); ++i) places += ", ?";
  return fmt::format("INSERT INTO stage.{} VALUES ({})", to_string(kind), places);
}

void insert(Statement& statement, int source, const Row& row) {
  statement.bind(0, std::int64_t{source});
  int parameter = 0;
  for (const Cell& cell : row) statement.bind(++parameter, cell);
  statement.run();
}

constexpr const char* kCreateRecords =
    "CREATE TABLE stage.records (name TEXT, source INTEGER, origin TEXT, rank INTEGER, outcome "
    "TEXT,"
    " reason TEXT, path TEXT, root TEXT, bytes INTEGER, modified_ns INTEGER, inode INTEGER,"
    " overlay TEXT, mask TEXT, wall_s REAL, cpu_s REAL, peak_mb REAL, kept INTEGER,"
    " PRIMARY KEY (name, source)) WITHOUT ROWID";

Statement prepared(sqlite::Database& database) {
  database.run(kCreateRecords);
  return database.prepare(
      "INSERT INTO stage.records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)");
}

bool same_file(const RecordInput& a, const RecordInput& b) {
  return a.path == b.path && a.root == b.root;
}

} // namespace

std::string qualified_column_list(const std::string& table, TableKind kind) {
  const std::string before = table.empty() ? "" : table + ".";
  std::string list;
  for (const Column& c : columns_of(kind))
    list += fmt::format("{}{}\"{}\"", list.empty() ? "" : ", ", before, c.name);
  return list;
}

std::string create_table(const std::string& place, TableKind kind, const std::string& first) {
  std::string list;
  for (const Column& c : columns_of(kind))
    list += fmt::format("{}\"{}\" {}", list.empty() ? "" : ", ", c.name, sql_type(c.type));
  return fmt::format("CREATE TABLE {}.{} ({}{}) STRICT;", place, to_string(kind), first, list);
}

Stage::Stage(sqlite::Database& database) : database_(database), add_record_(prepared(database)) {
  for (const TableKind kind : kAllTables) {
    database_.run(create_table("stage", kind, "source INTEGER, "));
    add_row_.push_back(database_.prepare(insert_row(kind)));
  }
}

void Stage::add(const Record& record, int source, const std::string& origin) {
  const auto rows = record_rows(record);
  if (!rows) throw sqlite::Failure{Error(rows.error()).within(record_name(record) + ".json")};
  const Row cells{record_name(record),
                  std::int64_t{source},
                  origin,
                  std::int64_t{rank(record.outcome)},
                  std::string(to_string(record.outcome)),
                  record.reason ? record.reason->code : std::string(),
                  record.input.path,
                  record.input.root,
                  static_cast<std::int64_t>(record.input.bytes),
                  record.input.modified_ns,
                  static_cast<std::int64_t>(record.input.inode),
                  record.overlay,
                  record.mask,
                  record.timing.wall_s,
                  record.timing.cpu_s,
                  record.timing.peak_mb};
  int parameter = 0;
  for (const Cell& cell : cells) add_record_.bind(parameter++, cell);
  add_record_.run();
  insert(add_row_.at(static_cast<std::size_t>(rows->kind)), source, rows->row);
  for (const Row& deposit : rows->deposits)
    insert(add_row_.at(static_cast<std::size_t>(TableKind::Deposits)), source, deposit);
  const Provenance& p = rows->provenance;
  const auto [place, is_new] =
      provenances_.try_emplace({p.version, p.parameters_sha256, p.pseudonym_key_id, p.revision});
  if (is_new) place->second.first = full_provenance(record);
  ++place->second.second;
}

bool Stage::has(const std::string& name) {
  Statement found = database_.prepare("SELECT 1 FROM stage.records WHERE name = ?");
  found.bind(0, name);
  return found.step();
}

void Stage::settle(const std::function<void(const Rival&, const Rival&)>& duplicate) {
  database_.run(
      "CREATE TABLE stage.rivals AS SELECT name, origin, source, path, root, bytes, modified_ns,"
      " inode FROM stage.records WHERE name IN (SELECT name FROM stage.records"
      " GROUP BY name HAVING count(*) > 1) ORDER BY name, rank, path, root, source");
  Statement rivals = database_.prepare("SELECT * FROM stage.rivals ORDER BY rowid");
  Statement drop =
      database_.prepare("UPDATE stage.records SET kept = 0 WHERE name = ? AND source = ?");
  Rival winner, last_told;
  while (rivals.step()) {
    Rival rival{rivals.text(0),
                rivals.text(1),
                static_cast<int>(rivals.integer(2)),
                {rivals.text(3), rivals.text(4), static_cast<std::uint64_t>(rivals.integer(5)),
                 rivals.integer(6), static_cast<std::uint64_t>(rivals.integer(7))}};
    if (rival.name != winner.name) {
      winner = last_told = std::move(rival);
      continue;
    }
    drop.bind(0, rival.name);
    drop.bind(1, std::int64_t{rival.source});
    drop.run();
    if (same_file(rival.input, winner.input) || same_file(rival.input, last_told.input)) continue;
    duplicate(winner, rival);
    last_told = std::move(rival);
  }
}

void Stage::for_each_kept(const std::function<void(const Kept&)>& visit) {
  Statement kept = database_.prepare(
      "SELECT name, origin, overlay, mask, source FROM stage.records WHERE kept ORDER BY name");
  while (kept.step())
    visit({kept.text(0), kept.text(1), kept.text(2), kept.text(3),
           static_cast<int>(kept.integer(4))});
}

std::vector<std::pair<Provenance, std::int64_t>> Stage::provenances() const {
  std::vector<std::pair<Provenance, std::int64_t>> all;
  for (auto at = provenances_.begin(); at != provenances_.end(); ++at) {
    const auto& [provenance, records] = at->second;
    // Sorted by the keys, so the entry without a revision comes just before those with one.
    const auto next = std::next(at);
    const bool known_better =
        provenance.revision.empty() && next != provenances_.end() &&
        next->second.first.version == provenance.version &&
        next->second.first.parameters_sha256 == provenance.parameters_sha256 &&
        next->second.first.pseudonym_key_id == provenance.pseudonym_key_id;
    if (!known_better) all.push_back(at->second);
  }
  return all;
}

void Stage::refuse_mixed() const {
  const auto all = provenances();
  if (all.size() < 2) return;
  std::string list;
  for (const auto& [p, records] : all)
    list += fmt::format("{}{} records of calx {}{}, parameters {:.12}{}", list.empty() ? "" : "; ",
                        records, p.version, p.revision.empty() ? "" : " (" + p.revision + ")",
                        p.parameters_sha256,
                        p.pseudonym_key_id.empty() ? "" : ", pseudonyms " + p.pseudonym_key_id);
  throw sqlite::Failure{{ErrorCode::MixedRecords,
                         "these records were not made alike: " + list +
                             "; run the cohort again with one program and one set of parameters, "
                             "or allow it with --allow-mixed",
                         {}}};
}

TablesSummary Stage::summary() {
  TablesSummary summary;
  Statement outcomes =
      database_.prepare("SELECT outcome, count(*) FROM stage.records WHERE kept GROUP BY outcome");
  while (outcomes.step()) {
    summary.outcomes[outcomes.text(0)] = outcomes.integer(1);
    summary.files += outcomes.integer(1);
  }
  Statement reasons =
      database_.prepare("SELECT reason, count(*) FROM stage.records WHERE kept AND outcome IN"
                        " ('failed', 'crashed', 'timeout') GROUP BY reason");
  while (reasons.step()) summary.reasons[reasons.text(0)] = reasons.integer(1);
  Statement findings = database_.prepare("SELECT count(*) FROM main.deposits");
  if (findings.step()) summary.findings = findings.integer(0);
  return summary;
}

RecordTiming Stage::timing() {
  Statement sums = database_.prepare("SELECT total(wall_s), total(cpu_s),"
                                     " ifnull(max(peak_mb), 0.0) FROM stage.records WHERE kept");
  sums.step();
  return {sums.real(0), sums.real(1), sums.real(2)};
}

} // namespace calx::cohort
