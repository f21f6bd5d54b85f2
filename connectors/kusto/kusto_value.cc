#include "connectors/kusto/kusto_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

#include "connectors/decode/json_parsers.h"
#include "engine/base/clock.h"

namespace learnsql {
namespace {

constexpr size_t kFractionDigits = 7;
constexpr size_t kMaxValues = 1 << 20;  // of one dynamic that came as text
constexpr int64_t kTicksPerSecond = 10'000'000;

struct TypeName {
  std::string_view name;
  KustoType type;
};

// In lower case: the service's names, their aliases, and those of .NET.
constexpr TypeName kColumnTypes[] = {
    {"bool", KustoType::kBool},       {"boolean", KustoType::kBool},
    {"int", KustoType::kInteger},     {"long", KustoType::kInteger},
    {"real", KustoType::kReal},       {"double", KustoType::kReal},
    {"decimal", KustoType::kDecimal}, {"datetime", KustoType::kDatetime},
    {"date", KustoType::kDatetime},   {"timespan", KustoType::kTimespan},
    {"time", KustoType::kTimespan},   {"guid", KustoType::kGuid},
    {"uuid", KustoType::kGuid},       {"uniqueid", KustoType::kGuid},
    {"string", KustoType::kString},   {"dynamic", KustoType::kDynamic},
};
constexpr TypeName kDataTypes[] = {
    {"boolean", KustoType::kBool},       {"sbyte", KustoType::kBool},
    {"int16", KustoType::kInteger},      {"int32", KustoType::kInteger},
    {"int64", KustoType::kInteger},      {"single", KustoType::kReal},
    {"double", KustoType::kReal},        {"decimal", KustoType::kDecimal},
    {"sqldecimal", KustoType::kDecimal}, {"datetime", KustoType::kDatetime},
    {"timespan", KustoType::kTimespan},  {"guid", KustoType::kGuid},
    {"string", KustoType::kString},      {"object", KustoType::kDynamic},
};

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

KustoType Find(std::span<const TypeName> names, std::string_view name) {
  std::string lower = Lower(name);
  if (lower.starts_with("system.data.sqltypes.")) lower.erase(0, 21);
  if (lower.starts_with("system.")) lower.erase(0, 7);
  const auto at =
      std::find_if(names.begin(), names.end(),
                   [&](const TypeName& known) { return known.name == lower; });
  return at == names.end() ? KustoType::kUnknown : at->type;
}

// Digits only, from `from` to 19 of them.
std::optional<int64_t> Digits(std::string_view text, size_t least,
                              size_t most) {
  if (text.size() < least || text.size() > most) return std::nullopt;
  int64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

// Ticks of ".f{1,7}"; nullopt for anything else.
std::optional<int64_t> FractionTicks(std::string_view text) {
  if (text.empty()) return 0;
  if (text.front() != '.') return std::nullopt;
  text.remove_prefix(1);
  std::optional<int64_t> ticks = Digits(text, 1, kFractionDigits);
  for (size_t i = text.size(); ticks && i < kFractionDigits; ++i) *ticks *= 10;
  return ticks;
}

// Seconds of a day: "hh:mm:ss".
std::optional<int64_t> SecondsOfDay(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return {};
  const auto hours = Digits(text.substr(0, 2), 2, 2);
  const auto minutes = Digits(text.substr(3, 2), 2, 2);
  const auto seconds = Digits(text.substr(6, 2), 2, 2);
  if (!hours || !minutes || !seconds) return {};
  if (*hours > 23 || *minutes > 59 || *seconds > 59) return {};
  return *hours * 3600 + *minutes * 60 + *seconds;
}

bool IsRealDay(std::string_view date) {
  if (date.size() != 10 || date[4] != '-' || date[7] != '-') return false;
  const auto year = Digits(date.substr(0, 4), 4, 4);
  const auto month = Digits(date.substr(5, 2), 2, 2);
  const auto day = Digits(date.substr(8, 2), 2, 2);
  return year && month && day && *year > 0 && *month >= 1 && *month <= 12 &&
         IsRealDate(*year, static_cast<int>(*month), static_cast<int>(*day));
}

Value Keep(std::string* text) { return Value::Text(*text); }

}  // namespace

KustoType KustoTypeOf(std::string_view column_type,
                      std::string_view data_type) {
  return column_type.empty() ? Find(kDataTypes, data_type)
                             : Find(kColumnTypes, column_type);
}

void MakeNamesUnique(std::vector<KustoColumn>* columns) {
  std::set<std::string> taken;
  for (const KustoColumn& column : *columns) taken.insert(column.label);
  std::set<std::string> given;
  for (KustoColumn& column : *columns) {
    column.name = column.label;
    for (int n = 2; given.contains(column.name); ++n) {
      std::string next = column.label + "_" + std::to_string(n);
      if (!taken.contains(next)) column.name = std::move(next);
    }
    given.insert(column.name);
  }
}

std::optional<int64_t> ParseTimespan(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  int64_t days = 0;
  const size_t colon = text.find(':');
  const size_t dot = text.find('.');
  if (dot != text.npos && colon != text.npos && dot < colon) {
    const auto read = Digits(text.substr(0, dot), 1, 8);
    if (!read) return std::nullopt;
    days = *read;
    text.remove_prefix(dot + 1);
  }
  if (text.size() < 8) return std::nullopt;
  const auto seconds = SecondsOfDay(text.substr(0, 8));
  const auto fraction = FractionTicks(text.substr(8));
  if (!seconds || !fraction) return std::nullopt;
  // The span of the service's own type, a little more than 64 bits of ticks.
  __extension__ using Wide = __int128;
  Wide ticks = static_cast<Wide>(days * 86400 + *seconds) * kTicksPerSecond;
  ticks += *fraction;
  if (negative) ticks = -ticks;
  if (ticks > INT64_MAX || ticks < INT64_MIN) return std::nullopt;
  return static_cast<int64_t>(ticks);
}

std::string NormalDatetime(std::string_view text) {
  std::string same(text);
  if (text.size() < 20 || text[10] != 'T' || text.back() != 'Z') return same;
  std::string_view fraction = text.substr(19, text.size() - 20);
  if (!IsRealDay(text.substr(0, 10)) || !SecondsOfDay(text.substr(11, 8)) ||
      !FractionTicks(fraction)) {
    return same;
  }
  same.pop_back();
  if (fraction.empty()) same += '.';
  same.resize(20 + kFractionDigits, '0');
  return same + 'Z';
}

KustoRowDecoder::KustoRowDecoder(std::vector<KustoColumn> columns)
    : columns_(std::move(columns)),
      texts_(columns_.size()),
      values_(columns_.size()),
      parser_(std::make_unique<SlowJsonParser>(kMaxValues)) {}
KustoRowDecoder::~KustoRowDecoder() = default;
KustoRowDecoder::KustoRowDecoder(KustoRowDecoder&&) noexcept = default;

Status KustoRowDecoder::Decode(const JsonNode& row) {
  if (!row.is_array()) return Status(Code::kInvalid, "the row is no array");
  size_t at = 0;
  for (const JsonNode cell : row.elements()) {
    if (at < columns_.size()) {
      texts_[at].clear();
      values_[at] = Decode(columns_[at].type, cell, &texts_[at]);
    }
    ++at;
  }
  if (at == columns_.size()) return {};
  return Status(Code::kInvalid,
                "the row has " + std::to_string(at) + " cells, and the table " +
                    std::to_string(columns_.size()) + " columns");
}

// By the type that the cell itself has.
Value KustoRowDecoder::AsItIs(const JsonNode& cell, std::string* text) {
  switch (cell.kind()) {
    case JsonKind::kMissing:
    case JsonKind::kNull:
      return Value::Null();
    case JsonKind::kBool:
      return Value::Integer(*cell.boolean() ? 1 : 0);
    case JsonKind::kInteger:
      return Value::Integer(*cell.int64());
    case JsonKind::kReal:
      return Value::Real(*cell.real());
    case JsonKind::kBigNumber:
      ++oddities_.big_integers;
      return Value::Text(cell.text());
    case JsonKind::kString:
      return Value::Text(cell.text());
    case JsonKind::kArray:
    case JsonKind::kObject:
      cell.AppendMinified(text);
      return Keep(text);
  }
  return Value::Null();
}

Value KustoRowDecoder::Decode(KustoType type, const JsonNode& cell,
                              std::string* text) {
  if (cell.is_null()) return Value::Null();
  const bool is_string = cell.is_string();
  switch (type) {
    case KustoType::kReal:
      return DecodeReal(cell, text);
    case KustoType::kDynamic:
      return DecodeDynamic(cell, text);
    case KustoType::kDecimal:
    case KustoType::kString:
    case KustoType::kUnknown:
      if (is_string) return Value::Text(cell.text());
      cell.AppendMinified(text);
      return Keep(text);
    case KustoType::kDatetime:
      if (!is_string) break;
      *text = NormalDatetime(cell.text());
      return Keep(text);
    case KustoType::kTimespan:
      if (const auto ticks = ParseTimespan(cell.text()); is_string && ticks) {
        return Value::Integer(*ticks);
      }
      break;
    case KustoType::kGuid:
      if (!is_string) break;
      *text = Lower(cell.text());
      return Keep(text);
    case KustoType::kBool:
    case KustoType::kInteger:
      break;
  }
  return AsItIs(cell, text);
}

Value KustoRowDecoder::DecodeReal(const JsonNode& cell, std::string* text) {
  if (const auto number = cell.real()) return Value::Real(*number);
  if (!cell.is_string()) return AsItIs(cell, text);
  const std::string_view word = cell.text();
  if (word == "NaN") {
    ++oddities_.nans;
    return Value::Null();
  }
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (word == "Infinity") return Value::Real(kInfinity);
  if (word == "-Infinity") return Value::Real(-kInfinity);
  double number = 0;
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, number);
  const bool all = error == std::errc() && stop == end && std::isfinite(number);
  return all ? Value::Real(number) : Value::Text(word);
}

Value KustoRowDecoder::DecodeDynamic(const JsonNode& cell, std::string* text) {
  if (!cell.is_string()) {
    cell.AppendMinified(text);
    return Keep(text);
  }
  const std::string_view word = cell.text();
  if (word.empty()) return Value::Null();
  const size_t first = word.find_first_not_of(" \t\r\n");
  const char bracket = first == word.npos ? ' ' : word[first];
  if (bracket == '{' || bracket == '[') {
    JsonTape tape;
    if (parser_->Parse(word, &tape).reason.empty()) {
      JsonNode(&tape, 1).AppendMinified(text);
      return Keep(text);
    }
  }
  JsonNode::AppendQuoted(word, text);
  return Keep(text);
}

}  // namespace learnsql
