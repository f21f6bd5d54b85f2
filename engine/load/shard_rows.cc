#include "engine/load/shard_rows.h"

#include <algorithm>
#include <limits>

namespace learnsql {

Result<int> ShardRows::Open(std::string_view table,
                            std::span<const std::string_view> columns) {
  if (!file_) LEARNSQL_TRY(StartPart());
  LEARNSQL_TRY_SET(const int number, file_->Open(table, columns));
  opened_.push_back({std::string(table),
                     std::vector<std::string>(columns.begin(), columns.end())});
  return number;
}

// The tables of the next file have the numbers they had in the last.
Status ShardRows::StartPart() {
  if (file_) {
    bytes_ += file_->bytes();
    LEARNSQL_TRY(Finish());
  }
  ++parts_;
  part_bytes_ = parts_ == kMaxParts ? std::numeric_limits<size_t>::max()
                                    : std::max(kSmallestPart, bytes_ / 2);
  LEARNSQL_TRY_SET(RowFile file,
                   RowFile::Create(PartPath(path_, parts_), statements_));
  file_.emplace(std::move(file));
  for (const Opened& opened : opened_) LEARNSQL_TRY(OpenIn(opened));
  return {};
}

Status ShardRows::OpenIn(const Opened& opened) {
  const std::vector<std::string_view> columns(opened.columns.begin(),
                                              opened.columns.end());
  return StatusOf(file_->Open(opened.table, columns));
}

Status ShardRows::Finish() {
  if (!file_) return {};
  LEARNSQL_TRY(file_->Finish());
  finished_(file_->path());
  file_.reset();
  return {};
}

}  // namespace learnsql
