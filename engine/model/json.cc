#include "engine/model/json.h"

#include <charconv>
#include <cmath>
#include <cstdint>

#include "engine/store/connection.h"

namespace learnsql {
namespace {

constexpr char kHex[] = "0123456789abcdef";

// The length of the UTF-8 character at the front of `text`; 0 when there is
// none.
size_t CharacterSize(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t size = lead < 0x80                   ? 1
                      : lead >= 0xC2 && lead < 0xE0 ? 2
                      : lead >= 0xE0 && lead < 0xF0 ? 3
                      : lead >= 0xF0 && lead < 0xF5 ? 4
                                                    : 0;
  if (size == 0 || text.size() < size) return 0;
  for (size_t i = 1; i < size; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 0;
  }
  return size;
}

void AppendEscaped(char c, std::string* json) {
  switch (c) {
    case '"':
      *json += "\\\"";
      return;
    case '\\':
      *json += "\\\\";
      return;
    case '\n':
      *json += "\\n";
      return;
    case '\r':
      *json += "\\r";
      return;
    case '\t':
      *json += "\\t";
      return;
    default:
      break;
  }
  if (static_cast<unsigned char>(c) >= 0x20) {
    json->push_back(c);
    return;
  }
  *json += "\\u00";
  json->push_back(kHex[(c >> 4) & 0xF]);
  json->push_back(kHex[c & 0xF]);
}

void AppendReal(double value, std::string* json) {
  if (!std::isfinite(value)) {
    *json += "null";
    return;
  }
  char digits[32];
  const auto [end, error] = std::to_chars(digits, digits + 32, value);
  (void)error;  // 32 characters hold every double
  const std::string_view text(digits, static_cast<size_t>(end - digits));
  *json += text;
  if (text.find_first_of(".e") == std::string_view::npos) *json += ".0";
}

// Reads one string of our own writing; false when there is none.
bool TakeText(std::string_view* json, std::string* text) {
  if (!json->starts_with('"')) return false;
  size_t i = 1;
  for (; i < json->size() && (*json)[i] != '"'; ++i) {
    char c = (*json)[i];
    if (c == '\\' && i + 1 < json->size()) {
      c = (*json)[++i];
      c = c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
    }
    text->push_back(c);
  }
  if (i >= json->size()) return false;
  json->remove_prefix(i + 1);
  return true;
}

bool TakeMark(std::string_view* json, char mark) {
  if (!json->starts_with(mark)) return false;
  json->remove_prefix(1);
  return true;
}

}  // namespace

void AppendJsonText(std::string_view text, std::string* json) {
  json->push_back('"');
  while (!text.empty()) {
    const size_t size = CharacterSize(text);
    if (size == 0) {
      *json += "\xEF\xBF\xBD";
    } else if (size == 1) {
      AppendEscaped(text[0], json);
    } else {
      *json += text.substr(0, size);
    }
    text.remove_prefix(std::max<size_t>(1, size));
  }
  json->push_back('"');
}

void AppendJsonValue(const Value& value, std::string* json) {
  switch (value.kind) {
    case Value::Kind::kNull:
      *json += "null";
      return;
    case Value::Kind::kInteger:
      *json += std::to_string(value.integer);
      return;
    case Value::Kind::kReal:
      AppendReal(value.real, json);
      return;
    case Value::Kind::kText:
      AppendJsonText(value.bytes, json);
      return;
    case Value::Kind::kBlob:
      break;
  }
  *json += "{\"blob\":\"";
  for (const char c : value.bytes) {
    json->push_back(kHex[(static_cast<unsigned char>(c) >> 4) & 0xF]);
    json->push_back(kHex[static_cast<unsigned char>(c) & 0xF]);
  }
  *json += "\"}";
}

std::string* JsonList::Item() {
  if (!first_) json_->push_back(',');
  first_ = false;
  return json_;
}

std::string* JsonList::Member(std::string_view name) {
  Item();
  AppendJsonText(name, json_);
  json_->push_back(':');
  return json_;
}

void JsonList::Text(std::string_view name, std::string_view value) {
  AppendJsonText(value, Member(name));
}

void JsonList::TextOrNull(std::string_view name, std::string_view value) {
  std::string* const json = Member(name);
  if (value.empty()) {
    *json += "null";
  } else {
    AppendJsonText(value, json);
  }
}

void JsonList::Integer(std::string_view name, int64_t value) {
  *Member(name) += std::to_string(value);
}

void JsonList::Bool(std::string_view name, bool value) {
  *Member(name) += value ? "true" : "false";
}

std::string JsonOfTexts(
    std::span<const std::pair<std::string, std::string>> members) {
  std::string json;
  {
    JsonList object('{', '}', &json);
    for (const auto& [name, text] : members) object.Text(name, text);
  }
  return json;
}

std::vector<std::pair<std::string, std::string>> TextsOfJson(
    std::string_view json) {
  std::vector<std::pair<std::string, std::string>> members;
  if (!TakeMark(&json, '{')) return members;
  while (true) {
    std::pair<std::string, std::string> member;
    if (!TakeText(&json, &member.first) || !TakeMark(&json, ':') ||
        !TakeText(&json, &member.second)) {
      return members;
    }
    members.push_back(std::move(member));
    if (!TakeMark(&json, ',')) return members;
  }
}

}  // namespace learnsql
