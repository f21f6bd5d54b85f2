#pragma once

namespace learnsql {

// '0' to '9', whatever the locale.
inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace learnsql
