#include "engine/store/json_reader.h"

#include <cstdint>

#include "engine/base/ascii.h"
#include "engine/store/code_points.h"

namespace learnsql {
namespace {

constexpr int kMaxDepth = 1000;

bool IsHex(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

uint32_t HexAt(std::string_view text, size_t at) {
  uint32_t value = 0;
  for (const char c : text.substr(at, 4)) {
    value = value * 16 +
            static_cast<uint32_t>(IsDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  return value;
}

// Bytes of the escape that `text` begins with; 0 when it is none.
size_t EscapeBytes(std::string_view text) {
  constexpr std::string_view kShort = "\"\\/bfnrt";
  if (text.size() < 2) return 0;
  if (kShort.find(text[1]) != kShort.npos) return 2;
  if (text[1] != 'u' || text.size() < 6) return 0;
  for (size_t i = 2; i < 6; ++i) {
    if (!IsHex(text[i])) return 0;
  }
  return 6;
}

char ShortEscape(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;
  }
}

// The code point of the \u at `*at`, two of them for a pair of surrogates.
uint32_t TakeUnicodeEscape(std::string_view raw, size_t* at) {
  const uint32_t high = HexAt(raw, *at + 2);
  *at += 6;
  if (high < 0xd800 || high > 0xdbff) return high;
  if (raw.substr(*at).substr(0, 2) != "\\u") return high;
  const uint32_t low = HexAt(raw, *at + 2);
  if (low < 0xdc00 || low > 0xdfff) return high;
  *at += 6;
  return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

bool IsNameByte(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// Takes a name of letters, digits, _ and, behind a dot, colons.
std::string TakePlainStep(std::string_view* path, bool colons) {
  size_t end = 0;
  while (end < path->size() &&
         (IsNameByte((*path)[end]) || (colons && (*path)[end] == ':'))) {
    ++end;
  }
  std::string step(path->substr(0, end));
  path->remove_prefix(end);
  return step;
}

// Takes `"any name"`, with \" and \\ in it.
std::optional<std::string> TakeQuotedStep(std::string_view* path) {
  std::string step;
  for (size_t i = 1; i < path->size(); ++i) {
    char c = (*path)[i];
    if (c == '"') {
      path->remove_prefix(i + 1);
      return step;
    }
    if (c == '\\') {
      if (++i == path->size()) break;
      c = (*path)[i];
      if (c != '"' && c != '\\') break;
    }
    step.push_back(c);
  }
  return std::nullopt;
}

std::optional<std::string> TakeStep(std::string_view* path) {
  const bool dot = path->front() == '.';
  if (!dot && path->front() != '[') return std::nullopt;
  path->remove_prefix(1);
  std::optional<std::string> step;
  if (!dot && path->starts_with('"')) {
    step = TakeQuotedStep(path);
  } else {
    step = TakePlainStep(path, dot);
    if (step->empty()) return std::nullopt;
  }
  if (dot || !step) return step;
  if (!path->starts_with(']')) return std::nullopt;
  path->remove_prefix(1);
  return step;
}

// Goes to item `step` of the array that comes next.
bool EnterArray(JsonReader* reader, const std::string& step) {
  size_t index = 0;
  if (step.empty() || step.size() > 9) return false;
  for (const char c : step) {
    if (!IsDigit(c)) return false;
    index = index * 10 + static_cast<size_t>(c - '0');
  }
  reader->Open();
  for (size_t i = 0;; ++i) {
    if (reader->NextItem(']', i == 0) != JsonReader::Item::kMore) return false;
    if (i == index) return true;
    if (!reader->TakeValue()) return false;
  }
}

bool IsNamed(std::string_view raw, const std::string& name) {
  if (raw.find('\\') != raw.npos) return UnescapeJson(raw) == name;
  return raw.substr(1, raw.size() - 2) == name;
}

// Goes to the value of member `step` of the object that comes next.
bool EnterObject(JsonReader* reader, const std::string& step) {
  reader->Open();
  for (bool first = true;; first = false) {
    if (reader->NextItem('}', first) != JsonReader::Item::kMore) return false;
    const std::optional<std::string_view> name = reader->TakeName();
    if (!name) return false;
    if (IsNamed(*name, step)) return true;
    if (!reader->TakeValue()) return false;
  }
}

}  // namespace

JsonTokenKind JsonReader::Next() {
  const size_t start = rest_.find_first_not_of(" \t\r\n");
  rest_.remove_prefix(start == rest_.npos ? rest_.size() : start);
  if (rest_.empty()) return JsonTokenKind::kNone;
  switch (rest_.front()) {
    case '{':
      return JsonTokenKind::kObject;
    case '[':
      return JsonTokenKind::kArray;
    case '"':
      return JsonTokenKind::kString;
    case 't':
      return JsonTokenKind::kTrue;
    case 'f':
      return JsonTokenKind::kFalse;
    case 'n':
      return JsonTokenKind::kNull;
    default:
      return rest_.front() == '-' || IsDigit(rest_.front())
                 ? JsonTokenKind::kNumber
                 : JsonTokenKind::kNone;
  }
}

std::optional<std::string_view> JsonReader::TakeValue() {
  Next();
  const std::string_view from = rest_;
  if (!SkipValue(0)) return std::nullopt;
  return from.substr(0, from.size() - rest_.size());
}

JsonReader::Item JsonReader::NextItem(char close, bool first) {
  Next();
  if (Take(close)) return Item::kEnd;
  if (!first && !Take(',')) return Item::kBad;
  // A closing bracket behind a comma begins no value, and is found out there.
  return Item::kMore;
}

std::optional<std::string_view> JsonReader::TakeName() {
  if (Next() != JsonTokenKind::kString) return std::nullopt;
  const std::string_view from = rest_;
  if (!TakeString()) return std::nullopt;
  const std::string_view raw = from.substr(0, from.size() - rest_.size());
  Next();
  if (!Take(':')) return std::nullopt;
  return raw;
}

bool JsonReader::Take(char c) {
  if (!rest_.starts_with(c)) return false;
  rest_.remove_prefix(1);
  return true;
}

bool JsonReader::TakeWord(std::string_view word) {
  if (!rest_.starts_with(word)) return false;
  rest_.remove_prefix(word.size());
  // What runs on is another word.
  return rest_.empty() || !IsNameByte(rest_.front());
}

bool JsonReader::TakeString() {
  for (size_t i = 1; i < rest_.size(); ++i) {
    const char c = rest_[i];
    if (c == '"') {
      rest_.remove_prefix(i + 1);
      return true;
    }
    if (static_cast<unsigned char>(c) < 0x20) return false;
    if (c != '\\') continue;
    const size_t bytes = EscapeBytes(rest_.substr(i));
    if (bytes == 0) return false;
    i += bytes - 1;
  }
  return false;
}

bool JsonReader::TakeDigits() {
  size_t count = 0;
  while (count < rest_.size() && IsDigit(rest_[count])) ++count;
  rest_.remove_prefix(count);
  return count > 0;
}

bool JsonReader::TakeNumber() {
  Take('-');
  if (!Take('0') && !TakeDigits()) return false;
  if (Take('.') && !TakeDigits()) return false;
  if (Take('e') || Take('E')) {
    if (!Take('+')) Take('-');
    if (!TakeDigits()) return false;
  }
  return rest_.empty() || !IsNameByte(rest_.front());
}

bool JsonReader::SkipValue(int depth) {
  switch (Next()) {
    case JsonTokenKind::kObject:
      return SkipItems('}', depth + 1);
    case JsonTokenKind::kArray:
      return SkipItems(']', depth + 1);
    case JsonTokenKind::kString:
      return TakeString();
    case JsonTokenKind::kNumber:
      return TakeNumber();
    case JsonTokenKind::kTrue:
      return TakeWord("true");
    case JsonTokenKind::kFalse:
      return TakeWord("false");
    case JsonTokenKind::kNull:
      return TakeWord("null");
    case JsonTokenKind::kNone:
      return false;
  }
  return false;
}

bool JsonReader::SkipItems(char close, int depth) {
  if (depth > kMaxDepth) return false;
  Open();
  for (bool first = true;; first = false) {
    const Item item = NextItem(close, first);
    if (item != Item::kMore) return item == Item::kEnd;
    if (close == '}' && !TakeName()) return false;
    if (!SkipValue(depth)) return false;
  }
}

std::string UnescapeJson(std::string_view raw) {
  raw = raw.substr(1, raw.size() - 2);
  std::string text;
  text.reserve(raw.size());
  for (size_t at = 0; at < raw.size();) {
    if (raw[at] != '\\') {
      text.push_back(raw[at++]);
    } else if (raw[at + 1] == 'u') {
      AppendCodePoint(TakeUnicodeEscape(raw, &at), &text);
    } else {
      text.push_back(ShortEscape(raw[at + 1]));
      at += 2;
    }
  }
  return text;
}

void AppendJsonString(std::string_view text, std::string* json) {
  constexpr char kHex[] = "0123456789ABCDEF";
  constexpr std::string_view kControls = "\b\f\n\r\t";
  constexpr std::string_view kLetters = "bfnrt";
  json->push_back('"');
  for (const char c : text) {
    const size_t control = kControls.find(c);
    if (c == '"' || c == '\\') {
      json->append({'\\', c});
    } else if (control != kControls.npos) {
      json->append({'\\', kLetters[control]});
    } else if (static_cast<unsigned char>(c) < 0x20) {
      json->append("\\u00").append({kHex[c >> 4], kHex[c & 0xf]});
    } else {
      json->push_back(c);
    }
  }
  json->push_back('"');
}

void AppendCompactJson(std::string_view value, std::string* json) {
  while (!value.empty()) {
    const char c = value.front();
    if (c == '"') {
      JsonReader reader(value);
      const std::string_view raw = *reader.TakeValue();
      AppendJsonString(UnescapeJson(raw), json);
      value.remove_prefix(raw.size());
      continue;
    }
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') json->push_back(c);
    value.remove_prefix(1);
  }
}

std::optional<std::vector<std::string>> ParseJsonPath(std::string_view path) {
  if (!path.starts_with('$')) return std::nullopt;
  path.remove_prefix(1);
  std::vector<std::string> steps;
  while (!path.empty()) {
    std::optional<std::string> step = TakeStep(&path);
    if (!step) return std::nullopt;
    steps.push_back(*std::move(step));
  }
  return steps;
}

std::optional<std::string_view> FindJson(
    std::string_view json, const std::vector<std::string>& steps) {
  JsonReader reader(json);
  for (const std::string& step : steps) {
    const JsonTokenKind kind = reader.Next();
    const bool found = kind == JsonTokenKind::kArray ? EnterArray(&reader, step)
                       : kind == JsonTokenKind::kObject
                           ? EnterObject(&reader, step)
                           : false;
    if (!found) return std::nullopt;
  }
  return reader.TakeValue();
}

}  // namespace learnsql
