#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace learnsql {

// Where an entry is drawn: libedit writes it behind the prompt, row by row.
struct EntryPlace {
  size_t prompt_cells = 0;
  size_t width = 80;  // of the terminal, as libedit knows it
  size_t height = 24;
};

// On which row of the screen, the prompt's being 0, libedit has the cursor when
// `text` stands before it; nullopt when the text has characters of which
// libedit and terminals disagree how wide they are (marks, joiners).
std::optional<size_t> CursorRow(std::string_view text, const EntryPlace& place);

// What to send to a terminal on which libedit has drawn `text` with the cursor
// at byte `cursor`, so that the same characters have colours and the cursor
// stays. Empty when there is nothing to do or it cannot be done: no characters,
// more rows than the terminal has, widths unknown.
std::string PaintEntry(std::string_view text, size_t cursor,
                       const EntryPlace& place);

}  // namespace learnsql
