#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/store/connection.h"

namespace learnsql {

// A value kept after its row is gone.
struct SampleValue {
  Value::Kind kind = Value::Kind::kNull;
  int64_t integer = 0;
  double real = 0;
  std::string bytes;  // of text and blobs, the first kMaxBytes
  bool is_cut = false;
  std::string hidden;  // the class of personal data; then nothing else is set

  static constexpr size_t kMaxBytes = 200;

  // `pii` empty: not personal.
  static SampleValue Of(const Value& value, const std::string& pii);
};

// A column that both sides have.
struct ComparedColumn {
  std::string name;
  std::string pii;  // its class on either side; empty: none
};

// What became of one column in rows that both sides have.
struct ColumnChanges {
  struct Sample {
    std::vector<SampleValue> key;
    SampleValue before;
    SampleValue after;
  };
  std::string column;
  std::string pii;
  int64_t rows = 0;
  std::vector<Sample> samples;  // the first rows, in key order
};

struct RowDiff {
  int64_t rows_before = 0;
  int64_t rows_after = 0;
  int64_t added = 0;
  int64_t removed = 0;
  int64_t changed = 0;
  std::vector<ColumnChanges> columns;  // those that changed, most rows first
  // Keys of the first rows; whole rows where there is no key.
  std::vector<std::vector<SampleValue>> added_samples;
  std::vector<std::vector<SampleValue>> removed_samples;
};

// Compares the rows of two statements whose results are `columns`, the key
// first, ordered by the key with `collate binary`. `key_count` equal to the
// number of columns compares bags of rows, where 5 comes before 5.0 in rows
// that are else equal: a row that stands more often on one side is so often
// added or removed. Values of different types are different.
// At most `samples` of each kind are kept.
// Memory: a row of each side and the samples.
// REQUIRES: 0 < key_count <= columns.size().
Result<RowDiff> DiffRows(Statement* before, Statement* after, size_t key_count,
                         const std::vector<ComparedColumn>& columns,
                         size_t samples);

}  // namespace learnsql
