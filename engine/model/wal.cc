#include "engine/model/wal.h"

#include <sqlite3.h>
#include <unistd.h>

#include <cctype>
#include <filesystem>
#include <fstream>

#include "engine/store/connection.h"

namespace learnsql {
namespace {

namespace fs = std::filesystem;

std::string NameOf(const fs::path& process) {
  std::ifstream in(process / "comm");
  std::string name;
  std::getline(in, name);
  return "process " + process.filename().string() +
         (name.empty() ? "" : " (" + name + ")");
}

bool HasOpen(const fs::path& process, const fs::path& file) {
  std::error_code error;
  for (fs::directory_iterator fd(process / "fd", error), end;
       !error && fd != end; fd.increment(error)) {
    std::error_code unreadable;
    if (fs::read_symlink(fd->path(), unreadable) == file) return true;
  }
  return false;  // also for a process of somebody else
}

// Other processes that have the index of the log open.
std::vector<std::string> Readers(const std::string& path) {
  std::error_code error;
  const fs::path index = fs::canonical(path + "-shm", error);
  std::vector<std::string> readers;
  const std::string self = std::to_string(::getpid());
  for (fs::directory_iterator entry("/proc", error), end;
       !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name == self || !std::isdigit(static_cast<unsigned char>(name[0]))) {
      continue;
    }
    if (HasOpen(entry->path(), index)) readers.push_back(NameOf(entry->path()));
  }
  return readers;
}

}  // namespace

Result<WalOutcome> TruncateWal(Connection* connection) {
  LEARNSQL_TRY_SET(
      const std::optional<int64_t> timeout,
      connection->QueryInteger("select timeout from pragma_busy_timeout"));
  sqlite3_busy_timeout(connection->handle(), 0);
  const int rc =
      sqlite3_wal_checkpoint_v2(connection->handle(), nullptr,
                                SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(connection->handle(),
                       static_cast<int>(timeout.value_or(0)));
  const int primary = rc & 0xff;
  if (rc != SQLITE_OK && primary != SQLITE_BUSY && primary != SQLITE_LOCKED) {
    return connection->Error(rc);
  }
  WalOutcome outcome;
  outcome.truncated = rc == SQLITE_OK;
  std::error_code missing;
  const uintmax_t size = fs::file_size(connection->path() + "-wal", missing);
  outcome.bytes = missing ? 0 : static_cast<uint64_t>(size);
  if (!outcome.truncated) outcome.readers = Readers(connection->path());
  return outcome;
}

}  // namespace learnsql
