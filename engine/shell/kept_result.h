#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "engine/store/connection.h"

namespace learnsql {

// The rows of one result, kept to be laid out, charted, shown again and read as
// the table `_`.
//
// Threads: one thread at a time.
// Memory:  the first 100,000 rows, at most 64 MiB, and the last 50; the rest is
//          counted.
class KeptResult {
 public:
  static constexpr size_t kMaxRows = 100'000;
  static constexpr size_t kMaxBytes = size_t{64} << 20;
  static constexpr size_t kTailRows = 50;

  // Drops what was kept. `text` is the statement.
  void Begin(std::vector<std::string> columns, std::string text);

  // Copies a row. REQUIRES: one value a column.
  void Add(std::span<const Value> values);

  const std::vector<std::string>& columns() const { return columns_; }
  const std::string& text() const { return text_; }

  // Rows that were added, and how many from the first on are kept.
  uint64_t total_rows() const { return total_rows_; }
  size_t kept_rows() const { return kept_rows_; }
  bool is_whole() const { return total_rows_ == kept_rows_; }

  // REQUIRES: row < kept_rows(). Lifetime: until Begin.
  std::span<const Value> Row(size_t row) const;

  // The row `from_end` rows before the last, which is 0.
  // REQUIRES: from_end < kTailRows, or the row is kept.
  std::span<const Value> RowFromEnd(size_t from_end) const;

 private:
  struct TailRow {
    std::vector<Value> values;
    std::vector<std::string> bytes;
  };

  Value Copy(const Value& value);
  void AddToTail(std::span<const Value> values);

  std::vector<std::string> columns_;
  std::string text_;
  std::vector<Value> cells_;
  std::deque<std::string> blocks_;  // the bytes of cells_; never reallocated
  size_t bytes_ = 0;
  std::deque<TailRow> tail_;  // once not everything is kept
  size_t kept_rows_ = 0;
  uint64_t total_rows_ = 0;
};

}  // namespace learnsql
