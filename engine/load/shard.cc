#include "engine/load/shard.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <optional>
#include <utility>

#include "engine/load/shard_rows.h"
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

// What is true for a row that breaks a check of its table; empty when there is
// none. A check holds for NULL, too.
std::string BrokenBy(std::string_view create_table) {
  std::string sql;
  for (const std::string& check : ChecksOf(create_table)) {
    // A comment at its end must not swallow what follows.
    sql += (sql.empty() ? "not (" : " or not (") + check + "\n)";
  }
  return sql;
}

// SQLite reads a part from front to back, for its checks and to copy it: a cache
// smaller than the part brings nothing.
constexpr int kPartCacheKib = 256;

Status CopyTable(Connection* warehouse, const std::string& table,
                 const std::string& schema) {
  const std::string name = QuoteName(table);
  return warehouse->Execute("insert into main." + name + " select * from " +
                            QuoteName(schema) + "." + name);
}

// SQLite names the warehouse, whichever file was at fault.
Status WhileCopying(const Status& status, const std::string& path) {
  if (status.ok() || status.code() == Code::kCancelled ||
      status.code() == Code::kConstraint) {
    return status;
  }
  return Status(status.code(),
                status.message() + ", while rows were copied from " + path,
                status.place());
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
    tables.raw.push_back({table.name, BrokenBy(sql)});
    tables.statements.push_back(std::move(sql));
  }
  return tables;
}

Shard::Shard(const std::string& warehouse, int64_t load_id)
    : path_(warehouse + std::string(kMark) + std::to_string(load_id)),
      rows_path_(path_ + "-rows") {}

Shard::~Shard() { Clear(); }

void Shard::Clear() {
  parts_.clear();
  RemoveFile(path_);
  for (size_t i = 1; i <= ShardRows::kMaxParts; ++i) {
    RemoveFile(ShardRows::PartPath(rows_path_, i));
  }
}

Result<LoadedRows> Shard::Load(const ShardTables& tables, SliceLoad load) {
  return tables.direct ? LoadDirectly(tables, load)
                       : LoadByStatements(tables, load);
}

Result<LoadedRows> Shard::LoadRowByRow(const ShardTables& tables,
                                       SliceLoad load) {
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
  LEARNSQL_TRY(connection.Execute("begin"));
  return connection;
}

// The rows into the pages of files, by themselves; the rejects by statements.
Result<LoadedRows> Shard::LoadDirectly(const ShardTables& tables,
                                       SliceLoad load) {
  LEARNSQL_TRY_SET(Connection rejects, Make());
  LEARNSQL_TRY(rejects.Execute(tables.rejects));
  ShardRows rows(rows_path_, tables.statements,
                 [this](const std::string& path) { AddPart(path); });
  load.writer.rows = &rows;
  LEARNSQL_TRY_SET(LoadedRows loaded, LoadSlice(load, &rejects));
  LEARNSQL_TRY(rejects.Execute("commit"));
  return loaded;
}

Result<LoadedRows> Shard::LoadByStatements(const ShardTables& tables,
                                           const SliceLoad& load) {
  LEARNSQL_TRY_SET(Connection connection, Make());
  LEARNSQL_TRY(connection.Execute(tables.rejects));
  for (const std::string& statement : tables.statements) {
    LEARNSQL_TRY(connection.Execute(statement));
  }
  LEARNSQL_TRY_SET(LoadedRows rows, LoadSlice(load, &connection));
  LEARNSQL_TRY(connection.Execute("commit"));
  AddPart(path_);
  return rows;
}

void Shard::AddPart(const std::string& path) {
  const std::lock_guard lock(mutex_);
  parts_.push_back(path);
}

std::optional<std::string> Shard::NextPart() const {
  const std::lock_guard lock(mutex_);
  if (parts_.empty()) return {};
  return parts_.front();
}

void Shard::PartDone() {
  const std::lock_guard lock(mutex_);
  parts_.pop_front();
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

Status ShardCopy::CopyRows() {
  while (const std::optional<std::string> path = shard_->NextPart()) {
    LEARNSQL_TRY(Begin());
    LEARNSQL_TRY(WhileCopying(CopyPart(*path), *path));
    shard_->PartDone();
  }
  return {};
}

Status ShardCopy::CopyPart(const std::string& path) {
  const std::string schema = "shard_rows_" + std::to_string(schemas_.size());
  LEARNSQL_TRY(Attach(path, schema));
  for (const auto& [name, broken] : tables_.raw) {
    if (!broken.empty()) {
      LEARNSQL_TRY_SET(const std::optional<int64_t> row,
                       warehouse_->QueryInteger(
                           "select 1 from " + QuoteName(schema) + "." +
                           QuoteName(name) + " where " + broken + " limit 1"));
      if (row) return Status(Code::kConstraint, "a row breaks a check");
    }
    LEARNSQL_TRY(CopyTable(warehouse_, name, schema));
  }
  return {};
}

Status ShardCopy::CopyRejects() {
  LEARNSQL_TRY(Begin());
  const std::string schema = "shard_rejects";
  LEARNSQL_TRY(Attach(shard_->rejects_path(), schema));
  return WhileCopying(CopyTable(warehouse_, "ls_reject", schema),
                      shard_->rejects_path());
}

Status ShardCopy::Begin() {
  if (transaction_) return {};
  // Before anything is attached: SQLite would begin to write there, too, and
  // commit with a journal over all files.
  LEARNSQL_TRY_SET(Transaction transaction, Transaction::Begin(warehouse_));
  transaction_.emplace(std::move(transaction));
  return {};
}

Status ShardCopy::Attach(const std::string& path, const std::string& schema) {
  LEARNSQL_TRY(warehouse_->Execute("attach ? as " + QuoteName(schema),
                                   std::array{Value::Text(path)}));
  schemas_.push_back(schema);
  return warehouse_->Execute("pragma " + QuoteName(schema) + ".cache_size = -" +
                             std::to_string(kPartCacheKib));
}

Status ShardCopy::Commit() {
  LEARNSQL_TRY(transaction_->Commit());
  transaction_.reset();
  return Detach();
}

Status ShardCopy::Undo() {
  transaction_.reset();
  return Detach();
}

Status ShardCopy::Detach() {
  while (!schemas_.empty()) {
    LEARNSQL_TRY(warehouse_->Execute("detach " + QuoteName(schemas_.back())));
    schemas_.pop_back();
  }
  return {};
}

}  // namespace learnsql
