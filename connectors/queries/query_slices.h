#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/queries/query_file.h"
#include "engine/base/sha256.h"
#include "engine/base/status.h"
#include "engine/load/source.h"

namespace learnsql {

class Clock;

struct QuerySlicesOptions {
  std::optional<int64_t> start;        // where days and months begin; UTC
  int64_t settle_days = 3;             // rows may come so late
  int64_t refresh_seconds = 6 * 3600;  // what may change is asked for again
  Clock* clock = nullptr;              // borrowed
};

// The slices of a set of queries: one a day of asking for a snapshot, one for
// each day or month of the others, named "OBJECT/2026-01-31". What a system
// keeps for some days only is asked for while it is there; a slice that has
// left that window is gone, and its rows stay.
//
// Threads: one thread at a time.
class QuerySlices {
 public:
  QuerySlices(std::vector<QueryFile> files, QuerySlicesOptions options)
      : files_(std::move(files)), options_(options) {}

  // Errors: kUsage when nobody says where to begin.
  Result<std::vector<Slice>> Slices(std::string_view source,
                                    const Window& window) const;
  bool IsDue(const SliceRecord& known) const;

  // The slice is older than what the system keeps (a day of margin, since it
  // drops rows while we ask).
  bool IsGone(const Slice& slice) const;

  // How far a sync goes back to see what has changed or gone.
  int64_t recheck_seconds() const;

  // Null for an object that has no query.
  const QueryFile* Find(std::string_view object) const;
  const std::vector<QueryFile>& files() const { return files_; }

 private:
  void Add(const QueryFile& file, int64_t from, int64_t to,
           std::vector<Slice>* slices) const;

  std::vector<QueryFile> files_;
  QuerySlicesOptions options_;
};

// A hash of rows in any order: a system that does not promise one gives the
// same rows in another, and they are the same content.
class RowsHash {
 public:
  void Add(std::string_view row);
  // 64 hex digits, of `columns` and of all rows.
  std::string Hex(std::string_view columns) const;

 private:
  std::array<uint64_t, 4> sums_ = {};
  uint64_t rows_ = 0;
};

}  // namespace learnsql
