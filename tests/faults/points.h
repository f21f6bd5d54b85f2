#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace learnsql {

// Whether LEARNSQL_FAULTS=all asks for the long way.
inline bool WantsAll() {
  const char* const wish = std::getenv("LEARNSQL_FAULTS");
  return wish != nullptr && std::string_view(wish) == "all";
}

// The calls at which a test lets something go wrong: all of them, or about
// `most`, spread evenly and beginning with `phase`, so that tests of different
// phase meet different calls.
inline std::vector<uint64_t> Points(uint64_t calls, uint64_t most,
                                    uint64_t phase, bool all = WantsAll()) {
  const uint64_t stride =
      all ? 1 : std::max<uint64_t>((calls + most - 1) / most, 1);
  std::vector<uint64_t> points;
  for (uint64_t n = 1 + phase % stride; n <= calls; n += stride) {
    points.push_back(n);
  }
  return points;
}

}  // namespace learnsql
