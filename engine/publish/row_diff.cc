#include "engine/publish/row_diff.h"

#include <algorithm>

#include "engine/store/function_call.h"

namespace learnsql {
namespace {

// `bytes` cut to a length that ends no character in its middle.
std::string_view Cut(std::string_view bytes, size_t length) {
  if (bytes.size() <= length) return bytes;
  while (length > 0 &&
         (static_cast<unsigned char>(bytes[length]) & 0xc0) == 0x80) {
    --length;
  }
  return bytes.substr(0, length);
}

class Comparison {
 public:
  Comparison(Statement* before, Statement* after, size_t key_count,
             const std::vector<ComparedColumn>& columns, size_t samples)
      : before_(before),
        after_(after),
        key_count_(key_count),
        columns_(columns),
        samples_(samples),
        changes_(columns.size()) {}

  Result<RowDiff> Run() {
    LEARNSQL_TRY_SET(bool more_before, before_->Step());
    LEARNSQL_TRY_SET(bool more_after, after_->Step());
    while (more_before || more_after) {
      const int order = !more_before ? 1 : !more_after ? -1 : OrderOfKeys();
      Count(order);
      if (order <= 0) {
        LEARNSQL_TRY_SET(more_before, before_->Step());
      }
      if (order >= 0) {
        LEARNSQL_TRY_SET(more_after, after_->Step());
      }
    }
    Finish();
    return std::move(diff_);
  }

 private:
  int OrderOfKeys() const {
    for (size_t i = 0; i < key_count_; ++i) {
      const int at = static_cast<int>(i);
      const int order = CompareValues(before_->column(at), after_->column(at));
      if (order != 0) return order;
    }
    return key_count_ == columns_.size() ? OrderOfTypes() : 0;
  }

  // Of rows that are equal but for 5 and 5.0.
  int OrderOfTypes() const {
    for (size_t i = 0; i < key_count_; ++i) {
      const int at = static_cast<int>(i);
      const auto was = before_->column(at).kind;
      const auto is = after_->column(at).kind;
      if (was != is) return was < is ? -1 : 1;
    }
    return 0;
  }

  void Count(int order) {
    if (order <= 0) ++diff_.rows_before;
    if (order >= 0) ++diff_.rows_after;
    if (order < 0) {
      ++diff_.removed;
      Keep(*before_, &diff_.removed_samples);
    } else if (order > 0) {
      ++diff_.added;
      Keep(*after_, &diff_.added_samples);
    } else {
      CompareRest();
    }
  }

  void CompareRest() {
    bool changed = false;
    for (size_t i = key_count_; i < columns_.size(); ++i) {
      const Value was = before_->column(static_cast<int>(i));
      const Value is = after_->column(static_cast<int>(i));
      if (was.kind == is.kind && CompareValues(was, is) == 0) continue;
      changed = true;
      ColumnChanges& column = changes_[i];
      ++column.rows;
      if (column.samples.size() >= samples_) continue;
      column.samples.push_back({KeyOf(*after_),
                                SampleValue::Of(was, columns_[i].pii),
                                SampleValue::Of(is, columns_[i].pii)});
    }
    if (changed) ++diff_.changed;
  }

  std::vector<SampleValue> KeyOf(const Statement& row) const {
    std::vector<SampleValue> key;
    for (size_t i = 0; i < key_count_; ++i) {
      key.push_back(
          SampleValue::Of(row.column(static_cast<int>(i)), columns_[i].pii));
    }
    return key;
  }

  void Keep(const Statement& row,
            std::vector<std::vector<SampleValue>>* kept) const {
    if (kept->size() < samples_) kept->push_back(KeyOf(row));
  }

  void Finish() {
    for (size_t i = key_count_; i < columns_.size(); ++i) {
      if (changes_[i].rows == 0) continue;
      changes_[i].column = columns_[i].name;
      changes_[i].pii = columns_[i].pii;
      diff_.columns.push_back(std::move(changes_[i]));
    }
    std::stable_sort(
        diff_.columns.begin(), diff_.columns.end(),
        [](const auto& a, const auto& b) { return a.rows > b.rows; });
  }

  Statement* before_;
  Statement* after_;
  size_t key_count_;
  const std::vector<ComparedColumn>& columns_;
  size_t samples_;
  std::vector<ColumnChanges> changes_;  // as columns_
  RowDiff diff_;
};

}  // namespace

SampleValue SampleValue::Of(const Value& value, const std::string& pii) {
  SampleValue sample;
  if (!pii.empty()) {
    sample.hidden = pii;
    return sample;
  }
  sample.kind = value.kind;
  switch (value.kind) {
    case Value::Kind::kNull:
      break;
    case Value::Kind::kInteger:
      sample.integer = value.integer;
      break;
    case Value::Kind::kReal:
      sample.real = value.real;
      break;
    case Value::Kind::kText:
      sample.bytes = Cut(value.bytes, kMaxBytes);
      break;
    case Value::Kind::kBlob:
      sample.bytes = value.bytes.substr(0, kMaxBytes);
  }
  sample.is_cut = sample.bytes.size() < value.bytes.size();
  return sample;
}

Result<RowDiff> DiffRows(Statement* before, Statement* after, size_t key_count,
                         const std::vector<ComparedColumn>& columns,
                         size_t samples) {
  return Comparison(before, after, key_count, columns, samples).Run();
}

}  // namespace learnsql
