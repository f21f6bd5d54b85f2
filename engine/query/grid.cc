#include "engine/query/grid.h"

#include "engine/query/text_width.h"
#include "engine/query/value_text.h"

namespace learnsql {
namespace {

// What one line is made of.
struct LineParts {
  std::string_view left;
  std::string_view fill;  // of a border, repeated
  std::string_view middle;
  std::string_view right;
};

struct GridStyle {
  LineParts top;
  LineParts under_header;
  LineParts bottom;
  LineParts row;
};

constexpr GridStyle kTableStyle = {{"+-", "-", "-+-", "-+"},
                                   {"+-", "-", "-+-", "-+"},
                                   {"+-", "-", "-+-", "-+"},
                                   {"| ", " ", " | ", " |"}};
constexpr GridStyle kBoxStyle = {{"┌─", "─", "─┬─", "─┐"},
                                 {"├─", "─", "─┼─", "─┤"},
                                 {"└─", "─", "─┴─", "─┘"},
                                 {"│ ", " ", " │ ", " │"}};
constexpr GridStyle kColumnStyle = {
    {}, {"", "-", "  ", ""}, {}, {"", " ", "  ", ""}};
constexpr GridStyle kMarkdownStyle = {
    {}, {"| ", "-", " | ", " |"}, {}, {"| ", " ", " | ", " |"}};

const GridStyle& StyleOf(Format format) {
  switch (format) {
    case Format::kBox:
      return kBoxStyle;
    case Format::kColumn:
      return kColumnStyle;
    case Format::kMarkdown:
      return kMarkdownStyle;
    default:
      return kTableStyle;
  }
}

void AppendRepeated(std::string_view piece, size_t times, std::string* out) {
  for (size_t i = 0; i < times; ++i) out->append(piece);
}

void AppendPadded(const GridColumn& column, std::string_view text,
                  std::string* out) {
  const size_t width = TextWidth(text);
  const size_t blanks = column.width > width ? column.width - width : 0;
  if (column.right) out->append(blanks, ' ');
  out->append(text);
  if (!column.right) out->append(blanks, ' ');
}

// Blanks at the end of a line help nobody where no border follows.
std::string Ended(std::string line, const LineParts& parts) {
  if (parts.right.empty()) line.erase(line.find_last_not_of(' ') + 1);
  line += parts.right;
  line += '\n';
  return line;
}

// In markdown a bar would end the cell.
std::string MarkdownText(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    if (c == '\n') {
      escaped += "<br>";
    } else {
      escaped += c;
    }
  }
  return VisibleText(escaped);
}

}  // namespace

std::string GridBorder(Format format, std::span<const GridColumn> columns,
                       GridEdge edge) {
  const GridStyle& style = StyleOf(format);
  const LineParts& parts = edge == GridEdge::kTop      ? style.top
                           : edge == GridEdge::kBottom ? style.bottom
                                                       : style.under_header;
  if (parts.fill.empty()) return "";
  const bool markdown = format == Format::kMarkdown;
  std::string line(parts.left);
  for (const GridColumn& column : columns) {
    if (&column != &columns.front()) line += parts.middle;
    // GitHub aligns a column to the right by a colon at the end of its ruler.
    const bool colon = markdown && column.right;
    AppendRepeated(parts.fill, column.width - (colon ? 1 : 0), &line);
    if (colon) line += ':';
  }
  line += parts.right;
  return line + "\n";
}

std::string GridHeader(Format format, std::span<const GridColumn> columns) {
  const LineParts& parts = StyleOf(format).row;
  std::string line(parts.left);
  for (const GridColumn& column : columns) {
    if (&column != &columns.front()) line += parts.middle;
    AppendPadded(column, column.name, &line);
  }
  return Ended(std::move(line), parts);
}

std::string GridRow(Format format, std::span<const GridColumn> columns,
                    std::span<const GridCell> cells, bool dim_nulls) {
  const LineParts& parts = StyleOf(format).row;
  std::string line(parts.left);
  for (size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) line += parts.middle;
    const bool dim = dim_nulls && cells[i].is_null;
    if (dim) line += "\x1b[2m";
    AppendPadded(columns[i], cells[i].text, &line);
    if (dim) line += "\x1b[0m";
  }
  return Ended(std::move(line), parts);
}

size_t GridSeparatorWidth(Format format) {
  return TextWidth(StyleOf(format).row.middle);
}

size_t GridFrameWidth(Format format) {
  const LineParts& parts = StyleOf(format).row;
  return TextWidth(parts.left) + TextWidth(parts.right);
}

GridCell MakeGridCell(Format format, const Value& value,
                      std::string_view null_text) {
  if (value.is_null()) return {std::string(null_text), true};
  const std::string text = PlainText(value);
  return {format == Format::kMarkdown ? MarkdownText(text) : VisibleText(text)};
}

}  // namespace learnsql
