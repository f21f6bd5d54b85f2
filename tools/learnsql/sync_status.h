#pragma once

#include <string>

#include "engine/base/status.h"
#include "engine/load/sync.h"
#include "tools/learnsql/command.h"

namespace learnsql {

// How a sync of one source ended, as `sync_status` names it: success, empty
// (the source has nothing), unavailable (it does not answer), failed (too many
// rejects), error.
std::string SyncStatusOf(const Result<SyncReport>& report);

// Writes what became of `source` into the file that [learnsql] sync_status
// names, and leaves what it says of other sources as it is:
//
//   {"SOURCE": {"last_sync": local time, "status", "rows": loaded by this
//    sync, "error": text or null}, ...,
//    "last_sync", "records_synced", "sync_status": of the newest}
//
// Does nothing when the setting is empty.
// Errors: kInvalid when the file is no JSON object; kIo.
Status WriteSyncStatus(const Invocation& call, const std::string& source,
                       const Result<SyncReport>& report);

}  // namespace learnsql
