#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

struct sqlite3;
struct sqlite3_stmt;

namespace learnsql {

class CancelFlag;

// One value on its way into or out of a statement or a row. Text and blobs are
// borrowed.
struct Value {
  enum class Kind : uint8_t { kNull, kInteger, kReal, kText, kBlob };

  static Value Null() { return {}; }
  static Value Integer(int64_t value) {
    Value v;
    v.kind = Kind::kInteger;
    v.integer = value;
    return v;
  }
  static Value Real(double value) {
    Value v;
    v.kind = Kind::kReal;
    v.real = value;
    return v;
  }
  static Value Text(std::string_view value) {
    Value v;
    v.kind = Kind::kText;
    v.bytes = value;
    return v;
  }
  static Value Blob(std::string_view value) {
    Value v;
    v.kind = Kind::kBlob;
    v.bytes = value;
    return v;
  }
  // Null where there is nothing.
  static Value TextOrNull(const std::optional<std::string>& value) {
    return value ? Text(*value) : Null();
  }
  static Value IntegerOrNull(const std::optional<int64_t>& value) {
    return value ? Integer(*value) : Null();
  }

  bool is_null() const { return kind == Kind::kNull; }

  Kind kind = Kind::kNull;
  union {
    int64_t integer = 0;
    double real;
  };
  std::string_view bytes;
};

// A prepared statement. Made by Connection::Prepare.
//
// Threads:  that of its connection.
// Lifetime: the connection must outlive it.
class Statement {
 public:
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;
  ~Statement();

  // Binds parameter `index`, counted from 1. Text and blobs are not copied:
  // they must live until the statement is reset, bound anew or destroyed.
  Status Bind(int index, const Value& value);

  // Binds values to parameters 1, 2, ... REQUIRES: one for each parameter.
  Status BindAll(std::span<const Value> values);

  int parameter_count() const;
  // ":name" of parameter `index`, counted from 1; empty for a bare `?`.
  std::string_view parameter_name(int index) const;
  // 0 when there is no such parameter. `name` includes its ':'.
  int parameter_index(const std::string& name) const;

  // Goes to the next row: true with a row, false at the end.
  // Errors: kConstraint, kBusy, kCancelled, kInvalid, kIo, kCorrupt by what
  // SQLite said, with the text it gave; where the file is at fault, at the
  // file and with what the system said.
  Result<bool> Step();

  // Runs to the end, without looking at rows, and resets.
  Status Run();

  // Ready to be stepped again; keeps what is bound.
  void Reset();

  int column_count() const;
  std::string_view column_name(int column) const;
  // The declared type of the table column behind it; empty for expressions.
  std::string_view column_declared_type(int column) const;
  // The table, and its column, whose values a column hands through as they are.
  // Both are empty for an expression; of a union SQLite tells the first part's.
  struct Origin {
    std::string_view table;
    std::string_view column;
  };
  Origin column_origin(int column) const;

  // The value of a column of the current row, counted from 0. What it borrows
  // is good until the next Step, Reset or destruction.
  Value column(int column) const;
  bool is_null(int column) const;
  int64_t integer(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;

  // False for a statement that may change the database file.
  bool read_only() const;

  // For what this class does not wrap. Never finalize it.
  sqlite3_stmt* handle() const { return statement_.get(); }

 private:
  friend class Connection;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// One connection to a SQLite file.
//
// Threads: one thread at a time (opened without SQLite's own mutexes).
class Connection {
 public:
  enum class Mode {
    kReadOnly,   // the file must exist; nothing is ever written to it
    kReadWrite,  // the file must exist
    kCreate,     // made when it does not exist
  };
  struct Options {
    Mode mode = Mode::kReadOnly;
    // Foreign keys are enforced statement by statement. Off only for a build,
    // which verifies them by queries before it commits.
    bool foreign_keys = true;
    int busy_timeout_ms = 5000;
    // Page cache in KiB.
    int cache_kib = 8192;
    // Asked every few thousand steps of the virtual machine; set, the running
    // statement ends with kCancelled. Borrowed; null for none.
    const CancelFlag* cancel = nullptr;
  };

  // Errors: kNotFound when the file must exist and does not; kCorrupt when it
  // is no SQLite file; kIo, kBusy.
  static Result<Connection> Open(const std::string& path,
                                 const Options& options);
  // A private database in memory.
  static Result<Connection> OpenInMemory();

  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  // Prepares the one statement in `sql`.
  // Errors: kInvalid with the byte of `sql` that SQLite points at as the byte
  // of its place (no name), where it points at one.
  Result<Statement> Prepare(std::string_view sql);

  // Prepares the first statement in `sql` and sets `*rest` to what follows it.
  // A nullopt is a piece of only blanks and comments.
  Result<std::optional<Statement>> PrepareFirst(std::string_view sql,
                                                std::string_view* rest);

  // Runs every statement in `sql`.
  Status Execute(std::string_view sql);

  // Runs one statement with values for its parameters.
  Status Execute(std::string_view sql, std::span<const Value> values);

  // The first column of the first row; nullopt without a row, or when NULL.
  Result<std::optional<int64_t>> QueryInteger(
      std::string_view sql, std::span<const Value> values = {});
  Result<std::optional<std::string>> QueryText(
      std::string_view sql, std::span<const Value> values = {});

  // Rows changed by the last insert, update or delete.
  int64_t changes() const;
  const std::string& path() const { return path_; }
  // Looks at Options::cancel again, after something else took its place.
  void WatchCancel();
  bool in_transaction() const;

  // For what this class does not wrap: authorizer, functions, progress.
  sqlite3* handle() const { return db_.get(); }

  // The error that SQLite holds now, as a Status of code `rc`.
  Status Error(int rc) const;

 private:
  struct Close {
    void operator()(sqlite3* db) const noexcept;
  };
  Connection(std::unique_ptr<sqlite3, Close> db, std::string path);

  std::unique_ptr<sqlite3, Close> db_;
  std::string path_;
  const CancelFlag* cancel_ = nullptr;
};

// A write transaction: `begin immediate` now, rolled back when it goes unless
// Commit succeeded.
//
// Lifetime: borrows the connection.
class Transaction {
 public:
  // Errors: kBusy when another writer holds the file longer than the busy
  // timeout.
  static Result<Transaction> Begin(Connection* connection);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  // Errors: kConstraint for deferred foreign keys (the transaction stays open
  // and the destructor undoes it), kBusy, kIo.
  Status Commit();

 private:
  explicit Transaction(Connection* connection) : connection_(connection) {}

  Connection* connection_;  // null when over
};

// The page size of every file that learnsql makes: 8 KiB. REQUIRES: no
// transaction is open. Does nothing to a file that has tables.
Status SetPageSize(Connection* connection);

// Sets up a new file that is thrown away whatever happens: no journal, no
// syncs, the warehouse's page size, so that rows can be copied as they lie.
// After an error nothing in it means anything.
Status PrepareScratchFile(Connection* connection);

// Options::cache_kib for such a file. It is written once, front to back: a
// larger cache brings nothing.
inline constexpr int kScratchCacheKib = 2048;

// `name` as an SQL identifier in double quotes.
std::string QuoteName(std::string_view name);
// `text` as an SQL string literal.
std::string QuoteText(std::string_view text);

}  // namespace learnsql
