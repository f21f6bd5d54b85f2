#include "engine/store/bulk_insert.h"

#include <cassert>

namespace learnsql {
namespace {

std::string InsertSql(std::string_view table,
                      std::span<const std::string> columns, size_t rows) {
  std::string sql = "insert into " + QuoteName(table) + " (";
  std::string row = "(";
  for (size_t i = 0; i < columns.size(); ++i) {
    sql += (i > 0 ? ", " : "") + QuoteName(columns[i]);
    row += i > 0 ? ", ?" : "?";
  }
  sql += ") values ";
  for (size_t i = 0; i < rows; ++i) sql += (i > 0 ? ", " : "") + row + ")";
  return sql;
}

}  // namespace

Result<BulkInsert> BulkInsert::Prepare(Connection* connection,
                                       std::string_view table,
                                       std::span<const std::string> columns,
                                       size_t rows_at_once) {
  assert(!columns.empty() && rows_at_once > 0);
  LEARNSQL_TRY_SET(Statement one,
                   connection->Prepare(InsertSql(table, columns, 1)));
  LEARNSQL_TRY_SET(Statement many, connection->Prepare(InsertSql(
                                       table, columns, rows_at_once)));
  const size_t width = columns.size();
  return BulkInsert(
      {std::move(one), std::vector<bool>(width, true)},
      {std::move(many), std::vector<bool>(width * rows_at_once, true)}, width,
      rows_at_once);
}

BulkInsert::BulkInsert(Prepared one, Prepared many, size_t width,
                       size_t rows_at_once)
    : one_(std::move(one)),
      many_(std::move(many)),
      width_(width),
      rows_at_once_(rows_at_once) {}

Status BulkInsert::Insert(std::span<const Value> values) {
  assert(values.size() % width_ == 0);
  const size_t together = width_ * rows_at_once_;
  for (; values.size() >= together; values = values.subspan(together)) {
    LEARNSQL_TRY(Run(values.first(together), &many_));
  }
  for (; !values.empty(); values = values.subspan(width_)) {
    LEARNSQL_TRY(Run(values.first(width_), &one_));
  }
  return {};
}

Status BulkInsert::Run(std::span<const Value> values, Prepared* prepared) {
  for (size_t i = 0; i < values.size(); ++i) {
    const bool null = values[i].is_null();
    if (null && prepared->null[i]) continue;
    LEARNSQL_TRY(prepared->statement.Bind(static_cast<int>(i) + 1, values[i]));
    prepared->null[i] = null;
  }
  return prepared->statement.Run();
}

}  // namespace learnsql
