#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/store/function_call.h"
#include "engine/store/json_reader.h"

namespace learnsql {
namespace {

// What the state of one group may hold of the values it was given.
constexpr size_t kMaxBytes = 256u << 20;
// Values that are counted one by one; more are estimated.
constexpr size_t kMaxCounted = 1u << 20;

Status TooMuch(const char* what) {
  return Status(Code::kInvalid,
                std::string("more than 256 MiB of ") + what + " in one group");
}

template <typename T, auto... kArguments>
std::unique_ptr<Aggregate> Make() {
  return std::make_unique<T>(kArguments...);
}

// How many conditions in the frame are true, and false.
class ConditionCounts : public Aggregate {
 public:
  Status Add(const Call& call) override { return Count(call, 1); }
  Status Remove(const Call& call) override { return Count(call, -1); }

 protected:
  int64_t true_count_ = 0;
  int64_t false_count_ = 0;

 private:
  Status Count(const Call& call, int64_t by) {
    if (call.is_null(0)) return {};
    LEARNSQL_TRY_SET(const bool condition, call.Condition(0));
    (condition ? true_count_ : false_count_) += by;
    return {};
  }
};

class CountIf final : public ConditionCounts {
 public:
  Status Answer(const Call& call) const override {
    call.ReturnInteger(true_count_);
    return {};
  }
};

class BoolAnd final : public ConditionCounts {
 public:
  Status Answer(const Call& call) const override {
    if (true_count_ + false_count_ > 0) call.ReturnBoolean(false_count_ == 0);
    return {};
  }
};

class BoolOr final : public ConditionCounts {
 public:
  Status Answer(const Call& call) const override {
    if (true_count_ + false_count_ > 0) call.ReturnBoolean(true_count_ > 0);
    return {};
  }
};

// The x of the row with the greatest (sign 1) or least (-1) y. Rows with a
// NULL y do not count; of equal ones the least x does, so that builds repeat.
//
// Kept are the rows that may still win when older ones leave the frame. Without
// a frame that moves only the first matters, so the others may be forgotten
// when they take too much room.
class ExtremeBy : public Aggregate {
 public:
  explicit ExtremeBy(int sign) : sign_(sign) {}

  Status Add(const Call& call) override {
    return AddRow(call.value(0), call.value(1));
  }

  Status Remove(const Call&) override {
    const int64_t row = removed_++;
    if (rows_.empty() || rows_.front().row != row) return {};
    if (forgotten_) return TooMuch("rows that may come first");
    bytes_ -= rows_.front().bytes();
    rows_.pop_front();
    return {};
  }

  Status Answer(const Call& call) const override {
    if (!rows_.empty()) call.Return(rows_.front().x.Get());
    return {};
  }

 protected:
  Status AddRow(const Value& x, const Value& y) {
    const int64_t row = added_++;
    if (y.is_null()) return {};
    while (!rows_.empty() && !IsBetter(rows_.back(), x, y)) {
      bytes_ -= rows_.back().bytes();
      rows_.pop_back();
    }
    // What comes behind a row that cannot leave will never be asked for.
    if (rows_.empty()) forgotten_ = false;
    if (forgotten_) return {};
    rows_.push_back({row, OwnedValue(x), OwnedValue(y)});
    bytes_ += rows_.back().bytes();
    if (bytes_ > kMaxBytes) Forget();
    return {};
  }

 private:
  struct Row {
    int64_t row;
    OwnedValue x;
    OwnedValue y;
    size_t bytes() const { return x.bytes() + y.bytes(); }
  };

  bool IsBetter(const Row& row, const Value& x, const Value& y) const {
    const int by_y = sign_ * CompareValues(row.y.Get(), y);
    if (by_y != 0) return by_y > 0;
    if (x.is_null()) return row.x.kind != Value::Kind::kNull;
    if (row.x.kind == Value::Kind::kNull) return false;
    return CompareValues(row.x.Get(), x) < 0;
  }

  void Forget() {
    rows_.erase(rows_.begin() + 1, rows_.end());
    bytes_ = rows_.front().bytes();
    forgotten_ = true;
  }

  const int sign_;
  std::deque<Row> rows_;  // each better than all behind it
  size_t bytes_ = 0;
  int64_t added_ = 0;
  int64_t removed_ = 0;
  bool forgotten_ = false;
};

// The least value, as any will do.
class AnyValue final : public ExtremeBy {
 public:
  AnyValue() : ExtremeBy(-1) {}
  Status Add(const Call& call) override {
    return AddRow(call.value(0), call.value(0));
  }
};

void AppendReal(double real, std::string* json) {
  char buffer[40];
  const auto written = std::to_chars(buffer, buffer + sizeof(buffer), real);
  const std::string_view text(buffer,
                              static_cast<size_t>(written.ptr - buffer));
  *json += text;
  if (text.find_first_of(".e") == text.npos) *json += ".0";
}

class ArrayAgg final : public Aggregate {
 public:
  Status Add(const Call& call) override {
    std::string item;
    LEARNSQL_TRY(AppendItem(call, &item));
    bytes_ += item.size() + sizeof(item);
    if (bytes_ > kMaxBytes) return TooMuch("items");
    items_.push_back(std::move(item));
    return {};
  }

