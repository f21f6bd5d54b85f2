#include "engine/query/render.h"

#include <gtest/gtest.h>

#include <limits>

#include "engine/query/text_width.h"

namespace learnsql {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

std::string Render(RenderOptions options, std::vector<std::string> columns,
                   const std::vector<std::vector<Value>>& rows) {
  StringSink sink;
  const std::unique_ptr<Renderer> renderer = MakeRenderer(options, &sink);
  EXPECT_TRUE(renderer->Begin(columns).ok());
  for (const std::vector<Value>& row : rows) {
    EXPECT_TRUE(renderer->Row(row).ok());
  }
  EXPECT_TRUE(renderer->End().ok());
  return sink.text();
}

// What every format has to tell apart or carry whole.
std::string RenderAll(Format format) {
  return Render(
      {.format = format}, {"id", "name"},
      {{Value::Integer(1), Value::Text("a,b")},
       {Value::Integer(-20), Value::Text("")},
       {Value::Real(0.1), Value::Null()},
       {Value::Null(), Value::Text("x\n\"y\" | <z>")},
       {Value::Real(kInf), Value::Blob(std::string_view("\0\xff", 2))},
       {Value::Integer(INT64_MAX), Value::Text("日本\xff")}});
}

TEST(Render, WritesTable) {
  EXPECT_EQ(RenderAll(Format::kTable),
            "+---------------------+--------------+\n"
            "|                  id | name         |\n"
            "+---------------------+--------------+\n"
            "|                   1 | a,b          |\n"
            "|                 -20 |              |\n"
            "|                 0.1 | NULL         |\n"
            "|                NULL | x\\n\"y\" | <z> |\n"
            "|                 Inf | x'00ff'      |\n"
            "| 9223372036854775807 | 日本\ufffd        |\n"
            "+---------------------+--------------+\n");
}

TEST(Render, WritesBox) {
  EXPECT_EQ(Render({.format = Format::kBox}, {"a", "n"},
                   {{Value::Text("x"), Value::Integer(10)}}),
            "┌─────┬─────┐\n"
            "│ a   │   n │\n"
            "├─────┼─────┤\n"
            "│ x   │  10 │\n"
            "└─────┴─────┘\n");
}

TEST(Render, WritesColumn) {
  EXPECT_EQ(Render({.format = Format::kColumn}, {"a", "long name"},
                   {{Value::Text("x"), Value::Text("y")}}),
            "a    long name\n"
            "---  ---------\n"
            "x    y\n");
}

TEST(Render, WritesMarkdown) {
  EXPECT_EQ(Render({.format = Format::kMarkdown}, {"n", "t"},
                   {{Value::Integer(1), Value::Text("a|b\nc")},
                    {Value::Null(), Value::Text("")}}),
            "|    n | t         |\n"
            "| ---: | --------- |\n"
            "|    1 | a\\|b<br>c |\n"
            "| NULL |           |\n");
}

TEST(Render, WritesLine) {
  EXPECT_EQ(Render({.format = Format::kLine}, {"a", "name"},
                   {{Value::Integer(1), Value::Text("two\nlines\x1b")},
                    {Value::Null(), Value::Text("")}}),
            "   a = 1\n"
            "name = two\n"
            "       lines\\x1b\n"
            "\n"
            "   a = NULL\n"
            "name = \n");
}

TEST(Render, WritesCsv) {
  EXPECT_EQ(RenderAll(Format::kCsv),
            "id,name\r\n"
            "1,\"a,b\"\r\n"
            "-20,\"\"\r\n"
            "0.1,\r\n"
            ",\"x\n\"\"y\"\" | <z>\"\r\n"
            "Inf,x'00ff'\r\n"
            "9223372036854775807,日本\xff\r\n");
}

TEST(Render, WritesTsv) {
  EXPECT_EQ(Render({.format = Format::kTsv}, {"a\tb", "c"},
                   {{Value::Text("x\ty\nz\\"), Value::Null()},
                    {Value::Text(""), Value::Integer(1)}}),
            "a\\tb\tc\nx\\ty\\nz\\\\\t\\N\n\t1\n");
}

TEST(Render, WritesJson) {
  EXPECT_EQ(RenderAll(Format::kJson),
            "[{\"id\":1,\"name\":\"a,b\"},\n"
            "{\"id\":-20,\"name\":\"\"},\n"
            "{\"id\":0.1,\"name\":null},\n"
            "{\"id\":null,\"name\":\"x\\n\\\"y\\\" | <z>\"},\n"
            "{\"id\":\"Infinity\",\"name\":\"x'00ff'\"},\n"
            "{\"id\":9223372036854775807,\"name\":\"日本\ufffd\"}]\n");
  EXPECT_EQ(Render({.format = Format::kJson}, {"a"}, {}), "[]\n");
}

TEST(Render, WritesJsonLines) {
  EXPECT_EQ(Render({.format = Format::kJsonLines}, {"a"},
                   {{Value::Text(std::string_view("\0\x7f", 2))},
                    {Value::Real(1e20)}}),
            "{\"a\":\"\\u0000\x7f\"}\n{\"a\":1.0e+20}\n");
}

TEST(Render, WritesList) {
  EXPECT_EQ(Render({.format = Format::kList}, {"a", "b"},
                   {{Value::Null(), Value::Text("x|y")}}),
            "a|b\n|x|y\n");
  EXPECT_EQ(Render({.format = Format::kList,
                    .header = false,
                    .null_text = "-",
                    .separator = "; "},
                   {"a", "b"}, {{Value::Null(), Value::Integer(1)}}),
            "-; 1\n");
}

TEST(Render, WritesQuoteAndInsert) {
  const std::vector<std::vector<Value>> rows = {
      {Value::Text("it's"), Value::Null(), Value::Real(kInf)}};
  EXPECT_EQ(Render({.format = Format::kQuote}, {"a", "b", "c"}, rows),
            "'a','b','c'\n'it''s',NULL,9e999\n");
  EXPECT_EQ(Render({.format = Format::kInsert, .insert_table = "t"},
                   {"a", "b", "c"}, rows),
            "INSERT INTO \"t\"(\"a\",\"b\",\"c\") "
            "VALUES('it''s',NULL,9e999);\n");
}

TEST(Render, WritesHtml) {
  EXPECT_EQ(Render({.format = Format::kHtml}, {"<a>", "b"},
                   {{Value::Text("x & 'y'"), Value::Null()}}),
            "<table>\n<tr><th>&lt;a&gt;</th><th>b</th></tr>\n"
            "<tr><td>x &amp; &#39;y&#39;</td><td class=\"null\"></td></tr>\n"
            "</table>\n");
}

TEST(Render, WritesTclAndAscii) {
  EXPECT_EQ(Render({.format = Format::kTcl}, {"a", "b"},
                   {{Value::Text("q\"\n\x01"), Value::Integer(1)}}),
            "\"a\" \"b\"\n\"q\\\"\\n\\001\" \"1\"\n");
  EXPECT_EQ(Render({.format = Format::kAscii, .header = false}, {"a", "b"},
                   {{Value::Text("x"), Value::Integer(1)}}),
            "x\x1f"
            "1\x1e");
}

TEST(Render, ShowsHeaderWithoutRows) {
  for (Format format : {Format::kTable, Format::kBox, Format::kCsv,
                        Format::kTsv, Format::kMarkdown, Format::kHtml}) {
    EXPECT_NE(Render({.format = format}, {"col"}, {}).find("col"),
              std::string::npos);
  }
}

TEST(Render, MakesNamesUnique) {
  const std::vector<std::string> kNames = {"x", "x", "x_2", "x", "y"};
  EXPECT_EQ(UniqueNames(kNames),
            (std::vector<std::string>{"x", "x_3", "x_2", "x_4", "y"}));
}

TEST(Render, GoesOnWithTheFirstWidths) {
  std::vector<std::vector<Value>> rows(1500, {Value::Text("abc")});
  const std::string late(2000, 'z');
  rows.push_back({Value::Text(late)});
  const std::string text = Render({.format = Format::kTable}, {"a"}, rows);
  EXPECT_TRUE(text.starts_with("+-----+\n| a   |\n+-----+\n| abc |\n"));
  EXPECT_NE(text.find("| " + late + " |\n+-----+\n"), std::string::npos);
}

TEST(Render, HoldsNoMoreThanItsBound) {
  StringSink sink;
  const std::unique_ptr<Renderer> renderer =
      MakeRenderer({.format = Format::kBox}, &sink);
  ASSERT_TRUE(renderer->Begin(std::vector<std::string>{"a"}).ok());
  const std::string big(size_t{2} << 20, 'x');
  const Value values[] = {Value::Text(big)};
  ASSERT_TRUE(renderer->Row(values).ok());
  EXPECT_GT(sink.text().size(), big.size());
}

TEST(Render, KnowsSqlitesSpellings) {
  const struct {
    const char* name;
    Format format;
  } kCases[] = {{"tabs", Format::kTsv},
                {"lines", Format::kLine},
                {"columns", Format::kColumn},
                {"ndjson", Format::kJsonLines},
                {"box", Format::kBox}};
  for (const auto& c : kCases) {
    const Result<Format> format = ParseFormat(c.name);
    ASSERT_TRUE(format.ok()) << c.name;
    EXPECT_EQ(*format, c.format) << c.name;
  }
  const Status refused = ParseFormat("jsn").status();
  EXPECT_EQ(refused.code(), Code::kUsage);
  EXPECT_NE(refused.message().find("markdown"), std::string::npos);
  EXPECT_NE(refused.message().find("did you mean 'json'"), std::string::npos);
}

}  // namespace
}  // namespace learnsql
