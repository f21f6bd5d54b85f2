#include "engine/shell/some_rows.h"

#include <optional>
#include <vector>

#include "engine/base/suggest.h"
#include "engine/query/loose_tokens.h"

namespace learnsql {
namespace {

std::string SpreadRows(const std::string& table, const std::string& columns,
                       const std::string& count) {
  const std::string name = QuoteName(table);
  return "with recursive steps (i) as (select 0 union all select i + 1 from"
         " steps where i + 1 < " +
         count +
         "), ends as (select min(rowid) as"
         " low, max(rowid) as high from " +
         name + ") select " + columns + " from " + name +
         " where rowid in (select (select rowid from " + name +
         " where rowid >= low + cast((high - low) * 1.0 * i / max(" + count +
         " - 1, 1) as integer) order by rowid limit 1) from steps, ends)";
}

Result<bool> HasRowIds(Connection* connection, const std::string& table) {
  const Value values[] = {Value::Text(table)};
  LEARNSQL_TRY_SET(const std::optional<int64_t> has,
                   connection->QueryInteger(
                       "select type = 'table' and not wr from"
                       " pragma_table_list where schema = 'main' and name = ?1",
                       values));
  return has.value_or(0) != 0;
}

}  // namespace

Result<std::string> FindTable(Connection* connection, const std::string& name) {
  LEARNSQL_TRY_SET(Statement statement,
                   connection->Prepare("select name from pragma_table_list"
                                       " where schema = 'main'"));
  std::vector<std::string> names;
  while (true) {
    LEARNSQL_TRY_SET(const bool row, statement.Step());
    if (!row) break;
    names.emplace_back(statement.text(0));
    if (SameName(names.back(), name)) return names.back();
  }
  return Status(Code::kInvalid,
                "there is no table " + name + DidYouMean(name, names));
}

Result<std::string> SomeRows(Connection* connection, const std::string& table,
                             const std::string& columns, int64_t count) {
  LEARNSQL_TRY_SET(const bool row_ids, HasRowIds(connection, table));
  const std::string most = std::to_string(count);
  if (row_ids) return SpreadRows(table, columns, most);
  return "select " + columns + " from " + QuoteName(table) + " limit " + most;
}

}  // namespace learnsql
