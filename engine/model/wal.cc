#include "engine/model/wal.h"

#include <unistd.h>

#include <cctype>
#include <filesystem>
#include <fstream>

#include "engine/store/connection.h"
#include "engine/store/hooks.h"

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
  WalOutcome outcome;
  LEARNSQL_TRY_SET(outcome.truncated, TruncateLog(connection));
  std::error_code missing;
  const uintmax_t size = fs::file_size(connection->path() + "-wal", missing);
  outcome.bytes = missing ? 0 : static_cast<uint64_t>(size);
  if (!outcome.truncated) outcome.readers = Readers(connection->path());
  return outcome;
}

}  // namespace learnsql
