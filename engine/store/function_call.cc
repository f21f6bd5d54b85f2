#include "engine/store/function_call.h"

#include <sqlite3.h>

#include <algorithm>
#include <cmath>

namespace learnsql {
namespace {

// How much of a wrong argument an error shows, in bytes.
constexpr size_t kShownBytes = 40;

std::string Shown(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kNull:
      return "NULL";
    case Value::Kind::kInteger:
      return "the integer " + std::to_string(value.integer);
    case Value::Kind::kReal:
      return "the number " + std::to_string(value.real);
    case Value::Kind::kBlob:
      return "a blob";
    case Value::Kind::kText:
      break;
  }
  if (value.bytes.size() <= kShownBytes) return QuoteText(value.bytes);
  size_t cut = kShownBytes;
  while (cut > 0 && (value.bytes[cut] & 0xc0) == 0x80) --cut;
  return QuoteText(std::string(value.bytes.substr(0, cut)) + "...");
}

bool IsNumber(Value::Kind kind) {
  return kind == Value::Kind::kInteger || kind == Value::Kind::kReal;
}

int Rank(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::kNull:
      return 0;
    case Value::Kind::kInteger:
    case Value::Kind::kReal:
      return 1;
    case Value::Kind::kText:
      return 2;
    case Value::Kind::kBlob:
      return 3;
  }
  return 0;
}

template <typename T>
int Compare(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

// Exact also where the integer has more digits than a double holds.
int CompareMixed(int64_t integer, double real) {
  if (real >= 0x1p63) return -1;
  if (real < -0x1p63) return 1;
  const double whole = std::trunc(real);
  const int by_whole = Compare(integer, static_cast<int64_t>(whole));
  return by_whole != 0 ? by_whole : Compare(whole, real);
}

int CompareNumbers(const Value& a, const Value& b) {
  const bool a_real = a.kind == Value::Kind::kReal;
  const bool b_real = b.kind == Value::Kind::kReal;
  if (a_real && b_real) return Compare(a.real, b.real);
  if (a_real) return -CompareMixed(b.integer, a.real);
  if (b_real) return CompareMixed(a.integer, b.real);
  return Compare(a.integer, b.integer);
}

}  // namespace

bool Call::is_null(int argument) const {
  return sqlite3_value_type(arguments_[argument]) == SQLITE_NULL;
}

bool Call::any_null() const {
  return std::any_of(
      arguments_.begin(), arguments_.end(),
      [](sqlite3_value* v) { return sqlite3_value_type(v) == SQLITE_NULL; });
}

Value Call::value(int argument) const {
  sqlite3_value* const v = arguments_[argument];
  switch (sqlite3_value_type(v)) {
    case SQLITE_INTEGER:
      return Value::Integer(sqlite3_value_int64(v));
    case SQLITE_FLOAT:
      return Value::Real(sqlite3_value_double(v));
    case SQLITE_TEXT: {
      const unsigned char* text = sqlite3_value_text(v);
      return Value::Text({reinterpret_cast<const char*>(text),
                          static_cast<size_t>(sqlite3_value_bytes(v))});
    }
    case SQLITE_BLOB: {
      const void* blob = sqlite3_value_blob(v);
      return Value::Blob({static_cast<const char*>(blob),
                          static_cast<size_t>(sqlite3_value_bytes(v))});
    }
    default:
      return Value::Null();
  }
}

Result<std::string_view> Call::Text(int argument) const {
  const Value v = value(argument);
  if (v.kind == Value::Kind::kText) return v.bytes;
  return MustBe(argument, IsNumber(v.kind) ? "text (write cast(... as varchar))"
                                           : "text");
}

Result<std::string_view> Call::Bytes(int argument) const {
  const Value v = value(argument);
  if (v.kind == Value::Kind::kBlob) return v.bytes;
  return MustBe(argument, "bytes (write to_utf8(...))");
}

Result<int64_t> Call::Integer(int argument) const {
  const Value v = value(argument);
  if (v.kind == Value::Kind::kInteger) return v.integer;
  return MustBe(argument, "an integer");
}

Result<double> Call::Number(int argument) const {
  const Value v = value(argument);
  if (v.kind == Value::Kind::kReal) return v.real;
  if (v.kind == Value::Kind::kInteger) return static_cast<double>(v.integer);
  return MustBe(argument, "a number");
}

Result<bool> Call::Condition(int argument) const {
  const Value v = value(argument);
  if (v.kind == Value::Kind::kInteger && (v.integer == 0 || v.integer == 1)) {
    return v.integer == 1;
  }
  return MustBe(argument, "a condition (0 or 1)");
}

Status Call::Bad(int argument, std::string_view what) const {
  return Status(Code::kInvalid, "argument " + std::to_string(argument + 1) +
                                    " " + std::string(what));
}

Status Call::MustBe(int argument, std::string_view wanted) const {
  return Bad(argument, "must be " + std::string(wanted) + ", not " +
                           Shown(value(argument)));
}

void Call::Return(const Value& value) const {
  switch (value.kind) {
    case Value::Kind::kNull:
      return sqlite3_result_null(context_);
    case Value::Kind::kInteger:
      return sqlite3_result_int64(context_, value.integer);
    case Value::Kind::kReal:
      return sqlite3_result_double(context_, value.real);
    case Value::Kind::kText:
      return sqlite3_result_text64(
          context_, value.bytes.empty() ? "" : value.bytes.data(),
          value.bytes.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    case Value::Kind::kBlob:
      return sqlite3_result_blob64(
          context_, value.bytes.empty() ? "" : value.bytes.data(),
          value.bytes.size(), SQLITE_TRANSIENT);
  }
}

size_t Call::max_length() const {
  return static_cast<size_t>(sqlite3_limit(sqlite3_context_db_handle(context_),
                                           SQLITE_LIMIT_LENGTH, -1));
}

void* Call::kept(int argument) const {
  return sqlite3_get_auxdata(context_, argument);
}

void Call::Keep(int argument, void* object, void (*destroy)(void*)) const {
  sqlite3_set_auxdata(context_, argument, object, destroy);
}

OwnedValue::OwnedValue(const Value& value) : kind(value.kind) {
  if (kind == Value::Kind::kInteger) integer = value.integer;
  if (kind == Value::Kind::kReal) real = value.real;
  if (kind == Value::Kind::kText || kind == Value::Kind::kBlob) {
    text.assign(value.bytes);
  }
}

Value OwnedValue::Get() const {
  switch (kind) {
    case Value::Kind::kNull:
      return Value::Null();
    case Value::Kind::kInteger:
      return Value::Integer(integer);
    case Value::Kind::kReal:
      return Value::Real(real);
    case Value::Kind::kText:
      return Value::Text(text);
    case Value::Kind::kBlob:
      return Value::Blob(text);
  }
  return Value::Null();
}

int CompareValues(const Value& a, const Value& b) {
  const int by_rank = Compare(Rank(a.kind), Rank(b.kind));
  if (by_rank != 0 || a.is_null()) return by_rank;
  if (IsNumber(a.kind)) return CompareNumbers(a, b);
  return a.bytes.compare(b.bytes);
}

}  // namespace learnsql
