#include "connectors/trino/trino_value.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <set>

#include "engine/base/clock.h"

namespace learnsql {
namespace {

struct TypeName {
  std::string_view name;
  TrinoType type;
};
constexpr TypeName kTypes[] = {
    {"boolean", TrinoType::kBoolean},
    {"tinyint", TrinoType::kInteger},
    {"smallint", TrinoType::kInteger},
    {"integer", TrinoType::kInteger},
    {"bigint", TrinoType::kInteger},
    {"real", TrinoType::kReal},
    {"double", TrinoType::kReal},
    {"char", TrinoType::kText},
    {"varbinary", TrinoType::kBinary},
    {"hyperloglog", TrinoType::kBinary},
    {"p4hyperloglog", TrinoType::kBinary},
    {"setdigest", TrinoType::kBinary},
    {"qdigest", TrinoType::kBinary},
    {"tdigest", TrinoType::kBinary},
    {"timestamp", TrinoType::kTimestamp},
    {"timestamp with time zone", TrinoType::kZonedTimestamp},
    {"varchar", TrinoType::kText},
    {"decimal", TrinoType::kText},
    {"number", TrinoType::kText},
    {"json", TrinoType::kText},
    {"date", TrinoType::kText},
    {"time", TrinoType::kText},
    {"time with time zone", TrinoType::kText},
    {"interval day to second", TrinoType::kText},
    {"interval year to month", TrinoType::kText},
    {"uuid", TrinoType::kText},
    {"ipaddress", TrinoType::kText},
    {"geometry", TrinoType::kText},
    {"sphericalgeography", TrinoType::kText},
};

// "timestamp(6) with time zone" as "timestamp with time zone".
std::string Plain(std::string_view type) {
  std::string plain;
  int depth = 0;
  for (const char c : type) {
    if (c == '(') ++depth;
    if (depth == 0) {
      plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (c == ')') --depth;
  }
  return plain;
}

std::optional<std::string> Base64Decoded(std::string_view text) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() % 4 != 0) return std::nullopt;
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const size_t at = kAlphabet.find(c);
    if (at == kAlphabet.npos) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(at);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xff);
  }
  return bytes;
}

// Seconds of "+hh:mm", "-hh:mm", "UTC", "Z".
std::optional<int64_t> OffsetOf(std::string_view zone) {
  if (zone == "UTC" || zone == "Z") return 0;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') ||
      zone[3] != ':') {
    return std::nullopt;
  }
  int hours = 0;
  int minutes = 0;
  const auto a = std::from_chars(zone.data() + 1, zone.data() + 3, hours);
  const auto b = std::from_chars(zone.data() + 4, zone.data() + 6, minutes);
  if (a.ptr != zone.data() + 3 || b.ptr != zone.data() + 6 || minutes > 59) {
    return std::nullopt;
  }
  const int64_t seconds = hours * 3600 + minutes * 60;
  return zone[0] == '-' ? -seconds : seconds;
}

}  // namespace

TrinoType TrinoTypeOf(std::string_view raw_type) {
  const std::string plain = Plain(raw_type);
  for (const TypeName& known : kTypes) {
    if (known.name == plain) return known.type;
  }
  return TrinoType::kJson;
}

Result<std::vector<TrinoColumn>> ReadTrinoColumns(const JsonNode& list) {
  std::vector<TrinoColumn> columns;
  std::set<std::string> labels;
  if (!list.is_array()) {
    return Status(Code::kCorrupt, "the columns of the reply are no list");
  }
  for (const JsonNode node : list.elements()) {
    if (!node.Find("name").is_string()) {
      return Status(Code::kCorrupt, "a column of the reply has no name");
    }
    TrinoColumn column;
    column.label = node.Find("name").text();
    column.type = node.Find("type").text();
    const std::string_view raw =
        node.Find("typeSignature").Find("rawType").text();
    column.kind = TrinoTypeOf(raw.empty() ? column.type : raw);
    labels.insert(column.label);
    columns.push_back(std::move(column));
  }
  std::set<std::string> given;
  for (TrinoColumn& column : columns) {
    column.name = column.label;
    for (int n = 2; given.contains(column.name); ++n) {
      std::string next = column.label + "_" + std::to_string(n);
      if (!labels.contains(next)) column.name = std::move(next);
    }
    given.insert(column.name);
  }
  return columns;
}

