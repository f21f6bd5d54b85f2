#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/query/render.h"

namespace learnsql {

// The lines of a table whose widths are known: borders, names, rows. Shared by
// the renderers and by the shell's screen.

struct GridColumn {
  std::string name;  // visible text
  size_t width = 0;  // in terminal cells
  bool right = false;
};

struct GridCell {
  std::string text;  // visible text; a wider one than its column overflows
  bool is_null = false;
};

enum class GridEdge { kTop, kUnderHeader, kBottom };

// One line of border with its line end; empty where the format has none.
// REQUIRES: a grid format, here and below.
std::string GridBorder(Format format, std::span<const GridColumn> columns,
                       GridEdge edge);
std::string GridHeader(Format format, std::span<const GridColumn> columns);
// `dim_nulls` writes NULL in a terminal's faint colour, to tell it from a text
// that says NULL.
std::string GridRow(Format format, std::span<const GridColumn> columns,
                    std::span<const GridCell> cells, bool dim_nulls = false);

// Cells between two columns, and what stands before the first and behind the
// last, together.
size_t GridSeparatorWidth(Format format);
size_t GridFrameWidth(Format format);

// `value` as a cell of `format`.
GridCell MakeGridCell(Format format, const Value& value,
                      std::string_view null_text);

}  // namespace learnsql
