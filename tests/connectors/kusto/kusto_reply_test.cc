#include "connectors/kusto/kusto_reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/connectors/kusto/kusto_testing.h"

namespace learnsql {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Decoded DecodeFile(const std::string& name) {
  const std::string text = ReadFixture("kusto/" + name);
  const Decoded whole = DecodeReply(text);
  EXPECT_TRUE(whole.status.ok()) << name << whole.status.ToString();
  for (const size_t step : {size_t{1}, size_t{7}, size_t{64}}) {
    const Decoded pieces = DecodeReply(text, step);
    EXPECT_EQ(pieces.status.ToString(), whole.status.ToString());
    EXPECT_EQ(pieces.tables.size(), whole.tables.size());
    for (size_t i = 0; i < pieces.tables.size(); ++i) {
      EXPECT_EQ(pieces.tables[i].rows, whole.tables[i].rows) << name << step;
    }
  }
  return whole;
}

// The eleven rows that the Python client asserts (kusto_client_common.py).
void ExpectDeft(const DecodedTable& table) {
  EXPECT_EQ(table.name, "Deft");
  EXPECT_THAT(table.columns, SizeIs(19));
  ASSERT_THAT(table.rows, SizeIs(11));
  EXPECT_EQ(table.rows[0],
            "null | \"\" | null | null | null | null | null | null | null | "
            "null | null | null | null | \"\" | \"\" | \"\" | null | \"\" | "
            "null");
  EXPECT_EQ(table.rows[1],
            "0 | \"00000000-0000-0000-0001-020304050607\" | r0 | r0 | 0 | 0 | "
            "0 | 0 | 0 | 0 | 0 | 0 | \"2014-01-01T01:01:01.0000000Z\" | "
            "\"Zero\" | \"Zero\" | \"0\" | 0 | \"\" | null");
  EXPECT_EQ(
      table.rows[2],
      "1 | \"00000001-0000-0000-0001-020304050607\" | r1.0001 | r1.01 | 1 | 1 "
      "| 1 | 1 | 1 | 1 | 1 | 1 | \"2015-01-01T01:01:01.0000001Z\" | \"One\" | "
      "\"One\" | \"1\" | 864010010001 | \"\" | "
      "\"{\"rowId\":1,\"arr\":[0,1]}\"");
  EXPECT_THAT(table.rows[3], HasSubstr("| -1728020020002 |"));
  EXPECT_THAT(table.rows[10], HasSubstr("| 7776090090009 |"));
  EXPECT_THAT(table.rows[10], HasSubstr("{\"rowId\":9,\"arr\":[0,9]}"));
}

TEST(KustoReply, ReadsEveryScalarOfDeft) {
  const Decoded decoded = DecodeFile("py_deft.json");
  ASSERT_THAT(decoded.tables, SizeIs(1));
  ExpectDeft(decoded.tables[0]);
}

TEST(KustoReply, ReadsDeftWithProgress) {
  const Decoded decoded = DecodeFile("py_deft_with_progressive_result.json");
  ASSERT_THAT(decoded.tables, SizeIs(1));
  ExpectDeft(decoded.tables[0]);
}

TEST(KustoReply, ReadsDynamicInAllItsForms) {
  const Decoded decoded = DecodeFile("py_dynamic.json");
  ASSERT_THAT(decoded.tables, SizeIs(1));
  EXPECT_THAT(decoded.tables[0].rows,
              ElementsAre("\"123\" | \"\"123\"\" | \"\"test bad json\"\" | "
                          "null | \"{\"rowId\":2,\"arr\":[0,2]}\" | "
                          "\"{\"rowId\":2,\"arr\":[0,2]}\""));
}

TEST(KustoReply, ReadsNullsOfEveryType) {
  const Decoded decoded = DecodeFile("py_null_values.json");
  ASSERT_THAT(decoded.tables, SizeIs(1));
  EXPECT_THAT(decoded.tables[0].rows,
              ElementsAre("null | null | null | null | null | null | null | "
                          "null | null | null"));
}

TEST(KustoReply, ReadsFramesOnLines) {
  const Decoded decoded = DecodeFile("go_v2_validFrames.json");
  ASSERT_THAT(decoded.tables, SizeIs(1));
  EXPECT_EQ(decoded.tables[0].name, "AllDataTypes");
  EXPECT_THAT(
      decoded.tables[0].rows,
      ElementsAre("1 | \"2.00000000000001\" | \"2020-03-04T14:05:01.3109965Z\" "
                  "| 50256789000 | \"{\"moshe\":\"value\"}\" | 1 | r0.01 | "
                  "\"asdf\" | 9223372036854775807 | "
                  "\"123e27de-1e4e-49d9-b579-fe0b331d3642\"",
                  "null | null | null | null | null | null | null | \"\" | "
                  "null | null"));
}

TEST(KustoReply, ReadsTwoTablesInFragments) {
  for (const char* name : {"go_v2_twoTables.json", "go_v1_success.json",
                           "go_v1_dataTypeOnly.json"}) {
    const Decoded decoded = DecodeFile(name);
    ASSERT_THAT(decoded.tables, SizeIs(2)) << name;
    EXPECT_EQ(decoded.tables[0].name, "PrimaryResult");
    EXPECT_EQ(decoded.tables[1].name, "PrimaryResult_2");
    EXPECT_THAT(decoded.tables[0].rows, ElementsAre("1", "2", "3"));
    EXPECT_THAT(decoded.tables[1].rows,
                ElementsAre("\"a\" | 1", "\"b\" | 2", "\"c\" | 3"));
  }
}

TEST(KustoReply, ReadsOneRowResults) {
  const struct {
    const char* file;
    const char* row;
  } cases[] = {
      {"grafana_print_true.json", "1"},
      {"node_v1_2.json", "0"},
      {"py_versionshowcommandresult.json",
       "\"1.0.6693.14577\" | \"2018-04-29T08:05:54.0000000Z\" | \"Engine\" | "
       "\"KustoMain_2018.04.29.5\""},
      {"grafana_supported_types_with_vals.json",
       "1 | \"Grafana\" | \"2006-01-02T22:04:05.1000000Z\" | "
       "\"[{\"person\":\"Daniel\"},{\"cats\":23},{\"diagnosis\":\"cat "
       "problem\"}]\" | \"74be27de-1e4e-49d9-b579-fe0b331d3642\" | 2147483647 "
       "| 9223372036854775807 | r1.7976931348623157e+308 | 1 | "
       "\"4.52686980609418\""},
  };
  for (const auto& a : cases) {
    const Decoded decoded = DecodeFile(a.file);
    ASSERT_THAT(decoded.tables, SizeIs(1)) << a.file;
    EXPECT_THAT(decoded.tables[0].rows, ElementsAre(a.row)) << a.file;
    EXPECT_FALSE(decoded.survey.fault.has_value()) << a.file;
  }
}

TEST(KustoReply, ReadsLongerResults) {
  EXPECT_THAT(DecodeFile("py_pandas_bool.json").tables.at(0).rows,
              ElementsAre("null", "1", "0"));
  EXPECT_THAT(DecodeFile("node_v1.json").tables.at(0).rows, SizeIs(25));
  const Decoded grafana = DecodeFile("grafana_successful-response.json");
  EXPECT_EQ(grafana.tables.at(0).rows.at(0),
            "\"2011-12-15T03:10:00.0000000Z\" | r9.981242179870605 | "
            "r8.843097686767578 | \"Clean\" | \"Clean\"");
}

TEST(KustoReply, KeepsTheColumnsOfNoRows) {
  const Decoded decoded = DecodeFile("py_zero_results.json");
  ASSERT_THAT(decoded.tables, SizeIs(1));
  EXPECT_THAT(decoded.tables[0].columns, ElementsAre("print_0"));
  EXPECT_THAT(decoded.tables[0].rows, IsEmpty());
}

TEST(KustoReply, FindsPartialFailures) {
  const struct {
    const char* file;
    const char* text;
  } cases[] = {
      {"py_query_partial_results_defer_is_false.json", "LimitsExceeded"},
      {"py_query_partial_results_defer_is_true.json",
       "E_QUERY_RESULT_SET_TOO_LARGE"},
      {"go_v1_partialError.json", "E_QUERY_RESULT_SET_TOO_LARGE"},
  };
  for (const auto& a : cases) {
    const Decoded decoded = DecodeFile(a.file);
    ASSERT_TRUE(decoded.survey.fault.has_value()) << a.file;
    EXPECT_TRUE(decoded.survey.fault->too_large) << a.file;
    EXPECT_FALSE(decoded.survey.fault->may_pass()) << a.file;
    EXPECT_THAT(Describe(*decoded.survey.fault), HasSubstr(a.text)) << a.file;
  }
}

TEST(KustoReply, ReadsErrorBodies) {
  const KustoFault plain = ReadKustoError(ReadFixture("kusto/go_v1_error.txt"));
  EXPECT_EQ(plain.code, "General_BadRequest");
  EXPECT_THAT(Describe(plain), HasSubstr("Request is invalid"));
  const KustoFault syntax =
      ReadKustoError(ReadFixture("kusto/grafana_error-response.json"));
  EXPECT_EQ(syntax.code, "SYN0002");
  EXPECT_EQ(syntax.permanent, true);
  EXPECT_THAT(Describe(syntax), HasSubstr("A recognition error occurred"));
  const KustoFault limits =
      ReadKustoError(ReadFixture("kusto/java_oneapierror_http_body.json"));
  EXPECT_EQ(limits.code, "LimitsExceeded");
  EXPECT_EQ(limits.message,
            "Query execution has exceeded the allowed limits (80DA0003): .");
  EXPECT_TRUE(limits.too_large);
  EXPECT_EQ(ReadKustoError("<html>gateway</html>").message,
            "<html>gateway</html>");
  EXPECT_EQ(ReadKustoError("{\"error\": \"plain\"}").message, "plain");
  EXPECT_EQ(ReadKustoError("").message, "");
  EXPECT_EQ(ReadKustoError(std::string(9000, 'x')).message.size(), 4096u);
}

TEST(KustoReply, FailsAtEveryCut) {
  for (const char* name : {"go_v2_validFrames.json", "py_dynamic.json",
                           "go_v1_success.json", "node_v1.json"}) {
    const std::string text = ReadFixture(std::string("kusto/") + name);
    const size_t whole = text.find_last_of("]}") + 1;
    for (size_t cut = 0; cut < whole; ++cut) {
      const Decoded decoded = DecodeReply(text.substr(0, cut));
      ASSERT_EQ(decoded.status.code(), Code::kNetwork)
          << name << " cut at " << cut << ": " << decoded.status.ToString();
    }
  }
}

// A reply of version 2 around `frames`.
std::string Reply(const std::string& frames,
                  const std::string& end =
                      R"({"FrameType":"DataSetCompletion","HasErrors":false,)"
                      R"("Cancelled":false})") {
  return R"([{"FrameType":"DataSetHeader","IsProgressive":true,)"
         R"("Version":"v2.0"},)" +
         frames + (frames.empty() || end.empty() ? "" : ",") + end + "]";
}

std::string Table(const std::string& type, const std::string& cells) {
  return R"({"FrameType":"DataTable","TableId":1,"TableKind":"PrimaryResult",)"
         R"("TableName":"T","Columns":[{"ColumnName":"x","ColumnType":")" +
         type + R"("}],"Rows":[)" + cells + "]}";
}

