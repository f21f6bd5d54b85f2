#pragma once

#include "engine/query/sql_error.h"
#include "tools/learnsql/command.h"

namespace learnsql {

// Says which names the project's models make, so that an error about a missing
// table can tell what to type. Reads only file names.
KnowsModel KnowsModelOf(const Invocation& call);

}  // namespace learnsql
