#include "engine/store/ensure_table.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace learnsql {
namespace {

constexpr std::string_view kSchemaSql =
    "select sql from sqlite_schema where type = 'table' and name = ?";
constexpr std::string_view kColumnsSql =
    "select name, lower(type), \"notnull\" from pragma_table_info(?) "
    "order by cid";

struct TableColumn {
  std::string name;
  std::string type;
  bool not_null = false;
};

const TableColumn* Find(const std::vector<TableColumn>& columns,
                        const std::string& name) {
  const auto at = std::find_if(
      columns.begin(), columns.end(),
      [&name](const TableColumn& column) { return column.name == name; });
  return at == columns.end() ? nullptr : &*at;
}

// SQLite keeps the statement as it was written, but for its first words and
// the semicolon.
bool IsMadeBy(std::string_view kept, std::string_view ddl) {
  ddl = ddl.substr(0, ddl.find_last_not_of("; \t\r\n") + 1);
  constexpr size_t kWords = std::string_view("create table").size();
  return kept.size() > kWords && ddl.size() > kWords &&
         kept.substr(kWords) == ddl.substr(kWords);
}

Result<std::vector<TableColumn>> ColumnsOf(Connection* connection,
                                           const std::string& table) {
  LEARNSQL_TRY_SET(Statement info, connection->Prepare(kColumnsSql));
  LEARNSQL_TRY(info.Bind(1, Value::Text(table)));
  std::vector<TableColumn> columns;
  while (true) {
    LEARNSQL_TRY_SET(const bool row, info.Step());
    if (!row) return columns;
    columns.push_back({std::string(info.text(0)), std::string(info.text(1)),
                       info.integer(2) != 0});
  }
}

Result<std::vector<TableColumn>> ColumnsOfStatement(const std::string& table,
                                                    const std::string& ddl) {
  LEARNSQL_TRY_SET(Connection scratch, Connection::OpenInMemory());
  LEARNSQL_TRY(scratch.Execute(ddl));
  return ColumnsOf(&scratch, table);
}

Status Differs(const std::string& table, const std::string& how) {
  return Status(Code::kInvalid,
                "the warehouse's " + table +
                    " does not fit its contract: " + how +
                    "; load into a new warehouse, or give the changed table a "
                    "new name");
}

// Brings a table that exists to its contract.
Result<bool> Extend(Connection* connection, const std::string& name,
                    const std::string& ddl) {
  LEARNSQL_TRY_SET(const std::vector<TableColumn> wanted,
                   ColumnsOfStatement(name, ddl));
  LEARNSQL_TRY_SET(const std::vector<TableColumn> existing,
                   ColumnsOf(connection, name));
  for (const TableColumn& column : existing) {
    const TableColumn* const same = Find(wanted, column.name);
    if (same == nullptr) {
      return Differs(name, "column " + column.name + " is gone");
    }
    if (same->type != column.type || same->not_null != column.not_null) {
      return Differs(name, "column " + column.name + " has another type");
    }
  }
  bool added = false;
  for (const TableColumn& column : wanted) {
    if (Find(existing, column.name) != nullptr) continue;
    if (column.not_null) {
      return Differs(name, "new column " + column.name + " is not null");
    }
    LEARNSQL_TRY(connection->Execute("alter table " + QuoteName(name) +
                                     " add column " + QuoteName(column.name) +
                                     " " + column.type));
    added = true;
  }
  return added;
}

}  // namespace

Result<bool> EnsureTable(Connection* connection, const std::string& name,
                         const std::string& ddl) {
  LEARNSQL_TRY_SET(Statement schema, connection->Prepare(kSchemaSql));
  LEARNSQL_TRY(schema.Bind(1, Value::Text(name)));
  LEARNSQL_TRY_SET(const bool exists, schema.Step());
  const bool same = exists && IsMadeBy(schema.text(0), ddl);
  schema.Reset();
  if (same) return false;
  if (exists) return Extend(connection, name, ddl);
  LEARNSQL_TRY(connection->Execute(ddl));
  return true;
}

}  // namespace learnsql