std::vector<std::string> Cells(const std::string& type,
                               const std::string& cells) {
  const Decoded decoded = DecodeReply(Reply(Table(type, cells)));
  EXPECT_TRUE(decoded.status.ok()) << decoded.status.ToString();
  return decoded.tables.at(0).rows;
}

TEST(KustoReply, ReadsSharpEdgesOfTypes) {
  EXPECT_THAT(Cells("bool", "[0],[1],[true],[2],[\"yes\"]"),
              ElementsAre("0", "1", "1", "2", "\"yes\""));
  EXPECT_THAT(Cells("long",
                    "[9223372036854775807],[-9223372036854775808],"
                    "[9223372036854776000],[1.5]"),
              ElementsAre("9223372036854775807", "-9223372036854775808",
                          "\"9223372036854776000\"", "r1.5"));
  EXPECT_THAT(
      Cells("real",
            "[\"NaN\"],[\"Infinity\"],[\"-Infinity\"],[1],"
            "[\"2.5\"],[\"x\"],[1e400],[null]"),
      ElementsAre("null", "rinf", "r-inf", "r1", "r2.5", "\"x\"", "null"));
  EXPECT_THAT(
      Cells("decimal", "[\"2.00000000000001\"],[4.50],[\"NaN\"],[7]"),
      ElementsAre("\"2.00000000000001\"", "\"4.50\"", "\"NaN\"", "\"7\""));
  EXPECT_THAT(Cells("datetime",
                    "[\"2020-02-29T01:02:03Z\"],"
                    "[\"0000-01-01T00:00:00Z\"],"
                    "[\"9999-12-31T23:59:59.9999999Z\"],"
                    "[\"2020-02-30T00:00:00Z\"],[\"soon\"]"),
              ElementsAre("\"2020-02-29T01:02:03.0000000Z\"",
                          "\"0000-01-01T00:00:00Z\"",
                          "\"9999-12-31T23:59:59.9999999Z\"",
                          "\"2020-02-30T00:00:00Z\"", "\"soon\""));
  EXPECT_THAT(
      Cells("timespan", "[\"-1.00:00:00.5\"],[864000000000],[\"00:00\"]"),
      ElementsAre("-864005000000", "864000000000", "\"00:00\""));
  EXPECT_THAT(Cells("guid", "[\"ABCDEF00-1E4E-49D9-B579-FE0B331D3642\"]"),
              ElementsAre("\"abcdef00-1e4e-49d9-b579-fe0b331d3642\""));
  EXPECT_THAT(Cells("dynamic",
                    "[\"\"],[\" [1, 2] \"],[\"[1\"],[true],[1.50],"
                    "[{\"b\": 1, \"a\": null}]"),
              ElementsAre("null", "\"[1,2]\"", "\"\"[1\"\"", "\"true\"",
                          "\"1.50\"", "\"{\"b\":1,\"a\":null}\""));
  EXPECT_THAT(Cells("missing", "[\"a\"],[[1, 2]],[null]"),
              ElementsAre("\"a\"", "\"[1,2]\"", "null"));
}

