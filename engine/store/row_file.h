#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/store/connection.h"

namespace learnsql {

// Writes rows straight into the pages of a new SQLite file, in the order of
// their row ids: no statement, no b-tree to search, an eighth of the processor
// time. The file is for taking over with `insert into main.t select * from t`,
// and is thrown away then. Source: https://sqlite.org/fileformat2.html, 1
// and 2.
//
// Nothing judges the rows: values are stored as they are given, so whoever
// calls looks at types and nulls first, and at `check`s afterwards.
//
// Threads:  one thread at a time.
// Memory:   64 KiB, a page a table, 16 bytes a page written, and one row.
class RowFile {
 public:
  // Whether rows of that table can be written: a rowid table that names its
  // row id, and has no index, default or generated column.
  static Result<bool> CanHold(Connection* connection, std::string_view table);

  // Makes the file anew, with the tables of these `create table` statements.
  // REQUIRES: CanHold for each of them.
  // Errors: kIo; kInvalid when SQLite does not take a statement.
  static Result<RowFile> Create(const std::string& path,
                                const std::vector<std::string>& statements);
  RowFile(RowFile&&) noexcept;
  RowFile& operator=(RowFile&&) = delete;
  ~RowFile();

  // Makes ready for rows of `table` with values for `columns`, in this order;
  // the other columns become NULL. Returns the number by which Add knows it.
  // Errors: kInvalid when the file has no such table or column.
  Result<int> Open(std::string_view table,
                   std::span<const std::string_view> columns);

  // Adds a row with the values of the opened columns, of which there is at
  // least one.
  // REQUIRES: within its table, whatever the number it was opened under, a row
  // id is greater than all before; a value for each column; at most 1 GB.
  // Errors: kIo, with the file.
  Status Add(int table, int64_t row_id, const Value& first,
             std::span<const Value> rest);

  // Writes what waits; the file is then SQLite's to open. Once, at the end.
  Status Finish();

  const std::string& path() const;

  // The size of the file if it were finished now, but for pages between leaves
  // and roots.
  size_t bytes() const;

 private:
  class Impl;
  explicit RowFile(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace learnsql
