#include "connectors/files/cell_values.h"

#include <charconv>
#include <limits>
#include <optional>
#include <string>

namespace learnsql {
namespace {

constexpr std::string_view kNoInteger =
    "is no integer as it is written: digits, a minus before them, no zeros in "
    "front, no fraction";

std::optional<int64_t> TruthOf(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") return 1;
  if (text == "false" || text == "False" || text == "FALSE") return 0;
  return std::nullopt;
}

CellVerdict ReadInteger(std::string_view text) {
  if (const std::optional<int64_t> truth = TruthOf(text)) {
    return {.value = Value::Integer(*truth)};
  }
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  const bool canonical =
      !digits.empty() && (digits[0] != '0' || text.size() == 1);
  int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (!canonical || stop != end || error == std::errc::invalid_argument) {
    return {.wrong = kNoInteger};
  }
  if (error != std::errc()) return {.wrong = "is beyond 64 bits"};
  return {.value = Value::Integer(number)};
}

// Words that stand for what has no digits.
std::optional<CellVerdict> ReadWord(std::string_view text) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (text == "NaN") return CellVerdict{.was_nan = true};
  if (text == "Infinity") return CellVerdict{.value = Value::Real(kInfinity)};
  if (text == "-Infinity") return CellVerdict{.value = Value::Real(-kInfinity)};
  return std::nullopt;
}

CellVerdict ReadReal(std::string_view text) {
  if (const auto word = ReadWord(text)) return *word;
  const size_t first = text.find_first_not_of('-');
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  // from_chars takes "inf" and "nan", too.
  const bool digits =
      first != text.npos &&
      (text[first] == '.' || (text[first] >= '0' && text[first] <= '9'));
  if (!digits || stop != end || error == std::errc::invalid_argument) {
    return {.wrong = "is no number"};
  }
  if (error != std::errc()) return {.wrong = "is beyond what a real holds"};
  return {.value = Value::Real(number)};
}

// Text as it stands; what is no string as it is written in JSON.
CellVerdict ReadJsonText(JsonNode node, std::string* minified) {
  if (node.kind() == JsonKind::kString) {
    return {.value = Value::Text(node.text())};
  }
  minified->clear();
  node.AppendMinified(minified);
  return {.value = Value::Text(*minified)};
}

CellVerdict ReadJsonReal(JsonNode node) {
  if (const std::optional<double> real = node.real()) {
    return {.value = Value::Real(*real)};
  }
  if (node.kind() == JsonKind::kString) {
    if (const auto word = ReadWord(node.text())) return *word;
  }
  return {.wrong = "is no number"};
}

CellVerdict ReadJsonInteger(JsonNode node) {
  if (const std::optional<bool> truth = node.boolean()) {
    return {.value = Value::Integer(*truth ? 1 : 0)};
  }
  if (node.kind() == JsonKind::kBigNumber) {
    return {.wrong = "is beyond 64 bits"};
  }
  if (node.kind() != JsonKind::kInteger) return {.wrong = "is no integer"};
  return {.value = Value::Integer(*node.int64())};
}

}  // namespace

CellVerdict ReadCell(const CsvField& cell, Value::Kind type) {
  if (type == Value::Kind::kText) {
    if (cell.text.empty() && !cell.quoted) return {};
    return {.value = Value::Text(cell.text)};
  }
  if (cell.text.empty()) return {};
  if (type == Value::Kind::kInteger) return ReadInteger(cell.text);
  if (type == Value::Kind::kReal) return ReadReal(cell.text);
  return {.wrong = "cannot be a blob: CSV has only text"};
}

CellVerdict ReadJsonValue(JsonNode node, Value::Kind type,
                          std::string* minified) {
  if (!node.exists() || node.is_null()) return {};
  if (type == Value::Kind::kText) return ReadJsonText(node, minified);
  if (type == Value::Kind::kInteger) return ReadJsonInteger(node);
  if (type == Value::Kind::kReal) return ReadJsonReal(node);
  return {.wrong = "cannot be a blob: JSON has only text"};
}

}  // namespace learnsql