TEST(KustoReply, CountsWhatItCannotKeep) {
  const Decoded decoded = DecodeReply(Reply(Table("real", "[\"NaN\"],[1.5]")));
  EXPECT_EQ(decoded.oddities.nans, 1u);
  EXPECT_EQ(DecodeReply(Reply(Table("long", "[99999999999999999999]")))
                .oddities.big_integers,
            1u);
}

TEST(KustoReply, RejectsRaggedAndUnreadableRowsAlone) {
  const Decoded decoded = DecodeReply(
      Reply(Table("string", R"(["a"],["b","c"],[],["\ud83d"],["\u0000z"])")));
  ASSERT_TRUE(decoded.status.ok()) << decoded.status.ToString();
  EXPECT_THAT(decoded.tables.at(0).rows,
              ElementsAre("\"a\"", std::string("\"\0z\"", 4)));
  EXPECT_THAT(decoded.tables.at(0).rejects, SizeIs(3));
}

TEST(KustoReply, TakesMembersInAnyOrder) {
  const Decoded decoded = DecodeReply(
      Reply(R"({"Rows":[[1,2],[3,4]],"Columns":[{"ColumnType":"int",)"
            R"("ColumnName":"x"},{"ColumnType":"int","ColumnName":"x"}],)"
            R"("Unknown":{"Rows":[[9]]},"TableName":"T","TableId":1,)"
            R"("TableKind":"PrimaryResult","FrameType":"DataTable"})"));
  ASSERT_TRUE(decoded.status.ok()) << decoded.status.ToString();
  EXPECT_THAT(decoded.tables.at(0).columns, ElementsAre("x", "x_2"));
  EXPECT_THAT(decoded.tables.at(0).rows, ElementsAre("1 | 2", "3 | 4"));
}

