#pragma once

#include <span>
#include <string>

#include "engine/shell/kept_result.h"

namespace learnsql {

// The rows of `explain query plan` as a tree, a step a line, scans of a whole
// table or index marked. REQUIRES: the columns of that statement.
std::string ExplainTree(const KeptResult& plan, bool color);

}  // namespace learnsql
