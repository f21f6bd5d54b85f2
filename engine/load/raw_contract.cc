#include "engine/load/raw_contract.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "engine/base/suggest.h"
#include "engine/store/ensure_table.h"

namespace learnsql {
namespace {

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

uint64_t LineOf(std::string_view text, size_t offset) {
  return 1 + static_cast<uint64_t>(
                 std::count(text.begin(), text.begin() + offset, '\n'));
}

// Where the statement itself begins behind blanks and `--` comments.
size_t SkipComments(std::string_view text) {
  size_t at = 0;
  while (true) {
    at = text.find_first_not_of(" \t\r\n", at);
    if (at == std::string_view::npos) return text.size();
    if (text.substr(at, 2) != "--") return at;
    at = std::min(text.find('\n', at), text.size());
  }
}

// "events, key event_id, created_at, newest updated_at" after "-- kind:".
Status ParseKind(std::string_view line, RawTableContract* table) {
  const std::array<std::string, 3> kinds = {"events", "versions", "snapshot"};
  std::stringstream parts{std::string(line)};
  std::string part;
  bool first = true;
  while (std::getline(parts, part, ',')) {
    std::string_view word = Trim(part);
    if (first) {
      const auto* at = std::find(kinds.begin(), kinds.end(), word);
      if (at == kinds.end()) {
        return Status(Code::kInvalid, "unknown kind '" + std::string(word) +
                                          "' (events, versions or snapshot)");
      }
      table->kind = static_cast<RawKind>(at - kinds.begin());
      first = false;
    } else if (word.starts_with("newest ")) {
      table->newest = Trim(word.substr(7));
    } else if (word.starts_with("key ") && table->key.empty()) {
      table->key.emplace_back(Trim(word.substr(4)));
    } else if (!table->key.empty() && table->newest.empty() && !word.empty()) {
      table->key.emplace_back(word);
    } else {
      return Status(Code::kInvalid,
                    "'" + std::string(word) +
                        "' in a kind; write '-- kind: events, key COLUMN, "
                        "COLUMN'");
    }
  }
  return {};
}

Status ReadHeader(std::string_view comments, RawTableContract* table) {
  constexpr std::string_view kKind = "-- kind:";
  const size_t at = comments.find(kKind);
  if (at == std::string_view::npos) {
    return Status(Code::kInvalid,
                  "the comment before '" + table->name +
                      "' names no kind; write '-- kind: events, key COLUMN'");
  }
  table->optional = comments.find("\n-- optional:") != std::string_view::npos;
  const size_t end = std::min(comments.find('\n', at), comments.size());
  return ParseKind(comments.substr(at + kKind.size(), end - at - kKind.size()),
                   table);
}

Value::Kind KindOfType(std::string_view declared) {
  std::string type(declared);
  for (char& c : type) c = static_cast<char>(std::tolower(c));
  if (type == "integer" || type == "int") return Value::Kind::kInteger;
  if (type == "real") return Value::Kind::kReal;
  if (type == "blob") return Value::Kind::kBlob;
  return Value::Kind::kText;
}

Status ReadColumns(Connection* scratch, RawTableContract* table) {
  LEARNSQL_TRY_SET(Statement info,
                   scratch->Prepare("select name, type, \"notnull\" from "
                                    "pragma_table_info(?) order by cid"));
  LEARNSQL_TRY(info.Bind(1, Value::Text(table->name)));
  while (true) {
    LEARNSQL_TRY_SET(const bool row, info.Step());
    if (!row) return {};
    table->columns.push_back({std::string(info.text(0)),
                              KindOfType(info.text(1)), info.integer(2) != 0});
  }
}

std::vector<std::string> ColumnNames(const RawTableContract& table) {
  std::vector<std::string> names;
  for (const RawColumn& column : table.columns) names.push_back(column.name);
  return names;
}

// Versions are told apart by a key and put in order by a column; no other kind
// has an order.
Status CheckNewest(const RawTableContract& table) {
  const bool versions = table.kind == RawKind::kVersions;
  if (versions && (table.key.empty() || table.newest.empty())) {
    return Status(Code::kInvalid,
                  "'" + table.name +
                      "' holds versions; write '-- kind: versions, key "
                      "COLUMN, newest COLUMN'");
  }
  if (!versions && !table.newest.empty()) {
    return Status(Code::kInvalid, "'newest' is for versions only, and '" +
                                      table.name + "' holds none");
  }
  if (!versions || table.ColumnIndex(table.newest) >= 0) return {};
  return Status(Code::kInvalid,
                "newest column '" + table.newest + "' is not in '" +
                    table.name + "'" +
                    DidYouMean(table.newest, ColumnNames(table)));
}

Status CheckColumns(const RawTableContract& table) {
  if (table.ColumnIndex("row_id") != 0) {
    return Status(
        Code::kInvalid,
        "'" + table.name + "' must begin with 'row_id integer primary key'");
  }
  const int offset = table.ColumnIndex("source_offset");
  if (offset < 0 || !table.columns[static_cast<size_t>(offset)].not_null) {
    return Status(
        Code::kInvalid,
        "'" + table.name + "' needs 'source_offset integer not null'");
  }
  for (const std::string& column : table.key) {
    if (table.ColumnIndex(column) < 0) {
      return Status(Code::kInvalid, "key column '" + column + "' is not in '" +
                                        table.name + "'" +
                                        DidYouMean(column, ColumnNames(table)));
    }
  }
  return CheckNewest(table);
}

// The name of the one table that `scratch` has and `contract` has not.
Result<std::string> NewTable(Connection* scratch, const RawContract& contract) {
  LEARNSQL_TRY_SET(Statement tables,
                   scratch->Prepare("select name, sql from sqlite_schema "
                                    "where type = 'table'"));
  while (true) {
    LEARNSQL_TRY_SET(const bool row, tables.Step());
    if (!row) break;
    std::string name(tables.text(0));
    if (contract.Find(name) == nullptr) return name;
  }
  return Status(Code::kInvalid, "a raw contract holds only 'create table'");
}

// Whether a question about `table` has the answer 1.
bool Is(Connection* scratch, std::string_view question,
        const std::string& table) {
  const Result<std::optional<int64_t>> answer =
      scratch->QueryInteger(question, std::array{Value::Text(table)});
  return answer.ok() && answer->value_or(0) == 1;
}

// Adds the table of one statement, `sql` with the comments before it.
Status AddTable(Connection* scratch, std::string_view sql,
                RawContract* contract) {
  LEARNSQL_TRY(scratch->Execute(sql));
  LEARNSQL_TRY_SET(std::string name, NewTable(scratch, *contract));
  RawTableContract table;
  table.name = std::move(name);
  const size_t begin = SkipComments(sql);
  table.ddl = Trim(sql.substr(begin));
  if (!table.name.starts_with("raw_")) {
    return Status(Code::kInvalid,
                  "'" + table.name + "' must be named raw_<source>__<things>");
  }
  if (!Is(scratch, "select strict from pragma_table_list where name = ?",
          table.name)) {
    return Status(Code::kInvalid, "'" + table.name + "' must be strict");
  }
  // Only then is row_id the number by which SQLite keeps the rows in order.
  if (!Is(scratch,
          "select sum(pk) = 1 and max(pk > 0 and name = 'row_id' and "
          "lower(type) = 'integer') from pragma_table_info(?)",
          table.name)) {
    return Status(
        Code::kInvalid,
        "'" + table.name + "' must begin with 'row_id integer primary key'");
  }
  LEARNSQL_TRY(ReadHeader(sql.substr(0, begin), &table));
  LEARNSQL_TRY(ReadColumns(scratch, &table));
  LEARNSQL_TRY(CheckColumns(table));
  contract->tables.push_back(std::move(table));
  return {};
}

}  // namespace

int RawTableContract::ColumnIndex(std::string_view column) const {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == column) return static_cast<int>(i);
  }
  return -1;
}

