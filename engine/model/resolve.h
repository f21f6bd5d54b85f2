#pragma once

#include "engine/base/status.h"
#include "engine/model/project.h"

namespace learnsql {

// Holds the parts of a project against each other in a check database: every
// object stands in memory as an empty table (contracts as they are, views by
// their listed columns) and each query is prepared alone, under an authorizer
// that says what it reads. Fills in what model.h marks as from SQLite, and
// adds what is wrong to `set->findings`.
// Errors: only when SQLite itself does not work.
Status Resolve(ModelSet* set, const LoadOptions& options);

}  // namespace learnsql
