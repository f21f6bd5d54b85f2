#include "engine/shell/entry_paint.h"

#include <wchar.h>

#include <vector>

#include "engine/query/text_width.h"
#include "engine/shell/highlight.h"

namespace learnsql {
namespace {

// Follows libedit's own way of laying out an entry (its re_addc): a row that is
// full ends at once, a tab goes on to the next multiple of 8.
class Layout {
 public:
  explicit Layout(const EntryPlace& place)
      : width_(place.width), column_(place.prompt_cells) {}

  size_t row() const { return row_; }

  // Puts the character `bytes`. Calls `on_row` for each new row, and
  // `on_cells` with what is seen of the character. False when its width is
  // unknown.
  template <typename OnCells, typename OnRow>
  bool Put(char32_t c, std::string_view bytes, OnCells on_cells, OnRow on_row) {
    if (c == '\n') {
      NextRow(on_row);
      return true;
    }
    if (c == '\t') {
      do {
        PutCells(" ", 1, on_cells, on_row);
      } while (column_ % 8 != 0);
      return true;
    }
    const int cells = wcwidth(static_cast<wchar_t>(c));
    if (cells <= 0) return false;
    while (column_ + static_cast<size_t>(cells) > width_) {
      PutCells(" ", 1, on_cells, on_row);
    }
    PutCells(bytes, static_cast<size_t>(cells), on_cells, on_row);
    return true;
  }

 private:
  template <typename OnCells, typename OnRow>
  void PutCells(std::string_view bytes, size_t cells, OnCells on_cells,
                OnRow on_row) {
    on_cells(bytes);
    column_ += cells;
    if (column_ >= width_) NextRow(on_row);
  }

  template <typename OnRow>
  void NextRow(OnRow on_row) {
    ++row_;
    column_ = 0;
    on_row();
  }

  const size_t width_;
  size_t column_;
  size_t row_ = 0;
};

std::string Move(size_t count, char direction) {
  return count == 0 ? "" : "\x1b[" + std::to_string(count) + direction;
}

}  // namespace

std::optional<size_t> CursorRow(std::string_view text,
                                const EntryPlace& place) {
  Layout layout(place);
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    const char32_t c = NextCodePoint(text, &at);
    if (!layout.Put(
            c, text.substr(begin, at - begin), [](auto) {}, [] {})) {
      return std::nullopt;
    }
  }
  return layout.row();
}

std::string PaintEntry(std::string_view text, size_t cursor,
                       const EntryPlace& place) {
  const bool tiny = place.width <= place.prompt_cells + 1;
  if (text.empty() || tiny || text.size() > place.width * place.height * 4) {
    return "";
  }
  const std::optional<size_t> cursor_row =
      CursorRow(text.substr(0, cursor), place);
  const std::optional<size_t> last_row = CursorRow(text, place);
  if (!cursor_row || !last_row || *last_row >= place.height) return "";
  // The cursor is saved and restored. Down goes by a move, which never scrolls.
  std::string out =
      "\x1b"
      "7" +
      Move(*cursor_row, 'A') + "\r" + Move(place.prompt_cells, 'C');
  const std::vector<Ink> inks = Highlight(text);
  Ink now = Ink::kPlain;
  Layout layout(place);
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    const char32_t c = NextCodePoint(text, &at);
    if (inks[begin] != now) out += InkCode(now = inks[begin]);
    layout.Put(
        c, text.substr(begin, at - begin),
        [&](std::string_view seen) { out += seen; },
        [&] { out += "\r\x1b[1B"; });
  }
  return out + std::string(InkCode(Ink::kPlain)) +
         "\x1b"
         "8";
}

}  // namespace learnsql
