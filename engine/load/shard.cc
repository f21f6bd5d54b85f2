#include "engine/load/shard.h"

#include <array>
#include <filesystem>
#include <utility>

namespace learnsql {
namespace {

constexpr std::string_view kMark = ".shard-";

// Two loads at a time, and each wants most of its memory for other things. A
// shard is written once, front to back: a larger cache brings nothing.
constexpr int kCacheKib = 2048;

void RemoveFile(const std::string& path) {
  std::error_code ignored;  // a file that stays is removed by the next sync
  std::filesystem::remove(path, ignored);
}

}  // namespace

Result<std::vector<std::string>> Shard::TableStatements(
    Connection* warehouse, const RawContract& contract) {
  std::vector<std::string> names = {"ls_reject"};
  for (const RawTableContract& table : contract.tables)
    names.push_back(table.name);
  std::vector<std::string> statements;
  for (const std::string& name : names) {
    LEARNSQL_TRY_SET(
        std::optional<std::string> sql,
        warehouse->QueryText("select sql from sqlite_schema where type = "
                             "'table' and name = ?",
                             std::array{Value::Text(name)}));
    if (!sql) {
      return Status(Code::kNotFound, "the warehouse has no table " + name,
                    {warehouse->path()});
    }
    statements.push_back(*std::move(sql));
  }
  return statements;
}

Shard::Shard(const std::string& warehouse, int64_t load_id)
    : path_(warehouse + std::string(kMark) + std::to_string(load_id)) {}

Shard::Shard(Shard&& other) noexcept
    : path_(std::exchange(other.path_, std::string())) {}

Shard::~Shard() {
  if (!path_.empty()) RemoveFile(path_);
}

Result<LoadedRows> Shard::Load(const std::vector<std::string>& statements,
                               SliceLoad load) {
  Result<LoadedRows> rows = LoadOnce(statements, load);
  if (rows.status().code() != Code::kConstraint) return rows;
  load.writer.row_by_row = true;
  return LoadOnce(statements, load);
}

Result<LoadedRows> Shard::LoadOnce(const std::vector<std::string>& statements,
                                   const SliceLoad& load) {
  RemoveFile(path_);
  LEARNSQL_TRY_SET(Connection connection,
                   Connection::Open(path_, {.mode = Connection::Mode::kCreate,
                                            .foreign_keys = false,
                                            .cache_kib = kCacheKib}));
  LEARNSQL_TRY(PrepareScratchFile(&connection));
  for (const std::string& statement : statements) {
    LEARNSQL_TRY(connection.Execute(statement));
  }
  LEARNSQL_TRY(connection.Execute("begin"));
  LEARNSQL_TRY_SET(LoadedRows rows, LoadSlice(load, &connection));
  LEARNSQL_TRY(connection.Execute("commit"));
  return rows;
}

Status Shard::Attach(Connection* warehouse, std::string_view schema) const {
  return warehouse->Execute("attach ? as " + QuoteName(schema),
                            std::array{Value::Text(path_)});
}

Status Shard::Detach(Connection* warehouse, std::string_view schema) {
  return warehouse->Execute("detach " + QuoteName(schema));
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
