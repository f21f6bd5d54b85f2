#include "connectors/files/files_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "connectors/files/column_names.h"
#include "tests/connectors/decode/decode_testing.h"

namespace learnsql {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;
using namespace std::string_literals;
using Strings = std::vector<std::string>;

constexpr std::string_view kContract = R"(
-- kind: snapshot, key exam_id
create table raw_lms__exam_results (
    row_id          integer primary key,
    source_offset   integer not null,
    exam_id         integer not null,
    candidate_email text,
    score           real,
    user_handle     text,
    passed          integer
) strict;

-- kind: snapshot
create table raw_lms__clicks (
    row_id         integer primary key,
    source_offset  integer not null,
    page           text,
    clicks         integer
) strict;
)";

std::string Shown(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kNull:
      return "null";
    case Value::Kind::kInteger:
      return std::to_string(value.integer);
    case Value::Kind::kReal:
      return "r" + std::to_string(value.real);
    default:
      return "'" + std::string(value.bytes) + "'";
  }
}

// Keeps what it is given.
class KeepingSink final : public RowSink {
 public:
  Result<int> Open(std::string_view name,
                   std::span<const std::string_view> names) override {
    table = name;
    columns.assign(names.begin(), names.end());
    return 7;
  }
  Result<bool> Add(int, const RecordPlace& place, std::string_view record,
                   std::span<const Value> values) override {
    std::string row;
    for (size_t i = 0; i < values.size(); ++i) {
      row += (i > 0 ? " " : "") + Shown(values[i]);
    }
    rows.push_back(row);
    places.push_back(place);
    bytes_added += record.size();
    return true;
  }
  Status AddBeside(int, const RecordPlace&, std::span<const Value>) override {
    return {};
  }
  Status Reject(const RejectedRecord& record) override {
    rejects.push_back(
        std::to_string(record.place.line) + " " + std::string(record.reason) +
        " [" + std::string(record.column) + "] " + std::string(record.detail));
    return {};
  }
  void CountUnknown(std::string_view path) override {
    ++unknown[std::string(path)];
  }
  void Account(const StreamTotals& given) override { totals = given; }

  std::string table;
  Strings columns;
  Strings rows;
  std::vector<RecordPlace> places;
  size_t bytes_added = 0;
  Strings rejects;
  std::map<std::string, int> unknown;
  StreamTotals totals;
};

class FilesSourceTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    dir_ = fs::temp_directory_path() /
           ("learnsql-files-" + std::string(info->name()) +
            std::to_string(::getpid()));
    fs::create_directories(dir_);
    options_.name = "files.lms";
    options_.path = dir_.string();
    options_.contract = *ParseRawContract("lms.sql", kContract);
  }
  void TearDown() override { fs::remove_all(dir_); }

  void Write(const std::string& name, std::string_view text) {
    fs::create_directories((dir_ / name).parent_path());
    std::ofstream(dir_ / name, std::ios::binary) << text;
  }

  // Loads the only file there is.
  Status Load(const std::string& name, std::string_view text,
              KeepingSink* sink) {
    Write(name, text);
    FilesSource source(options_);
    LEARNSQL_TRY_SET(const std::vector<Slice> slices, source.Slices({}));
    EXPECT_EQ(slices.size(), 1u);
    LEARNSQL_TRY_SET(const Landed landed,
                     source.Fetch({.slice = slices[0]}, {}));
    EXPECT_EQ(landed.bytes, text.size());
    LEARNSQL_TRY(source.Read(slices[0], landed.path, sink));
    const StreamTotals& totals = sink->totals;
    EXPECT_EQ(
        totals.bytes_decoded,
        totals.bytes_in_records + totals.bytes_rejected + totals.bytes_between);
    EXPECT_EQ(totals.records, sink->rows.size() + sink->rejects.size());
    return {};
  }

  fs::path dir_;
  FilesOptions options_;
};

