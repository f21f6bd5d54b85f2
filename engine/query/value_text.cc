#include "engine/query/value_text.h"

#include <charconv>
#include <cmath>

#include "engine/query/text_width.h"

namespace learnsql {
namespace {

// Decimal exponents from here on are written with an `e`: below, a person
// still reads the number at a glance, and every integer under 2^53 is whole.
constexpr int kLeastFixedExponent = -5;
constexpr int kFirstScientificExponent = 16;

std::string Chars(double value, std::chars_format format) {
  char text[400];
  const auto end = std::to_chars(text, text + sizeof(text), value, format);
  return std::string(text, end.ptr);
}

int ExponentOf(const std::string& scientific) {
  const size_t e = scientific.find('e');
  int exponent = 0;
  const char* from = scientific.data() + e + (scientific[e + 1] == '+' ? 2 : 1);
  std::from_chars(from, scientific.data() + scientific.size(), exponent);
  return exponent;
}

}  // namespace

std::string RealText(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Inf" : "-Inf";
  std::string text = Chars(value, std::chars_format::scientific);
  const int exponent = ExponentOf(text);
  if (value == 0 || (exponent >= kLeastFixedExponent &&
                     exponent < kFirstScientificExponent)) {
    text = Chars(value, std::chars_format::fixed);
    return text.find('.') == std::string::npos ? text + ".0" : text;
  }
  if (text.find('.') == std::string::npos) text.insert(text.find('e'), ".0");
  return text;
}

std::string BlobText(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "x'";
  text.reserve(bytes.size() * 2 + 3);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  text.push_back('\'');
  return text;
}

std::string PlainText(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kNull:
      return "";
    case Value::Kind::kInteger:
      return std::to_string(value.integer);
    case Value::Kind::kReal:
      return RealText(value.real);
    case Value::Kind::kText:
      return std::string(value.bytes);
    case Value::Kind::kBlob:
      return BlobText(value.bytes);
  }
  return "";
}

std::string SqlLiteral(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kNull:
      return "NULL";
    case Value::Kind::kReal:
      // SQLite reads a number too large for a double as infinity.
      if (std::isinf(value.real)) return value.real > 0 ? "9e999" : "-9e999";
      return RealText(value.real);
    case Value::Kind::kText:
      if (value.bytes.find('\0') == std::string_view::npos &&
          IsValidUtf8(value.bytes)) {
        return QuoteText(value.bytes);
      }
      return "cast(" + BlobText(value.bytes) + " as text)";
    default:
      return PlainText(value);
  }
}

}  // namespace learnsql
