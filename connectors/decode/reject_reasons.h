#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace learnsql {

// Why a record was refused: the codes that records of every format share. Each
// reader adds its own; README.md says more of each.
inline constexpr std::string_view kBadUtf8 = "bad_utf8";
inline constexpr std::string_view kTooLong = "too_long";
inline constexpr std::string_view kNulInRecord = "nul_in_record";

// What is kept of a refused record's bytes.
inline constexpr size_t kKeptOfReject = 4096;

// "byte 12: a NUL byte inside the record". Units: bytes from the record's
// begin.
inline std::string AtByte(size_t byte, std::string_view what) {
  return "byte " + std::to_string(byte) + ": " + std::string(what);
}

}  // namespace learnsql
