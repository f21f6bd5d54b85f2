#include "engine/store/connection.h"

#include <sqlite3.h>

#include <cassert>
#include <cerrno>

#include "engine/base/cancel.h"
#include "engine/store/file_error.h"

namespace learnsql {
namespace {

// How many steps of SQLite's virtual machine run between two looks at the
// cancel flag: some tens of microseconds.
constexpr int kStepsPerCancelCheck = 4000;

Code CodeOf(int rc) {
  switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:  // gave up waiting for a lock of the WAL
      return Code::kBusy;
    case SQLITE_CONSTRAINT:
      return Code::kConstraint;
    case SQLITE_INTERRUPT:
      return Code::kCancelled;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Code::kCorrupt;
    case SQLITE_CANTOPEN:
      return Code::kNotFound;
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return Code::kIo;
    default:
      return Code::kInvalid;
  }
}

// The error of code `rc` that SQLite holds now. Where the file is at fault and
// not the statement, the file is the place.
Status ErrorOf(sqlite3* db, int rc, const std::string& path) {
  Code code = CodeOf(rc);
  // It is there, and something else is wrong.
  if (code == Code::kNotFound && errno != 0 && errno != ENOENT) {
    code = Code::kIo;
  }
  Status error(code, WithCause(sqlite3_errmsg(db), rc));
  const bool of_file = code == Code::kIo || code == Code::kCorrupt ||
                       code == Code::kBusy || code == Code::kNotFound;
  return of_file && !path.empty() ? error.At({path}) : error;
}

Status ErrorOf(sqlite3* db) {
  const char* const path = sqlite3_db_filename(db, "main");
  return ErrorOf(db, sqlite3_extended_errcode(db), path ? path : "");
}

int OpenFlags(Connection::Mode mode) {
  switch (mode) {
    case Connection::Mode::kReadOnly:
      return SQLITE_OPEN_READONLY;
    case Connection::Mode::kReadWrite:
      return SQLITE_OPEN_READWRITE;
    case Connection::Mode::kCreate:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
  return SQLITE_OPEN_READONLY;
}

int CancelCheck(void* flag) {
  return static_cast<const CancelFlag*>(flag)->cancelled() ? 1 : 0;
}

std::string Quote(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (const char c : text) {
    quoted.push_back(c);
    if (c == quote) quoted.push_back(c);
  }
  quoted.push_back(quote);
  return quoted;
}

// Nothing for SQLite's own size: the pragma would parse the whole schema, 7 ms
// of 500 tables, and a shell asks for its first statement before.
std::string SetCache(int kib) {
  const std::string size = "-" + std::to_string(kib);
  const bool own =
      sqlite3_compileoption_used(("DEFAULT_CACHE_SIZE=" + size).c_str()) != 0;
  return own ? "" : "; pragma cache_size = " + size;
}

}  // namespace

Statement::Statement(Statement&&) noexcept = default;
Statement& Statement::operator=(Statement&&) noexcept = default;
Statement::~Statement() = default;

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

Status Statement::Bind(int index, const Value& value) {
  sqlite3_stmt* const s = statement_.get();
  int rc = SQLITE_OK;
  switch (value.kind) {
    case Value::Kind::kNull:
      rc = sqlite3_bind_null(s, index);
      break;
    case Value::Kind::kInteger:
      rc = sqlite3_bind_int64(s, index, value.integer);
      break;
    case Value::Kind::kReal:
      rc = sqlite3_bind_double(s, index, value.real);
      break;
    case Value::Kind::kText:
      // A null pointer would bind NULL where an empty text is meant.
      rc = sqlite3_bind_text64(s, index,
                               value.bytes.data() ? value.bytes.data() : "",
                               value.bytes.size(), SQLITE_STATIC, SQLITE_UTF8);
      break;
    case Value::Kind::kBlob:
      rc = sqlite3_bind_blob64(s, index,
                               value.bytes.data() ? value.bytes.data() : "",
                               value.bytes.size(), SQLITE_STATIC);
      break;
  }
  if (rc == SQLITE_OK) return {};
  return Status(CodeOf(rc), sqlite3_errmsg(sqlite3_db_handle(s)));
}

Status Statement::BindAll(std::span<const Value> values) {
  assert(values.size() == static_cast<size_t>(parameter_count()));
  for (size_t i = 0; i < values.size(); ++i) {
    LEARNSQL_TRY(Bind(static_cast<int>(i) + 1, values[i]));
  }
  return {};
}

int Statement::parameter_count() const {
  return sqlite3_bind_parameter_count(statement_.get());
}

std::string_view Statement::parameter_name(int index) const {
  const char* name = sqlite3_bind_parameter_name(statement_.get(), index);
  return name ? name : "";
}

int Statement::parameter_index(const std::string& name) const {
  return sqlite3_bind_parameter_index(statement_.get(), name.c_str());
}

Result<bool> Statement::Step() {
  errno = 0;
  const int rc = sqlite3_step(statement_.get());
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) return false;
  const Status error = ErrorOf(sqlite3_db_handle(statement_.get()));
  sqlite3_reset(statement_.get());
  return error;
}

