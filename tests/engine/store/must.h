#pragma once

#include <cstdlib>
#include <iostream>
#include <utility>

#include "engine/base/status.h"

namespace learnsql {

// The value of a Result that a test cannot go on without.
template <typename T>
T Must(Result<T> result) {
  if (!result.ok()) {
    std::cerr << "must have worked: " << result.status().ToString() << "\n";
    std::abort();
  }
  return std::move(result).value();
}

}  // namespace learnsql
