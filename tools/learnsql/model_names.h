#pragma once

#include <string>
#include <vector>

#include "engine/query/sql_error.h"
#include "tools/learnsql/command.h"

namespace learnsql {

// The names that the project's models and views make, built or not, from the
// names of their files.
std::vector<std::string> ModelNames(const Invocation& call);

// Whether a name is one of them, so that an error about a missing table can
// tell what to type. Looks at the folders when it is asked.
KnowsModel KnowsModelOf(const Invocation& call);

}  // namespace learnsql