  Status Remove(const Call&) override {
    bytes_ -= items_.front().size() + sizeof(std::string);
    items_.pop_front();
    return {};
  }

  Status Answer(const Call& call) const override {
    if (items_.empty()) return {};
    std::string json = "[";
    for (const std::string& item : items_) {
      if (json.size() > 1) json.push_back(',');
      json += item;
    }
    json.push_back(']');
    call.ReturnText(json);
    return {};
  }

 private:
  static Status AppendItem(const Call& call, std::string* item) {
    const Value value = call.value(0);
    switch (value.kind) {
      case Value::Kind::kNull:
        *item = "null";
        return {};
      case Value::Kind::kInteger:
        *item = std::to_string(value.integer);
        return {};
      case Value::Kind::kReal:
        if (!std::isfinite(value.real)) {
          return call.MustBe(0, "a number that JSON has");
        }
        AppendReal(value.real, item);
        return {};
      case Value::Kind::kText:
        AppendJsonString(value.bytes, item);
        return {};
      case Value::Kind::kBlob:
        return call.MustBe(0, "text or a number");
    }
    return {};
  }

  std::deque<std::string> items_;
  size_t bytes_ = 0;
};

// A count of distinct values from their hashes alone: HyperLogLog (Flajolet et
// al., 2007) with 2^14 registers, a standard error of 0.8%.
class Estimate {
 public:
  void Add(uint64_t hash) {
    const size_t index = hash >> (64 - kIndexBits);
    const uint64_t rest = hash << kIndexBits;
    const int rank =
        rest == 0 ? 64 - kIndexBits + 1 : std::countl_zero(rest) + 1;
    registers_[index] = std::max(registers_[index], static_cast<uint8_t>(rank));
  }

  int64_t Count() const {
    constexpr double kSize = 1 << kIndexBits;
    constexpr double kAlpha = 0.7213 / (1 + 1.079 / kSize);
    double sum = 0;
    for (const uint8_t rank : registers_) sum += std::ldexp(1.0, -rank);
    return std::llround(kAlpha * kSize * kSize / sum);
  }

 private:
  static constexpr int kIndexBits = 14;
  std::array<uint8_t, 1 << kIndexBits> registers_ = {};
};

// Exact up to kMaxCounted distinct values, an estimate beyond.
class ApproxDistinct final : public Aggregate {
 public:
  Status Add(const Call& call) override {
    LEARNSQL_TRY(CheckError(call));
    if (call.is_null(0)) return {};
    const uint64_t hash = HashOf(call.value(0));
    if (estimate_) {
      estimate_->Add(hash);
      return {};
    }
    ++counts_[hash];
    if (counts_.size() > kMaxCounted) StartEstimate();
    return {};
  }

  Status Remove(const Call& call) override {
    if (call.is_null(0)) return {};
    if (estimate_) {
      return Status(Code::kInvalid,
                    "more than 1048576 distinct values in a frame that moves");
    }
    const auto found = counts_.find(HashOf(call.value(0)));
    if (found != counts_.end() && --found->second == 0) counts_.erase(found);
    return {};
  }

  Status Answer(const Call& call) const override {
    call.ReturnInteger(estimate_ ? estimate_->Count()
                                 : static_cast<int64_t>(counts_.size()));
    return {};
  }

 private:
  static uint64_t HashOf(const Value& value) {
    switch (value.kind) {
      case Value::Kind::kInteger:
        return XXH3_64bits_withSeed(&value.integer, sizeof(int64_t), 1);
      case Value::Kind::kReal: {
        const double real = value.real + 0.0;  // -0.0 is 0.0
        // A whole number is the same as an integer and as a double.
        if (std::fabs(real) < 0x1p63 && real == std::trunc(real)) {
          return HashOf(Value::Integer(static_cast<int64_t>(real)));
        }
        return XXH3_64bits_withSeed(&real, sizeof(real), 2);
      }
      default:
        return XXH3_64bits_withSeed(value.bytes.data(), value.bytes.size(),
                                    value.kind == Value::Kind::kText ? 3 : 4);
    }
  }

  // The allowed error is Trino's affair: ours is smaller than any it takes.
  static Status CheckError(const Call& call) {
    if (call.count() == 1) return {};
    LEARNSQL_TRY_SET(const double error, call.Number(1));
    if (error >= 0.0040625 && error <= 0.26) return {};
    return call.MustBe(1, "from 0.0040625 to 0.26");
  }

  void StartEstimate() {
    estimate_ = std::make_unique<Estimate>();
    for (const auto& [hash, count] : counts_) estimate_->Add(hash);
    counts_ = {};
  }

