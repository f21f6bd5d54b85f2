#include "engine/shell/script.h"

#include <gtest/gtest.h>

namespace learnsql {
namespace {

// The pieces of a text, each as LINE:TEXT with its line ends as '/'.
std::string Cut(std::string_view text) {
  ScriptCutter cutter;
  std::string pieces;
  const auto add = [&](const std::optional<ScriptPiece>& piece) {
    if (!piece) return;
    pieces += "[" + std::to_string(piece->first_line) +
              (piece->is_dot_command ? "." : ":") + piece->text + "]";
  };
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    add(cutter.AddLine(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  add(cutter.Finish());
  std::replace(pieces.begin(), pieces.end(), '\n', '/');
  return pieces;
}

TEST(Script, CutsStatementsAndCommands) {
  const struct {
    const char* text;
    const char* pieces;
  } kCases[] = {
      {"", ""},
      {"select 1;", "[1:select 1;/]"},
      {"select 1", "[1:select 1/]"},
      {"select\n1;\nselect 2;", "[1:select/1;/][3:select 2;/]"},
      {"select 1; select 2;", "[1:select 1; select 2;/]"},
      {"select 1; select\n2;", "[1:select 1; select/2;/]"},
      {"\n\n-- a comment\n.tables\nselect 1;", "[4..tables][5:select 1;/]"},
      {"select ';\n.tables\n';", "[1:select ';/.tables/';/]"},
      {"select /* ; */\n1;", "[1:select /* ; *//1;/]"},
      {"select 1 -- ;\n;", "[1:select 1 -- ;/;/]"},
      {"create trigger t after insert on a begin\nselect 1;\nend;",
       "[1:create trigger t after insert on a begin/select 1;/end;/]"},
      {"select 'open", "[1:select 'open/]"},
      {"/* only\na comment */", ""},
      {"-- only", ""},
  };
  for (const auto& c : kCases) EXPECT_EQ(Cut(c.text), c.pieces) << c.text;
}

TEST(Script, FindsTheEndOfAStatement) {
  const struct {
    const char* text;
    size_t begin;
    size_t end;
  } kCases[] = {
      {"select 1; select 2;", 0, 9},
      {"select 1; select 2;", 9, 19},
      {"selec 1; select 2", 0, 8},
      {"selec 1; select 2", 8, 17},
      {";; select 1; ", 0, 12},
      {"-- a; b\n; select ';';", 0, 21},
      {"select 'open; select 1;", 0, 23},
      {"create trigger t after insert on a begin select 1; end; x;", 0, 55},
      {" \n", 0, 2},
      {"", 0, 0},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(StatementEnd(c.text, c.begin), c.end) << c.text;
  }
}

TEST(Script, KnowsWhatEnterSubmits) {
  for (const char* text : {"select 1;", ".tables", "select 1; -- done", "",
                           "select 1;\n", "  select ';' ;"}) {
    EXPECT_TRUE(IsComplete(text)) << text;
  }
  for (const char* text : {"select 1", "select ';", "select 1; select",
                           "select 1 /* ;", " .tables"}) {
    EXPECT_FALSE(IsComplete(text)) << text;
  }
}

}  // namespace
}  // namespace learnsql
