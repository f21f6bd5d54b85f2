#include "engine/shell/highlight.h"

#include <gtest/gtest.h>

#include "engine/shell/entry_paint.h"
#include "engine/shell/terminal.h"

namespace learnsql {
namespace {

// A letter a byte: what ink it has.
std::string Inks(std::string_view text) {
  constexpr std::string_view kLetters = ".ksnpc!";
  std::string letters;
  for (const Ink ink : Highlight(text)) {
    letters += kLetters[static_cast<size_t>(ink)];
  }
  return letters;
}

TEST(Highlight, TellsTheKindsApart) {
  struct Case {
    const char* name;
    const char* text;
    const char* inks;
  };
  constexpr Case kCases[] = {
      {"statement", "Select a, 12 from t", "kkkkkk....nn.kkkk.."},
      {"strings", "'a''b' x'00' \"c\"", "ssssss.sssss...."},
      {"parameters", ":day + @x", "pppp...pp"},
      {"comment", "1 -- select", "n.ccccccccc"},
      {"brackets", "((1))", "..n.."},
      {"dot command", ".tables ev%", "kkkkkkk...."},
      {"begun dot command", ".ta", "kkk"},
      {"old spelling", ".indices", "kkkkkkkk"},
      // What is wrong, or not yet right.
      {"open string", "a = 'b (", "....!sss"},
      {"open blob", "x'00", "!!ss"},
      {"open name", "\"b", "!."},
      {"open comment", "/* b", "!!cc"},
      {"open bracket", "(a (b)", "!....."},
      {"bracket too many", "a) (", ".!.!"},
      {"brackets in strings do not count", "(')'", "!sss"},
      {"no dot command", ".nope x", "!!!!!.."},
      {"no UTF-8", "'\xff' \xff", "sss.."},
      {"nothing", "", ""},
  };
  for (const Case& c : kCases) EXPECT_EQ(Inks(c.text), c.inks) << c.name;
}

TEST(Highlight, PaintsAndEndsPlain) {
  EXPECT_EQ(Painted("select 1"), "\x1b[0;1mselect\x1b[0m \x1b[0;36m1\x1b[0m");
  EXPECT_EQ(Painted("a b"), "a b");
}

// What `text` is on a terminal's rows, the cursor's row first.
TEST(EntryPaint, FollowsTheRowsOfLibedit) {
  struct Case {
    const char* name;
    const char* text;
    size_t row;
  };
  // A terminal of 10 cells behind a prompt of 4.
  constexpr Case kCases[] = {
      {"short", "abc", 0},
      {"full rows end at once", "abcdef", 1},
      {"a line break behind a full row", "abcdef\nx", 2},
      {"wrapped", "abcdefg", 1},
      {"wide characters do not fit the last cell", "abcde日", 1},
      {"wide characters that fit", "abcd日", 1},
      {"wide characters with room", "abc日", 0},
      {"tabs", "\t", 0},
      {"tabs past the end", "abcd\t\t", 1},
      {"lines", "a\nb\n", 2},
  };
  UseUtf8();
  const EntryPlace place{.prompt_cells = 4, .width = 10, .height = 24};
  for (const Case& c : kCases)
    EXPECT_EQ(CursorRow(c.text, place), c.row) << c.name;
  EXPECT_EQ(CursorRow("e\u0301", place), std::nullopt);
  EXPECT_EQ(CursorRow("a\x01", place), std::nullopt);
}

TEST(EntryPaint, WritesTheSameCharactersAndRestoresTheCursor) {
  const EntryPlace place{.prompt_cells = 4, .width = 12, .height = 3};
  EXPECT_EQ(PaintEntry("select\n1", 8, place),
            "\x1b"
            "7\x1b[1A\r\x1b[4C\x1b[0;1mselect\x1b[0m\r\x1b[1B"
            "\x1b[0;36m1\x1b[0m\x1b"
            "8");
}

TEST(EntryPaint, LeavesAloneWhatItCannotPlace) {
  const EntryPlace place{.prompt_cells = 4, .width = 12, .height = 3};
  EXPECT_EQ(PaintEntry("", 0, place), "");
  EXPECT_EQ(PaintEntry("1\n2\n3\n4", 1, place), "") << "higher than it";
  EXPECT_EQ(PaintEntry("'e\u0301'", 1, place), "") << "a mark";
  EXPECT_EQ(PaintEntry(std::string(100'000, '1'), 1, place), "") << "long";
  EXPECT_EQ(PaintEntry("1", 1, {.prompt_cells = 4, .width = 5, .height = 3}),
            "")
      << "no room";
}

}  // namespace
}  // namespace learnsql
