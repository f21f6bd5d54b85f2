#include "engine/shell/screen.h"

#include <algorithm>
#include <numeric>

#include "engine/query/grid.h"
#include "engine/query/text_width.h"

namespace learnsql {
namespace {

// A text column is not made narrower than this before columns are left out.
constexpr size_t kNarrowestText = 12;

constexpr const char* kGap = "…";

// What is laid out: cells of the rows to show, and what is left out.
class ScreenLayout {
 public:
  ScreenLayout(const KeptResult& result, const ScreenOptions& options)
      : result_(result), options_(options) {
    ChooseRows();
    MeasureColumns();
  }

  bool IsOneWideRow() const {
    return options_.fit && result_.total_rows() == 1 &&
           TotalWidth(SIZE_MAX) > Room();
  }

  std::string OneRow() const {
    StringSink sink;
    const std::unique_ptr<Renderer> renderer = MakeRenderer(
        {.format = Format::kLine, .null_text = options_.null_text}, &sink);
    // A StringSink takes everything.
    (void)renderer->Begin(result_.columns()).ok();
    (void)renderer->Row(result_.Row(0)).ok();
    return sink.text();
  }

  std::string Grid() {
    if (options_.fit && TotalWidth(SIZE_MAX) > Room()) Fit();
    std::string text = Draw();
    return text + Footer();  // which tells what drawing cut
  }

 private:
  void ChooseRows() {
    const uint64_t total = result_.total_rows();
    const uint64_t most =
        options_.max_rows == 0 ? result_.kept_rows() : options_.max_rows;
    const uint64_t all = std::min<uint64_t>(total, most);
    if (total > most) {
      tail_ = std::min<uint64_t>(all / 2, KeptResult::kTailRows);
    }
    head_ = std::min<uint64_t>(all - tail_, result_.kept_rows());
    for (uint64_t i = 0; i < head_; ++i) AddCells(result_.Row(i));
    for (uint64_t i = tail_; i > 0; --i) AddCells(result_.RowFromEnd(i - 1));
  }

  void AddCells(std::span<const Value> row) {
    std::vector<GridCell> cells;
    for (const Value& value : row) {
      cells.push_back(MakeGridCell(options_.format, value, options_.null_text));
    }
    rows_.push_back(std::move(cells));
    values_.push_back(row);
  }

  void MeasureColumns() {
    for (size_t c = 0; c < result_.columns().size(); ++c) {
      GridColumn column;
      column.name = VisibleText(result_.columns()[c]);
      column.width = options_.header ? TextWidth(column.name) : 1;
      bool number = false;
      bool text = false;
      for (size_t r = 0; r < rows_.size(); ++r) {
        column.width = std::max(column.width, TextWidth(rows_[r][c].text));
        const Value::Kind kind = values_[r][c].kind;
        const bool is_number =
            kind == Value::Kind::kInteger || kind == Value::Kind::kReal;
        number |= is_number;
        text |= !is_number && kind != Value::Kind::kNull;
      }
      column.right = number && !text;
      column.width = std::max<size_t>(column.width, 1);
      columns_.push_back(std::move(column));
      shown_.push_back(c);
    }
  }

  size_t Room() const {
    const size_t frame = GridFrameWidth(options_.format);
    return options_.width > frame ? options_.width - frame : 0;
  }

  // Of the columns shown, with a gap where some are left out, when texts are
  // held to `cap`.
  size_t TotalWidth(size_t cap) const {
    size_t width = shown_.size() < columns_.size() ? 1 : 0;
    const size_t pieces = shown_.size() + width;
    for (const size_t c : shown_) {
      const GridColumn& column = columns_[c];
      width += column.right ? column.width : std::min(column.width, cap);
    }
    return width + (pieces - 1) * GridSeparatorWidth(options_.format);
  }

  // Keeps columns from both ends until the rest fits with narrow texts, then
  // gives the texts what room there is.
  void Fit() {
    while (TotalWidth(kNarrowestText) > Room() && shown_.size() > 1) {
      shown_.erase(shown_.begin() +
                   static_cast<std::ptrdiff_t>(shown_.size() / 2));
    }
    size_t fits = shown_.size() > 1 ? kNarrowestText : 1;
    size_t wide = Room() + 1;
    while (wide > fits + 1) {
      const size_t middle = fits + (wide - fits) / 2;
      (TotalWidth(middle) <= Room() ? fits : wide) = middle;
    }
    for (GridColumn& column : columns_) {
      if (!column.right) column.width = std::min(column.width, fits);
    }
  }