Status Statement::Run() {
  while (true) {
    LEARNSQL_TRY_SET(const bool row, Step());
    if (!row) break;
  }
  Reset();
  return {};
}

void Statement::Reset() { sqlite3_reset(statement_.get()); }

int Statement::column_count() const {
  return sqlite3_column_count(statement_.get());
}

std::string_view Statement::column_name(int column) const {
  return sqlite3_column_name(statement_.get(), column);
}

std::string_view Statement::column_declared_type(int column) const {
  const char* type = sqlite3_column_decltype(statement_.get(), column);
  return type ? type : "";
}

Statement::Origin Statement::column_origin(int column) const {
  const char* table = sqlite3_column_table_name(statement_.get(), column);
  const char* name = sqlite3_column_origin_name(statement_.get(), column);
  if (table == nullptr || name == nullptr) return {};
  return {table, name};
}

Value Statement::column(int column) const {
  switch (sqlite3_column_type(statement_.get(), column)) {
    case SQLITE_INTEGER:
      return Value::Integer(integer(column));
    case SQLITE_FLOAT:
      return Value::Real(real(column));
    case SQLITE_TEXT:
      return Value::Text(text(column));
    case SQLITE_BLOB: {
      const void* bytes = sqlite3_column_blob(statement_.get(), column);
      const int size = sqlite3_column_bytes(statement_.get(), column);
      return Value::Blob(
          {static_cast<const char*>(bytes), static_cast<size_t>(size)});
    }
    default:
      return Value::Null();
  }
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(
      sqlite3_column_text(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return {bytes ? bytes : "", static_cast<size_t>(size)};
}

bool Statement::read_only() const {
  return sqlite3_stmt_readonly(statement_.get()) != 0;
}

void Connection::Close::operator()(sqlite3* db) const noexcept {
  sqlite3_close_v2(db);
}

Connection::Connection(std::unique_ptr<sqlite3, Close> db, std::string path)
    : db_(std::move(db)), path_(std::move(path)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result<Connection> Connection::Open(const std::string& path,
                                    const Options& options) {
  sqlite3* raw = nullptr;
  errno = 0;
  const int rc = sqlite3_open_v2(
      path.c_str(), &raw,
      OpenFlags(options.mode) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nullptr);
  Connection connection(std::unique_ptr<sqlite3, Close>(raw), path);
  if (rc != SQLITE_OK) return connection.Error(rc).At({path});
  sqlite3_busy_timeout(raw, options.busy_timeout_ms);
  // A double-quoted name that does not exist is an error, not a string.
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  connection.cancel_ = options.cancel;
  connection.WatchCancel();
  const Status set = connection.Execute(std::string("pragma foreign_keys = ") +
                                        (options.foreign_keys ? "on" : "off") +
                                        SetCache(options.cache_kib));
  if (!set.ok()) return set.At({path});
  // The header is read only now, and a file that is no database shows.
  const Result<std::optional<int64_t>> version =
      connection.QueryInteger("pragma schema_version");
  if (!version.ok()) return version.status().At({path});
  return connection;
}

void Connection::WatchCancel() {
  if (cancel_ == nullptr) {
    return sqlite3_progress_handler(db_.get(), 0, nullptr, nullptr);
  }
  sqlite3_progress_handler(db_.get(), kStepsPerCancelCheck, CancelCheck,
                           const_cast<CancelFlag*>(cancel_));
}

Result<Connection> Connection::OpenInMemory() {
  return Open(":memory:", {.mode = Mode::kCreate});
}

Result<Statement> Connection::Prepare(std::string_view sql) {
  std::string_view rest;
  LEARNSQL_TRY_SET(std::optional<Statement> statement,
                   PrepareFirst(sql, &rest));
  if (!statement) return Status(Code::kInvalid, "no SQL statement");
  return *std::move(statement);
}

Result<std::optional<Statement>> Connection::PrepareFirst(
    std::string_view sql, std::string_view* rest) {
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  errno = 0;
  const int rc = sqlite3_prepare_v3(
      db_.get(), sql.data(), static_cast<int>(sql.size()), 0, &raw, &tail);
  Statement statement(raw);
  if (rc != SQLITE_OK) {
    const int offset = sqlite3_error_offset(db_.get());
    const Status error = Error(rc);
    if (offset < 0) return error;
    return Status(error.code(), error.message(),
                  {.name = "", .byte = static_cast<uint64_t>(offset)});
  }
  *rest = sql.substr(static_cast<size_t>(tail - sql.data()));
  if (raw == nullptr) return std::optional<Statement>();
  return std::optional<Statement>(std::move(statement));
}

Status Connection::Execute(std::string_view sql) {
  while (!sql.empty()) {
    std::string_view rest;
    LEARNSQL_TRY_SET(std::optional<Statement> statement,
                     PrepareFirst(sql, &rest));
    if (statement) LEARNSQL_TRY(statement->Run());
    sql = rest;
  }
  return {};
}

Status Connection::Execute(std::string_view sql,
                           std::span<const Value> values) {
  LEARNSQL_TRY_SET(Statement statement, Prepare(sql));
  LEARNSQL_TRY(statement.BindAll(values));
  return statement.Run();
}

Result<std::optional<int64_t>> Connection::QueryInteger(
    std::string_view sql, std::span<const Value> values) {
  LEARNSQL_TRY_SET(Statement statement, Prepare(sql));
  LEARNSQL_TRY(statement.BindAll(values));
  LEARNSQL_TRY_SET(const bool row, statement.Step());
  if (!row || statement.is_null(0)) return std::optional<int64_t>();
  return std::optional<int64_t>(statement.integer(0));
}

Result<std::optional<std::string>> Connection::QueryText(
    std::string_view sql, std::span<const Value> values) {
  LEARNSQL_TRY_SET(Statement statement, Prepare(sql));
  LEARNSQL_TRY(statement.BindAll(values));
  LEARNSQL_TRY_SET(const bool row, statement.Step());
  if (!row || statement.is_null(0)) return std::optional<std::string>();
  return std::optional<std::string>(std::string(statement.text(0)));
}

int64_t Connection::changes() const { return sqlite3_changes64(db_.get()); }

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(db_.get()) == 0;
}

Status Connection::Error(int rc) const {
  if (!db_) return Status(CodeOf(rc), sqlite3_errstr(rc), {path_});
  return ErrorOf(db_.get(), rc, path_ == ":memory:" ? "" : path_);
}

Result<Transaction> Transaction::Begin(Connection* connection) {
  LEARNSQL_TRY(connection->Execute("begin immediate"));
  return Transaction(connection);
}

Transaction::Transaction(Transaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)) {}

Transaction::~Transaction() {
  // SQLite may have rolled back by itself after an I/O error.
  if (connection_ == nullptr || !connection_->in_transaction()) return;
  const Status undone = connection_->Execute("rollback");
  (void)undone;  // nothing more can be done, and the file is whole either way
}

Status Transaction::Commit() {
  assert(connection_ != nullptr);
  if (!connection_->in_transaction()) {
    return Status(Code::kIo,
                  "the transaction was undone by an earlier error of the disk",
                  {connection_->path()});
  }
  LEARNSQL_TRY(connection_->Execute("commit"));
  connection_ = nullptr;
  return {};
}

Status SetPageSize(Connection* connection) {
  LEARNSQL_TRY(connection->Execute("pragma page_size = 8192"));
  // SQLite turns the cache's KiB into pages when it is told them, and keeps
  // their number: pages of twice the size would take twice the memory.
  LEARNSQL_TRY_SET(const std::optional<int64_t> cache,
                   connection->QueryInteger("pragma cache_size"));
  return connection->Execute("pragma cache_size = " +
                             std::to_string(cache.value_or(0)));
}

Status PrepareScratchFile(Connection* connection) {
  // Defensive, SQLite refuses to do without a journal.
  sqlite3_db_config(connection->handle(), SQLITE_DBCONFIG_DEFENSIVE, 0,
                    nullptr);
  LEARNSQL_TRY(SetPageSize(connection));
  return connection->Execute(
      "pragma journal_mode = off; pragma synchronous = off; "
      "pragma locking_mode = exclusive");
}

std::string QuoteName(std::string_view name) { return Quote(name, '"'); }
std::string QuoteText(std::string_view text) { return Quote(text, '\''); }

}  // namespace learnsql
