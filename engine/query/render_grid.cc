#include <algorithm>

#include "engine/query/grid.h"
#include "engine/query/renderers.h"
#include "engine/query/text_width.h"

namespace learnsql {
namespace {

// Rows held to learn the widths: enough that a later wider cell is rare, and
// bounded by 1 MiB where cells are long.
constexpr size_t kRowsHeld = 1000;
constexpr size_t kBytesHeld = size_t{1} << 20;

// A column is never padded beyond this, or one long text would multiply by all
// the rows; longer cells are written whole and overflow.
constexpr size_t kWidestPadding = 1000;

constexpr size_t kNarrowest = 3;  // a ruler of markdown

class GridRenderer final : public Renderer {
 public:
  GridRenderer(const RenderOptions& options, TextSink* sink)
      : format_(options.format),
        header_(options.header || options.format == Format::kMarkdown),
        null_text_(VisibleText(options.null_text.value_or("NULL"))),
        sink_(sink) {}

  Status Begin(std::span<const std::string> columns) override {
    columns_.clear();
    for (const std::string& name : columns) {
      GridColumn column;
      column.name = MakeGridCell(format_, Value::Text(name), null_text_).text;
      column.width = Clamp(header_ ? TextWidth(column.name) : 0);
      columns_.push_back(std::move(column));
    }
    numbers_.assign(columns.size(), 0);
    texts_.assign(columns.size(), 0);
    held_.clear();
    held_bytes_ = 0;
    widths_fixed_ = false;
    return {};
  }

  Status Row(std::span<const Value> values) override {
    std::vector<GridCell> cells;
    cells.reserve(values.size());
    for (const Value& value : values) {
      cells.push_back(MakeGridCell(format_, value, null_text_));
    }
    if (widths_fixed_) return sink_->Write(GridRow(format_, columns_, cells));
    Learn(values, cells);
    held_.push_back(std::move(cells));
    if (held_.size() < kRowsHeld && held_bytes_ < kBytesHeld) return {};
    return WriteHeld();
  }

  Status End() override {
    if (!widths_fixed_) LEARNSQL_TRY(WriteHeld());
    LEARNSQL_TRY(
        sink_->Write(GridBorder(format_, columns_, GridEdge::kBottom)));
    return sink_->Flush();
  }

 private:
  static size_t Clamp(size_t width) {
    return std::clamp(width, kNarrowest, kWidestPadding);
  }

  void Learn(std::span<const Value> values, std::span<const GridCell> cells) {
    for (size_t i = 0; i < cells.size(); ++i) {
      columns_[i].width =
          std::max(columns_[i].width, Clamp(TextWidth(cells[i].text)));
      held_bytes_ += cells[i].text.size() + sizeof(GridCell);
      const Value::Kind kind = values[i].kind;
      if (kind == Value::Kind::kNull) continue;
      const bool number =
          kind == Value::Kind::kInteger || kind == Value::Kind::kReal;
      ++(number ? numbers_ : texts_)[i];
    }
  }

  Status WriteHeld() {
    widths_fixed_ = true;
    for (size_t i = 0; i < columns_.size(); ++i) {
      columns_[i].right = numbers_[i] > 0 && texts_[i] == 0;
    }
    std::string text = GridBorder(format_, columns_, GridEdge::kTop);
    if (header_) {
      text += GridHeader(format_, columns_) +
              GridBorder(format_, columns_, GridEdge::kUnderHeader);
    }
    LEARNSQL_TRY(sink_->Write(text));
    for (const std::vector<GridCell>& cells : held_) {
      LEARNSQL_TRY(sink_->Write(GridRow(format_, columns_, cells)));
    }
    held_.clear();
    return {};
  }

  const Format format_;
  const bool header_;
  const std::string null_text_;
  TextSink* const sink_;
  std::vector<GridColumn> columns_;
  std::vector<size_t> numbers_;  // of each column, in the rows held
  std::vector<size_t> texts_;
  std::vector<std::vector<GridCell>> held_;
  size_t held_bytes_ = 0;
  bool widths_fixed_ = false;
};

}  // namespace

std::unique_ptr<Renderer> MakeGridRenderer(const RenderOptions& options,
                                           TextSink* sink) {
  return std::make_unique<GridRenderer>(options, sink);
}

}  // namespace learnsql
