#include "engine/store/file_error.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <string_view>

namespace learnsql {
namespace {

// What SQLite asked of the file system when that failed; empty: unknown.
std::string_view CallOf(int rc) {
  switch (rc) {
    case SQLITE_IOERR_READ:
    case SQLITE_IOERR_SHORT_READ:
      return "read";
    case SQLITE_IOERR_WRITE:
      return "write";
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_DIR_FSYNC:
      return "sync";
    case SQLITE_IOERR_TRUNCATE:
      return "truncate";
    case SQLITE_IOERR_DELETE:
      return "delete";
    case SQLITE_IOERR_LOCK:
    case SQLITE_IOERR_RDLOCK:
    case SQLITE_IOERR_UNLOCK:
    case SQLITE_IOERR_CHECKRESERVEDLOCK:
    case SQLITE_IOERR_SHMLOCK:
      return "lock";
    case SQLITE_IOERR_SHMOPEN:
    case SQLITE_IOERR_SHMMAP:
    case SQLITE_IOERR_SHMSIZE:
      return "shared memory";
    default:
      return "";
  }
}

}  // namespace

std::string WithCause(std::string text, int rc) {
  const int system = errno;
  const int kind = rc & 0xff;
  if (kind == SQLITE_FULL) {
    return text + "; free some space there or where temporary files go";
  }
  if ((kind != SQLITE_IOERR && kind != SQLITE_CANTOPEN) || system == 0) {
    return text;
  }
  const std::string call(CallOf(rc));
  return text + " (" + call + (call.empty() ? "" : ": ") +
         std::strerror(system) + ")";
}

}  // namespace learnsql