constexpr char kHeader[] =
    R"({"FrameType":"TableHeader","TableId":1,"TableKind":"PrimaryResult",)"
    R"("TableName":"T","Columns":[{"ColumnName":"x","ColumnType":"int"}]})";

std::string Fragment(const std::string& how, const std::string& rows) {
  return R"(,{"Rows":[)" + rows + R"(],"TableFragmentType":")" + how +
         R"(","TableId":1,"FrameType":"TableFragment"})";
}

std::string TableEnd(int rows) {
  return R"(,{"FrameType":"TableCompletion","TableId":1,"RowCount":)" +
         std::to_string(rows) + "}";
}

TEST(KustoReply, ReplacesRowsInProgressiveReplies) {
  const Decoded decoded = DecodeReply(
      Reply(kHeader + Fragment("DataAppend", "[1],[2]") +
            R"(,{"FrameType":"TableProgress","TableId":1,"TableProgress":50})" +
            Fragment("DataReplace", "[7]") + Fragment("DataAppend", "[8]") +
            TableEnd(2)));
  ASSERT_TRUE(decoded.status.ok()) << decoded.status.ToString();
  EXPECT_THAT(decoded.tables.at(0).rows, ElementsAre("7", "8"));
  EXPECT_EQ(decoded.survey.tables.at(0).rows, 2u);
}

