#include "engine/store/warehouse.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "engine/base/cancel.h"
#include "engine/base/clock.h"
#include "engine/store/ls_schema.h"

namespace learnsql {
namespace {

constexpr int kApplicationId = 0x6c73716c;  // "lsql"
// Page caches. A load appends and needs little; a build looks up keys all over
// its tables, and with 8 MiB one new hour cost twice as much in a large
// warehouse as in a small one (measured).
constexpr int kLoadCacheKib = 8 << 10;
constexpr int kBuildCacheKib = 64 << 10;
constexpr int64_t kLockPollMillis = 50;

Status Foreign(const std::string& path) {
  return Status(
      Code::kInvalid,
      "this is a SQLite file that learnsql did not make; name another "
      "file with --warehouse, or ask it with 'learnsql FILE'",
      {path});
}

Status Newer(const std::string& path, int64_t version) {
  return Status(Code::kInvalid,
                "this warehouse has format " + std::to_string(version) +
                    ", and this learnsql knows formats up to " +
                    std::to_string(kWarehouseFormat) +
                    "; update learnsql to write to it",
                {path});
}

std::string FolderOf(const std::string& path) {
  return std::filesystem::absolute(path).parent_path().string();
}

// SQLite opens what it may not write to for reading, and would say so at the
// first write only.
Status CheckWritable(const std::string& path) {
  if (::access(FolderOf(path).c_str(), W_OK | X_OK) != 0) {
    return Status(errno == ENOENT ? Code::kNotFound : Code::kIo,
                  std::string("its folder cannot be written to (") +
                      std::strerror(errno) + ")",
                  {path});
  }
  if (::access(path.c_str(), W_OK) == 0 || errno == ENOENT) return {};
  return Status(Code::kIo,
                std::string("this file cannot be written to (") +
                    std::strerror(errno) + ")",
                {path});
}

// Why a file that is there cannot be read.
Status ExplainUnreadable(const std::string& path, const Status& error) {
  if (::access(path.c_str(), R_OK) != 0) {
    return Status(
        Code::kIo,
        std::string("this file cannot be read (") + std::strerror(errno) + ")",
        {path});
  }
  const bool of_file =
      error.code() == Code::kIo || error.code() == Code::kNotFound;
  if (!of_file || ::access(FolderOf(path).c_str(), W_OK | X_OK) == 0) {
    return error;
  }
  return Status(Code::kIo,
                "a live warehouse (WAL mode) can only be read in a folder that "
                "can be written to; copy it, with its -wal file if there is "
                "one, to such a folder, or read a published file",
                {path});
}

// WAL and the page size can only be set outside a transaction, and the page
// size only before the first table.
Status PrepareFile(Connection* connection) {
  LEARNSQL_TRY(SetPageSize(connection));
  return connection->Execute(
      "pragma journal_mode = wal; "
      "pragma synchronous = full; pragma secure_delete = off; "
      "pragma wal_autocheckpoint = 4000; pragma temp_store = file");
}

Status SetApplicationId(Connection* connection) {
  return connection->Execute("pragma application_id = " +
                             std::to_string(kApplicationId));
}

const LsTable& FindLsTable(std::string_view name) {
  return *std::find_if(
      LsTables().begin(), LsTables().end(),
      [name](const LsTable& table) { return table.name == name; });
}

// Format 1 knew no check of severity info. SQLite cannot change a constraint,
// and a rename would ask every view of the file whether it still holds, so the
// rows wait elsewhere while the table is made anew.
Status RemakeChecks(Connection* connection) {
  LEARNSQL_TRY(connection->Execute(
      "create temp table kept_check as select * from main.ls_check"));
  LEARNSQL_TRY(connection->Execute("drop table main.ls_check"));
  LEARNSQL_TRY(connection->Execute(FindLsTable("ls_check").ddl));
  LEARNSQL_TRY(connection->Execute(R"(
insert into main.ls_check (
    run_id, name, model, severity, scope, outcome, failing_count, value,
    message, seconds, fingerprint)
select
    run_id, name, model, severity, scope, outcome, failing_count, value,
    message, seconds, fingerprint
from temp.kept_check)"));
  return connection->Execute("drop table temp.kept_check");
}

// Makes an empty file a warehouse, and one of an older format one of this.
Status BringToFormat(Connection* connection, int64_t version) {
  LEARNSQL_TRY_SET(Transaction transaction, Transaction::Begin(connection));
  if (version == 1) LEARNSQL_TRY(RemakeChecks(connection));
  for (const LsTable& table : LsTables()) {
    LEARNSQL_TRY_SET(
        const std::optional<int64_t> exists,
        connection->QueryInteger("select 1 from sqlite_schema where name = ?",
                                 std::array{Value::Text(table.name)}));
    if (!exists) LEARNSQL_TRY(connection->Execute(table.ddl));
  }
  LEARNSQL_TRY(
      connection->Execute("insert or replace into ls_meta (key, value) values "
                          "('format_version', ?)",
                          std::array{Value::Integer(kWarehouseFormat)}));
  LEARNSQL_TRY(SetApplicationId(connection));
  return transaction.Commit();
}

// The format version; 0 for a file without any table.
Result<int64_t> FormatVersion(Connection* connection) {
  LEARNSQL_TRY_SET(
      const std::optional<int64_t> tables,
      connection->QueryInteger("select count(*) from sqlite_schema"));
  if (tables.value_or(0) == 0) return 0;
  LEARNSQL_TRY_SET(const std::optional<int64_t> meta,
                   connection->QueryInteger(
                       "select 1 from sqlite_schema where name = 'ls_meta'"));
  if (!meta) return Foreign(connection->path());
  LEARNSQL_TRY_SET(
      const std::optional<int64_t> version,
      connection->QueryInteger(
          "select value from ls_meta where key = 'format_version'"));
  if (!version) return Foreign(connection->path());
  LEARNSQL_TRY_SET(const std::optional<int64_t> published,
                   connection->QueryInteger(
                       "select 1 from ls_meta where key = 'published'"));
  if (!published) return *version;
  return Status(Code::kInvalid,
                "this is a published file, which is never written to; name "
                "the warehouse it was made from",
                {connection->path()});
}

// "4711 since 2015-01-01T00:00:00Z: learnsql sync", written by the holder.
std::string ReadHolder(int fd) {
  char text[512];
  const ssize_t n = ::pread(fd, text, sizeof(text), 0);
  return n > 0 ? std::string(text, static_cast<size_t>(n)) : "another process";
}

Status WriteHolder(int fd, std::string_view command, Clock* clock,
                   const std::string& path) {
  const std::string text = "process " + std::to_string(::getpid()) + " ('" +
                           std::string(command) + "', since " +
                           FormatUtc(clock->NowSeconds()) + ")";
  if (::ftruncate(fd, 0) == 0 && ::pwrite(fd, text.data(), text.size(), 0) ==
                                     static_cast<ssize_t>(text.size())) {
    return {};
  }
  return Status(Code::kIo, std::strerror(errno), {path});
}

}  // namespace

Result<Connection> OpenWarehouse(const std::string& path, bool foreign_keys,
                                 const CancelFlag* cancel) {
  LEARNSQL_TRY(CheckWritable(path));
  LEARNSQL_TRY_SET(
      Connection connection,
      Connection::Open(
          path, {.mode = Connection::Mode::kCreate,
                 .foreign_keys = foreign_keys,
                 .cache_kib = foreign_keys ? kLoadCacheKib : kBuildCacheKib,
                 .cancel = cancel}));
  LEARNSQL_TRY_SET(const int64_t version, FormatVersion(&connection));
  if (version > kWarehouseFormat) return Newer(path, version);
  const Status prepared = PrepareFile(&connection);
  if (!prepared.ok()) return prepared.At({path});
  if (version < kWarehouseFormat) {
    const Status brought = BringToFormat(&connection, version);
    if (!brought.ok()) return brought.At({path});
  }
  return connection;
}

Result<Connection> OpenReadOnly(const std::string& path,
                                const CancelFlag* cancel) {
  if (::access(path.c_str(), F_OK) != 0) {
    return Status(Code::kNotFound,
                  "no such warehouse yet; 'learnsql sync' and then 'learnsql "
                  "build' make it",
                  {path});
  }
  Result<Connection> opened = Connection::Open(
      path, {.mode = Connection::Mode::kReadOnly, .cancel = cancel});
  if (opened.ok()) return opened;
  return ExplainUnreadable(path, opened.status());
}

Result<Connection> CreatePublishedFile(const std::string& path,
                                       const CancelFlag* cancel) {
  LEARNSQL_TRY_SET(Connection connection,
                   Connection::Open(path, {.mode = Connection::Mode::kCreate,
                                           .foreign_keys = false,
                                           .cache_kib = kBuildCacheKib,
                                           .cancel = cancel}));
  LEARNSQL_TRY(PrepareScratchFile(&connection));
  // What is attached to it later must stay open to others.
  LEARNSQL_TRY(connection.Execute("pragma locking_mode = normal"));
  LEARNSQL_TRY(SetApplicationId(&connection));
  LEARNSQL_TRY_SET(Transaction transaction, Transaction::Begin(&connection));
  for (const LsTable& table : LsTables()) {
    LEARNSQL_TRY(connection.Execute(table.ddl));
  }
  LEARNSQL_TRY(connection.Execute(
      "insert into ls_meta (key, value) values ('format_version', ?), "
      "('published', '1')",
      std::array{Value::Integer(kWarehouseFormat)}));
  LEARNSQL_TRY(transaction.Commit());
  return connection;
}

Result<int64_t> NextNumber(Connection* connection, std::string_view counter) {
  LEARNSQL_TRY(connection->Execute(
      "insert into ls_meta (key, value) values (?, '1') on conflict (key) do "
      "update set value = cast(value as integer) + 1",
      std::array{Value::Text(counter)}));
  LEARNSQL_TRY_SET(
      const std::optional<int64_t> number,
      connection->QueryInteger("select value from ls_meta where key = ?",
                               std::array{Value::Text(counter)}));
  return *number;
}

Result<uint64_t> FreeDiskBytes(const std::string& path) {
  const std::filesystem::path folder =
      std::filesystem::absolute(path).parent_path();
  std::error_code error;
  const std::filesystem::space_info space =
      std::filesystem::space(folder, error);
  if (error) return Status(Code::kIo, error.message(), {folder.string()});
  return static_cast<uint64_t>(space.available);
}

Result<WriterLock> WriterLock::Take(const std::string& warehouse,
                                    std::string_view command,
                                    int64_t wait_millis, Clock* clock,
                                    const CancelFlag* cancel) {
  const std::string path = warehouse + ".lock";
  WriterLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (lock.fd_ < 0) return Status(Code::kIo, std::strerror(errno), {path});
  while (::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return Status(Code::kIo, std::strerror(errno), {path});
    }
    if (cancel != nullptr) LEARNSQL_TRY(cancel->Check());
    if (wait_millis <= 0) {
      return Status(Code::kBusy,
                    ReadHolder(lock.fd_) +
                        " is writing to this warehouse; try again "
                        "later, or wait for it with --wait",
                    {warehouse});
    }
    const int64_t step = std::min(wait_millis, kLockPollMillis);
    clock->SleepMillis(step, cancel);
    wait_millis -= step;
  }
  LEARNSQL_TRY(WriteHolder(lock.fd_, command, clock, path));
  return lock;
}

WriterLock::WriterLock(WriterLock&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {}

WriterLock& WriterLock::operator=(WriterLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

WriterLock::~WriterLock() {
  if (fd_ >= 0) ::close(fd_);  // and with it goes the lock
}

Result<RunRecord> RunRecord::Begin(Connection* connection, Clock* clock,
                                   std::string_view kind,
                                   std::string_view arguments) {
  LEARNSQL_TRY(connection->Execute(
      "insert into ls_run (kind, arguments, learnsql_version, sqlite_version, "
      "started_at) values (?, ?, ?, ?, ?)",
      std::array{Value::Text(kind), Value::Text(arguments),
                 Value::Text(LEARNSQL_VERSION),
                 Value::Text(sqlite3_libversion()),
                 Value::Text(FormatUtc(clock->NowSeconds()))}));
  return RunRecord(connection, clock,
                   sqlite3_last_insert_rowid(connection->handle()));
}

Status RunRecord::Finish(const Status& outcome) {
  std::string_view word = "failed";
  if (outcome.ok()) word = "ok";
  if (outcome.code() == Code::kGate) word = "gate";
  if (outcome.code() == Code::kCancelled) word = "cancelled";
  const std::string message = outcome.ToString();
  return connection_->Execute(
      "update ls_run set finished_at = ?, outcome = ?, message = ? "
      "where run_id = ?",
      std::array{Value::Text(FormatUtc(clock_->NowSeconds())),
                 Value::Text(word),
                 outcome.ok() ? Value::Null() : Value::Text(message),
                 Value::Integer(run_id_)});
}

}  // namespace learnsql
