#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace learnsql {

struct Value;

// Appends `text` as a JSON string. Bytes that are no UTF-8 become U+FFFD.
void AppendJsonText(std::string_view text, std::string* json);

// Appends a value so that it can be read back exactly: reals in the fewest
// digits that give the same number, with a point or an exponent; blobs as
// {"blob":"00ff"}; NaN and infinities as null.
void AppendJsonValue(const Value& value, std::string* json);

// Writes one object or array, from '{' or '[' to its end; commas are its
// business. What Item and Member return takes the value.
//
// Lifetime: borrows the text; an inner one must end before the next item.
class JsonList {
 public:
  JsonList(char open, char close, std::string* json)
      : close_(close), json_(json) {
    json_->push_back(open);
  }
  ~JsonList() { json_->push_back(close_); }
  JsonList(const JsonList&) = delete;
  JsonList& operator=(const JsonList&) = delete;

  std::string* Item();
  std::string* Member(std::string_view name);

  void Text(std::string_view name, std::string_view value);
  void TextOrNull(std::string_view name,
                  std::string_view value);  // empty: null
  void Integer(std::string_view name, int64_t value);
  void Bool(std::string_view name, bool value);

 private:
  char close_;
  std::string* json_;
  bool first_ = true;
};

// [...]; `append` writes one item: append(item, json).
template <typename Items, typename Append>
void AppendJsonArray(const Items& items, Append append, std::string* json) {
  JsonList list('[', ']', json);
  for (const auto& item : items) append(item, list.Item());
}

// {"name":"value",...} of texts.
std::string JsonOfTexts(
    std::span<const std::pair<std::string, std::string>> members);

// The members of an object that JsonOfTexts wrote; none for other text.
std::vector<std::pair<std::string, std::string>> TextsOfJson(
    std::string_view json);

}  // namespace learnsql
