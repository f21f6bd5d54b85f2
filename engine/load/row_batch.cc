#include "engine/load/row_batch.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace learnsql {
namespace {

// A row is the number of its values; then of each its kind and, unless it is
// NULL, its number or the length of its text and the text.
using Count = uint32_t;
using Length = uint64_t;
constexpr size_t kHeadBytes = 1 + sizeof(Length);

bool HasBytes(Value::Kind kind) {
  return kind == Value::Kind::kText || kind == Value::Kind::kBlob;
}

// At least what a row takes.
size_t Needed(std::span<const Value> values) {
  size_t bytes = sizeof(Count) + (values.size() + 2) * kHeadBytes;
  for (const Value& value : values) bytes += value.bytes.size();
  return bytes;
}

template <typename T>
char* Pack(T value, char* to) {
  std::memcpy(to, &value, sizeof value);
  return to + sizeof value;
}

template <typename T>
T Unpack(const char** from) {
  T value;
  std::memcpy(&value, *from, sizeof value);
  *from += sizeof value;
  return value;
}

char* Pack(const Value& value, char* to) {
  *to++ = static_cast<char>(value.kind);
  if (value.is_null()) return to;
  if (!HasBytes(value.kind)) return Pack(value.integer, to);
  to = Pack(Length{value.bytes.size()}, to);
  // Of an empty view the pointer may be null.
  if (value.bytes.empty()) return to;
  std::memcpy(to, value.bytes.data(), value.bytes.size());
  return to + value.bytes.size();
}

Value UnpackValue(const char** from) {
  Value value;
  value.kind = static_cast<Value::Kind>(*(*from)++);
  if (value.is_null()) return value;
  if (!HasBytes(value.kind)) {
    value.integer = Unpack<int64_t>(from);
    return value;
  }
  const auto length = Unpack<Length>(from);
  value.bytes = {*from, length};
  *from += length;
  return value;
}

}  // namespace

bool RowBatch::Fits(std::span<const Value> values) const {
  return size_ == 0 || size_ + Needed(values) <= capacity_;
}

void RowBatch::Add(int64_t row_id, const RecordPlace& place,
                   std::span<const Value> values) {
  assert(Fits(values));
  if (size_ == 0) {
    const size_t needed = std::max(kBytes, Needed(values));
    if (needed > capacity_) {
      bytes_ = std::make_unique_for_overwrite<char[]>(needed);
      capacity_ = needed;
    }
  }
  char* to = bytes_.get() + size_;
  to = Pack(static_cast<Count>(values.size() + 2), to);
  to = Pack(Value::Integer(row_id), to);
  to = Pack(Value::Integer(static_cast<int64_t>(place.byte)), to);
  for (const Value& value : values) to = Pack(value, to);
  size_ = static_cast<size_t>(to - bytes_.get());
}

void RowBatch::Clear() {
  size_ = 0;
  if (capacity_ == kBytes) return;
  bytes_.reset();
  capacity_ = 0;
}

RowBatch::Reader::Reader(const RowBatch& batch)
    : at_(batch.bytes_.get()), end_(at_ + batch.size_) {}

void RowBatch::Reader::Next(size_t rows, std::vector<Value>* values) {
  values->clear();
  for (; rows > 0 && at_ != end_; --rows) {
    for (auto count = Unpack<Count>(&at_); count > 0; --count) {
      values->push_back(UnpackValue(&at_));
    }
  }
}

}  // namespace learnsql
