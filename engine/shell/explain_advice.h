#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/shell/kept_result.h"
#include "engine/store/connection.h"

namespace learnsql {

// A line for each index that SQLite makes for one run of the statement `text`
// because a table of the file has none, with the statement that makes it last
// and, where the dictionary tells it, the file to write that into.
// REQUIRES: the columns of `explain query plan`. Errors: of the store.
Result<std::vector<std::string>> MissingIndexes(const KeptResult& plan,
                                                std::string_view text,
                                                Connection* connection);

}  // namespace learnsql
