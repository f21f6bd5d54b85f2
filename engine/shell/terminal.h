#pragma once

#include <cstddef>
#include <cstdio>

namespace learnsql {

// What stands at the other end of a stream.
struct Terminal {
  bool is_terminal = false;
  bool color = false;  // false under NO_COLOR and on a dumb terminal
  size_t width = 80;   // cells
  size_t height = 24;
};

// Asked anew for each result, because people resize windows.
Terminal LookAtTerminal(std::FILE* stream);

// Makes the C library read UTF-8 from here on, also under LANG=C: the line
// editor needs it.
void UseUtf8();

}  // namespace learnsql
