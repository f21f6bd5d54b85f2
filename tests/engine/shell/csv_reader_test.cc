#include "engine/shell/csv_reader.h"

#include <gtest/gtest.h>

namespace learnsql {
namespace {

// The rows as [a|'b'], quoted fields in quotes; or the error behind them.
std::string Read(std::string_view text, size_t step) {
  MemorySource source(text, step);
  CsvReader reader(&source, "f.csv", ',');
  std::vector<CsvReader::Field> row;
  std::string rows;
  while (true) {
    const Result<bool> next = reader.Next(&row);
    if (!next.ok()) return rows + next.status().ToString();
    if (!*next) return rows;
    rows += "[";
    for (const CsvReader::Field& field : row) {
      if (&field != &row.front()) rows += "|";
      rows += field.quoted ? "'" + field.text + "'" : field.text;
    }
    rows += "]";
  }
}

TEST(CsvReader, ReadsRowsAtEveryStep) {
  const struct {
    const char* text;
    const char* rows;
  } kCases[] = {
      {"", ""},
      {"a,b\n1,2\n", "[a|b][1|2]"},
      {"a,b\r\n1,2\r\n", "[a|b][1|2]"},
      {"a,b\n1,2", "[a|b][1|2]"},
      {"a,,\n", "[a||]"},
      {"\n", "[]"},
      {"\"a\",\"\"\n", "['a'|'']"},
      {"\"a,\"\"b\"\"\nc\"\r\n", "['a,\"b\"\nc']"},
      {"\xef\xbb\xbf"
       "a\n",
       "[a]"},
      {"a\"b\n", "[a\"b]"},
      {"größe,日本\n", "[größe|日本]"},
      {"a\n\"b", "[a]f.csv:2: a quote does not end"},
      {"\"a\"b\n", "f.csv:1: text follows a closing quote"},
      {"\"a\nb\"\n\"c\"d", "['a\nb']f.csv:3: text follows a closing quote"},
  };
  for (const auto& c : kCases) {
    for (size_t step = 1; step <= 16; ++step) {
      EXPECT_EQ(Read(c.text, step), c.rows) << c.text << " at " << step;
    }
  }
}

TEST(CsvReader, RefusesARowWithoutEnd) {
  const std::string text = "\"" + std::string(size_t{17} << 20, 'x');
  EXPECT_EQ(Read(text, SIZE_MAX), "f.csv:1: a row is over 16 MiB");
}

}  // namespace
}  // namespace learnsql
