#include "engine/shell/safe_mode.h"

#include <sqlite3.h>

namespace learnsql {
namespace {

struct Limit {
  int id;
  int value;
};

constexpr Limit kLimits[] = {
    {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_LENGTH, 16 << 20},     // bytes of a value or a row
    {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},  // bytes of a statement
    {SQLITE_LIMIT_EXPR_DEPTH, 200},
    {SQLITE_LIMIT_COMPOUND_SELECT, 50},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 1000},
};

// Of SQLite in this process: sorting and grouping without end must fail before
// the machine does.
constexpr sqlite3_int64 kHeapBytes = sqlite3_int64{512} << 20;

}  // namespace

Status MakeSafe(Connection* connection) {
  for (const Limit& limit : kLimits) {
    sqlite3_limit(connection->handle(), limit.id, limit.value);
  }
  sqlite3_hard_heap_limit64(kHeapBytes);
  return connection->Execute("pragma temp_store = memory");
}

}  // namespace learnsql
