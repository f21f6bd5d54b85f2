#pragma once

#include <span>
#include <string>

namespace learnsql {

// Two lower-case hex digits for each byte.
std::string HexDigits(std::span<const unsigned char> bytes);

}  // namespace learnsql