TEST(KustoReply, RefusesWhatIsNoReply) {
  const struct {
    const char* name;
    std::string text;
    Code code;
    const char* message;
  } cases[] = {
      {"empty", "", Code::kNetwork, "empty"},
      {"a page", "<html></html>", Code::kCorrupt, "no JSON"},
      {"no header", "[" + Table("int", "[1]") + "]", Code::kCorrupt,
       "DataSetHeader"},
      {"no end marker", Reply(Table("int", "[1]"), ""), Code::kNetwork,
       "DataSetCompletion"},
      {"frame behind the end",
       Reply(R"({"FrameType":"DataSetCompletion"},)" + Table("int", "[1]")),
       Code::kCorrupt, "behind DataSetCompletion"},
      {"unknown frame", Reply(R"({"FrameType":"Surprise"})"), Code::kCorrupt,
       "Surprise"},
      {"wrong row count",
       Reply(kHeader + Fragment("DataAppend", "[1]") + TableEnd(2)),
       Code::kCorrupt, "2 rows"},
      {"no table end", Reply(kHeader + Fragment("DataAppend", "[1]")),
       Code::kNetwork, "end of table 1"},
      {"fragment of no table", Reply(Fragment("DataAppend", "[1]").substr(1)),
       Code::kCorrupt, "not open"},
      {"unknown fragment", Reply(kHeader + Fragment("DataMerge", "[1]")),
       Code::kCorrupt, "TableFragmentType"},
      {"rows no array",
       Reply(R"({"FrameType":"DataTable","TableKind":"PrimaryResult",)"
             R"("Columns":[],"Rows":{}})"),
       Code::kCorrupt, "expected '['"},
      {"no columns",
       Reply(R"({"FrameType":"DataTable","TableKind":"PrimaryResult",)"
             R"("Rows":[]})"),
       Code::kCorrupt, "lacks"},
      {"v1 without tables", "{}", Code::kCorrupt, "neither"},
      {"v1 without contents",
       R"({"Tables":[{"Columns":[],"Rows":[]},{"Columns":[],"Rows":[]},)"
       R"({"Columns":[],"Rows":[]}]})",
       Code::kCorrupt, "table of contents"},
  };
  for (const auto& a : cases) {
    const Decoded decoded = DecodeReply(a.text);
    EXPECT_EQ(decoded.status.code(), a.code)
        << a.name << decoded.status.ToString();
    EXPECT_THAT(decoded.status.ToString(), HasSubstr(a.message)) << a.name;
  }
}

