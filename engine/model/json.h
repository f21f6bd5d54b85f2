#pragma once

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

// {"name":"value",...} of texts.
std::string JsonOfTexts(
    std::span<const std::pair<std::string, std::string>> members);

// The members of an object that JsonOfTexts wrote; none for other text.
std::vector<std::pair<std::string, std::string>> TextsOfJson(
    std::string_view json);

}  // namespace learnsql
