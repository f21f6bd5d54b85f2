#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/query/parameters.h"
#include "engine/store/connection.h"

namespace learnsql {

// What a person should know before trusting an answer, from the file's own
// ls_* tables.

// The times that a statement asks for: from the first to behind the last that
// it compares with. Nothing where it does not say.
struct AskedTimes {
  std::optional<std::string> from;  // "2015-01-01T00:00:00Z"
  std::optional<std::string> to;    // the first moment after
};

// Reads them off the comparisons with dates and times in the text: a hull, so
// rather too wide than too narrow.
AskedTimes FindAskedTimes(std::string_view sql,
                          std::span<const Parameter> parameters);

// One sentence for each thing wrong with `tables` or what they are made from:
// checks that fail, slices missing or with rejected records in the time asked
// for, models older than what they read. Empty for a file without ls_* tables.
// Errors: only of reading the file.
Result<std::vector<std::string>> DataWarnings(
    Connection* connection, const std::set<std::string>& tables,
    const AskedTimes& asked);

}  // namespace learnsql
