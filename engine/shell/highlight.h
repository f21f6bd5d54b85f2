#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace learnsql {

// What a byte of a typed text is, for its colour.
enum class Ink : uint8_t {
  kPlain,
  kKeyword,  // also the name of a dot command
  kString,
  kNumber,
  kParameter,
  kComment,
  kFault,  // a quote or bracket without its partner, an unknown dot command
};

// The ink of each byte of `text`, a statement or dot command that may be
// unfinished or wrong. An open quote is a fault itself, not what is behind it.
std::vector<Ink> Highlight(std::string_view text);

// The escape sequence that begins an ink; all begin with a reset. Only the
// terminal's own palette and weights, so both dark and light ones can be read.
std::string_view InkCode(Ink ink);

// `text` with the codes in it, plain at its end.
std::string Painted(std::string_view text);

}  // namespace learnsql
