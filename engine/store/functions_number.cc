#include <cmath>
#include <cstdint>
#include <limits>

#include "engine/base/ascii.h"
#include "engine/store/function_call.h"

namespace learnsql {
namespace {

// Powers of ten beyond this do not fit a 64-bit integer.
constexpr int64_t kMaxIntegerDigits = 18;

// `value` to the nearest multiple of 10^digits, halves away from zero.
// REQUIRES: 0 < digits <= kMaxIntegerDigits.
bool RoundInteger(int64_t value, int64_t digits, int64_t* rounded) {
  int64_t unit = 1;
  for (int64_t i = 0; i < digits; ++i) unit *= 10;
  const int64_t rest = value % unit;
  const int64_t whole = value - rest;
  *rounded = whole;
  if (rest >= unit / 2) return !__builtin_add_overflow(whole, unit, rounded);
  if (rest <= -unit / 2) return !__builtin_sub_overflow(whole, unit, rounded);
  return true;
}

Status ReturnRoundedInteger(const Call& call, int64_t value, int64_t places) {
  if (places < -kMaxIntegerDigits) {
    return call.MustBe(1, "-18 or more for an integer");
  }
  int64_t rounded = value;
  if (places < 0 && !RoundInteger(value, -places, &rounded)) {
    return call.Bad(0, "rounds to more than a bigint holds");
  }
  call.ReturnInteger(rounded);
  return {};
}

// As Trino computes it: scaled, rounded with halves away from zero, scaled
// back. So 1.005 to two places is 1.0, for its double is a little less.
double RoundDouble(double value, int64_t places) {
  const double factor = std::pow(10.0, static_cast<double>(places));
  const double scaled = std::fabs(value) * factor;
  // Beyond 64 bits there is no fraction to round that a double could show.
  if (!(scaled < 0x1p63)) return value;
  const double rounded = std::round(scaled) / factor;
  return (value < 0 ? -rounded : rounded) + 0.0;  // no -0.0
}

Status Round(const Call& call) {
  int64_t places = 0;
  if (call.count() == 2) {
    LEARNSQL_TRY_SET(places, call.Integer(1));
  }
  const Value value = call.value(0);
  if (value.kind == Value::Kind::kInteger) {
    return ReturnRoundedInteger(call, value.integer, places);
  }
  LEARNSQL_TRY_SET(const double number, call.Number(0));
  if (places < -308 || places > 308) {
    return call.MustBe(1, "from -308 to 308");
  }
  call.Return(Value::Real(RoundDouble(number, places)));
  return {};
}

bool IsNumber(const Value& value) {
  return value.kind == Value::Kind::kInteger ||
         value.kind == Value::Kind::kReal;
}

// The argument that comes last (sign 1) or first (-1) in order.
Status Extreme(const Call& call, int sign) {
  Value best = call.value(0);
  bool real = best.kind == Value::Kind::kReal;
  for (int i = 1; i < call.count(); ++i) {
    const Value value = call.value(i);
    const bool numbers = IsNumber(best) && IsNumber(value);
    if (!numbers && best.kind != value.kind) {
      return call.Bad(i, "must be of the type of the arguments before it");
    }
    real = real || value.kind == Value::Kind::kReal;
    if (sign * CompareValues(value, best) > 0) best = value;
  }
  // Integers beside doubles are doubles.
  if (real && best.kind == Value::Kind::kInteger) {
    best = Value::Real(static_cast<double>(best.integer));
  }
  call.Return(best);
  return {};
}

Status Greatest(const Call& call) { return Extreme(call, 1); }
Status Least(const Call& call) { return Extreme(call, -1); }

Status Mod(const Call& call) {
  const Value n = call.value(0);
  const Value m = call.value(1);
  if (n.kind != Value::Kind::kInteger || m.kind != Value::Kind::kInteger) {
    LEARNSQL_TRY_SET(const double dividend, call.Number(0));
    LEARNSQL_TRY_SET(const double divisor, call.Number(1));
    call.Return(Value::Real(std::fmod(dividend, divisor)));
    return {};
  }
  if (m.integer == 0) {
    return call.Bad(1, "is zero (write nullif(..., 0))");
  }
  // The processor traps on the least integer divided by -1.
  call.ReturnInteger(m.integer == -1 ? 0 : n.integer % m.integer);
  return {};
}

template <typename Operation>
Status Bitwise(const Call& call, Operation operation) {
  LEARNSQL_TRY_SET(const int64_t x, call.Integer(0));
  LEARNSQL_TRY_SET(const int64_t y, call.Integer(1));
  call.ReturnInteger(operation(x, y));
  return {};
}

Status BitwiseAnd(const Call& call) {
  return Bitwise(call, [](int64_t x, int64_t y) { return x & y; });
}
Status BitwiseOr(const Call& call) {
  return Bitwise(call, [](int64_t x, int64_t y) { return x | y; });
}
Status BitwiseXor(const Call& call) {
  return Bitwise(call, [](int64_t x, int64_t y) { return x ^ y; });
}

Status BitwiseNot(const Call& call) {
  LEARNSQL_TRY_SET(const int64_t x, call.Integer(0));
  call.ReturnInteger(~x);
  return {};
}

std::string_view TakeDigits(std::string_view* text) {
  size_t count = 0;
  while (count < text->size() && IsDigit((*text)[count])) ++count;
  const std::string_view digits = text->substr(0, count);
  text->remove_prefix(count);
  return digits;
}

void TakeSign(std::string_view* text) {
  if (!text->empty() && (text->front() == '+' || text->front() == '-')) {
    text->remove_prefix(1);
  }
}

Status TryBigint(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view text, call.Text(0));
  std::string_view digits = text;
  TakeSign(&digits);
  const bool negative = text.starts_with('-');
  if (digits.empty()) return {};
  int64_t value = 0;
  for (const char c : digits) {
    if (!IsDigit(c)) return {};
    const int64_t digit = negative ? -(c - '0') : c - '0';
    if (__builtin_mul_overflow(value, 10, &value) ||
        __builtin_add_overflow(value, digit, &value)) {
      return {};
    }
  }
  call.ReturnInteger(value);
  return {};
}

// [+-] digits [. digits] [e [+-] digits], with a digit before the e.
bool IsDecimal(std::string_view text) {
  TakeSign(&text);
  size_t digits = TakeDigits(&text).size();
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    digits += TakeDigits(&text).size();
  }
  if (digits == 0) return false;
  if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
    text.remove_prefix(1);
    TakeSign(&text);
    if (TakeDigits(&text).empty()) return false;
  }
  return text.empty();
}

