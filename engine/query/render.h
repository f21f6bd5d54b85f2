#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/query/text_sink.h"
#include "engine/store/connection.h"

namespace learnsql {

enum class Format {
  kTable,      // +---+ borders
  kBox,        // Unicode borders
  kColumn,     // blanks and a ruler
  kMarkdown,   // a table of GitHub's
  kLine,       // name = value, a blank line between rows
  kCsv,        // RFC 4180
  kTsv,        // \t \n \r \\ escaped, \N for NULL
  kJson,       // one array of objects
  kJsonLines,  // an object a line
  kList,       // values joined by |
  kAscii,      // values joined by 0x1f, rows ended by 0x1e
  kTcl,        // quoted as in C
  kQuote,      // SQL literals
  kInsert,     // insert statements
  kHtml,       // one <table>
};

// The format of a name: ours, and sqlite3's spellings ("tabs", "lines",
// "columns", "ndjson").
// Errors: kUsage naming all of them.
Result<Format> ParseFormat(std::string_view name);

// The name by which a format is listed.
std::string_view NameOfFormat(Format format);

// "table, box, ..., or html", for help and for errors.
std::string FormatNames();

struct RenderOptions {
  Format format = Format::kTable;
  bool header = true;  // names, where the format has a place apart for them
  // What stands for NULL; without a value what the format has: NULL in table,
  // box, column, markdown and line, \N in tsv, nothing in the others.
  std::optional<std::string> null_text;
  std::string separator;               // of list; empty for |
  std::string insert_table = "table";  // of insert
};

// Writes results in one format, row by row as they come. Nothing is ever cut
// or left out.
//
// Threads:  one thread at a time.
// Lifetime: borrows the sink; a row's values only until the call returns.
// Memory:   a row; table, box, column and markdown hold the first rows of a
//           result, at most 1,000 and 1 MiB of them, to know the widths, and
//           go on with those: a later cell that is wider pushes its neighbours.
class Renderer {
 public:
  virtual ~Renderer() = default;

  // Begins a result. REQUIRES: no result is open.
  virtual Status Begin(std::span<const std::string> columns) = 0;
  // REQUIRES: as many values as columns.
  virtual Status Row(std::span<const Value> values) = 0;
  // Ends a result that is complete. One that failed is left open on purpose: a
  // reader of JSON must not take it for whole.
  virtual Status End() = 0;
};

// Lifetime: the sink must outlive the renderer.
std::unique_ptr<Renderer> MakeRenderer(const RenderOptions& options,
                                       TextSink* sink);

// `columns` with "_2", "_3" behind every name that stood before, so that the
// keys of an object differ.
std::vector<std::string> UniqueNames(std::span<const std::string> columns);

}  // namespace learnsql
