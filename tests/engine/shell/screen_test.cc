#include "engine/shell/screen.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "engine/query/text_width.h"

namespace learnsql {
namespace {

constexpr const char* kLogins[] = {"ada", "grace hopper", "日本語の名前",
                                   "linus😀", "m"};

// `rows` rows of ten columns, as a wide view has them.
KeptResult WideResult(size_t rows) {
  KeptResult result;
  result.Begin({"event_id", "type", "login", "score", "handed_in_at", "title",
                "note", "repo_name", "is_public", "size"},
               "select");
  for (size_t r = 0; r < rows; ++r) {
    const std::string title = "An exam about " + std::string(r % 7 * 6, 'x');
    const std::string repo = "octo/repo-" + std::to_string(r);
    const Value values[] = {
        Value::Integer(2489651045 + static_cast<int64_t>(r)),
        Value::Text(r % 2 ? "PushEvent" : "CreateEvent"),
        Value::Text(kLogins[r % 5]),
        r % 4 == 3 ? Value::Null() : Value::Real(static_cast<double>(r) / 4),
        Value::Text("2015-01-01T00:00:00Z"),
        Value::Text(title),
        r % 3 ? Value::Null() : Value::Text("two\nlines"),
        Value::Text(repo),
        Value::Integer(1),
        Value::Integer(static_cast<int64_t>(r * r)),
    };
    result.Add(values);
  }
  return result;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Compares with a file of tests/golden/shell; UPDATE_GOLDEN=1 writes it anew.
void ExpectGolden(const std::string& name, const std::string& text) {
  const std::string path =
      std::string(LEARNSQL_ROOT) + "/tests/golden/shell/" + name + ".txt";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path) << text;
  }
  EXPECT_EQ(text, ReadFile(path)) << name;
}

TEST(Screen, LooksAsItDidInEveryWidth) {
  const KeptResult result = WideResult(60);
  for (const Format format : {Format::kBox, Format::kTable, Format::kColumn}) {
    for (const size_t width : {20, 40, 80, 120, 200}) {
      const std::string text = RenderScreen(
          result, {.format = format, .width = width, .max_rows = 10});
      ExpectGolden(
          std::string(NameOfFormat(format)) + "_" + std::to_string(width),
          text);
    }
  }
}

// The same rows in every mode, which no screen changes.
TEST(Screen, LeavesEveryModeAsItIs) {
  const KeptResult result = WideResult(4);
  for (int f = 0; f <= static_cast<int>(Format::kHtml); ++f) {
    const auto format = static_cast<Format>(f);
    StringSink sink;
    const auto renderer = MakeRenderer({.format = format}, &sink);
    ASSERT_TRUE(renderer->Begin(result.columns()).ok());
    for (size_t r = 0; r < 4; ++r) {
      ASSERT_TRUE(renderer->Row(result.Row(r)).ok());
    }
    ASSERT_TRUE(renderer->End().ok());
    ExpectGolden("mode_" + std::string(NameOfFormat(format)), sink.text());
  }
}

TEST(Screen, NeverGoesBeyondItsWidth) {
  const KeptResult result = WideResult(60);
  for (size_t width = 24; width <= 220; ++width) {
    std::istringstream lines(RenderScreen(result, {.width = width}));
    for (std::string line; std::getline(lines, line);) {
      if (line.find("rows") != std::string::npos) continue;  // the footer
      EXPECT_LE(TextWidth(line), width) << line;
    }
  }
}

TEST(Screen, SaysWhatItLeavesOut) {
  const std::string narrow =
      RenderScreen(WideResult(1240), {.width = 60, .max_rows = 40});
  EXPECT_NE(narrow.find("10 columns ("), std::string::npos) << narrow;
  EXPECT_NE(narrow.find("1 240 rows (40 shown)"), std::string::npos) << narrow;
  EXPECT_NE(narrow.find(".last shows all"), std::string::npos);
  const std::string whole =
      RenderScreen(WideResult(3), {.width = 300, .max_rows = 40});
  EXPECT_NE(whole.find("3 rows\n"), std::string::npos) << whole;
  EXPECT_EQ(whole.find("shown"), std::string::npos);
  EXPECT_EQ(whole.find("…"), std::string::npos);
}

TEST(Screen, ShowsFirstAndLastRows) {
  const std::string text =
      RenderScreen(WideResult(1000), {.width = 300, .max_rows = 4});
  for (const char* row : {"repo-0 ", "repo-1 ", "repo-998", "repo-999"}) {
    EXPECT_NE(text.find(row), std::string::npos) << row;
  }
  EXPECT_EQ(text.find("repo-2 "), std::string::npos);
  EXPECT_EQ(text.find("repo-997"), std::string::npos);
}

TEST(Screen, NeverCutsNumbers) {
  KeptResult result;
  result.Begin({"a", "text"}, "");
  const std::string text(100, 'x');
  const Value values[] = {Value::Integer(INT64_MIN), Value::Text(text)};
  result.Add(values);
  result.Add(values);
  const std::string shown = RenderScreen(result, {.width = 40});
  EXPECT_NE(shown.find("-9223372036854775808"), std::string::npos) << shown;
  EXPECT_NE(shown.find("x…"), std::string::npos) << shown;
  EXPECT_NE(shown.find("texts cut"), std::string::npos) << shown;
}

TEST(Screen, TurnsOneWideRowIntoLines) {
  const std::string text = RenderScreen(WideResult(1), {.width = 60});
  EXPECT_NE(text.find("    event_id = 2489651045\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("title = An exam about \n"), std::string::npos) << text;
  const std::string wide = RenderScreen(WideResult(1), {.width = 300});
  EXPECT_TRUE(wide.starts_with("┌")) << wide;
}

TEST(Screen, ShowsAnEmptyResult) {
  KeptResult result;
  result.Begin({"a", "b"}, "");
  EXPECT_EQ(RenderScreen(result, {}),
            "┌───┬───┐\n│ a │ b │\n├───┼───┤\n└───┴───┘\n0 rows\n");
}

TEST(Screen, ColorsOnlyWhenAsked) {
  const KeptResult result = WideResult(3);
  EXPECT_EQ(RenderScreen(result, {.color = false}).find('\x1b'),
            std::string::npos);
  EXPECT_NE(RenderScreen(result, {.color = true}).find("\x1b[1m"),
            std::string::npos);
}

TEST(Screen, GroupsDigits) {
  EXPECT_EQ(GroupDigits(0), "0");
  EXPECT_EQ(GroupDigits(999), "999");
  EXPECT_EQ(GroupDigits(1000), "1 000");
  EXPECT_EQ(GroupDigits(218900), "218 900");
  EXPECT_EQ(GroupDigits(1234567), "1 234 567");
}

TEST(KeptResult, KeepsTheFirstAndTheLast) {
  KeptResult result;
  result.Begin({"n", "t"}, "select");
  const uint64_t total = KeptResult::kMaxRows + 123;
  for (uint64_t i = 0; i < total; ++i) {
    const std::string text = "row " + std::to_string(i);
    const Value values[] = {Value::Integer(static_cast<int64_t>(i)),
                            Value::Text(text)};
    result.Add(values);
  }
  EXPECT_EQ(result.total_rows(), total);
  EXPECT_EQ(result.kept_rows(), KeptResult::kMaxRows);
  EXPECT_FALSE(result.is_whole());
  EXPECT_EQ(result.Row(0)[1].bytes, "row 0");
  EXPECT_EQ(result.Row(99999)[1].bytes, "row 99999");
  for (size_t i = 0; i < KeptResult::kTailRows; ++i) {
    EXPECT_EQ(result.RowFromEnd(i)[0].integer,
              static_cast<int64_t>(total - 1 - i));
    EXPECT_EQ(result.RowFromEnd(i)[1].bytes,
              "row " + std::to_string(total - 1 - i));
  }
  result.Begin({"n"}, "");
  EXPECT_EQ(result.total_rows(), 0u);
}

TEST(KeptResult, IsBoundedInBytes) {
  KeptResult result;
  result.Begin({"t"}, "");
  const std::string text(size_t{1} << 20, 'x');
  const Value values[] = {Value::Text(text)};
  for (int i = 0; i < 100; ++i) result.Add(values);
  EXPECT_EQ(result.total_rows(), 100u);
  EXPECT_LT(result.kept_rows(), 65u);
  EXPECT_EQ(result.RowFromEnd(0)[0].bytes.size(), text.size());
}

}  // namespace
}  // namespace learnsql
