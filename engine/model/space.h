#pragma once

#include "engine/base/status.h"
#include "engine/model/schedule.h"

namespace learnsql {

class Connection;

// Checks that the disk can take what a build is about to write: twice what the
// stale models take now, once in the file and once in its log; for models never
// built, as much as the raw side has. Tables in memory have no disk.
// Errors: kIo that says how much is missing.
Status CheckSpace(Connection* connection, const Schedule& schedule);

// The bytes of all pages in use, from which a model's size is the difference.
Result<int64_t> UsedBytes(Connection* connection);

}  // namespace learnsql
