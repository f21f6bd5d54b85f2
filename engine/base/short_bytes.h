#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace learnsql {

// memcmp() == 0 (up to 16) and memcpy() (up to 32) for the bytes of names and
// logins: by two looks that may overlap, without a call. Longer ones go to the
// library.
//
// REQUIRES: `size` readable bytes; those of CopyBytes do not overlap.

inline bool SameBytes(const char* a, const char* b, size_t size) {
  const auto load = [](const char* from) {
    uint64_t bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    return bytes;
  };
  const auto load_half = [](const char* from) {
    uint32_t bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    return bytes;
  };
  if (size >= 8) {
    if (size > 16) return std::memcmp(a, b, size) == 0;
    const size_t last = size - 8;
    return ((load(a) ^ load(b)) | (load(a + last) ^ load(b + last))) == 0;
  }
  if (size >= 4) {
    const size_t last = size - 4;
    return ((load_half(a) ^ load_half(b)) |
            (load_half(a + last) ^ load_half(b + last))) == 0;
  }
  for (size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

inline void CopyBytes(char* to, const char* from, size_t size) {
  struct Half {
    uint64_t words[2];
  };
  if (size > 32) {
    std::memcpy(to, from, size);
  } else if (size >= 16) {
    Half first;
    Half last;
    std::memcpy(&first, from, sizeof first);
    std::memcpy(&last, from + size - sizeof last, sizeof last);
    std::memcpy(to, &first, sizeof first);
    std::memcpy(to + size - sizeof last, &last, sizeof last);
  } else if (size >= 8) {
    uint64_t first;
    uint64_t last;
    std::memcpy(&first, from, sizeof first);
    std::memcpy(&last, from + size - sizeof last, sizeof last);
    std::memcpy(to, &first, sizeof first);
    std::memcpy(to + size - sizeof last, &last, sizeof last);
  } else {
    for (size_t i = 0; i < size; ++i) to[i] = from[i];
  }
}

}  // namespace learnsql
