#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/queries/query_file.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/settings.h"

namespace learnsql {

// The program's own queries and those of the setting `queries`, a folder, which
// win over them; by name.
// Errors: kInvalid for what a file has wrong or a folder that is not there.
using ParseQuery = Result<QueryFile> (*)(const std::string& path,
                                         std::string_view text);
Result<std::vector<QueryFile>> ReadQueries(
    const Invocation& call, const std::string& section,
    std::span<const BuiltinQuery> builtin, std::string_view extension,
    ParseQuery parse);

// Those that the setting `tables` names, or all that `wanted` wants.
// Errors: kInvalid for a name that there is not, with the nearest, and when
// there is none at all.
Result<std::vector<QueryFile>> ChooseQueries(
    const Invocation& call, const std::string& section,
    std::vector<QueryFile> files,
    const std::function<bool(const QueryFile&)>& wanted);

}  // namespace learnsql
