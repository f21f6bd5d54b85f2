#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "engine/store/connection.h"

namespace learnsql {

class CancelFlag;
class Clock;

// The one SQLite file: its format version, its ls_* tables, WAL mode.
// Everything that writes opens it here; readers may open it with any SQLite.

// The format version of the files that this learnsql writes; it reads all up to
// it.
inline constexpr int kWarehouseFormat = 2;

// Opens a warehouse to write, making it when it does not exist. `foreign_keys`
// is off only for a build.
// Errors: kInvalid when the file is a database that learnsql did not make, or
// was written by a newer version; kCorrupt, kIo, kBusy; kNotFound when there
// is no such folder. A file that is refused is left as it is.
Result<Connection> OpenWarehouse(const std::string& path, bool foreign_keys,
                                 const CancelFlag* cancel);

// Opens any SQLite file to read.
// Errors: kNotFound with what to type when there is no such file; kIo, where it
// lies in WAL mode in a folder that cannot be written to, with what to do.
Result<Connection> OpenReadOnly(const std::string& path,
                                const CancelFlag* cancel);

// Makes a new file to be published, where no file or an empty one is, with the
// ls_* tables and next to nothing in them. Without a journal: after an error
// the file is worth nothing. OpenWarehouse refuses a file so made.
Result<Connection> CreatePublishedFile(const std::string& path,
                                       const CancelFlag* cancel);

// The next number of a counter in ls_meta that never goes back. Call it inside
// the transaction that uses the number, or in one of its own to burn it.
Result<int64_t> NextNumber(Connection* connection, std::string_view counter);

// What is left on the disk that holds `path`, a file or one to be made.
Result<uint64_t> FreeDiskBytes(const std::string& path);

// The right to write to a warehouse, one process at a time, held as an advisory
// lock on FILE.lock: a second writer learns who holds it and since when.
//
// Threads: one thread at a time; moves freely.
class WriterLock {
 public:
  // Waits up to `wait_millis` (0: not at all).
  // Errors: kBusy, "PID 4711 runs 'learnsql sync' since TIME"; kCancelled; kIo.
  static Result<WriterLock> Take(const std::string& warehouse,
                                 std::string_view command, int64_t wait_millis,
                                 Clock* clock, const CancelFlag* cancel);
  WriterLock(WriterLock&& other) noexcept;
  WriterLock& operator=(WriterLock&& other) noexcept;
  ~WriterLock();

 private:
  explicit WriterLock(int fd) : fd_(fd) {}

  int fd_;
};

// The ls_run row of one command that writes. Begin and Finish each commit a
// transaction of their own, so that a killed command leaves `running` behind.
//
// Lifetime: borrows the connection and the clock.
class RunRecord {
 public:
  // `arguments` must hold no secrets.
  static Result<RunRecord> Begin(Connection* connection, Clock* clock,
                                 std::string_view kind,
                                 std::string_view arguments);
  int64_t run_id() const { return run_id_; }

  // Writes how it ended: ok, or what `outcome` says.
  Status Finish(const Status& outcome);

 private:
  RunRecord(Connection* connection, Clock* clock, int64_t run_id)
      : connection_(connection), clock_(clock), run_id_(run_id) {}

  Connection* connection_;
  Clock* clock_;
  int64_t run_id_;
};

}  // namespace learnsql
