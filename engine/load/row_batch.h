#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/load/row_sink.h"
#include "engine/store/connection.h"

namespace learnsql {

// Rows that wait for their insert, copied and packed: what one thread packs and
// another unpacks crosses from core to core, and Values are five times as wide.
//
// Threads: one thread at a time; moves freely.
// Memory:  kBytes, or one row that is longer.
class RowBatch {
 public:
  static constexpr size_t kBytes = 32 << 10;

  // Whether a row has room; an empty batch takes any.
  bool Fits(std::span<const Value> values) const;

  // Copies a row behind its row_id and source_offset. REQUIRES: Fits(values).
  void Add(int64_t row_id, const RecordPlace& place,
           std::span<const Value> values);

  bool empty() const { return size_ == 0; }
  void Clear();

  // Unpacks rows in the order in which they came.
  //
  // Lifetime: borrows the batch, as do the values it gives.
  class Reader {
   public:
    explicit Reader(const RowBatch& batch);

    // Sets `*values` to those of the next `rows` rows, or as many as there
    // are, one behind the other; empty at the end.
    void Next(size_t rows, std::vector<Value>* values);

   private:
    const char* at_;
    const char* end_;
  };

 private:
  std::unique_ptr<char[]> bytes_;  // made when first needed
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace learnsql
