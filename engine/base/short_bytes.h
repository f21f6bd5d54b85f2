#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace learnsql {

// memcmp() == 0 (up to 16) and memcpy() (up to 32) for the bytes of names and
// logins: by two looks that may overlap, without a call. Longer ones go to the
// library.
//
// REQUIRES: `size` readable bytes; those of CopyBytes do not overlap.

template <typename Word>
Word LoadWord(const char* from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

// REQUIRES: sizeof(Word) <= size <= 2 * sizeof(Word).
template <typename Word>
bool SameEnds(const char* a, const char* b, size_t size) {
  const size_t last = size - sizeof(Word);
  return LoadWord<Word>(a) == LoadWord<Word>(b) &&
         LoadWord<Word>(a + last) == LoadWord<Word>(b + last);
}

// REQUIRES: as SameEnds.
template <typename Word>
void CopyEnds(char* to, const char* from, size_t size) {
  const size_t last = size - sizeof(Word);
  const Word first_word = LoadWord<Word>(from);
  const Word last_word = LoadWord<Word>(from + last);
  std::memcpy(to, &first_word, sizeof first_word);
  std::memcpy(to + last, &last_word, sizeof last_word);
}

inline bool SameBytes(const char* a, const char* b, size_t size) {
  if (size > 16) return std::memcmp(a, b, size) == 0;
  if (size >= 8) return SameEnds<uint64_t>(a, b, size);
  if (size >= 4) return SameEnds<uint32_t>(a, b, size);
  for (size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

inline void CopyBytes(char* to, const char* from, size_t size) {
  if (size > 32) {
    std::memcpy(to, from, size);
  } else if (size >= 16) {
    CopyEnds<std::array<uint64_t, 2>>(to, from, size);
  } else if (size >= 8) {
    CopyEnds<uint64_t>(to, from, size);
  } else {
    for (size_t i = 0; i < size; ++i) to[i] = from[i];
  }
}

}  // namespace learnsql
