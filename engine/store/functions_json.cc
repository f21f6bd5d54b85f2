#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/store/function_call.h"
#include "engine/store/json_reader.h"

namespace learnsql {
namespace {

Result<std::vector<std::string>> PathOf(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view text, call.Text(1));
  std::optional<std::vector<std::string>> path = ParseJsonPath(text);
  if (!path) return call.MustBe(1, "a path such as '$.name.name[0]'");
  return *std::move(path);
}

JsonTokenKind KindOf(std::string_view json) { return JsonReader(json).Next(); }

// The value that the arguments (json, path) lead to.
Result<std::optional<std::string_view>> Find(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view json, call.Text(0));
  LEARNSQL_TRY_SET(const std::vector<std::string> path, PathOf(call));
  return FindJson(json, path);
}

Status JsonExtractScalar(const Call& call) {
  LEARNSQL_TRY_SET(const std::optional<std::string_view> value, Find(call));
  if (!value) return {};
  switch (KindOf(*value)) {
    case JsonTokenKind::kString:
      call.ReturnText(UnescapeJson(*value));
      break;
    case JsonTokenKind::kNumber:
    case JsonTokenKind::kTrue:
    case JsonTokenKind::kFalse:
      call.ReturnText(*value);
      break;
    default:
      break;  // no scalar, or null: NULL
  }
  return {};
}

Status JsonText(const Call& call) {
  LEARNSQL_TRY_SET(const std::optional<std::string_view> value, Find(call));
  if (!value) return {};
  std::string json;
  AppendCompactJson(*value, &json);
  call.ReturnText(json);
  return {};
}

Status JsonArrayLength(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view json, call.Text(0));
  JsonReader reader(json);
  if (reader.Next() != JsonTokenKind::kArray) return {};
  reader.Open();
  int64_t length = 0;
  JsonReader::Item item = reader.NextItem(']', true);
  for (; item == JsonReader::Item::kMore; ++length) {
    if (!reader.TakeValue()) return {};
    item = reader.NextItem(']', false);
  }
  if (item == JsonReader::Item::kEnd) call.ReturnInteger(length);
  return {};
}

// The items of the array that argument 0 is, as they are written.
// Errors: when it is none: unlike a document from elsewhere, an array comes
// from array_agg.
Result<std::vector<std::string_view>> Items(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view json, call.Text(0));
  JsonReader reader(json);
  std::vector<std::string_view> items;
  JsonReader::Item item = JsonReader::Item::kBad;
  if (reader.Next() == JsonTokenKind::kArray) {
    reader.Open();
    item = reader.NextItem(']', true);
  }
  while (item == JsonReader::Item::kMore) {
    const std::optional<std::string_view> value = reader.TakeValue();
    if (!value) break;
    items.push_back(*value);
    item = reader.NextItem(']', false);
  }
  const bool whole =
      item == JsonReader::Item::kEnd && reader.Next() == JsonTokenKind::kNone;
  if (!whole) return call.MustBe(0, "an array, as array_agg makes them");
  return items;
}

bool IsContainer(std::string_view json) {
  const JsonTokenKind kind = KindOf(json);
  return kind == JsonTokenKind::kArray || kind == JsonTokenKind::kObject;
}

bool IsInteger(std::string_view number) {
  return number.find_first_of(".eE") == number.npos;
}

// A JSON scalar as a value to compare; false before true.
OwnedValue ScalarOf(std::string_view json) {
  switch (KindOf(json)) {
    case JsonTokenKind::kString:
      return OwnedValue(Value::Text(UnescapeJson(json)));
    case JsonTokenKind::kTrue:
    case JsonTokenKind::kFalse:
      return OwnedValue(Value::Integer(json == "true"));
    case JsonTokenKind::kNumber:
      break;
    default:
      return {};
  }
  int64_t integer = 0;
  const auto [end, error] =
      std::from_chars(json.data(), json.data() + json.size(), integer);
  if (error == std::errc() && end == json.data() + json.size()) {
    return OwnedValue(Value::Integer(integer));
  }
  return OwnedValue(
      Value::Real(std::strtod(std::string(json).c_str(), nullptr)));
}

// Items of one kind only have an order; nulls go with all.
Status CheckSortable(const Call& call,
                     const std::vector<std::string_view>& items) {
  std::optional<JsonTokenKind> first;
  for (const std::string_view item : items) {
    JsonTokenKind kind = KindOf(item);
    if (IsContainer(item)) return call.Bad(0, "has items that have no order");
    if (kind == JsonTokenKind::kNull) continue;
    if (kind == JsonTokenKind::kFalse) kind = JsonTokenKind::kTrue;
    if (first && *first != kind) return call.Bad(0, "mixes types");
    first = kind;
  }
  return {};
}