  std::unordered_map<uint64_t, int64_t> counts_;
  std::unique_ptr<Estimate> estimate_;
};

// The least value that more than the percentage of the values do not exceed,
// of all values and not of a sketch.
class ApproxPercentile final : public Aggregate {
 public:
  Status Add(const Call& call) override {
    LEARNSQL_TRY(KeepPercentage(call));
    if (call.is_null(0)) return {};
    LEARNSQL_TRY(call.Number(0));
    values_.emplace_back(call.value(0));
    if (values_.size() * sizeof(Number) > kMaxBytes) return TooMuch("numbers");
    return {};
  }

  Status Remove(const Call& call) override {
    if (!call.is_null(0)) values_.pop_front();
    return {};
  }

  Status Answer(const Call& call) const override {
    if (values_.empty()) return {};
    std::vector<Number> sorted(values_.begin(), values_.end());
    const size_t last = sorted.size() - 1;
    const auto rank = static_cast<size_t>(
        std::floor(*percentage_ * static_cast<double>(sorted.size())));
    const auto at = sorted.begin() + static_cast<int64_t>(std::min(rank, last));
    std::nth_element(sorted.begin(), at, sorted.end(),
                     [](const Number& a, const Number& b) {
                       return CompareValues(a.Get(), b.Get()) < 0;
                     });
    call.Return(at->Get());
    return {};
  }

 private:
  struct Number {
    explicit Number(const Value& value)
        : is_real(value.kind == Value::Kind::kReal) {
      if (is_real) {
        real = value.real;
      } else {
        integer = value.integer;
      }
    }

    bool is_real;
    union {
      int64_t integer;
      double real;
    };
    Value Get() const {
      return is_real ? Value::Real(real) : Value::Integer(integer);
    }
  };

  Status KeepPercentage(const Call& call) {
    LEARNSQL_TRY_SET(const double percentage, call.Number(1));
    if (!(percentage >= 0 && percentage <= 1)) {
      return call.MustBe(1, "from 0 to 1");
    }
    if (percentage_ && *percentage_ != percentage) {
      return call.Bad(1, "must be the same for all rows");
    }
    percentage_ = percentage;
    return {};
  }

  std::deque<Number> values_;
  std::optional<double> percentage_;
};

constexpr FunctionSpec Spec(std::string_view name, int min_arguments,
                            int max_arguments, std::string_view signature,
                            std::string_view document) {
  return {.name = name,
          .min_arguments = min_arguments,
          .max_arguments = max_arguments,
          .kind = FunctionSpec::Kind::kAggregate,
          .signature = signature,
          .document = document};
}

constexpr Function kAggregateFunctions[] = {
    {.spec = Spec("count_if", 1, 1, "count_if(condition) -> bigint",
                  "How many rows fulfil the condition; 0 for none."),
     .aggregate = Make<CountIf>},
    {.spec = Spec("bool_and", 1, 1, "bool_and(condition) -> boolean",
                  "Whether all rows fulfil the condition, NULLs apart."),
     .aggregate = Make<BoolAnd>},
    {.spec = Spec("bool_or", 1, 1, "bool_or(condition) -> boolean",
                  "Whether any row fulfils the condition."),
     .aggregate = Make<BoolOr>},
    {.spec = Spec("max_by", 2, 2, "max_by(x, y) -> [same as x]",
                  "The x of the row with the greatest y; of equal ones the "
                  "least x."),
     .aggregate = Make<ExtremeBy, 1>},
    {.spec = Spec("min_by", 2, 2, "min_by(x, y) -> [same as x]",
                  "The x of the row with the least y; of equal ones the least "
                  "x."),
     .aggregate = Make<ExtremeBy, -1>},
    {.spec = Spec("any_value", 1, 1, "any_value(x) -> [same as x]",
                  "Some x that is not NULL: here the least."),
     .aggregate = Make<AnyValue>},
    {.spec = Spec("arbitrary", 1, 1, "arbitrary(x) -> [same as x]",
                  "The same as `any_value`."),
     .aggregate = Make<AnyValue>},
    {.spec = Spec("array_agg", 1, 1, "array_agg(x) -> array",
                  "All x as a JSON array, NULLs too, in no promised order: "
                  "sort it with `array_sort`."),
     .aggregate = Make<ArrayAgg>},
    {.spec = Spec("approx_distinct", 1, 2, "approx_distinct(x[, e]) -> bigint",
                  "How many different x there are: exact to 1,048,576, then "
                  "within about 1%."),
     .aggregate = Make<ApproxDistinct>},
    {.spec = Spec("approx_percentile", 2, 2,
                  "approx_percentile(x, percentage) -> [same as x]",
                  "The x with that share (0 to 1) of all x below it; exact "
                  "here."),
     .aggregate = Make<ApproxPercentile>},
};

}  // namespace

std::span<const Function> AggregateFunctions() { return kAggregateFunctions; }

}  // namespace learnsql
