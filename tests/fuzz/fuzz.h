#pragma once

#include <cstdlib>

namespace learnsql {

// A finding, in every kind of build.
inline void Require(bool held) {
  if (!held) std::abort();
}

}  // namespace learnsql
