#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/query/guard.h"
#include "engine/store/connection.h"

namespace learnsql {

// Texts that a column holds and that begin with a prefix, the likeliest first.
using ColumnValues = std::function<std::vector<std::string>(
    const std::string& table, const std::string& column,
    std::string_view prefix)>;

// Whether values of a column may be shown to whoever looks around: in a file
// with a dictionary it must stand there without a class of personal data.
Result<bool> MayShowValues(Connection* connection, const std::string& table,
                           const std::string& column);

// Reads them for completion: what is commonest among the first and last rows of
// the table, and what an index finds. A person waits, so it takes 12 ms at
// most, whatever the table's size, and offers what came by then.
//
// Never personal data: in a file with a dictionary only the values of columns
// that stand in it without a class of personal data, and not of those with so
// many that no list of them helps.
// What cannot be read is missing: completion never fails.
std::vector<std::string> ReadColumnValues(Connection* connection, Guard* guard,
                                          const std::string& table,
                                          const std::string& column,
                                          std::string_view prefix);

}  // namespace learnsql
