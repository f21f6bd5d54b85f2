#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/query/parameters.h"
#include "engine/query/render.h"
#include "engine/query/sql_error.h"
#include "engine/store/connection.h"

namespace learnsql {

// One result that becomes a file.
struct ExportItem {
  std::string name;  // of the view, table or question, for progress
  std::string file;  // its name in the folder
  std::string sql;   // one query
  // Where the query stands, for errors.
  std::string script;
  uint64_t first_line = 1;
  std::vector<Parameter> parameters;
};

struct ExportOptions {
  std::string folder;  // made when it is not there
  Format format = Format::kCsv;
  KnowsModel knows_model;
  // Said before each item: its name, how many are done, of how many.
  std::function<void(const std::string&, size_t, size_t)> progress;
};

struct ExportReport {
  uint64_t rows = 0;
  uint64_t bytes = 0;
};

// Writes every item as the database has it at one moment. All files are whole
// beside their places (FILE.part) before the first takes its place; each does
// so in one step. Whatever fails before that, the folder's files stay as they
// were.
//
// Errors: kUsage when two items have one file; kInvalid for SQL, with its
// place; kBusy when another process exports there; kCancelled; kIo.
Result<ExportReport> WriteExport(Connection* connection,
                                 const std::vector<ExportItem>& items,
                                 const ExportOptions& options);

// `pattern` with what its braces name put in: {as_of} is the day of `as_of`
// (empty: unknown), others are parameters. An ending .csv, .json or .jsonl
// becomes that of the format.
// Errors: kInvalid for a brace that names nothing, or a value that is no part
// of a file's name.
Result<std::string> ExportFileName(const std::string& pattern, Format format,
                                   const std::string& as_of,
                                   const std::vector<Parameter>& parameters);

}  // namespace learnsql
