#pragma once

#include <cstddef>
#include <string_view>

namespace learnsql {

// Why a record was refused: the codes that records of every format share. Each
// reader adds its own; README.md says more of each.
inline constexpr std::string_view kBadUtf8 = "bad_utf8";
inline constexpr std::string_view kTooLong = "too_long";
inline constexpr std::string_view kNulInRecord = "nul_in_record";

// What is kept of a refused record's bytes.
inline constexpr size_t kKeptOfReject = 4096;

}  // namespace learnsql
