#pragma once

#include <string_view>

namespace learnsql {

// How a function is called, "(text, start, ?length?)", for the completion
// list: of SQLite's own functions and of learnsql's. Empty for a name that
// neither has.
//
// Threads:  any thread.
// Lifetime: the whole process.
std::string_view FunctionForm(std::string_view name);

}  // namespace learnsql
