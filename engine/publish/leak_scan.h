#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/base/status.h"

namespace learnsql {

class CancelFlag;

// A value that was found where it must not be.
struct Leak {
  size_t value = 0;      // by the order in which they were added
  uint64_t at_byte = 0;  // of the file
};

// Looks for many values in the bytes of a file, whatever lies around them.
//
// Threads: one thread at a time.
// Memory:  the values, each some 100 bytes more, and 1 MiB.
class LeakScanner {
 public:
  // Of a longer value its beginning is looked for.
  static constexpr size_t kMaxBytes = 256;
  // How many bytes of a value are told from others at once.
  static constexpr size_t kPrefixBytes = 4;

  // REQUIRES: at least kPrefixBytes long.
  void Add(std::string_view value);
  size_t count() const { return values_.size(); }
  std::string_view value(size_t index) const { return values_[index]; }
  void Clear();

  // The first of the values that stands in the file.
  Result<std::optional<Leak>> Scan(const std::string& path,
                                   const CancelFlag* cancel) const;

 private:
  std::optional<Leak> ScanBlock(std::string_view block, size_t starts) const;

  std::vector<std::string> values_;
  std::unordered_map<uint32_t, std::vector<uint32_t>> by_prefix_;
  // A bit by hashed prefix. Words, as vector<bool> costs a dozen calls a byte
  // where nothing is inlined.
  std::vector<uint64_t> seen_ = std::vector<uint64_t>((1u << 24) / 64);
};

}  // namespace learnsql
