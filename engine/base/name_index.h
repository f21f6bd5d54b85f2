#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "engine/base/short_bytes.h"

namespace learnsql {

// A fixed set of names, made at compile time, that tells each name's place in
// the list it was made of. Looking up costs a glance at three characters and
// one comparison.
//
// Threads:  any.
// Lifetime: borrows the characters of the names.
template <size_t kNames>
class NameIndex {
 public:
  // REQUIRES: no name twice, none empty.
  constexpr explicit NameIndex(
      const std::array<std::string_view, kNames>& names)
      : names_(names) {
    for (size_t i = 0; i < kNames; ++i) {
      size_t at = SlotOf(names[i]);
      while (slots_[at] != 0) at = (at + 1) % kSlots;
      slots_[at] = static_cast<uint8_t>(i + 1);
    }
  }

  // -1 when there is no such name.
  constexpr int Find(std::string_view name) const {
    if (name.empty()) return -1;
    for (size_t at = SlotOf(name); slots_[at] != 0; at = (at + 1) % kSlots) {
      const int found = slots_[at] - 1;
      if (Same(names_[static_cast<size_t>(found)], name)) return found;
    }
    return -1;
  }
  constexpr bool Contains(std::string_view name) const {
    return Find(name) >= 0;
  }

 private:
  static_assert(kNames < 128);
  static constexpr size_t kSlots = 512;  // a quarter full at most

  static constexpr bool Same(std::string_view a, std::string_view b) {
    if (std::is_constant_evaluated()) return a == b;
    return a.size() == b.size() && SameBytes(a.data(), b.data(), a.size());
  }

  static constexpr size_t SlotOf(std::string_view name) {
    size_t hash = name.size();
    hash = hash * 37 + static_cast<unsigned char>(name.front());
    hash = hash * 37 + static_cast<unsigned char>(name[name.size() / 2]);
    hash = hash * 37 + static_cast<unsigned char>(name.back());
    return (hash ^ (hash >> 9)) % kSlots;
  }

  std::array<std::string_view, kNames> names_;
  std::array<uint8_t, kSlots> slots_ = {};
};

template <size_t kNames>
NameIndex(const std::array<std::string_view, kNames>&) -> NameIndex<kNames>;

}  // namespace learnsql
