#pragma once

#include <span>
#include <string_view>

namespace learnsql {

// The keywords that people write in queries, in lower case, by name. What
// SQLite takes as a name as often as not (key apart, which says `primary key`)
// is left out.
std::span<const std::string_view> SqlKeywords();

// ASCII case does not matter.
bool IsSqlKeyword(std::string_view word);

}  // namespace learnsql
