#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace learnsql {

// How text looks in a terminal: its width in character cells, whatever the
// locale, and a form of it that no cell of a table is broken by.

// The next code point of `text` from `*at`, which moves behind it. A byte that
// is no UTF-8 is U+FFFD and moves by one. REQUIRES: *at < text.size().
char32_t NextCodePoint(std::string_view text, size_t* at);

void AppendCodePoint(char32_t code_point, std::string* out);

bool IsValidUtf8(std::string_view text);

// `text` with U+FFFD for every byte that is no UTF-8.
std::string ValidUtf8(std::string_view text);

// Cells that `text` takes: 2 for East Asian wide and for emoji (a sequence
// joined by U+200D or changed by a skin tone is one), 0 for marks.
size_t TextWidth(std::string_view text);

// `text` on one line and harmless to a terminal: control and direction
// characters are written as \n, \t, \x1b, \u202e, and what is no UTF-8 as
// U+FFFD. Nothing is left out.
std::string VisibleText(std::string_view text);

// `visible` cut to at most `width` cells, the last one `…` when it was cut;
// sets `*cut` then.
std::string FitText(std::string_view visible, size_t width, bool* cut);

}  // namespace learnsql
