#pragma once

#include <string_view>

namespace learnsql {

// The text of sql/raw/NAME.sql as it was when the program was built, so that
// a project without one can sync; empty for an unknown name.
std::string_view BuiltinContract(std::string_view name);

}  // namespace learnsql