TEST(ColumnNames, AreSnakeCase) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"Candidate Email", "candidate_email"},
      {"studentInfo", "student_info"},
      {"user.handle", "user_handle"},
      {"HTTPStatus", "http_status"},
      {"dotcomID", "dotcom_id"},
      {"Score (%)", "score"},
      {"  a  b ", "a_b"},
      {"x2Y", "x2_y"},
      {"Stra\xc3\x9f"
       "e",
       "stra\xc3\x9f"
       "e"},
      {"--", ""},
  };
  for (const auto& [name, expected] : cases) {
    EXPECT_EQ(SnakeCase(name), expected) << name;
  }
}

TEST_F(FilesSourceTest, ReadsColumnsByName) {
  KeepingSink sink;
  const Status read = Load("exam_results.csv",
                           "Score,Exam ID,Candidate Email,note\r\n"
                           "1.5,7,\"a,b\",x\r\n,8,\"\",\r\n2,9,,y\r\n",
                           &sink);
  ASSERT_TRUE(read.ok()) << read.ToString();
  EXPECT_EQ(sink.table, "raw_lms__exam_results");
  EXPECT_THAT(sink.columns, ElementsAre("score", "exam_id", "candidate_email"));
  EXPECT_THAT(sink.rows, ElementsAre("r1.500000 7 'a,b'", "null 8 ''",
                                     "r2.000000 9 null"));
  EXPECT_EQ(sink.places[1].line, 3u);
  EXPECT_THAT(sink.unknown, ElementsAre(Pair("note", 2)));
  EXPECT_THAT(sink.totals.warning,
              HasSubstr("the file has no user_handle, passed"));
}

// No cell becomes a number that it is not.
TEST_F(FilesSourceTest, CastsNothingSilently) {
  struct Case {
    const char* cell;
    const char* integer;  // null: refused
    const char* real;
  };
  const std::vector<Case> cases = {
      {"1", "1", "r1.000000"},
      {"-12", "-12", "r-12.000000"},
      {"0", "0", "r0.000000"},
      {"9223372036854775807", "9223372036854775807",
       "r9223372036854775808.000000"},
      {"9223372036854775808", nullptr, "r9223372036854775808.000000"},
      {"1.0", nullptr, "r1.000000"},
      {"1e3", nullptr, "r1000.000000"},
      {" 1", nullptr, nullptr},
      {"1 ", nullptr, nullptr},
      {"+1", nullptr, nullptr},
      {"007", nullptr, "r7.000000"},
      {"-0", nullptr, "r-0.000000"},
      {"1_000", nullptr, nullptr},
      {"\"1,000\"", nullptr, nullptr},
      {"0x10", nullptr, nullptr},
      {"true", "1", nullptr},
      {"False", "0", nullptr},
      {"yes", nullptr, nullptr},
      {"NaN", nullptr, "null"},
      {"nan", nullptr, nullptr},
      {"inf", nullptr, nullptr},
      {"-Infinity", nullptr, "r-inf"},
      {"1e999", nullptr, nullptr},
      {"\"\"", "null", "null"},
      {"", "null", "null"},
  };
  for (const Case& c : cases) {
    for (const bool real : {false, true}) {
      SCOPED_TRACE(std::string(c.cell) + (real ? " real" : " integer"));
      KeepingSink sink;
      const std::string text = std::string("exam_id,") +
                               (real ? "score" : "passed") + "\n1," + c.cell +
                               "\n";
      ASSERT_TRUE(Load("exam_results.csv", text, &sink).ok());
      const char* expected = real ? c.real : c.integer;
      if (expected != nullptr) {
        EXPECT_THAT(sink.rows, ElementsAre("1 " + std::string(expected)));
        EXPECT_EQ(sink.unknown.size(), std::string(c.cell) == "NaN" ? 1u : 0u);
      } else {
        ASSERT_EQ(sink.rejects.size(), 1u);
        EXPECT_THAT(sink.rejects[0],
                    HasSubstr(real ? "2 bad_type [score] score: '"
                                   : "2 bad_type [passed] passed: '"));
      }
    }
  }
}

