#pragma once

#include <string>
#include <string_view>

namespace learnsql {

// HMAC-SHA256 (RFC 2104) of a message: 64 lower-case hex digits.
std::string HmacSha256Hex(std::string_view key, std::string_view message);

}  // namespace learnsql
