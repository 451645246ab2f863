#include "casefile/database.h"

#include <sqlite3.h>

#include <utility>

namespace sil::casefile {
namespace {

tl::unexpected<Error> failure(sqlite3* database, int code) {
  const char* where = database ? sqlite3_db_filename(database, "main") : nullptr;
  std::string what = database ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  switch (code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return fail(ErrorCode::kFormat, where ? where : "", "an intact SQLite database", what,
                  "start anew with --force, or restore the file from a copy");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fail(ErrorCode::kIo, where ? where : "", "a case that nobody else writes", what,
                  "another run holds this case; wait for it or choose another folder");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN: return fail(ErrorCode::kDenied, where ? where : "", "a database that can be written", what);
    default: return fail(ErrorCode::kIo, where ? where : "", "a working database", what);
  }
}

}  // namespace

Statement::~Statement() {
  sqlite3_finalize(statement_);
}
Statement::Statement(Statement&& other) noexcept
    : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)), next_(other.next_) {}
Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(database_, other.database_);
  std::swap(statement_, other.statement_);
  std::swap(next_, other.next_);
  return *this;
}

void Statement::rewind() {
  sqlite3_reset(statement_);
  next_ = 0;
}

Statement& Statement::bind(std::string_view text) {
  if (next_ == 0) sqlite3_reset(statement_);
  sqlite3_bind_text64(statement_, ++next_, text.data() ? text.data() : "", text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}
Statement& Statement::bind(int64_t number) {
  if (next_ == 0) sqlite3_reset(statement_);
  sqlite3_bind_int64(statement_, ++next_, number);
  return *this;
}
Statement& Statement::bind_blob(std::string_view bytes) {
  if (next_ == 0) sqlite3_reset(statement_);
  sqlite3_bind_blob64(statement_, ++next_, bytes.data() ? bytes.data() : "", bytes.size(), SQLITE_STATIC);
  return *this;
}
Statement& Statement::bind_null() {
  if (next_ == 0) sqlite3_reset(statement_);
  sqlite3_bind_null(statement_, ++next_);
  return *this;
}

Result<bool> Statement::step() {
  next_ = 0;
  int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  rewind();
  if (code == SQLITE_DONE) return false;
  return failure(database_, code);
}

Result<void> Statement::run() {
  for (;;) {
    Result<bool> more = step();
    if (!more) return tl::unexpected(std::move(more).error());
    if (!*more) return {};
  }
}

std::string Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return data ? std::string(data, static_cast<size_t>(sqlite3_column_bytes(statement_, column))) : std::string();
}
std::string Statement::blob(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return data ? std::string(data, static_cast<size_t>(sqlite3_column_bytes(statement_, column))) : std::string();
}
int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_, column);
}
bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path) {
  sqlite3* handle = nullptr;
  // One thread uses a case (case_store.h): no lock around every call.
  int code =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<Database> database(new Database(handle));
  if (code != SQLITE_OK) return failure(handle, code);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, 2000);
  // A case folder may come from anywhere: no code out of the file, and damage is looked for.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  return database;
}

Database::~Database() {
  sqlite3_close_v2(database_);
}

Result<void> Database::execute(const std::string& sql) {
  int code = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(database_, code);
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(database_, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) return failure(database_, code);
  return Statement(database_, statement);
}

Result<int64_t> Database::number(std::string_view sql) const {
  Result<Statement> statement = prepare(sql);
  if (!statement) return tl::unexpected(std::move(statement).error());
  Result<bool> row = statement->step();
  if (!row) return tl::unexpected(std::move(row).error());
  return *row ? statement->number(0) : 0;
}

bool Database::changed() const {
  return sqlite3_changes(database_) != 0;
}

int64_t Database::last_row() const {
  return sqlite3_last_insert_rowid(database_);
}

}  // namespace sil::casefile
