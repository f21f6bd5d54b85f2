#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace learnsql {

// One thing to run: statements of SQL that end together, or a dot command.
struct ScriptPiece {
  std::string text;
  uint64_t first_line = 1;
  bool is_dot_command = false;
};

// Puts lines together to what can be run: a dot command is a line, SQL goes on
// until SQLite says that its last statement is complete.
//
// Threads: one thread at a time.
class ScriptCutter {
 public:
  // Takes the next line, without its end. Returns what it completes.
  std::optional<ScriptPiece> AddLine(std::string_view line);

  // What is left when the text is at its end.
  std::optional<ScriptPiece> Finish();

  bool is_empty() const { return pending_.text.empty(); }

  // Drops what was begun, after Ctrl-C.
  void Clear() { pending_.text.clear(); }

 private:
  ScriptPiece pending_;
  uint64_t lines_ = 0;
};

// Whether `text` can be run as it stands: a dot command, or SQL whose last
// statement ends in a semicolon.
bool IsComplete(std::string_view text);

// The byte behind the first statement of `text` from `begin` on and its
// semicolon, also where SQLite would refuse it; empty statements before it are
// part of it.
size_t StatementEnd(std::string_view text, size_t begin);

// Whether there is nothing but blanks and comments in it.
bool IsBlankSql(std::string_view text);

}  // namespace learnsql
