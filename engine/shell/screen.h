#pragma once

#include <optional>
#include <string>

#include "engine/query/render.h"
#include "engine/shell/kept_result.h"

namespace learnsql {

struct ScreenOptions {
  Format format = Format::kBox;  // a grid format
  size_t width = 80;             // of the terminal, in cells
  size_t max_rows = 40;          // 0: all that are kept
  bool fit = true;               // false: every column and text in full
  bool header = true;
  bool color = false;
  std::string null_text = "NULL";
};

// A result as it fits a screen: long texts are cut by `…`, then columns in the
// middle are left out, then rows in the middle; the last line says what is not
// shown. Numbers are never cut. One row too wide for the screen becomes a line
// for each column.
std::string RenderScreen(const KeptResult& result,
                         const ScreenOptions& options);

// "1 240"
std::string GroupDigits(uint64_t number);

}  // namespace learnsql
