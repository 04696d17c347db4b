#include "cohort/tables.hpp"

#include "cohort/run_summary.hpp"
#include "cohort/tables_build.hpp"
#include "cohort/tables_folder.hpp"
#include "cohort/tables_sql.hpp"
#include "cohort/tables_text.hpp"
#include "core/version.hpp"

#include <fmt/format.h>

namespace calx::cohort {
namespace {

namespace fs = std::filesystem;
using sqlite::Database;
using sqlite::require;
using sqlite::Statement;

constexpr const char* kDatabaseFile = "calx.sqlite";
constexpr const char* kRunFile = "run.json";

/// SQLite sorts outside memory. Rows go in by path and indices come after them, so the pages, and
/// with them the bytes of the file, follow from the rows alone: what VACUUM would do is done.
void sort_into_place(Database& database) {
  for (const TableKind kind : kAllTables) {
    database.run(create_table("main", kind));
    const char* const then = kind == TableKind::Deposits ? ", t.lesion_id" : "";
    database.run(fmt::format("INSERT INTO main.{0} SELECT {1} FROM stage.{0} t"
                             " JOIN stage.records r ON r.name = t.record AND r.source = t.source"
                             " WHERE r.kept ORDER BY t.path, t.root, t.record{2}",
                             to_string(kind), qualified_column_list("t", kind), then));
  }
}

void write_provenance(Database& database, const Stage& stage) {
  database.run(
      "CREATE TABLE main.provenance (version TEXT, revision TEXT, models TEXT,"
      " parameters_sha256 TEXT, parameters TEXT, pseudonym_key_id TEXT, disclaimer TEXT) STRICT");
  Statement insert = database.prepare("INSERT INTO main.provenance VALUES (?, ?, ?, ?, ?, ?, ?)");
  for (const auto& [p, records] : stage.provenances()) {
    int parameter = 0;
    for (const std::string& text : {p.version, p.revision, p.models, p.parameters_sha256,
                                    p.parameters, p.pseudonym_key_id, std::string(kDisclaimer)})
      insert.bind(parameter++, text);
    insert.run();
  }
}

std::string csv_header(TableKind kind) {
  std::string header;
  for (const Column& column : columns_of(kind)) header += (header.empty() ? "" : ",") + column.name;
  return header + "\r\n";
}

void append_csv_row(const Statement& row, std::string& csv) {
  for (int i = 0; i < row.columns(); ++i) {
    if (i > 0) csv += ',';
    csv += csv_cell(row.cell(i));
  }
  csv += "\r\n";
}

void append_json_row(const Statement& row, std::span<const Column> columns, std::string& json) {
  char separator = '{';
  for (int i = 0; i < row.columns(); ++i) {
    json += separator;
    json += fmt::format("\"{}\":", columns[static_cast<std::size_t>(i)].name);
    json += json_cell(row.cell(i));
    separator = ',';
  }
  json += "}\n";
}

/// CSV and NDJSON of one table, side by side.
void write_text_tables(Database& database, TableKind kind, const TablesFolder& folder,
                       std::vector<std::string>& names) {
  const std::string csv_name = fmt::format("{}.csv", to_string(kind));
  const std::string json_name = fmt::format("{}.ndjson", to_string(kind));
  OutputStream csv(folder / csv_name), json(folder / json_name);
  csv.write(csv_header(kind));
  Statement rows = database.prepare(fmt::format("SELECT {} FROM main.{} ORDER BY rowid",
                                                qualified_column_list("", kind), to_string(kind)));
  std::string line;
  while (rows.step()) {
    append_csv_row(rows, line);
    csv.write(line);
    line.clear();
    append_json_row(rows, columns_of(kind), line);
    json.write(line);
    line.clear();
  }
  require(csv.finish());
  require(json.finish());
  names.insert(names.end(), {csv_name, json_name});
}

void write_run_summary(Stage& stage, const TablesSummary& summary, const TablesFolder& folder) {
  OutputStream file(folder / kRunFile);
  const auto provenances = stage.provenances();
  file.write(run_json(summary, provenances, stage.timing()));
  require(file.finish());
}

TablesSummary build_in(const TablesFolder& folder, const TablesOptions& options,
                       const std::function<void(Stage&)>& fill, std::vector<std::string>& names) {
  Database database(folder / kDatabaseFile);
  database.attach(folder / "stage.sqlite", "stage");
  // One transaction: nothing is kept unless everything is.
  database.run("BEGIN");
  Stage stage(database);
  fill(stage);
  if (!options.allow_mixed) stage.refuse_mixed();
  sort_into_place(database);
  write_provenance(database, stage);
  database.run(std::string(indices_and_views()));
  database.run("COMMIT");
  for (const TableKind kind : kAllTables) write_text_tables(database, kind, folder, names);
  const TablesSummary summary = stage.summary();
  write_run_summary(stage, summary, folder);
  names.insert(names.end(), {kDatabaseFile, kRunFile});
  return summary;
}

} // namespace

Result<TablesSummary> build_tables(const fs::path& out, const TablesOptions& options,
                                   const std::function<void(Stage&)>& fill) {
  auto folder = TablesFolder::open(out);
  if (!folder) return tl::unexpected(std::move(folder).error());
  try {
    std::vector<std::string> names;
    TablesSummary summary = build_in(*folder, options, fill, names);
    if (auto published = folder->publish(names); !published)
      return tl::unexpected(std::move(published).error());
    return summary;
  } catch (const sqlite::Failure& failure) {
    return tl::unexpected(failure.error);
  }
}

void add_records(Stage& stage, const fs::path& folder, int source,
                 const std::function<Record(Record&&)>& outgoing) {
  std::optional<Error> damaged;
  scan_records(
      folder, RecordPart::UncheckedFindings,
      [&](Record&& record) {
        const std::string origin = record_name(record);
        stage.add(outgoing(std::move(record)), source, origin);
        return true;
      },
      [&](const fs::path& file, const Error& error) {
        damaged = Error(error).within("reading " + file.string());
        return false;
      });
  if (damaged) throw sqlite::Failure{*damaged};
}

Result<TablesSummary> write_tables(const fs::path& out, const TablesOptions& options) {
  return build_tables(out, options, [&](Stage& stage) {
    add_records(stage, out, 0, [](Record&& record) { return std::move(record); });
  });
}

} // namespace calx::cohort
