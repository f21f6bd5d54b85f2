#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/query/guard.h"
#include "engine/query/parameters.h"
#include "engine/query/render.h"
#include "engine/query/sql_error.h"
#include "engine/store/connection.h"

namespace learnsql {

struct RunOptions {
  std::string name = "query";  // of the text, for errors: a file, "query"
  uint64_t first_line = 1;     // of the text in that file
  std::vector<Parameter> parameters;
  Access access = Access::kReadOnly;
  KnowsModel knows_model;
};

// Takes the statements of a text one after the other, each prepared when the
// one before has run, with parameters bound and access held.
//
// Threads:  those of the connection.
// Lifetime: borrows all that it is made with.
class StatementReader {
 public:
  // Begins at byte `begin` of the text; lines and columns count from its front.
  // REQUIRES: the guard stands on the connection.
  StatementReader(Connection* connection, Guard* guard, std::string_view text,
                  const RunOptions& options, size_t begin = 0);

  // The next statement, or nullopt behind the last.
  // Errors: kInvalid with line, column and the line itself for SQL that is
  // wrong or refused; also kBusy, kCorrupt and kIo from reading the schema.
  Result<std::optional<Statement>> Next();

  // `error`, which the statement last given met while it ran, with its line
  // where the line is to blame, and with the guard's reason where it refused.
  Status Explain(const Status& error) const;

  // The text of the statement last given, without blanks around it.
  std::string_view statement_text() const;

  // The byte behind it.
  size_t end() const { return end_; }

 private:
  Status CheckText() const;
  Status CheckReads(const Statement& statement) const;
  Place PlaceAt(size_t byte) const;
  Status InFile(const Status& error) const;

  Connection* const connection_;
  Guard* const guard_;
  const std::string_view text_;
  const RunOptions& options_;
  size_t begin_;  // of the statement last given
  size_t end_;
};

struct RunTotals {
  uint64_t statements = 0;
  uint64_t results = 0;  // statements that have columns
  uint64_t rows = 0;
};

// Steps `statement` to its end and gives its rows to `renderer`; a statement
// without columns only runs. Adds to `totals`.
// Errors: what Statement::Step says, and the renderer's.
Status StreamRows(Statement* statement, Renderer* renderer, RunTotals* totals);

// Runs every statement of `text` and gives the results to `renderer`, row by
// row as they come; stops at the first error. The connection should be opened
// read-only unless options.access is kReadWrite.
// Errors: kInvalid as StatementReader::Next, for parameters that are missing or
// unknown, and for a text without a statement; kCancelled when the connection's
// flag is set; kBusy, kConstraint, kCorrupt, kIo as they come.
Result<RunTotals> RunText(Connection* connection, std::string_view text,
                          const RunOptions& options, Renderer* renderer);

}  // namespace learnsql
