#pragma once

#include <string_view>

namespace learnsql {

// The text of sql/raw/SOURCE.sql as it was when the program was built, so that
// a project without one can sync; empty for an unknown source.
std::string_view BuiltinContract(std::string_view source);

}  // namespace learnsql
