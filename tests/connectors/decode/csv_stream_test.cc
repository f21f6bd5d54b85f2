#include "connectors/decode/csv_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "connectors/decode/json_stream.h"
#include "engine/base/sha256.h"
#include "tests/connectors/decode/decode_testing.h"

namespace learnsql {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Strings = std::vector<std::string>;

struct SeenRecord {
  std::string what;    // the fields "a|b|<null>", or "reason: " and the bytes
  std::string text;    // of a reject its first 4 KiB
  std::string sha256;  // of a reject
  std::string detail;  // of a reject
  uint64_t offset = 0;
  uint64_t line = 0;
  uint64_t length = 0;

  bool operator==(const SeenRecord&) const = default;
  friend void PrintTo(const SeenRecord& record, std::ostream* out) {
    *out << record.what << " at " << record.offset << " line " << record.line;
  }
};

struct SeenCsv {
  std::vector<SeenRecord> records;
  Strings header;
  CsvTotals totals;
  Status status;

  Strings whats() const {
    Strings out;
    for (const SeenRecord& record : records) out.push_back(record.what);
    return out;
  }
};

SeenRecord DescribeCsv(const CsvItem& item) {
  SeenRecord seen{.text = std::string(item.text),
                  .offset = item.offset,
                  .line = item.line,
                  .length = item.length};
  if (item.kind == CsvItem::Kind::kReject) {
    seen.what = std::string(item.reject->reason) + ": " + seen.text;
    seen.sha256 = item.reject->sha256;
    seen.detail = item.reject->detail;
    return seen;
  }
  for (size_t i = 0; i < item.fields.size(); ++i) {
    const CsvField& field = item.fields[i];
    const bool null = field.text.empty() && !field.quoted;
    if (i > 0) seen.what += '|';
    seen.what += null ? "<null>" : std::string(field.text);
  }
  return seen;
}

SeenCsv ReadCsv(std::string_view text, size_t chunk, size_t headroom,
                const CsvOptions& options, bool header) {
  MemorySource source(text);
  ReadAhead ahead(&source,
                  {.buffer_bytes = std::min(chunk, text.size() + 1),
                   .headroom_bytes = std::min(headroom, text.size() + 1),
                   .buffers = 3,
                   .threaded = false});
  CsvStream reader(&ahead, options);
  SeenCsv seen;
  if (header) {
    Result<Strings> names = reader.ReadHeader();
    if (!names.ok()) {
      seen.status = names.status();
      return seen;
    }
    seen.header = *names;
  }
  while (true) {
    const Result<CsvItem> item = reader.Next();
    if (!item.ok()) {
      seen.status = item.status();
      break;
    }
    if (item->kind == CsvItem::Kind::kEnd) break;
    seen.records.push_back(DescribeCsv(*item));
  }
  seen.totals = reader.totals();
  return seen;
}

// What must hold of every reading of `text`.
void CheckSums(const SeenCsv& seen, std::string_view text) {
  const CsvTotals& totals = seen.totals;
  EXPECT_EQ(totals.bytes_decoded, text.size());
  EXPECT_EQ(
      totals.bytes_in_records + totals.bytes_rejected + totals.bytes_between,
      text.size());
  EXPECT_EQ(totals.records, seen.records.size());
  uint64_t end = 0;
  uint64_t line = 1;
  uint64_t counted = 0;
  for (const SeenRecord& record : seen.records) {
    ASSERT_GE(record.offset, end);
    const auto passed = text.substr(counted, record.offset - counted);
    line += std::count(passed.begin(), passed.end(), '\n');
    counted = record.offset;
    EXPECT_EQ(record.line, line);
    end = record.offset + record.length;
    ASSERT_LE(end, text.size());
    const std::string_view bytes = text.substr(record.offset, record.length);
    EXPECT_EQ(record.text, bytes.substr(0, 4096));
    if (record.sha256.empty()) continue;
    EXPECT_EQ(record.sha256, Sha256::HexOf(bytes));
  }
}

// Reads at several chunk sizes: all must give the same.
SeenCsv ReadCsv(std::string_view text, const CsvOptions& options = {},
                bool header = false) {
  SeenCsv whole = ReadCsv(text, 256 << 10, 64 << 10, options, header);
  if (whole.status.ok()) CheckSums(whole, text);
  for (const size_t chunk : {1, 2, 7, 64, 4096}) {
    for (const size_t headroom : {0, 16, 65536}) {
      const SeenCsv other = ReadCsv(text, chunk, headroom, options, header);
      EXPECT_EQ(whole.records, other.records) << "chunks of " << chunk;
      EXPECT_EQ(whole.status.ToString(), other.status.ToString());
      EXPECT_EQ(whole.totals.bytes_between, other.totals.bytes_between);
    }
  }
  return whole;
}

TEST(CsvStream, ReadsFieldsOfEveryKind) {
  struct Case {
    const char* name;
    std::string text;
    Strings expected;
  };
  const std::vector<Case> cases = {
      {"plain", "1,2\n3,4\n", {"1|2", "3|4"}},
      {"no last line end", "1,2\n3,4", {"1|2", "3|4"}},
      {"CR LF", "1,2\r\n3,4\r\n", {"1|2", "3|4"}},
      {"mixed line ends", "1,2\r\n3,4\n5,6\r\n", {"1|2", "3|4", "5|6"}},
      {"a last CR", "1,2\r\n3,4\r", {"1|2", "3|4"}},
      {"quoted", "\"1\",\"2\"\n", {"1|2"}},
      {"quoted at the end", "1,\"2\"", {"1|2"}},
      {"quoted before a last CR", "1,\"2\"\r", {"1|2"}},
      {"delimiter inside", "\"a,b\",c\n", {"a,b|c"}},
      {"lines inside", "\"a\nb\",c\n", {"a\nb|c"}},
      {"CR LF inside", "\"a\r\nb\",c\r\n", {"a\r\nb|c"}},
      {"CR inside", "\"a\rb\",c\n", {"a\rb|c"}},
      {"doubled quotes", "\"a \"\"b\"\"\",\"\"\"\"\n", {"a \"b\"|\""}},
      {"nothing and empty", "\"\",\n,\"\"\n", {"|<null>", "<null>|"}},
      {"only delimiters", ",\n,", {"<null>|<null>", "<null>|<null>"}},
      {"a quote inside a plain field", "5\" disk,b\n", {"5\" disk|b"}},
      {"blanks are characters", " 1 , 2 \n", {" 1 | 2 "}},
      {"empty lines", "\n\r\n1,2\n\n\r\n3,4\n\n", {"1|2", "3|4"}},
      {"a mark in front",
       "\xef\xbb\xbf"
       "1,2\n",
       {"1|2"}},
      {"a mark before a quote", "\xef\xbb\xbf\"1\",2\n", {"1|2"}},
      {"only a mark", "\xef\xbb\xbf", {}},
      {"nothing", "", {}},
      {"only line ends", "\n\r\n\r", {}},
      {"UTF-8", "\xc3\xa9,\xf0\x9f\x98\x80\n", {"\xc3\xa9|\xf0\x9f\x98\x80"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const SeenCsv seen = ReadCsv(c.text);
    EXPECT_TRUE(seen.status.ok()) << seen.status.ToString();
    EXPECT_EQ(seen.whats(), c.expected);
  }
}

TEST(CsvStream, TakesOtherDialects) {
  const CsvOptions tabs{.dialect = {.delimiter = '\t'}};
  EXPECT_THAT(ReadCsv("a\t\"b\tc\"\n", tabs).whats(), ElementsAre("a|b\tc"));
  const CsvOptions single{.dialect = {.delimiter = ';', .quote = '\''}};
  EXPECT_THAT(ReadCsv("'a;''b';\"c\"\n", single).whats(),
              ElementsAre("a;'b|\"c\""));
  const CsvOptions bare{.dialect = {.quote = '\0'}};
  EXPECT_THAT(ReadCsv("\"a,b\"\n'c,\"\n", bare).whats(),
              ElementsAre("\"a|b\"", "'c|\""));
  const CsvOptions one{.columns = 1};
  EXPECT_THAT(ReadCsv("a\n\n\"\"\n", one).whats(),
              ElementsAre("a", "<null>", ""));
}

// One damaged record in the middle costs nobody else anything.
TEST(CsvStream, RejectsOneRecordAndGoesOn) {
  struct Case {
    const char* name;
    std::string text;
    Strings expected;
  };
  const std::vector<Case> cases = {
      {"unclosed, and no more quotes",
       "1,\"a\n2,b\n3,c\n",
       {"unclosed_quote: 1,\"a", "2|b", "3|c"}},
      {"unclosed, quotes later",
       "1,\"a\n2,b\n3,\"c\"\n4,d\n",
       {"unclosed_quote: 1,\"a", "2|b", "3|c", "4|d"}},
      {"unclosed, all quoted",
       "\"1\",\"a\n\"2\",\"b\"\n\"3\",\"c\"\n",
       {"unclosed_quote: \"1\",\"a", "2|b", "3|c"}},
      {"unclosed, an empty quoted field behind",
       "1,\"a\n2,\"\"\n3,c\n",
       {"unclosed_quote: 1,\"a", "2|", "3|c"}},
      {"unclosed first field",
       "\"1,a\n2,b\n",
       {"unclosed_quote: \"1,a", "2|b"}},
      {"unclosed at the end", "1,a\n2,\"b\n", {"1|a", "unclosed_quote: 2,\"b"}},
      {"unclosed without line end",
       "1,a\n2,\"b",
       {"1|a", "unclosed_quote: 2,\"b"}},
      {"unclosed, CR LF",
       "1,\"a\r\n2,b\r\n3,\"c\"\r\n",
       {"unclosed_quote: 1,\"a", "2|b", "3|c"}},
      {"unclosed twice",
       "1,\"a\n2,b\n3,\"c\n4,d\n5,\"e\"\n",
       {"unclosed_quote: 1,\"a", "2|b", "unclosed_quote: 3,\"c", "4|d", "5|e"}},
      {"unclosed, then a field of two lines",
       "1,\"a\n2,\"b\nb\"\n3,c\n",
       {"unclosed_quote: 1,\"a", "2|b\nb", "3|c"}},
      {"closed by the quote of another record",
       "1,\"a\n2,\",x\"\n3,c\n",
       {"unclosed_quote: 1,\"a", "2|,x", "3|c"}},
      {"closed by another, fields too many",
       "1,2\n1,\"a\n2,b\n3,\",\"\n4,d\n",
       {"1|2", "unclosed_quote: 1,\"a", "2|b", "3|,", "4|d"}},
      {"text behind a closing quote",
       "1,\"a\"b\n2,c\n",
       {"bad_quote: 1,\"a\"b", "2|c"}},
      {"a blank behind a closing quote",
       "1,\"a\" \n2,c\n",
       {"bad_quote: 1,\"a\" ", "2|c"}},
      {"quotes not doubled in a text of lines",
       "1,\"she\nsaid \"no\" to\nx,y\nand went\"\n2,c\n",
       {"bad_quote: 1,\"she\nsaid \"no\" to\nx,y\nand went\"", "2|c"}},
      {"too few fields", "1,a\n2\n3,c\n", {"1|a", "ragged_row: 2", "3|c"}},
      {"too many fields",
       "1,a\n2,b,\n3,c\n",
       {"1|a", "ragged_row: 2,b,", "3|c"}},
      {"too many, in lines that look like records",
       "1,a\n2,\"b:\nx,y\nz\",b\n3,c\n",
       {"1|a", "ragged_row: 2,\"b:\nx,y\nz\",b", "3|c"}},
      {"a line of blanks", "1,a\n  \n2,b\n", {"1|a", "ragged_row:   ", "2|b"}},
      {"a NUL", "1,a\n2,\0b\n3,c\n"s, {"1|a", "nul_in_record: 2,\0b"s, "3|c"}},
      {"a NUL in quotes",
       "1,a\n2,\"\0\"\n3,c\n"s,
       {"1|a", "nul_in_record: 2,\"\0\""s, "3|c"}},
      {"a block of NULs over a line end",
       "1,a\n2,\0\0\0\0c\n4,d\n"s,
       {"1|a", "nul_in_record: 2,\0\0\0\0c"s, "4|d"}},
      {"NULs that swallowed a closing quote",
       "1,a\n2,\"b\0\0\n3,c\n4,\"d\"\n"s,
       {"1|a", "unclosed_quote: 2,\"b\0\0"s, "3|c", "4|d"}},
      {"Latin-1",
       "1,a\n2,caf\xe9\n3,c\n",
       {"1|a", "bad_utf8: 2,caf\xe9", "3|c"}},
      {"half a character",
       "1,a\n2,\xf0\x9f\x98\n3,c\n",
       {"1|a", "bad_utf8: 2,\xf0\x9f\x98", "3|c"}},
      {"a CR by itself",
       "1,a\n2,b\rx\n3,c\n",
       {"1|a", "bare_cr: 2,b\rx", "3|c"}},
      {"CR CR LF", "1,a\n2,b\r\r\n3,c\n", {"1|a", "bare_cr: 2,b\r", "3|c"}},
      {"a mark between joined files",
       "1,a\n\xef\xbb\xbf"
       "2,b\n3,c\n",
       {"1|a",
        "stray_bom: \xef\xbb\xbf"
        "2,b",
        "3|c"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const SeenCsv seen = ReadCsv(c.text, {.columns = 2});
    EXPECT_TRUE(seen.status.ok()) << seen.status.ToString();
    EXPECT_EQ(seen.whats(), c.expected);
  }
}

TEST(CsvStream, SaysWhatIsWrongAndWhere) {
  const SeenCsv seen = ReadCsv("id,name\n1,\"a\n2,caf\xe9\n3,x,y\n", {}, true);
  ASSERT_EQ(seen.records.size(), 3u);
  EXPECT_EQ(seen.records[0].line, 2u);
  EXPECT_EQ(seen.records[0].offset, 8u);
  EXPECT_EQ(seen.records[0].detail,
            "byte 2: this quote is not closed up to the end of the file");
  EXPECT_THAT(seen.records[1].detail, HasSubstr("byte 5: not UTF-8"));
  EXPECT_EQ(seen.records[2].detail, "3 fields, not 2");
}

TEST(CsvStream, ReadsTheHeaderAsNames) {
  const SeenCsv seen =
      ReadCsv("\xef\xbb\xbf\"Candidate Email\",Date\r\na,b\r\n", {}, true);
  EXPECT_THAT(seen.header, ElementsAre("Candidate Email", "Date"));
  EXPECT_THAT(seen.whats(), ElementsAre("a|b"));
  EXPECT_EQ(seen.totals.records, 1u);
  EXPECT_EQ(seen.totals.bytes_in_records, 3u);
}

TEST(CsvStream, RefusesAHeaderThatIsNone) {
  EXPECT_THAT(ReadCsv("", {}, true).status.ToString(),
              HasSubstr("not a single record"));
  EXPECT_THAT(ReadCsv("\n\n", {}, true).status.ToString(),
              HasSubstr("not a single record"));
  const Status unclosed = ReadCsv("a,\"b\n1,2\n", {}, true).status;
  EXPECT_EQ(unclosed.code(), Code::kCorrupt);
  EXPECT_THAT(unclosed.message(), HasSubstr("(unclosed_quote): byte 2"));
  EXPECT_EQ(unclosed.place().line, 1u);
  const Status mac = ReadCsv("a,b\r1,2\r3,4\r", {}, true).status;
  EXPECT_THAT(mac.message(), HasSubstr("bare_cr"));
}

TEST(CsvStream, RefusesUtf16) {
  for (const std::string& text : {"\xff\xfe"
                                  "a\0"s,
                                  "\xfe\xff\0a"s}) {
    const SeenCsv seen = ReadCsv(text);
    EXPECT_EQ(seen.status.code(), Code::kInvalid);
    EXPECT_THAT(seen.status.message(), HasSubstr("iconv"));
  }
}

TEST(CsvStream, PassesOverLongRecords) {
  const CsvOptions options{.columns = 2, .max_record = 100};
  const std::string plain = "1," + std::string(300, 'x');
  EXPECT_THAT(ReadCsv("1,a\n" + plain + "\r\n2,b\n", options).whats(),
              ElementsAre("1|a", "too_long: " + plain, "2|b"));
  EXPECT_THAT(ReadCsv(plain, options).whats(),
              ElementsAre("too_long: " + plain));
  // An open quote takes no more than that, and gives it back.
  std::string text = "1,\"a\n";
  Strings expected = {"unclosed_quote: 1,\"a"};
  for (int i = 0; i < 40; ++i) {
    text += std::to_string(i) + ",b\n";
    expected.push_back(std::to_string(i) + "|b");
  }
  EXPECT_EQ(ReadCsv(text, options).whats(), expected);
  const std::string wide = "1,\"" + std::string(300, 'x');
  EXPECT_THAT(ReadCsv(wide + "\n2,b\n", options).whats(),
              ElementsAre("unclosed_quote: " + wide, "2|b"));
}

TEST(CsvStream, RefusesMoreFieldsThanItHolds) {
  const std::string wide(CsvScanner::kMaxFields, ',');
  const SeenCsv seen = ReadCsv(wide + "\n");
  ASSERT_EQ(seen.records.size(), 1u);
  EXPECT_EQ(seen.records[0].detail, "4097 fields, not 4096");
}

TEST(CsvStream, SaysWhenTheLastLineIsOpen) {
  EXPECT_TRUE(ReadCsv("1,2\n3,4").totals.ended_in_line);
  EXPECT_FALSE(ReadCsv("1,2\n3,4\n").totals.ended_in_line);
}

// Wherever a file is cut, the records before the cut are there unchanged and
// the bytes add up.
TEST(CsvStream, HoldsAtEveryCut) {
  const std::string text =
      "1,a\n2,\"b\nb\"\r\n\"3\",\"c\"\"c\"\n4,\"d\n5,e\n6,\"f\"\n\n7,"
      "\xc3\xa9\n";
  const SeenCsv whole = ReadCsv(text, {.columns = 2});
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    const SeenCsv seen = ReadCsv(text.substr(0, cut), {.columns = 2});
    ASSERT_TRUE(seen.status.ok());
    for (size_t i = 0; i < seen.records.size() && i < 3; ++i) {
      const SeenRecord& record = whole.records[i];
      if (record.offset + record.length >= cut) break;
      EXPECT_EQ(seen.records[i], record) << "cut at " << cut;
    }
  }
}

TEST(CsvStream, PassesTheErrorOfItsSource) {
  const std::string text = "1,a\n2,\"b\n3,c\n";
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    const std::string_view part = std::string_view(text).substr(0, cut);
    FailingSource source(part, Status(Code::kNetwork, "gone"));
    ReadAhead ahead(&source, {.threaded = false});
    CsvStream reader(&ahead);
    Status failed;
    for (int i = 0; i < 5 && failed.ok(); ++i) {
      const Result<CsvItem> item = reader.Next();
      if (!item.ok()) failed = item.status();
    }
    EXPECT_EQ(failed.code(), Code::kNetwork);
    EXPECT_EQ(reader.Next().status().code(), Code::kNetwork);
  }
}

// A file that is damaged all over must not pass as one bad record.
TEST(CsvStream, CountsDamageThatDoesNotEnd) {
  std::string text = "1,a\n";
  for (int i = 0; i < 160; ++i) text += "2,\"b\n";
  const SeenCsv seen = ReadCsv(text + "3,c\n", {.columns = 2});
  ASSERT_EQ(seen.records.size(), 12u);
  EXPECT_EQ(seen.records.front().what, "1|a");
  EXPECT_EQ(seen.records.back().what, "3|c");
  EXPECT_EQ(seen.records[2].line, 18u);
  EXPECT_THAT(seen.records[2].detail, HasSubstr("line 2"));
}

// Every line opens a quote, or looks as if: the work stays linear.
TEST(CsvStream, StaysQuickWithDamageEverywhere) {
  for (const std::string line :
       {"1,\"a\n", "1,\"\"\"\n", "a\"b,\"\n", "\"\",\"x\"\"\n", "x\"\"y\n",
        "\"\n", "\"a\"b\n", "1,\"a,b\"c\n"}) {
    std::string text = "\"";
    while (text.size() < 300'000) text += line;
    const SeenCsv seen = ReadCsv(text, 256 << 10, 64 << 10, {.columns = 2},
                                 /*header=*/false);
    CheckSums(seen, text);
  }
}

// The rows of csv-spectrum's own JSON: arrays of objects of strings.
std::vector<Strings> ExpectedRows(const std::string& json,
                                  const Strings& header) {
  std::string text;  // without what is around the objects
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '"' && i > 0 && json[i - 1] != '\\') quoted = !quoted;
    if (!quoted && c == '{') ++depth;
    if (depth > 0) text += c;
    if (!quoted && c == '}') --depth;
  }
  std::vector<Strings> rows;
  MemorySource source(text);
  ReadAhead ahead(&source, {.threaded = false});
  JsonStream stream(&ahead);
  while (true) {
    const Result<JsonItem> item = stream.Next();
    EXPECT_TRUE(item.ok());
    if (item->kind == JsonItem::Kind::kEnd) return rows;
    EXPECT_EQ(item->kind, JsonItem::Kind::kRecord);
    Strings row;
    for (const std::string& name : header) {
      row.emplace_back(item->root.Find(name).text());
    }
    rows.push_back(row);
  }
}

TEST(CsvStream, AgreesWithCsvSpectrum) {
  const std::filesystem::path folder =
      std::string(LEARNSQL_FIXTURES) + "/csv/spectrum";
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".csv") continue;
    const std::string name = entry.path().stem().string();
    SCOPED_TRACE(name);
    ++files;
    const SeenCsv seen =
        ReadCsv(ReadFixture("csv/spectrum/" + name + ".csv"), {}, true);
    ASSERT_TRUE(seen.status.ok()) << seen.status.ToString();
    std::vector<Strings> expected = ExpectedRows(
        ReadFixture("csv/spectrum/" + name + ".json"), seen.header);
    if (name == "location_coordinates") {
      expected.at(0).at(0) = "2095257564";  // its CSV says so
    }
    ASSERT_EQ(seen.records.size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i) {
      std::string joined;
      for (const std::string& field : expected[i]) {
        joined += (joined.empty() ? "" : "|") + field;
      }
      EXPECT_EQ(seen.records[i].what, joined);
    }
  }
  EXPECT_EQ(files, 12);
}

}  // namespace
}  // namespace learnsql
