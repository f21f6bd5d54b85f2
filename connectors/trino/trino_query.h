#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "connectors/queries/query_file.h"
#include "connectors/trino/trino_client.h"
#include "engine/base/status.h"

namespace learnsql {

// A file of connectors/trino/queries, or of a user's own folder.
// Errors: those of ParseQueryFile; kInvalid, with the line, for a marker that
// is not :from_time or :to_time, a query by day or month without both, a
// snapshot with one, and a statement that does not read.
Result<QueryFile> ParseTrinoQuery(const std::string& path,
                                  std::string_view text);

// The statement that asks for the rows from `from` to before `to` (seconds
// UTC): markers become question marks with timestamps, comments are left out.
// REQUIRES: the text of a file that ParseTrinoQuery took.
TrinoStatement BindTrinoQuery(std::string_view text, int64_t from, int64_t to);

}  // namespace learnsql