Status TryDouble(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view text, call.Text(0));
  if (!IsDecimal(text)) return {};
  // strtod, as from_chars takes no plus sign and calls tiny numbers errors.
  const double value = std::strtod(std::string(text).c_str(), nullptr);
  if (std::isfinite(value)) call.Return(Value::Real(value));
  return {};
}

constexpr Function kNumberFunctions[] = {
    {.spec = {.name = "round",
              .min_arguments = 1,
              .max_arguments = 2,
              .overrides = true,
              .signature = "round(x[, places]) -> [same as x]",
              .document = "To the nearest number with so many decimal places, "
                          "halves away from zero; an integer stays one."},
     .scalar = Round},
    {.spec = {.name = "greatest",
              .min_arguments = 1,
              .max_arguments = -1,
              .signature = "greatest(value, ...) -> [same as values]",
              .document = "The greatest of the arguments; NULL if any is."},
     .scalar = Greatest},
    {.spec = {.name = "least",
              .min_arguments = 1,
              .max_arguments = -1,
              .signature = "least(value, ...) -> [same as values]",
              .document = "The least of the arguments; NULL if any is."},
     .scalar = Least},
    {.spec = {.name = "mod",
              .min_arguments = 2,
              .max_arguments = 2,
              .overrides = true,
              .signature = "mod(n, m) -> [same as arguments]",
              .document = "The rest of n / m, with the sign of n; of integers "
                          "an integer. Zero as m is an error."},
     .scalar = Mod},
    {.spec = {.name = "bitwise_and",
              .min_arguments = 2,
              .max_arguments = 2,
              .signature = "bitwise_and(x, y) -> bigint",
              .document = "The bits that both have."},
     .scalar = BitwiseAnd},
    {.spec = {.name = "bitwise_or",
              .min_arguments = 2,
              .max_arguments = 2,
              .signature = "bitwise_or(x, y) -> bigint",
              .document = "The bits that either has."},
     .scalar = BitwiseOr},
    {.spec = {.name = "bitwise_xor",
              .min_arguments = 2,
              .max_arguments = 2,
              .signature = "bitwise_xor(x, y) -> bigint",
              .document = "The bits that one of them has."},
     .scalar = BitwiseXor},
    {.spec = {.name = "bitwise_not",
              .min_arguments = 1,
              .max_arguments = 1,
              .signature = "bitwise_not(x) -> bigint",
              .document = "The bits that x does not have."},
     .scalar = BitwiseNot},
    {.spec = {.name = "try_bigint",
              .min_arguments = 1,
              .max_arguments = 1,
              .signature = "try_bigint(string) -> bigint",
              .document = "The integer that the text is, digits after a sign "
                          "or none; NULL for all else.",
              .trino_prelude =
                  "function try_bigint(x varchar) returns bigint return "
                  "case when regexp_like(x, '^[+-]?[0-9]+\\z') "
                  "then try_cast(x as bigint) end"},
     .scalar = TryBigint},
    {.spec = {.name = "try_double",
              .min_arguments = 1,
              .max_arguments = 1,
              .signature = "try_double(string) -> double",
              .document = "The decimal number that the text is, such as 1.5 or "
                          "-2e3; NULL for all else.",
              .trino_prelude =
                  "function try_double(x varchar) returns double return "
                  "case when regexp_like(x, "
                  "'^[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?\\z') "
                  "then nullif(nullif(try_cast(x as double), infinity()), "
                  "-infinity()) end"},
     .scalar = TryDouble},
};

}  // namespace

std::span<const Function> NumberFunctions() { return kNumberFunctions; }

}  // namespace learnsql
