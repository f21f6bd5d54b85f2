#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace learnsql {

enum class JsonTokenKind : unsigned char {
  kObject,
  kArray,
  kString,
  kNumber,
  kTrue,
  kFalse,
  kNull,
  kNone,  // the end, or what begins no value
};

// Reads JSON text (RFC 8259) value by value from its begin, and nothing behind
// what is asked for: as Trino's functions do, it answers from a document that
// is damaged further on.
//
// Threads:  one thread at a time.
// Lifetime: borrows the text.
// Memory:   nesting deeper than 1000 is refused.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : rest_(text) {}

  // What comes next, behind blanks.
  JsonTokenKind Next();

  // Takes the whole value that comes next, as it is written. nullopt when it
  // is not JSON.
  std::optional<std::string_view> TakeValue();

  // Takes the bracket that begins an array or object. REQUIRES: Next() said so.
  void Open() { rest_.remove_prefix(1); }

  enum class Item : unsigned char { kMore, kEnd, kBad };
  // Goes to the next item of an array or object, or takes its end.
  Item NextItem(char close, bool first);

  // Takes the name of an object's member, as it is written, and the colon.
  std::optional<std::string_view> TakeName();

 private:
  bool Take(char c);
  bool TakeString();
  bool TakeNumber();
  bool TakeDigits();
  bool TakeWord(std::string_view word);
  bool SkipValue(int depth);
  bool SkipItems(char close, int depth);

  std::string_view rest_;
};

// The text of a JSON string, its quotes included in `raw`. REQUIRES: `raw` was
// taken by a JsonReader.
std::string UnescapeJson(std::string_view raw);

// Appends `text` as a JSON string.
void AppendJsonString(std::string_view text, std::string* json);

// Appends the value without blanks, strings in their shortest form. REQUIRES:
// `value` was taken by a JsonReader.
void AppendCompactJson(std::string_view value, std::string* json);

// The steps of `$.name[n]["any name"]`; nullopt for anything else.
std::optional<std::vector<std::string>> ParseJsonPath(std::string_view path);

// The value at the end of `steps`, as written; nullopt when there is none. The
// first of equal names counts.
std::optional<std::string_view> FindJson(std::string_view json,
                                         const std::vector<std::string>& steps);

}  // namespace learnsql