const RawTableContract* RawContract::Find(std::string_view table) const {
  for (const RawTableContract& candidate : tables) {
    if (candidate.name == table) return &candidate;
  }
  return nullptr;
}

Result<RawContract> ParseRawContract(const std::string& path,
                                     std::string_view text) {
  RawContract contract;
  contract.path = path;
  LEARNSQL_TRY_SET(Connection scratch, Connection::OpenInMemory());
  size_t at = 0;
  while (at + SkipComments(text.substr(at)) < text.size()) {
    const size_t begin = at + SkipComments(text.substr(at));
    std::string_view rest;
    const Result<std::optional<Statement>> statement =
        scratch.PrepareFirst(text.substr(at), &rest);
    if (!statement.ok()) {
      const std::optional<uint64_t> place = statement.status().place().byte;
      const size_t byte = place ? at + *place : begin;
      return Status(Code::kInvalid, statement.status().message(),
                    {path, LineOf(text, byte)});
    }
    const size_t end = text.size() - rest.size();
    const Status added =
        AddTable(&scratch, text.substr(at, end - at), &contract);
    if (!added.ok()) {
      return Status(added.code(), added.message(), {path, LineOf(text, begin)});
    }
    contract.tables.back().line = LineOf(text, begin);
    at = end;
  }
  if (contract.tables.empty()) {
    return Status(Code::kInvalid, "no 'create table' in this raw contract",
                  {path, 1});
  }
  return contract;
}

Result<RawContract> ReadRawContract(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Status(Code::kNotFound, "no such raw contract", {path});
  std::stringstream text;
  text << file.rdbuf();
  return ParseRawContract(path, text.str());
}

Status EnsureRawTables(Connection* connection, const RawContract& contract) {
  LEARNSQL_TRY_SET(Transaction transaction, Transaction::Begin(connection));
  for (const RawTableContract& table : contract.tables) {
    LEARNSQL_TRY(StatusOf(EnsureTable(connection, table.name, table.ddl)));
  }
  return transaction.Commit();
}

}  // namespace learnsql
