#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/status.h"

namespace learnsql {

class Connection;

// Rows of a raw table are numbered load_id << kLoadShift | sequence.
inline constexpr int kLoadShift = 28;

// Which loads a raw table holds rows of.
struct RawState {
  int64_t last_load = 0;  // 0: none
  int64_t load_count = 0;
  std::string loads_hash;  // of all their ids, in their order

  // "last:count:hash"; equal texts mean equal rows.
  std::string ToString() const;
  // Zeroes for a text that ToString did not write.
  static RawState Parse(const std::string& text);
};

// Reads the loads after `after` that the table has rows of, in their order, by
// one seek per load, without a scan. None when there is no such table.
Result<std::vector<int64_t>> ReadLoads(Connection* connection,
                                       const std::string& table,
                                       int64_t after = -1);
// The state of `before` and of these loads behind it; those after `up_to` are
// left out.
RawState StateOfLoads(const std::vector<int64_t>& loads,
                      int64_t up_to = INT64_MAX, RawState before = {});

// The last load of the text that a build keeps of the ledger
// (ls_meta.built_ledger), "count:last:sum:removed". 0: none.
int64_t LastLoadOf(const std::string& ledger);

// The first row that a load after `load` could have.
int64_t FirstRowAfter(int64_t load);

}  // namespace learnsql
