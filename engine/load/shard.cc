#include "engine/load/shard.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <optional>
#include <utility>

#include "engine/store/row_file.h"

namespace learnsql {
namespace {

constexpr std::string_view kMark = ".shard-";

void RemoveFile(const std::string& path) {
  std::error_code ignored;  // a file that stays is removed by the next sync
  std::filesystem::remove(path, ignored);
}

Result<std::string> StatementOf(Connection* warehouse,
                                const std::string& table) {
  LEARNSQL_TRY_SET(
      std::optional<std::string> sql,
      warehouse->QueryText("select sql from sqlite_schema where type = "
                           "'table' and name = ?",
                           std::array{Value::Text(table)}));
  if (sql) return *std::move(sql);
  return Status(Code::kNotFound, "the warehouse has no table " + table,
                {warehouse->path()});
}

bool IsWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Where what begins at `at` ends: a string, a quoted name, a comment, a word,
// or one character.
size_t EndOfToken(std::string_view sql, size_t at) {
  const auto behind = [&](std::string_view end, size_t from) {
    const size_t found = sql.find(end, from);
    return found == sql.npos ? sql.size() : found + end.size();
  };
  const char c = sql[at];
  if (sql.substr(at, 2) == "--") return behind("\n", at);
  if (sql.substr(at, 2) == "/*") return behind("*/", at + 2);
  if (c == '[') return behind("]", at);
  // A doubled quote is two strings side by side here, which is as good.
  if (c == '\'' || c == '"' || c == '`') {
    return behind(std::string_view(&c, 1), at + 1);
  }
  size_t end = at + 1;
  if (IsWordCharacter(c)) {
    while (end < sql.size() && IsWordCharacter(sql[end])) ++end;
  }
  return end;
}

// The parenthesis that closes the one at `open`, or the end.
size_t ClosingOf(std::string_view sql, size_t open) {
  int depth = 0;
  for (size_t at = open; at < sql.size(); at = EndOfToken(sql, at)) {
    depth += sql[at] == '(' ? 1 : sql[at] == ')' ? -1 : 0;
    if (depth == 0) return at;
  }
  return sql.size();
}

bool IsCheck(std::string_view word) {
  constexpr std::string_view kCheck = "check";
  return std::equal(word.begin(), word.end(), kCheck.begin(), kCheck.end(),
                    [](char a, char b) { return (a | 0x20) == b; });
}

// A question that has a row when a row of the table breaks a check; empty when
// there are none. A check holds for NULL, too.
std::string BrokenCheckOf(const std::string& table,
                          std::string_view create_table) {
  std::string sql;
  for (const std::string& check : ChecksOf(create_table)) {
    sql += sql.empty() ? "select 1 from " + QuoteName(table) + " where not ("
                       : " or not (";
    // A comment at its end must not swallow what follows.
    sql += check + "\n)";
  }
  return sql.empty() ? sql : sql + " limit 1";
}

Status CopyTable(Connection* warehouse, const std::string& table,
                 std::string_view schema, const std::string& path) {
  const std::string name = QuoteName(table);
  const Status copied =
      warehouse->Execute("insert into main." + name + " select * from " +
                         QuoteName(schema) + "." + name);
  if (copied.ok() || copied.code() == Code::kCancelled) return copied;
  return Status(copied.code(),
                copied.message() + ", while rows were copied from " + path,
                copied.place());
}

}  // namespace

std::vector<std::string> ChecksOf(std::string_view create_table) {
  std::vector<std::string> checks;
  bool after_check = false;
  for (size_t at = 0; at < create_table.size();) {
    size_t end = EndOfToken(create_table, at);
    const std::string_view token = create_table.substr(at, end - at);
    const bool between = std::isspace(static_cast<unsigned char>(token[0])) ||
                         token.starts_with("--") || token.starts_with("/*");
    if (after_check && token == "(") {
      end = ClosingOf(create_table, at);
      checks.emplace_back(create_table.substr(at + 1, end - at - 1));
    }
    if (!between) after_check = IsCheck(token);
    at = end;
  }
  return checks;
}

Result<ShardTables> ShardTables::Of(Connection* warehouse,
                                    const RawContract& contract) {
  ShardTables tables;
  tables.direct = true;
  LEARNSQL_TRY_SET(tables.rejects, StatementOf(warehouse, "ls_reject"));
  for (const RawTableContract& table : contract.tables) {
    LEARNSQL_TRY_SET(std::string sql, StatementOf(warehouse, table.name));
    LEARNSQL_TRY_SET(const bool direct,
                     RowFile::CanHold(warehouse, table.name));
    tables.direct = tables.direct && direct;
    std::string check = BrokenCheckOf(table.name, sql);
    if (!check.empty()) tables.checks.push_back(std::move(check));
    tables.raw.push_back(std::move(sql));
  }
  return tables;
}

Shard::Shard(const std::string& warehouse, int64_t load_id)
    : path_(warehouse + std::string(kMark) + std::to_string(load_id)) {}

Shard::Shard(Shard&& other) noexcept
    : path_(std::exchange(other.path_, std::string())),
      has_rows_file_(other.has_rows_file_) {}

Shard::~Shard() {
  if (path_.empty()) return;
  RemoveFile(path_);
  RemoveFile(rows_path());
}

Result<LoadedRows> Shard::Load(const ShardTables& tables, SliceLoad load) {
  Result<LoadedRows> rows = tables.direct ? LoadDirectly(tables, load)
                                          : LoadByStatements(tables, load);
  if (rows.status().code() != Code::kConstraint) return rows;
  load.writer.row_by_row = true;
  return LoadByStatements(tables, load);
}

Result<Connection> Shard::Make() const {
  RemoveFile(path_);
  LEARNSQL_TRY_SET(Connection connection,
                   Connection::Open(path_, {.mode = Connection::Mode::kCreate,
                                            .foreign_keys = false,
                                            .cache_kib = kScratchCacheKib}));
  LEARNSQL_TRY(PrepareScratchFile(&connection));
  return connection;
}

Result<LoadedRows> Shard::LoadByStatements(const ShardTables& tables,
                                           const SliceLoad& load) {
  has_rows_file_ = false;
  LEARNSQL_TRY_SET(Connection connection, Make());
  LEARNSQL_TRY(connection.Execute(tables.rejects));
  for (const std::string& statement : tables.raw) {
    LEARNSQL_TRY(connection.Execute(statement));
  }
  LEARNSQL_TRY(connection.Execute("begin"));
  LEARNSQL_TRY_SET(LoadedRows rows, LoadSlice(load, &connection));
  LEARNSQL_TRY(connection.Execute("commit"));
  return rows;
}

// The rows into the pages of a file, by themselves; the rejects by statements.
Result<LoadedRows> Shard::LoadDirectly(const ShardTables& tables,
                                       SliceLoad load) {
  has_rows_file_ = true;
  LEARNSQL_TRY_SET(Connection rejects, Make());
  LEARNSQL_TRY(rejects.Execute(tables.rejects));
  LEARNSQL_TRY_SET(RowFile file, RowFile::Create(rows_path(), tables.raw));
  load.writer.rows = &file;
  LEARNSQL_TRY(rejects.Execute("begin"));
  LEARNSQL_TRY_SET(LoadedRows rows, LoadSlice(load, &rejects));
  LEARNSQL_TRY(rejects.Execute("commit"));
  LEARNSQL_TRY_SET(
      Connection written,
      Connection::Open(rows_path(), {.mode = Connection::Mode::kReadWrite,
                                     .cache_kib = kScratchCacheKib}));
  for (const std::string& check : tables.checks) {
    LEARNSQL_TRY_SET(const std::optional<int64_t> broken,
                     written.QueryInteger(check));
    if (broken) return Status(Code::kConstraint, "a row breaks a check");
  }
  return rows;
}

Status Shard::Attach(Connection* warehouse) const {
  const auto attach = [&](const std::string& path, std::string_view schema) {
    return warehouse->Execute("attach ? as " + QuoteName(schema),
                              std::array{Value::Text(path)});
  };
  LEARNSQL_TRY(attach(path_, kRejects));
  if (!has_rows_file_) return {};
  const Status attached = attach(rows_path(), rows_schema());
  if (!attached.ok()) {
    LEARNSQL_TRY(warehouse->Execute("detach " + QuoteName(kRejects)));
  }
  return attached;
}

Status Shard::Detach(Connection* warehouse) const {
  LEARNSQL_TRY(warehouse->Execute("detach " + QuoteName(kRejects)));
  if (!has_rows_file_) return {};
  return warehouse->Execute("detach " + QuoteName(rows_schema()));
}

Status Shard::CopyRejects(Connection* warehouse) const {
  return CopyTable(warehouse, "ls_reject", kRejects, path_);
}

Status Shard::CopyRows(Connection* warehouse, const std::string& table) const {
  return CopyTable(warehouse, table, rows_schema(),
                   has_rows_file_ ? rows_path() : path_);
}

Status Shard::RemoveLeftOver(const std::string& warehouse) {
  const std::filesystem::path file = std::filesystem::absolute(warehouse);
  const std::string begin = file.filename().string() + std::string(kMark);
  std::error_code error;
  std::filesystem::directory_iterator entries(file.parent_path(), error);
  if (error) return Status(Code::kIo, error.message(), {warehouse});
  for (const auto& entry : entries) {
    if (entry.path().filename().string().starts_with(begin)) {
      RemoveFile(entry.path().string());
    }
  }
  return {};
}

}  // namespace learnsql
