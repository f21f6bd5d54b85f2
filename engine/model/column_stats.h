#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/model.h"

namespace learnsql {

class Connection;
class Statement;

// What the dictionary says of a column's values.
struct ColumnStats {
  std::optional<double> null_share;          // 0 to 1
  std::optional<int64_t> distinct_estimate;  // without NULL
  std::optional<std::string> example;        // never of personal data
};

// Counts rows as they are seen.
//
// Memory: 8 bytes a value seen, of at most kSampleRows rows.
class ColumnCounter {
 public:
  // `columns` are those of the rows, in their order.
  explicit ColumnCounter(const std::vector<Column>& columns);

  // Adds the current row of `rows`. REQUIRES: as many columns.
  void AddRow(const Statement& rows);

  // What the rows seen say of a table of `row_count` rows: exact when they are
  // all of it, else estimated as PostgreSQL does (Haas and Stokes).
  std::vector<ColumnStats> Take(int64_t row_count) const;

 private:
  struct PerColumn {
    bool personal = false;
    int64_t nulls = 0;
    std::vector<uint64_t> hashes;  // of the values that are not NULL
    std::optional<std::string> example;
  };

  std::vector<PerColumn> columns_;
  int64_t rows_ = 0;
};

// At most so many rows of a table are looked at.
inline constexpr int64_t kSampleRows = 10'000;

// Measures the columns of a stored model's table: all rows up to kSampleRows;
// of a longer table short runs of rows, evenly among them by its row ids or by
// an integer that its key begins with (beyond half a million rows evenly by
// value, those below 0 and the others apart); else its first and last rows.
// Errors: of the store.
Result<std::vector<ColumnStats>> MeasureColumns(Connection* connection,
                                                const Model& model,
                                                int64_t row_count);

}  // namespace learnsql
