// SQLite as a sorter and as an output file. Internal to this folder: the library's own types stop
// at sqlite.cpp.
#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

struct sqlite3;
struct sqlite3_stmt;

namespace calx::cohort::sqlite {

/// One cell of a table; monostate is "not known", NULL in SQLite and empty in CSV.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string>;

/// Thrown inside the functions that use a database, turned into its Error at their edge.
struct Failure {
  Error error;
};

/// Throws the error of a result that is one.
inline void require(Result<void> result) {
  if (!result) throw Failure{std::move(result).error()};
}

/// A prepared statement. Parameters and columns count from 0.
class Statement {
public:
  void bind(int parameter, const Cell& value);
  /// True: a row is there to be read. False: done; the statement is ready to be bound again.
  bool step();
  /// Runs a statement that gives no rows.
  void run() {
    while (step()) {
    }
  }
  Cell cell(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const; ///< "" where NULL
  int columns() const;

private:
  friend class Database;
  struct Closer {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  std::unique_ptr<sqlite3_stmt, Closer> statement_;
};

/// A database that is thrown away if anything fails while it is made: without journal and without
/// waiting for the disk. Its bytes follow from the statements that were run.
class Database {
public:
  /// Makes a new file; there must be none of that name.
  explicit Database(const std::filesystem::path& file);

  /// One or more statements without parameters or results.
  void run(const std::string& sql);
  Statement prepare(std::string_view sql);
  /// Adds a second new file under a name of its own.
  void attach(const std::filesystem::path& file, const std::string& name);

private:
  struct Closer {
    void operator()(sqlite3* database) const;
  };
  std::unique_ptr<sqlite3, Closer> database_;
};

} // namespace calx::cohort::sqlite
