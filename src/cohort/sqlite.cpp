#include "cohort/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace calx::cohort::sqlite {
namespace {

template <class... Kinds>
struct Overloaded : Kinds... {
  using Kinds::operator()...;
};
template <class... Kinds>
Overloaded(Kinds...) -> Overloaded<Kinds...>;

[[noreturn]] void fail_with(sqlite3* database, std::string_view doing) {
  throw Failure{
      {ErrorCode::CannotWrite, fmt::format("{}: {}", doing, sqlite3_errmsg(database)), {}}};
}

void check(sqlite3* database, int status, std::string_view doing) {
  if (status != SQLITE_OK) fail_with(database, doing);
}

} // namespace

void Statement::Closer::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void Statement::bind(int parameter, const Cell& value) {
  sqlite3_stmt* const statement = statement_.get();
  const int at = parameter + 1;
  const int status =
      std::visit(Overloaded{
                     [&](std::monostate) { return sqlite3_bind_null(statement, at); },
                     [&](std::int64_t number) { return sqlite3_bind_int64(statement, at, number); },
                     [&](double number) { return sqlite3_bind_double(statement, at, number); },
                     [&](const std::string& text) {
                       return sqlite3_bind_text64(statement, at, text.data(), text.size(),
                                                  SQLITE_TRANSIENT, SQLITE_UTF8);
                     },
                 },
                 value);
  check(sqlite3_db_handle(statement), status, "a value for the tables was refused");
}

bool Statement::step() {
  const int status = sqlite3_step(statement_.get());
  if (status == SQLITE_ROW) return true;
  sqlite3* const database = sqlite3_db_handle(statement_.get());
  if (status != SQLITE_DONE) fail_with(database, "the tables cannot be made");
  check(database, sqlite3_reset(statement_.get()), "the tables cannot be made");
  return false;
}

std::string Statement::text(int column) const {
  const auto* const bytes = sqlite3_column_text(statement_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return bytes ? std::string(reinterpret_cast<const char*>(bytes), size) : std::string();
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}

Cell Statement::cell(int column) const {
  switch (sqlite3_column_type(statement_.get(), column)) {
  case SQLITE_INTEGER:
    return integer(column);
  case SQLITE_FLOAT:
    return real(column);
  case SQLITE_NULL:
    return std::monostate{};
  default:
    return text(column);
  }
}

int Statement::columns() const {
  return sqlite3_column_count(statement_.get());
}

void Database::Closer::operator()(sqlite3* database) const {
  sqlite3_close(database);
}

Database::Database(const std::filesystem::path& file) {
  sqlite3* opened = nullptr;
  // One thread uses it, so the library's own locks are left out.
  const int status =
      sqlite3_open_v2(file.c_str(), &opened,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  database_.reset(opened);
  check(opened, status, file.string() + " cannot be made");
  // Stated, although they are the defaults, because the bytes of the file depend on them.
  run("PRAGMA page_size = 4096; PRAGMA auto_vacuum = NONE; PRAGMA encoding = 'UTF-8';"
      "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
      "PRAGMA temp_store = FILE; PRAGMA cache_size = -65536;");
}

void Database::run(const std::string& sql) {
  check(database_.get(), sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr),
        "the tables cannot be made");
}

Statement Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  check(database_.get(),
        sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &statement,
                           nullptr),
        "a defect in the making of the tables");
  return Statement(statement);
}

void Database::attach(const std::filesystem::path& file, const std::string& name) {
  Statement attach = prepare("ATTACH ? AS " + name);
  attach.bind(0, file.string());
  attach.run();
  run(fmt::format("PRAGMA {0}.page_size = 4096; PRAGMA {0}.journal_mode = OFF;"
                  "PRAGMA {0}.synchronous = OFF; PRAGMA {0}.cache_size = -65536;",
                  name));
}

} // namespace calx::cohort::sqlite
