#pragma once

#include <cstdint>
#include <string>

#include "engine/base/status.h"

namespace learnsql {

class Connection;

// Rows of a raw table are numbered load_id << kLoadShift | sequence.
inline constexpr int kLoadShift = 28;

// Which loads a raw table holds rows of.
struct RawState {
  int64_t last_load = 0;  // 0: none
  int64_t load_count = 0;
  std::string loads_hash;  // of all their ids

  // "last:count:hash"; equal texts mean equal rows.
  std::string ToString() const;
  // Zeroes for a text that ToString did not write.
  static RawState Parse(const std::string& text);
};

// Reads the state by one seek per load, without a scan. Loads after `up_to` are
// left out. The empty state when there is no such table.
Result<RawState> ReadRawState(Connection* connection, const std::string& table,
                              int64_t up_to = INT64_MAX);

// The first row that a load after `load` could have.
int64_t FirstRowAfter(int64_t load);

}  // namespace learnsql
