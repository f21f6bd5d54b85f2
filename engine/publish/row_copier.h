#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/sha256.h"
#include "engine/base/sha3.h"
#include "engine/base/status.h"
#include "engine/store/connection.h"

namespace learnsql {

// A hash of rows that depends on their values, types and order alone: of the
// columns' names, then each value behind its type and its length.
//
// Threads: one thread at a time.
class ContentHash {
 public:
  void AddNames(std::span<const std::string> names);
  void AddRow(std::span<const Value> values);
  std::string FinishHex() { return hash_.FinishHex(); }

 private:
  Sha256 hash_;
  std::string row_;  // kept for its memory
};

// What sqlite3's sha3_query gives for `sql` over the rows added.
//
// Threads: one thread at a time.
class QueryHash {
 public:
  explicit QueryHash(std::string_view sql);
  void AddRow(std::span<const Value> values);
  std::string FinishHex() { return hash_.FinishHex(); }

 private:
  Sha3 hash_;
  std::string row_;
};

// Changes values of a row on its way, in place. What it makes must live until
// its next call.
using RowChange = std::function<Status(std::span<Value>)>;

// Sees each row as it was written.
using RowSeen = std::function<void(std::span<const Value>)>;

// Writes the rows of `from` by `into`, an insert with a parameter for each
// column of `from`. Returns how many.
Result<int64_t> CopyRows(Statement* from, Statement* into,
                         const RowChange& change, const RowSeen& seen);

// What stands behind "from TABLE" so that its rows come as they lie, that is in
// the order of their row ids or of their key. "NOT INDEXED" does not do it for
// a table without row ids: SQLite 3.40 reads an index there that has all
// columns.
Result<std::string> AsTheyLie(Connection* file, const std::string& table);

}  // namespace learnsql
