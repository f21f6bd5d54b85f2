#include "engine/publish/leak_scan.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <fstream>

#include "engine/base/cancel.h"

namespace learnsql {
namespace {

constexpr size_t kScannedBytes = 1 << 20;

uint32_t PrefixOf(const char* bytes) {
  uint32_t prefix;
  std::memcpy(&prefix, bytes, sizeof(prefix));
  return prefix;
}

// The top 24 bits of a multiplicative hash.
uint32_t Slot(uint32_t prefix) { return (prefix * 2654435761u) >> 8; }

}  // namespace

void LeakScanner::Add(std::string_view value) {
  assert(value.size() >= kPrefixBytes);
  const uint32_t prefix = PrefixOf(value.data());
  seen_[Slot(prefix) / 64] |= uint64_t{1} << Slot(prefix) % 64;
  by_prefix_[prefix].push_back(static_cast<uint32_t>(values_.size()));
  values_.emplace_back(value.substr(0, kMaxBytes));
}

void LeakScanner::Clear() {
  values_.clear();
  by_prefix_.clear();
  seen_.assign(seen_.size(), 0);
}

// Looks at the values that begin in the first `starts` bytes.
std::optional<Leak> LeakScanner::ScanBlock(std::string_view block,
                                           size_t starts) const {
  const uint64_t* const seen = seen_.data();
  const char* const bytes = block.data();
  const size_t end = std::min(starts + kPrefixBytes - 1, block.size());
  for (size_t at = 0; at + kPrefixBytes <= end; ++at) {
    const uint32_t prefix = PrefixOf(bytes + at);
    const uint32_t slot = Slot(prefix);
    if ((seen[slot / 64] >> slot % 64 & 1) == 0) continue;
    const auto found = by_prefix_.find(prefix);
    if (found == by_prefix_.end()) continue;
    for (const uint32_t index : found->second) {
      if (block.substr(at).starts_with(values_[index])) return Leak{index, at};
    }
  }
  return std::nullopt;
}

Result<std::optional<Leak>> LeakScanner::Scan(const std::string& path,
                                              const CancelFlag* cancel) const {
  std::ifstream file(path, std::ios::binary);
  std::string block;
  uint64_t base = 0;
  while (true) {
    if (cancel != nullptr) LEARNSQL_TRY(cancel->Check());
    const size_t kept = block.size();
    block.resize(kept + kScannedBytes);
    file.read(block.data() + kept, kScannedBytes);
    if (file.bad() || !file.is_open()) {
      return Status(Code::kIo, "cannot be read", {path});
    }
    block.resize(kept + static_cast<size_t>(file.gcount()));
    const bool last = file.eof();
    // A value that begins near the end is looked for with the next block.
    const size_t starts =
        last ? block.size()
             : block.size() - std::min(block.size(), kMaxBytes - 1);
    std::optional<Leak> leak = ScanBlock(block, starts);
    if (leak) {
      leak->at_byte += base;
      return leak;
    }
    if (last) return std::optional<Leak>();
    block.erase(0, starts);
    base += starts;
  }
}

}  // namespace learnsql
