#pragma once

#include <cstdint>
#include <string_view>

namespace learnsql {

// 64 bits of hash of a record: XXH3 by the widest registers of the processor.
// The same text gives the same hash within a process; nothing stores it.
//
// Threads: any thread.
uint64_t ContentHash(std::string_view text);

}  // namespace learnsql
