#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <vector>

#include "engine/base/status.h"

namespace learnsql {

// Remembers the records of one slice by the hashes of their key and of their
// bytes, to tell copies. Exact up to `capacity` records in memory; beyond that
// sorted runs go to a temporary file, and copies that lie in different runs are
// only known at the end.
//
// Threads: one thread at a time.
// Memory:  8 MiB at the default capacity, and half as much again while the
//          table grows to it, whatever the number of records.
class SeenRecords {
 public:
  enum class Verdict { kNew, kDuplicate, kConflict };

  // Three quarters of 2^19 slots: more would double them. An hour of the
  // archive has 0.2 to 0.3 million records.
  static constexpr size_t kDefaultCapacity = size_t{3} << 17;

  explicit SeenRecords(size_t capacity = kDefaultCapacity);

  // Adds a record. kDuplicate when one with the same key and content is
  // remembered (this one is not then), kConflict when the key came with other
  // content only. `sequence` grows from call to call and is below 2^28.
  // Errors: kIo when the temporary file cannot be written.
  Result<Verdict> Add(uint64_t key_hash, uint64_t content_hash,
                      uint32_t sequence);

  // Says that Add will be asked for this key soon.
  void Prefetch(uint64_t key_hash) const {
    __builtin_prefetch(&slots_[key_hash & (slots_.size() - 1)], 1);
  }

  struct Late {
    std::vector<uint32_t> duplicates;  // sequences to take out again
    uint64_t conflicts = 0;
  };
  // The copies that Add could not see. Once, at the end.
  Result<Late> Finish();

 private:
  struct Entry {
    uint64_t key = 0;
    uint64_t content_and_sequence = 0;  // 36 bits of hash, 28 of sequence
  };
  struct CloseFile {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };

  Status SpillRun();

  size_t capacity_;
  size_t size_ = 0;
  std::vector<Entry> slots_;  // open addressing, a power of two; key 0 is free
  std::unique_ptr<std::FILE, CloseFile> runs_;
  std::vector<size_t> run_sizes_;  // in entries, in the order of the file
};

}  // namespace learnsql
