#pragma once

#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/load/sync.h"
#include "engine/store/connection.h"
#include "tools/learnsql/command.h"

namespace learnsql {

// The pieces of `learnsql sync`, for `refresh` too.

// What became of one source.
struct SourceOutcome {
  std::string name;
  std::string state;  // success, empty, unavailable, failed, error
  SyncReport report;  // empty where the sync could not begin
  // OK, or the code for the exit; its message is empty when what went wrong
  // was printed already.
  Status status;
  std::string error;  // the first; empty: none
};

// Whether the source can be opened and says what is due: what is wrong with a
// name or a setting is said before anything is made.
Status CheckSource(const Invocation& call, const std::string& name,
                   const Window& window);

// Syncs one source, prints its errors and its summary, and notes it in the
// file of [learnsql] sync_status. With --dry-run it lists what is due.
// REQUIRES: as Sync.
SourceOutcome SyncSource(const Invocation& call, const std::string& name,
                         const Window& window, Connection* connection);

}  // namespace learnsql