std::string UtcTimestamp(std::string_view text) {
  const size_t blank = text.rfind(' ');
  if (blank == text.npos || blank < 19 || text[10] != ' ') {
    return std::string(text);
  }
  const auto offset = OffsetOf(text.substr(blank + 1));
  std::string second(text.substr(0, 19));
  second[10] = 'T';
  const auto seconds = ParseUtc(second);
  if (!offset || !seconds) return std::string(text);
  std::string utc = FormatUtc(*seconds - *offset);
  utc.pop_back();
  return utc + std::string(text.substr(19, blank - 19)) + "Z";
}

TrinoRowDecoder::TrinoRowDecoder(std::vector<TrinoColumn> columns)
    : columns_(std::move(columns)),
      texts_(columns_.size()),
      values_(columns_.size()) {}

Status TrinoRowDecoder::Decode(const JsonNode& row) {
  if (!row.is_array()) return Status(Code::kInvalid, "the row is no array");
  size_t at = 0;
  for (const JsonNode cell : row.elements()) {
    if (at < columns_.size()) {
      texts_[at].clear();
      values_[at] = DecodeCell(columns_[at].kind, cell, &texts_[at]);
    }
    ++at;
  }
  if (at == columns_.size()) return {};
  return Status(Code::kInvalid, "the row has " + std::to_string(at) +
                                    " cells, and the result " +
                                    std::to_string(columns_.size()) +
                                    " columns");
}

Value TrinoRowDecoder::DecodeCell(TrinoType kind, const JsonNode& cell,
                                  std::string* text) {
  if (cell.is_null()) return Value::Null();
  if (kind == TrinoType::kReal) return DecodeReal(cell);
  if (kind == TrinoType::kBoolean && cell.text() == "true") {
    return Value::Integer(1);
  }
  if (kind == TrinoType::kBoolean && cell.text() == "false") {
    return Value::Integer(0);
  }
  if (kind == TrinoType::kBoolean && cell.boolean()) {
    return Value::Integer(*cell.boolean() ? 1 : 0);
  }
  if (kind == TrinoType::kInteger && cell.int64()) {
    return Value::Integer(*cell.int64());
  }
  if (kind == TrinoType::kInteger && cell.real()) {
    return Value::Real(*cell.real());
  }
  if (cell.is_string() && kind != TrinoType::kJson) {
    return DecodeText(kind, cell.text(), text);
  }
  if (cell.kind() == JsonKind::kBigNumber) return Value::Text(cell.text());
  cell.AppendMinified(text);
  return Value::Text(*text);
}

Value TrinoRowDecoder::DecodeReal(const JsonNode& cell) {
  if (const auto number = cell.real()) return Value::Real(*number);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::string_view word = cell.text();
  if (word == "Infinity") return Value::Real(kInfinity);
  if (word == "-Infinity") return Value::Real(-kInfinity);
  if (word != "NaN") return Value::Text(word);
  ++nans_;
  return Value::Null();
}

Value TrinoRowDecoder::DecodeText(TrinoType kind, std::string_view cell,
                                  std::string* text) {
  switch (kind) {
    case TrinoType::kBinary:
      if (auto bytes = Base64Decoded(cell)) {
        *text = std::move(*bytes);
        return Value::Blob(*text);
      }
      return Value::Text(cell);
    case TrinoType::kTimestamp:
      *text = cell;
      if (text->size() > 10 && (*text)[10] == ' ') (*text)[10] = 'T';
      return Value::Text(*text);
    case TrinoType::kZonedTimestamp:
      *text = UtcTimestamp(cell);
      return Value::Text(*text);
    default:
      return Value::Text(cell);
  }
}

}  // namespace learnsql
