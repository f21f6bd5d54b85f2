#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace learnsql {

// UTF-8 by code points, the unit in which SQL counts characters. A byte that
// begins no valid code point stands for itself and is never changed.

// Bytes of the code point at `at`. REQUIRES: at < text.size().
size_t CodePointBytes(std::string_view text, size_t at);

size_t CountCodePoints(std::string_view text);

// Where code point `index`, counted from 0, begins; text.size() past the last.
size_t OffsetOfCodePoint(std::string_view text, size_t index);

// Letters by Unicode's one-to-one mappings, in no particular language: the
// capital of ß is ß.
std::string ToUpper(std::string_view text);
std::string ToLower(std::string_view text);

std::string ReverseCodePoints(std::string_view text);

// Appends `code_point`; U+FFFD for a lone surrogate.
void AppendCodePoint(uint32_t code_point, std::string* text);

}  // namespace learnsql
