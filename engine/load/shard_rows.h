#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "engine/store/row_file.h"

namespace learnsql {

// The rows of one load in several files, each of which is handed over when it
// is finished, so that it can be copied while the next one is written. A file
// is half as large as all before it together, and at least 2 MiB; the eighth
// takes all that is left, since SQLite attaches at most ten.
//
// Threads: one thread at a time.
// Memory:  that of a RowFile.
class ShardRows {
 public:
  static constexpr size_t kSmallestPart = 2 << 20;  // bytes
  static constexpr size_t kMaxParts = 8;

  // Called by the thread that adds: the file is SQLite's to open.
  using Finished = std::function<void(const std::string& path)>;

  // Files are PATH-1, PATH-2 ..., with the tables of these statements.
  // REQUIRES: RowFile::CanHold each of them; `statements` outlives this.
  ShardRows(std::string path, const std::vector<std::string>& statements,
            Finished finished)
      : path_(std::move(path)),
        statements_(statements),
        finished_(std::move(finished)) {}

  static std::string PartPath(const std::string& path, size_t number) {
    return path + "-" + std::to_string(number);
  }

  // As RowFile has them.
  Result<int> Open(std::string_view table,
                   std::span<const std::string_view> columns);
  Status Add(int table, int64_t row_id, const Value& first,
             std::span<const Value> rest) {
    if (file_->bytes() >= part_bytes_) LEARNSQL_TRY(StartPart());
    return file_->Add(table, row_id, first, rest);
  }
  Status Finish();

 private:
  struct Opened {
    std::string table;
    std::vector<std::string> columns;
  };

  Status StartPart();
  Status OpenIn(const Opened& opened);

  std::string path_;
  const std::vector<std::string>& statements_;
  Finished finished_;
  std::vector<Opened> opened_;
  std::optional<RowFile> file_;  // none before Open
  size_t parts_ = 0;
  size_t part_bytes_ = kSmallestPart;  // of the file that is being written
  size_t bytes_ = 0;                   // of those before it
};

}  // namespace learnsql
