// Any bytes as SQL: tokens stand one behind the other, within the text, with
// nothing but blanks between them, and their lines and columns are right.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/model/tokenizer.h"
#include "tests/fuzz/fuzz.h"

namespace learnsql {
namespace {

void CheckPlaces(const SqlText& text) {
  size_t end = 0;
  uint32_t line = 1;
  for (const Token& token : text.tokens()) {
    Require(token.offset >= end && token.size > 0);
    Require(size_t{token.offset} + token.size <= text.text().size());
    const std::string_view between =
        std::string_view(text.text()).substr(end, token.offset - end);
    line +=
        static_cast<uint32_t>(std::count(between.begin(), between.end(), '\n'));
    Require(token.line == line);
    const std::string_view own = text.Of(token);
    line += static_cast<uint32_t>(std::count(own.begin(), own.end(), '\n'));
    end = size_t{token.offset} + token.size;
  }
}

void CheckAnswers(const SqlText& text) {
  for (const Token& token : text.tokens()) {
    Require(text.Unquoted(token).size() <= token.size);
    const Place place = text.PlaceOf(token);
    Require(place.line == token.line && place.column == token.column);
    Require(text.TokenAt(token.offset).offset == token.offset);
    Require(text.Line(token.line).find('\n') == std::string_view::npos);
  }
  text.TokenAt(text.text().size());
  text.TokenAt(SIZE_MAX);
}

}  // namespace
}  // namespace learnsql

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace learnsql;
  const Result<SqlText> text = SqlText::Make(
      "fuzz.sql", std::string(reinterpret_cast<const char*>(data), size));
  if (!text.ok()) {
    Require(text.status().code() == Code::kInvalid);
    Require(text.status().place().line.has_value());
    return 0;
  }
  CheckPlaces(*text);
  CheckAnswers(*text);
  return 0;
}