  // The columns shown, with a narrow one where some are left out.
  std::vector<GridColumn> DrawnColumns() {
    std::vector<GridColumn> drawn;
    for (size_t i = 0; i < shown_.size(); ++i) {
      if (i == GapAt()) drawn.push_back({kGap, 1, false});
      GridColumn column = columns_[shown_[i]];
      column.name = FitText(column.name, column.width, &texts_cut_);
      drawn.push_back(std::move(column));
    }
    if (GapAt() == shown_.size()) drawn.push_back({kGap, 1, false});
    return drawn;
  }

  // Before which of the columns shown some are left out; none: beyond all.
  size_t GapAt() const {
    if (shown_.size() == columns_.size()) return SIZE_MAX;
    for (size_t i = 0; i < shown_.size(); ++i) {
      if (shown_[i] != i) return i;
    }
    return shown_.size();
  }

  std::vector<GridCell> DrawnCells(const std::vector<GridCell>& cells) {
    std::vector<GridCell> drawn;
    for (size_t i = 0; i < shown_.size(); ++i) {
      if (i == GapAt()) drawn.push_back({kGap, false});
      GridCell cell = cells[shown_[i]];
      const GridColumn& column = columns_[shown_[i]];
      if (!column.right) {
        cell.text = FitText(cell.text, column.width, &texts_cut_);
      }
      drawn.push_back(std::move(cell));
    }
    if (GapAt() == shown_.size()) drawn.push_back({kGap, false});
    return drawn;
  }

  std::string Draw() {
    const std::vector<GridColumn> columns = DrawnColumns();
    std::string text = GridBorder(options_.format, columns, GridEdge::kTop);
    if (options_.header) {
      const std::string header = GridHeader(options_.format, columns);
      text += options_.color ? Bold(header) : header;
      text += GridBorder(options_.format, columns, GridEdge::kUnderHeader);
    }
    for (size_t r = 0; r < rows_.size(); ++r) {
      if (r == head_) text += GapRow(columns);
      text += GridRow(options_.format, columns, DrawnCells(rows_[r]),
                      options_.color);
    }
    return text + GridBorder(options_.format, columns, GridEdge::kBottom);
  }

  static std::string Bold(const std::string& line) {
    return "\x1b[1m" + line.substr(0, line.size() - 1) + "\x1b[0m\n";
  }

  std::string GapRow(std::span<const GridColumn> columns) const {
    return GridRow(options_.format, columns,
                   std::vector<GridCell>(columns.size(), {kGap, false}));
  }

  std::string Footer() const {
    const uint64_t total = result_.total_rows();
    const uint64_t rows = head_ + tail_;
    const bool some_columns = shown_.size() < columns_.size();
    const bool some_rows = rows < total;
    if (total == 1 && !some_columns && !texts_cut_) return "";
    std::vector<std::string> parts;
    if (some_columns) {
      parts.push_back(GroupDigits(columns_.size()) + " columns (" +
                      GroupDigits(shown_.size()) + " shown)");
    }
    parts.push_back(GroupDigits(total) + (total == 1 ? " row" : " rows") +
                    (some_rows ? " (" + GroupDigits(rows) + " shown)" : ""));
    if (texts_cut_) parts.emplace_back("texts cut");
    if (some_columns || some_rows || texts_cut_) {
      parts.emplace_back(".last shows all");
    }
    const std::string text = Joined(parts);
    return (options_.color ? "\x1b[2m" + text + "\x1b[0m" : text) + "\n";
  }

  // On as many lines as a narrow screen needs.
  std::string Joined(const std::vector<std::string>& parts) const {
    constexpr std::string_view kBetween = " · ";
    std::string text;
    size_t width = 0;
    for (const std::string& part : parts) {
      const bool first = text.empty();
      const size_t more = (first ? 0 : TextWidth(kBetween)) + TextWidth(part);
      const bool fits =
          first || !options_.fit || width + more <= options_.width;
      if (!first) text += fits ? kBetween : "\n";
      text += part;
      width = fits ? width + more : TextWidth(part);
    }
    return text;
  }

  const KeptResult& result_;
  const ScreenOptions& options_;
  uint64_t head_ = 0;  // rows shown from the start, and from the end
  uint64_t tail_ = 0;
  std::vector<std::vector<GridCell>> rows_;
  std::vector<std::span<const Value>> values_;
  std::vector<GridColumn> columns_;
  std::vector<size_t> shown_;  // columns, in order
  bool texts_cut_ = false;
};

}  // namespace

std::string RenderScreen(const KeptResult& result,
                         const ScreenOptions& options) {
  ScreenLayout layout(result, options);
  return layout.IsOneWideRow() ? layout.OneRow() : layout.Grid();
}

std::string GroupDigits(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, " ");
  }
  return digits;
}

}  // namespace learnsql
