#include "engine/shell/kept_result.h"

#include <algorithm>
#include <cassert>

namespace learnsql {
namespace {

constexpr size_t kBlockBytes = size_t{256} << 10;

}  // namespace

void KeptResult::Begin(std::vector<std::string> columns, std::string text) {
  *this = KeptResult();
  columns_ = std::move(columns);
  text_ = std::move(text);
}

Value KeptResult::Copy(const Value& value) {
  Value copy = value;
  if (value.bytes.empty()) return copy;
  const size_t size = value.bytes.size();
  if (blocks_.empty() ||
      blocks_.back().capacity() - blocks_.back().size() < size) {
    blocks_.emplace_back().reserve(std::max(kBlockBytes, size));
  }
  std::string& block = blocks_.back();
  copy.bytes = {block.data() + block.size(), size};
  block.append(value.bytes);
  return copy;
}

void KeptResult::Add(std::span<const Value> values) {
  assert(values.size() == columns_.size());
  size_t bytes = values.size_bytes();
  for (const Value& value : values) bytes += value.bytes.size();
  const bool fits = kept_rows_ == total_rows_ && kept_rows_ < kMaxRows &&
                    bytes_ + bytes <= kMaxBytes;
  ++total_rows_;
  if (!fits) return AddToTail(values);
  bytes_ += bytes;
  ++kept_rows_;
  for (const Value& value : values) cells_.push_back(Copy(value));
}

void KeptResult::AddToTail(std::span<const Value> values) {
  if (tail_.size() == kTailRows) {
    tail_.push_back(std::move(tail_.front()));
    tail_.pop_front();
  } else {
    tail_.emplace_back();
  }
  TailRow& row = tail_.back();
  row.values.assign(values.begin(), values.end());
  row.bytes.resize(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    row.bytes[i].assign(values[i].bytes);
    row.values[i].bytes = row.bytes[i];
  }
}

std::span<const Value> KeptResult::Row(size_t row) const {
  assert(row < kept_rows_);
  return std::span(cells_).subspan(row * columns_.size(), columns_.size());
}

std::span<const Value> KeptResult::RowFromEnd(size_t from_end) const {
  if (from_end < tail_.size()) {
    return tail_[tail_.size() - 1 - from_end].values;
  }
  return Row(kept_rows_ - 1 - (from_end - tail_.size()));
}

}  // namespace learnsql
