#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <initializer_list>
#include <string_view>

namespace learnsql {

// A fixed list of names, to look up the keys of records: twenty for each of
// millions.
//
// Threads:  any thread.
// Lifetime: borrows the names.
class NameTable {
 public:
  // REQUIRES: at most half as many names as there are slots, each once.
  constexpr NameTable(std::initializer_list<std::string_view> names) {
    assert(names.size() <= kSlots / 2);
    int index = 0;
    for (const std::string_view name : names) {
      size_t at = SlotOf(name);
      while (slots_[at].index >= 0) at = (at + 1) % kSlots;
      slots_[at] = {name, index++};
    }
  }

  // Where the name stands in the list; -1 when it does not.
  constexpr int Find(std::string_view name) const {
    for (size_t at = SlotOf(name); slots_[at].index >= 0;
         at = (at + 1) % kSlots) {
      if (slots_[at].name == name) return slots_[at].index;
    }
    return -1;
  }

 private:
  static constexpr size_t kSlots = 256;

  struct Slot {
    std::string_view name;
    int index = -1;
  };

  // Its length and three of its characters tell names apart well enough.
  static constexpr size_t SlotOf(std::string_view name) {
    if (name.empty()) return 0;
    const auto at = [name](size_t i) {
      return static_cast<size_t>(static_cast<unsigned char>(name[i]));
    };
    return (name.size() * 31 + at(0) * 7 + at(name.size() / 2) * 17 +
            at(name.size() - 1) * 67) %
           kSlots;
  }

  std::array<Slot, kSlots> slots_ = {};
};

}  // namespace learnsql
