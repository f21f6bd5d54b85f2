#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace learnsql {

// The calls at which a test lets something go wrong: all of them with
// LEARNSQL_FAULTS=all, else about `most` of them, spread evenly and beginning
// with `phase`, so that tests of different phase meet different calls.
inline std::vector<uint64_t> Points(uint64_t calls, uint64_t most,
                                    uint64_t phase) {
  const char* const wish = std::getenv("LEARNSQL_FAULTS");
  const bool all = wish != nullptr && std::string_view(wish) == "all";
  const uint64_t stride =
      all ? 1 : std::max<uint64_t>((calls + most - 1) / most, 1);
  std::vector<uint64_t> points;
  for (uint64_t n = 1 + phase % stride; n <= calls; n += stride) {
    points.push_back(n);
  }
  return points;
}

}  // namespace learnsql
