#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "engine/store/connection.h"
#include "engine/store/functions.h"

struct sqlite3_context;
struct sqlite3_value;

namespace learnsql {

// One call of a function: its arguments, counted from 0, and its answer. An
// answer that is never given is NULL.
//
// Threads:  that of the connection.
// Lifetime: of the call; so is what its text and bytes borrow.
class Call {
 public:
  Call(sqlite3_context* context, std::span<sqlite3_value* const> arguments,
       const FunctionSpec* spec)
      : context_(context), arguments_(arguments), spec_(spec) {}

  int count() const { return static_cast<int>(arguments_.size()); }
  const FunctionSpec& spec() const { return *spec_; }
  bool is_null(int argument) const;
  bool any_null() const;
  Value value(int argument) const;

  // The argument as what it must be. Errors: kInvalid for any other type:
  // Trino does not convert between text and numbers, nor does learnsql.
  Result<std::string_view> Text(int argument) const;
  Result<std::string_view> Bytes(int argument) const;
  Result<int64_t> Integer(int argument) const;
  Result<double> Number(int argument) const;
  Result<bool> Condition(int argument) const;

  // "argument 2 WHAT": the function's name is put before it.
  Status Bad(int argument, std::string_view what) const;
  // "argument 2 must be WANTED, not 'abc'".
  Status MustBe(int argument, std::string_view wanted) const;

  // The answer; text and blobs are copied.
  void Return(const Value& value) const;
  void ReturnText(std::string_view text) const { Return(Value::Text(text)); }
  void ReturnInteger(int64_t value) const { Return(Value::Integer(value)); }
  void ReturnBoolean(bool value) const { ReturnInteger(value ? 1 : 0); }

  // The length in bytes above which SQLite takes no text.
  size_t max_length() const;

  // What was kept beside a constant argument by an earlier call of the same
  // statement; nullptr when there is nothing.
  void* kept(int argument) const;
  // Hands `object` over. It may be destroyed at once: do not use it again, but
  // ask kept().
  void Keep(int argument, void* object, void (*destroy)(void*)) const;

 private:
  sqlite3_context* context_;
  std::span<sqlite3_value* const> arguments_;
  const FunctionSpec* spec_;
};

// The state of an aggregate over one group or one window frame.
class Aggregate {
 public:
  virtual ~Aggregate() = default;

  // A row comes into the frame.
  virtual Status Add(const Call& call) = 0;
  // The oldest row of the frame leaves it.
  virtual Status Remove(const Call& call) = 0;
  // Answers for the rows in the frame.
  virtual Status Answer(const Call& call) const = 0;
};

// A function as it stands in its topic's table.
struct Function {
  FunctionSpec spec;
  Status (*scalar)(const Call& call) = nullptr;
  std::unique_ptr<Aggregate> (*aggregate)() = nullptr;
  // Called with NULLs too; otherwise one NULL makes the answer NULL.
  bool sees_null = false;
};

// Each topic's functions.
std::span<const Function> AggregateFunctions();
std::span<const Function> HashFunctions();
std::span<const Function> JsonFunctions();
std::span<const Function> NumberFunctions();
std::span<const Function> RegexpFunctions();
std::span<const Function> TextFunctions();
std::span<const Function> TimeFunctions();

// A value that owns its text.
struct OwnedValue {
  OwnedValue() = default;
  explicit OwnedValue(const Value& value);

  Value Get() const;
  size_t bytes() const { return sizeof(OwnedValue) + text.capacity(); }

  Value::Kind kind = Value::Kind::kNull;
  int64_t integer = 0;
  double real = 0;
  std::string text;
};

// Less than 0, 0 or more, in SQLite's order of values: NULL, numbers, text by
// its bytes, blobs.
int CompareValues(const Value& a, const Value& b);

}  // namespace learnsql
