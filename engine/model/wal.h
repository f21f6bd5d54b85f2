#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/status.h"

namespace learnsql {

class Connection;

// What became of the write-ahead log.
struct WalOutcome {
  bool truncated = false;
  uint64_t bytes = 0;  // that it has now
  // Who else has the file open, "process 4711 (sqlite3)"; empty when truncated,
  // or where the system does not tell.
  std::vector<std::string> readers;
};

// Moves all of the write-ahead log into the file and cuts it to nothing, unless
// somebody reads an older state from it. Does not wait.
// REQUIRES: no transaction is open.
Result<WalOutcome> TruncateWal(Connection* connection);

}  // namespace learnsql