TEST(KustoReply, FindsFaultsWhereverTheyStand) {
  const std::string error =
      R"([{"error":{"code":"E1","message":"generic","@message":"telling",)"
      R"("@permanent":false}}])";
  const std::string end =
      R"({"FrameType":"DataSetCompletion","HasErrors":true,"Cancelled":false)";
  const struct {
    const char* name;
    std::string text;
    const char* message;
    bool may_pass;
  } cases[] = {
      {"among rows",
       Reply(Table("int", R"([1],{"OneApiErrors":)" + error + "}")), "telling",
       true},
      {"at the table's end",
       Reply(kHeader + Fragment("DataAppend", "[1]") +
             R"(,{"FrameType":"TableCompletion","TableId":1,"RowCount":9,)"
             R"("OneApiErrors":)" +
             error + "}"),
       "telling", true},
      {"at the end",
       Reply(Table("int", "[1]"), end + R"(,"OneApiErrors":)" + error + "}"),
       "telling", true},
      {"errors without words", Reply(Table("int", "[1]"), end + "}"),
       "there were errors", false},
      {"cancelled",
       Reply(Table("int", "[1]"),
             R"({"FrameType":"DataSetCompletion","HasErrors":false,)"
             R"("Cancelled":true})"),
       "cancelled", false},
      {"one permanent",
       Reply(Table("int", R"([1],{"OneApiErrors":)" + error + "}"),
             end + R"(,"OneApiErrors":[{"error":{"code":"E2",)"
                   R"("@permanent":true}}]})"),
       "telling", false},
      {"a body of error with HTTP 200",
       R"({"error":{"code":"General_InternalServerError","message":"m"}})", "m",
       false},
      {"v1 exceptions", R"({"Tables":[],"Exceptions":["boom"]})", "boom",
       false},
      {"v1 severity",
       R"({"Tables":[{"TableName":"a","Columns":[{"ColumnName":"x"}],)"
       R"("Rows":[[1]]},{"TableName":"b","Columns":[{"ColumnName":"Severity"},)"
       R"({"ColumnName":"StatusDescription","DataType":"String"}],"Rows":)"
       R"([[2,{"bad":1}]]},{"TableName":"c","Columns":[{"ColumnName":)"
       R"("Ordinal"},{"ColumnName":"Kind"},{"ColumnName":"Name"}],"Rows":)"
       R"([[0,"QueryResult","R"],[1,"QueryStatus","S"]]}]})",
       "{\"bad\":1}", false},
  };
  for (const auto& a : cases) {
    const Decoded decoded = DecodeReply(a.text);
    ASSERT_TRUE(decoded.status.ok()) << a.name << decoded.status.ToString();
    ASSERT_TRUE(decoded.survey.fault.has_value()) << a.name;
    EXPECT_THAT(Describe(*decoded.survey.fault), HasSubstr(a.message))
        << a.name;
    EXPECT_EQ(decoded.survey.fault->may_pass(), a.may_pass) << a.name;
  }
}

TEST(KustoReply, FindsTheCursorOfTheDatabase) {
  const Decoded decoded = DecodeReply(Reply(
      R"({"FrameType":"DataTable","TableKind":"QueryProperties","Columns":[],)"
      R"("Rows":[[1,"Visualization","{}"],[1,"Cursor","636040929866477946"]]},)" +
      Table("int", "[1]")));
  EXPECT_EQ(decoded.survey.cursor, "636040929866477946");
}

TEST(KustoValue, ReadsTimespansOfTheGoClient) {
  std::istringstream vectors(ReadFixture("kusto/go_timespan_vectors.tsv"));
  std::string line;
  int cases = 0;
  while (std::getline(vectors, line)) {
    if (line.empty() || line[0] == '#') continue;
    ++cases;
    const size_t tab = line.find('\t');
    if (line.starts_with("ERR")) {
      EXPECT_FALSE(ParseTimespan(line.substr(tab + 1)).has_value()) << line;
    } else if (line.starts_with("00.00:00.00:00.000")) {
      continue;  // only that client takes it
    } else {
      EXPECT_EQ(ParseTimespan(line.substr(0, tab)),
                std::stoll(line.substr(tab + 1)))
          << line;
    }
  }
  EXPECT_EQ(cases, 17);
}

TEST(KustoValue, KnowsTheLimitsOfTimespans) {
  EXPECT_EQ(ParseTimespan("10675199.02:48:05.4775807"), INT64_MAX);
  EXPECT_EQ(ParseTimespan("-10675199.02:48:05.4775808"), INT64_MIN);
  for (const char* text :
       {"10675199.02:48:05.4775808", "24:00:00", "00:60:00", "00:00:60", "",
        "-", "1.", "00:00:00.", "00:00:00.12345678", "1:00:00", "--00:00:01",
        "00:00:00 "}) {
    EXPECT_FALSE(ParseTimespan(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace learnsql