Status ArraySort(const Call& call) {
  LEARNSQL_TRY_SET(const std::vector<std::string_view> items, Items(call));
  LEARNSQL_TRY(CheckSortable(call, items));
  std::vector<OwnedValue> values(items.size());
  std::vector<size_t> order(items.size());
  for (size_t i = 0; i < items.size(); ++i) {
    values[i] = ScalarOf(items[i]);
    order[i] = i;
  }
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const Value x = values[a].Get();
    const Value y = values[b].Get();
    if (x.is_null() || y.is_null()) return !x.is_null() && y.is_null();
    return CompareValues(x, y) < 0;
  });
  std::string sorted = "[";
  for (const size_t i : order) {
    if (sorted.size() > 1) sorted.push_back(',');
    AppendCompactJson(items[i], &sorted);
  }
  sorted.push_back(']');
  call.ReturnText(sorted);
  return {};
}

// A double as Trino casts it to varchar: 1200.0 is 1.2E3.
std::string DoubleText(double value) {
  char buffer[40];
  const auto written = std::to_chars(buffer, buffer + sizeof(buffer), value,
                                     std::chars_format::scientific);
  const std::string_view text(buffer,
                              static_cast<size_t>(written.ptr - buffer));
  const size_t e = text.find('e');
  if (e == text.npos) return std::string(text);
  std::string mantissa(text.substr(0, e));
  if (mantissa.find('.') == mantissa.npos) mantissa += ".0";
  std::string_view exponent = text.substr(e + 1);
  if (exponent.front() == '+') exponent.remove_prefix(1);
  int power = 0;
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), power);
  return mantissa + "E" + std::to_string(power);
}

std::string JoinedText(std::string_view item) {
  switch (KindOf(item)) {
    case JsonTokenKind::kString:
      return UnescapeJson(item);
    case JsonTokenKind::kNumber:
      if (!IsInteger(item)) return DoubleText(ScalarOf(item).real);
      return std::string(item);
    default:
      return std::string(item);
  }
}

Status ArrayJoin(const Call& call) {
  LEARNSQL_TRY_SET(const std::vector<std::string_view> items, Items(call));
  LEARNSQL_TRY_SET(const std::string_view delimiter, call.Text(1));
  std::optional<std::string_view> for_null;
  if (call.count() == 3) {
    LEARNSQL_TRY_SET(for_null, call.Text(2));
  }
  std::string joined;
  bool first = true;
  for (const std::string_view item : items) {
    if (IsContainer(item)) return call.Bad(0, "has items that are no scalars");
    const bool null = KindOf(item) == JsonTokenKind::kNull;
    if (null && !for_null) continue;
    if (!first) joined += delimiter;
    first = false;
    joined += null ? std::string(*for_null) : JoinedText(item);
  }
  call.ReturnText(joined);
  return {};
}

constexpr Function kJsonFunctions[] = {
    {.spec = {.name = "json_extract_scalar",
              .min_arguments = 2,
              .max_arguments = 2,
              .signature = "json_extract_scalar(json, path) -> varchar",
              .document = "The text, number or boolean at the path, as text; "
                          "NULL for objects, arrays, null, bad JSON."},
     .scalar = JsonExtractScalar},
    {.spec = {.name = "json_text",
              .min_arguments = 2,
              .max_arguments = 2,
              .signature = "json_text(json, path) -> varchar",
              .document = "The value at the path as JSON without blanks, "
                          "objects and arrays too; NULL when nothing is there.",
              .trino_prelude =
                  "function json_text(j varchar, p varchar) returns varchar "
                  "return json_format(json_extract(j, p))"},
     .scalar = JsonText},
    {.spec = {.name = "json_array_length",
              .min_arguments = 1,
              .max_arguments = 1,
              .overrides = true,
              .signature = "json_array_length(json) -> bigint",
              .document = "How many items the array has; NULL for all that is "
                          "no array."},
     .scalar = JsonArrayLength},
    {.spec = {.name = "array_sort",
              .min_arguments = 1,
              .max_arguments = 1,
              .signature = "array_sort(array) -> array",
              .document = "The items in ascending order, nulls last."},
     .scalar = ArraySort},
    {.spec = {.name = "array_join",
              .min_arguments = 2,
              .max_arguments = 3,
              .signature =
                  "array_join(array, delimiter[, null_replacement]) -> varchar",
              .document = "The items as one text; nulls are left out or "
                          "replaced."},
     .scalar = ArrayJoin},
};

}  // namespace

std::span<const Function> JsonFunctions() { return kJsonFunctions; }

}  // namespace learnsql
