#include "engine/query/text_width.h"

#include <gtest/gtest.h>

namespace learnsql {
namespace {

TEST(TextWidth, CountsTerminalCells) {
  const struct {
    const char* text;
    size_t width;
  } kCases[] = {
      {"", 0},         {"abc", 3},
      {"é", 1},        {"e\u0301", 1},
      {"日本語", 6},   {"ｱｲｳ", 3},
      {"한국", 4},     {"😀", 2},
      {"👍🏽", 2}, {"👨‍👩‍👧‍👦", 2},
      {"🇩🇪", 2},       {"❤", 1},
      {"❤️", 2},   {"ไทย", 3},
      {"\u200b", 0},   {"नमस्ते", 4},
      {"…", 1},        {"─", 1},
      {"\xff", 1},     {"\xe6\x97", 2},
      {"𠮷", 2},
  };
  for (const auto& c : kCases) EXPECT_EQ(TextWidth(c.text), c.width) << c.text;
}

TEST(TextWidth, ReadsEveryCodePointBack) {
  for (char32_t c = 1; c < 0x110000; ++c) {
    if (c >= 0xd800 && c <= 0xdfff) continue;
    std::string text;
    AppendCodePoint(c, &text);
    size_t at = 0;
    ASSERT_EQ(NextCodePoint(text, &at), c);
    ASSERT_EQ(at, text.size());
  }
}

TEST(TextWidth, KnowsWhatIsNoUtf8) {
  for (const char* text :
       {"\x80", "\xc0\x80", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80",
        "\xf4\x90\x80\x80", "\xf5", "a\xff"}) {
    EXPECT_FALSE(IsValidUtf8(text)) << testing::PrintToString(text);
  }
  EXPECT_TRUE(IsValidUtf8("aé日😀"));
  EXPECT_EQ(ValidUtf8("a\xff\xe6\x97z"), "a\ufffd\ufffd\ufffdz");
}

TEST(TextWidth, MakesControlsVisible) {
  EXPECT_EQ(VisibleText("a\nb\tc\r"), "a\\nb\\tc\\r");
  EXPECT_EQ(VisibleText("\x1b[31m"), "\\x1b[31m");
  EXPECT_EQ(VisibleText(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(VisibleText("\u202egnp"), "\\u202egnp");
  EXPECT_EQ(VisibleText("\u009b31m"), "\\u009b31m");
  EXPECT_EQ(VisibleText("naïve 日"), "naïve 日");
}

TEST(TextWidth, FitsAndSaysThatItCut) {
  const struct {
    const char* text;
    size_t width;
    const char* fitted;
    bool cut;
  } kCases[] = {
      {"abc", 3, "abc", false},
      {"abcd", 3, "ab…", true},
      {"日本語", 6, "日本語", false},
      {"日本語", 5, "日本…", true},
      {"日本語", 4, "日…", true},
      {"日本語", 1, "…", true},
      {"abc", 0, "", true},
      {"", 0, "", false},
      {"e\u0301e\u0301e\u0301", 2, "e\u0301…", true},
  };
  for (const auto& c : kCases) {
    bool cut = false;
    EXPECT_EQ(FitText(c.text, c.width, &cut), c.fitted) << c.text;
    EXPECT_EQ(cut, c.cut) << c.text;
    EXPECT_LE(TextWidth(c.fitted), c.width);
  }
}

}  // namespace
}  // namespace learnsql
