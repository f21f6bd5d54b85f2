#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/store/connection.h"

namespace learnsql {

// What rows of a raw table are, and so what a second load of them means.
enum class RawKind {
  kEvents,    // rows never change; copies of a key are the same event
  kVersions,  // each version of a key is a row; staging takes the newest
  kSnapshot,  // a slice is the whole thing and replaces the one before
};

struct RawColumn {
  std::string name;
  Value::Kind type = Value::Kind::kText;
  bool not_null = false;
};

// One `create table raw_<source>__<things>` of sql/raw/<source>.sql with the
// `-- kind:` line, and what else the comment before it sets.
struct RawTableContract {
  std::string name;
  std::string ddl;
  RawKind kind = RawKind::kEvents;
  std::vector<std::string> key;  // columns; empty when rows have none
  std::string newest;            // the column that orders versions
  std::vector<RawColumn> columns;
  uint64_t line = 1;  // of its `create table` in the file
  // `-- optional: WHY`: a seed whose file need not be there.
  bool optional = false;

  // -1 when there is no such column.
  int ColumnIndex(std::string_view column) const;
};

// The raw tables of one source.
struct RawContract {
  std::string path;
  std::vector<RawTableContract> tables;

  const RawTableContract* Find(std::string_view table) const;
};

// Reads the text of a raw contract file; `path` is for errors only.
// Errors: kInvalid with the line of what is wrong: a table whose name does not
// begin with raw_ or that is not strict, without `row_id integer primary key`
// and `source_offset integer not null`, without kind, a key column that is not
// there, a `newest` without versions or versions without it.
Result<RawContract> ParseRawContract(const std::string& path,
                                     std::string_view text);
Result<RawContract> ReadRawContract(const std::string& path);

// Creates the tables that `connection` does not have yet and adds columns that
// the contract has gained.
// Errors: kInvalid when a table in the file cannot become what the contract
// says by adding columns; the message says what to do.
Status EnsureRawTables(Connection* connection, const RawContract& contract);

}  // namespace learnsql
