#pragma once

#include <cstdlib>

namespace learnsql {

// For calls of OpenSSL's digests, which fail only when memory is gone; then so
// is the process.
inline void MustSucceed(int ok) {
  if (ok != 1) std::abort();
}

}  // namespace learnsql