TEST_F(FilesSourceTest, RejectsDamageWithItsReason) {
  KeepingSink sink;
  const Status read = Load("clicks.csv",
                           "page,clicks\n1,\"2\n3,4\n5\n6,\0\n7,8\n"
                           "caf\xe9,9\n10,x\n11,12"s,
                           &sink);
  ASSERT_TRUE(read.ok()) << read.ToString();
  EXPECT_THAT(sink.rows, ElementsAre("'3' 4", "'7' 8", "'11' 12"));
  ASSERT_EQ(sink.rejects.size(), 5u);
  EXPECT_THAT(sink.rejects[0], HasSubstr("2 unclosed_quote"));
  EXPECT_THAT(sink.rejects[1], HasSubstr("4 ragged_row"));
  EXPECT_THAT(sink.rejects[2], HasSubstr("5 nul_in_record"));
  EXPECT_THAT(sink.rejects[3], HasSubstr("7 bad_utf8"));
  EXPECT_THAT(sink.rejects[4], HasSubstr("8 bad_type [clicks] clicks: 'x'"));
  EXPECT_THAT(sink.totals.warning, HasSubstr("was it cut?"));
}

TEST_F(FilesSourceTest, RefusesHeadersThatDoNotFit) {
  struct Case {
    const char* text;
    const char* message;
  };
  const std::vector<Case> cases = {
      {"", "not a single record"},
      {"score,passed\n1,1\n", "nothing for exam_id of raw_lms__exam_results"},
      {"exam_id,Exam ID\n1,1\n", "'exam_id' and 'Exam ID' are both column"},
      {"exam_id,row_id\n1,1\n", ""},
      {"exam_id,\"score\n1,1\n", "unclosed_quote"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    KeepingSink sink;
    const Status read = Load("exam_results.csv", c.text, &sink);
    if (*c.message == '\0') {
      EXPECT_TRUE(read.ok()) << read.ToString();
      EXPECT_THAT(sink.unknown, ElementsAre(Pair("row_id", 1)));
      continue;
    }
    EXPECT_THAT(read.ToString(), HasSubstr(c.message));
    EXPECT_THAT(read.place().name, HasSubstr("exam_results.csv"));
  }
  fs::remove(dir_ / "exam_results.csv");
  KeepingSink sink;
  EXPECT_THAT(Load("clicks.csv", "a,b\n1,2\n", &sink).ToString(),
              HasSubstr("nothing for page, clicks of raw_lms__clicks; it has "
                        "a, b"));
}

TEST_F(FilesSourceTest, TakesColumnsByPlaceWithoutHeader) {
  options_.header = false;
  options_.delimiter = ';';
  KeepingSink sink;
  ASSERT_TRUE(Load("clicks.csv", "a;1\nb;2;3\nc;4\n", &sink).ok());
  EXPECT_THAT(sink.rows, ElementsAre("'a' 1", "'c' 4"));
  EXPECT_THAT(sink.rejects, ElementsAre(HasSubstr("2 ragged_row")));
}

TEST_F(FilesSourceTest, ReadsFieldsOfJsonByPath) {
  KeepingSink sink;
  const Status read =
      Load("exam_results.ndjson",
           R"({"exam_id":1,"Candidate Email":"a","user":{"handle":"h","x":1}})"
           "\n"
           R"({"exam_id":2,"score":3,"passed":true,"user":null,"tags":[1]})"
           "\n"
           R"({"exam_id":3,"candidate_email":{"a":[1, 2]},"score":"NaN"})"
           "\n"
           R"({"exam_id":4,"candidate_email":12.50})"
           "\n"
           R"({"exam_id":"5"})"
           "\n"
           R"({"exam_id":6.0})"
           "\n"
           R"({"exam_id":7,"user":{"handle":"a"},"user_handle":"b"})"
           "\n"
           R"({"exam_id":92233720368547758070})"
           "\n{oops\n",
           &sink);
  ASSERT_TRUE(read.ok()) << read.ToString();
  EXPECT_THAT(sink.rows,
              ElementsAre("1 'a' null 'h' null", "2 null r3.000000 null 1",
                          "3 '{\"a\":[1,2]}' null null null",
                          "4 '12.50' null null null"));
  ASSERT_EQ(sink.rejects.size(), 5u);
  EXPECT_THAT(sink.rejects[0],
              HasSubstr("5 bad_type [exam_id] exam_id: \"5\""));
  EXPECT_THAT(sink.rejects[1], HasSubstr("6 bad_type"));
  EXPECT_THAT(sink.rejects[2], HasSubstr("7 two_values [user_handle]"));
  EXPECT_THAT(sink.rejects[3], HasSubstr("8 bad_type"));
  EXPECT_THAT(sink.rejects[4], HasSubstr("9 bad_json"));
  EXPECT_THAT(sink.unknown,
              UnorderedElementsAre(Pair("user.x", 1), Pair("tags", 1),
                                   Pair("score (NaN)", 1)));
}

TEST_F(FilesSourceTest, ReadsGzipUnderAnyName) {
  const std::string text = "page,clicks\na,1\n";
  for (const std::string name : {"clicks.csv.gz", "clicks.csv"}) {
    KeepingSink sink;
    const Status read = Load(name, Gzip(text), &sink);
    EXPECT_TRUE(read.ok()) << read.ToString();
    EXPECT_THAT(sink.rows, ElementsAre("'a' 1"));
    fs::remove(dir_ / name);
  }
}

// A gzip file that is cut anywhere is refused as a whole.
TEST_F(FilesSourceTest, RefusesGzipAtEveryCut) {
  const std::string gz = Gzip("page,clicks\na,1\nb,2\n");
  for (size_t cut = 0; cut < gz.size(); ++cut) {
    KeepingSink sink;
    const Status read = Load("clicks.csv.gz", gz.substr(0, cut), &sink);
    EXPECT_EQ(read.code(), Code::kCorrupt) << "cut at " << cut;
  }
}

TEST_F(FilesSourceTest, FindsTablesByTheNamesOfFiles) {
  const Strings names = {"examResults.csv",  "Exam Results-2025.csv",
                         "clicks.part2.csv", "clicks/2025/a.csv.gz",
                         "clicks_2025.tsv",  "notes.md",
                         ".hidden.csv",      "clicks_per_day.csv"};
  for (const std::string& name : names) Write(name, "");
  const std::vector<ListedFile> files = *ListFiles(dir_.string());
  std::map<std::string, std::string> tables;
  for (const ListedFile& file : files) {
    const RawTableContract* const table = TableOf(file, {}, options_.contract);
    tables[file.name] = table == nullptr ? "none" : table->name;
  }
  EXPECT_THAT(tables,
              UnorderedElementsAre(
                  Pair("examResults.csv", "raw_lms__exam_results"),
                  Pair("Exam Results-2025.csv", "raw_lms__exam_results"),
                  Pair("clicks.part2.csv", "raw_lms__clicks"),
                  Pair("clicks/2025/a.csv.gz", "raw_lms__clicks"),
                  Pair("clicks_2025.tsv", "raw_lms__clicks"),
                  Pair("clicks_per_day.csv", "none")));
}

TEST_F(FilesSourceTest, FailsTheSliceThatNoTableIsFor) {
  Write("other.csv", "a\n1\n");
  FilesSource source(options_);
  const std::vector<Slice> slices = *source.Slices({});
  ASSERT_EQ(slices.size(), 1u);
  const Result<Landed> landed = source.Fetch({.slice = slices[0]}, {});
  EXPECT_EQ(landed.status().code(), Code::kInvalid);
  EXPECT_THAT(landed.status().message(), HasSubstr("'tables'"));
}

TEST_F(FilesSourceTest, LoadsOnlyWhatTablesNames) {
  Write("a/x.csv", "page,clicks\n");
  Write("b/x.csv", "page,clicks\n");
  options_.tables = *ParseTableFiles("clicks: a/*.csv");
  const std::vector<Slice> slices = *FilesSource(options_).Slices({});
  ASSERT_EQ(slices.size(), 1u);
  EXPECT_EQ(slices[0].name, "a/x.csv");
  options_.tables = *ParseTableFiles("clicks: c/*");
  EXPECT_EQ(FilesSource(options_).Slices({}).status().code(), Code::kNotFound);
  for (const char* wrong : {"clicks", "clicks:", ": x", "a: b,,c: d"}) {
    EXPECT_EQ(ParseTableFiles(wrong).status().code(), Code::kInvalid) << wrong;
  }
}

TEST_F(FilesSourceTest, ListsFilesFoldersAndPatterns) {
  Write("a.csv", "");
  Write("sub/b.csv.gz", "");
  Write("sub/c.ndjson", "");
  const auto names = [](const std::string& path) {
    Strings out;
    const auto files = ListFiles(path);
    EXPECT_TRUE(files.ok()) << files.status().ToString();
    for (const ListedFile& file : *files) out.push_back(file.name);
    return out;
  };
  const std::string dir = dir_.string();
  EXPECT_THAT(names(dir), ElementsAre("a.csv", "sub/b.csv.gz", "sub/c.ndjson"));
  EXPECT_THAT(names(dir + "/a.csv"), ElementsAre("a.csv"));
  EXPECT_THAT(names(dir + "/*.csv"), ElementsAre("a.csv"));
  EXPECT_THAT(names(dir + "/s*/*"),
              ElementsAre("sub/b.csv.gz", "sub/c.ndjson"));
  for (const std::string wrong : {"/none", "/*.tsv", "/none/*.csv"}) {
    EXPECT_EQ(ListFiles(dir + wrong).status().code(), Code::kNotFound);
  }
  Write("a.csv.gz", "");
  EXPECT_EQ(ListFiles(dir).status().code(), Code::kInvalid);
}

TEST_F(FilesSourceTest, NoticesAFileThatChangesMeanwhile) {
  Write("clicks.csv", "page,clicks\na,1\n");
  FilesSource source(options_);
  const std::vector<Slice> slices = *source.Slices({});
  const Landed landed = *source.Fetch({.slice = slices[0]}, {});
  Write("clicks.csv", "page,clicks\na,1\nb,2\n");
  KeepingSink sink;
  const Status read = source.Read(slices[0], landed.path, &sink);
  EXPECT_EQ(read.code(), Code::kCorrupt);
  EXPECT_THAT(read.message(), HasSubstr("changed while"));
  fs::remove(dir_ / "clicks.csv");
  EXPECT_EQ(source.Fetch({.slice = slices[0]}, {})->kind,
            Landed::Kind::kMissing);
}

TEST_F(FilesSourceTest, FindsTheRecordBehindARow) {
  for (const std::string name : {"clicks.csv.gz", "clicks.jsonl"}) {
    const bool json = name == "clicks.jsonl";
    const std::string second =
        json ? R"({"page":"b","clicks":2})" : "\"b\n\"\"c\"\"\",2";
    const std::string text = (json ? std::string(R"({"page":"a","clicks":1})")
                                   : std::string("page,clicks\na,1")) +
                             "\n" + second + "\n";
    const std::string body = json ? text : Gzip(text);
    KeepingSink sink;
    ASSERT_TRUE(Load(name, body, &sink).ok());
    FilesSource source(options_);
    SliceRecord known{.slice = {.object = "clicks", .name = name}};
    known.sha256 = source.Fetch(known, {})->sha256;
    EXPECT_EQ(*source.FindRecord(known, sink.places[1].byte), second);
    EXPECT_EQ(source.FindRecord(known, text.size()).status().code(),
              Code::kNotFound);
    known.sha256 = "00";
    EXPECT_EQ(source.FindRecord(known, 0).status().code(), Code::kCorrupt);
    fs::remove(dir_ / name);
  }
}

}  // namespace
}  // namespace learnsql
