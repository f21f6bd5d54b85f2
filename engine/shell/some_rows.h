#pragma once

#include <cstdint>
#include <string>

#include "engine/base/status.h"
#include "engine/store/connection.h"

namespace learnsql {

// The name of a table or view of the file as the file spells it.
// Errors: kInvalid with the nearest when there is none.
Result<std::string> FindTable(Connection* connection, const std::string& name);

// A query of `columns`, SQL, of at most `count` rows of a table or view: evenly
// over its row ids where it has them, else the first.
Result<std::string> SomeRows(Connection* connection, const std::string& table,
                             const std::string& columns, int64_t count);

}  // namespace learnsql
