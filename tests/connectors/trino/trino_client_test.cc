#include "connectors/trino/trino_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "connectors/decode/read_ahead.h"
#include "engine/base/byte_source.h"
#include "engine/base/clock.h"
#include "tests/engine/store/must.h"
#include "tests/engine/store/temp_folder.h"
#include "tests/server/fault_server.h"

namespace learnsql {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string ReadFixture(const std::string& name) {
  std::ifstream file(std::string(LEARNSQL_FIXTURES) + "/trino/" + name,
                     std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// A page, and its rows with cells joined by " | ".
struct Page {
  Status status;
  TrinoPage page;
  std::vector<std::string> rows;
};

std::string Show(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kNull:
      return "null";
    case Value::Kind::kInteger:
      return std::to_string(value.integer);
    case Value::Kind::kReal:
      return "r" + std::to_string(value.real);
    case Value::Kind::kText:
      return std::string(value.bytes);
    case Value::Kind::kBlob:
      return "x:" + std::string(value.bytes);
  }
  return {};
}

Page ReadPage(std::string text) {
  // Some recordings are only the columns and the rows of a page.
  if (text.find("\"id\"") == std::string::npos ||
      text.find("infoUri") == std::string::npos) {
    const size_t brace = text.find('{');
    if (brace != std::string::npos) text.insert(brace + 1, "\"id\":\"q\",");
  }
  Page read;
  MemorySource bytes(text, 11);
  ReadAhead ahead(&bytes, {.threaded = false});
  JsonCursor cursor(&ahead, {.name = "page"});
  Result<TrinoPage> page = ReadTrinoPage(&cursor);
  read.status = page.status();
  if (!page.ok()) return read;
  read.page = std::move(page).value();
  if (!read.page.columns) return read;
  TrinoRowDecoder decoder(*read.page.columns);
  MemorySource again(text);
  ReadAhead ahead_again(&again, {.threaded = false});
  JsonCursor rows(&ahead_again, {});
  read.status = ReadTrinoRows(&rows, [&](const JsonTaken& row) -> Status {
    LEARNSQL_TRY(decoder.Decode(row.root));
    std::string line;
    for (const Value& value : decoder.values()) {
      line += (line.empty() ? "" : " | ") + Show(value);
    }
    read.rows.push_back(line);
    return {};
  });
  return read;
}

// Each recording as the tests of its own client have it.
TEST(TrinoPage, ReadsEveryRecordedValue) {
  const struct {
    const char* file;
    std::vector<std::string> rows;
  } cases[] = {
      {"prusto_types_boolean.json", {"1 | 0"}},
      {"prusto_types_char.json", {"abc"}},
      {"prusto_types_date_time.json",
       {"2001-08-22 | 01:02:03.456 | 2001-08-22T03:04:05.321 | "
        "2001-08-22T03:04:05.321Z"}},
      {"prusto_types_integer.json", {"-4 | -3 | -2 | -1 | 1 | 2 | 3 | 4"}},
      {"prusto_types_interval_year_to_month.json", {"-9-4 | 0-6 | 6-0"}},
      {"prusto_types_ip_address.json", {"10.0.0.1 | 2001:db8::1"}},
      {"prusto_types_json.json", {"abc"}},
      {"prusto_types_seq.json", {"[1,2,3] | [1,2,3] | [1,2,3]"}},
      {"prusto_types_uuid.json", {"12151fd2-7586-11e9-8f9e-2a86e4085a59"}},
      {"prusto_models_query_result_queued.json", {}},
      {"prusto_models_query_result_running.json",
       {"34 | asldfjlaksdjfl | 20 | 234234 | 1000.00000 | 1000.00000 | "
        "asdfljalskdfjlk | 2015-10-06T22:04:00.000 | 2015-09-06T14:05:49.000 | "
        "2015-11-21T01:17:11.000 | 2015-11-21T01:17:11.000 | "
        "2038-01-01T00:00:00.000 | 2 | 0 | 1 | 0 | 0 |  | "
        "2020-06-01T01:00:40.873 | 2020-05-31"}},
      {"prusto_models_query_result_finished.json",
       {"abc | 10 | 1 | [1,2,3] | [1,1.1] | null"}},
      {"prusto_models_query_result_empty.json", {}},
      {"java_queryresults_data_null.json", {}},
      {"java_queryresults_data_empty.json", {}},
      {"java_queryresults_data_rows.json", {"1", "5"}},
      {"py_sample_post_response_data.json", {}},
      {"py_sample_get_response_data.json",
       {"UUID-0 | http://worker0:8080 | 0.157 | 0 | active",
        "UUID-1 | http://worker1:8080 | 0.157 | 0 | active",
        "UUID-2 | http://worker2:8080 | 0.157 | 0 | active"}},
      {"py_all_types_part1.json",
       {"0 | null | 127 | -128 | null | 32767 | -32768 | null | 2147483647 | "
        "-2147483648 | null | 9223372036854775807 | -9223372036854775808 | "
        "null | 10.3 | null | 0.123456789123456789 | null | 10 | null | aaa | "
        "Hello winter °3 ! | null | b | null | 2001-08-22 | null | "
        "2001-08-22T01:23:45.123 | null | 2001-08-22T01:23:45 | null | "
        "2001-08-22T01:23:45.123 | null | 2001-08-22T01:23:45.123456 | null | "
        "2001-08-22T01:23:45.123456789 | null | "
        "2001-08-22T01:23:45.123456789123 | null | [\"a\",\"b\",null] | null | "
        "12151fd2-7586-11e9-8f9e-2a86e4085a59 | null"}},
  };
  for (const auto& a : cases) {
    const Page page = ReadPage(ReadFixture(a.file));
    ASSERT_TRUE(page.status.ok()) << a.file << page.status.ToString();
    EXPECT_EQ(page.rows, a.rows) << a.file;
    EXPECT_EQ(page.page.rows, a.rows.size()) << a.file;
    EXPECT_FALSE(page.page.fault.has_value()) << a.file;
  }
}

TEST(TrinoPage, ReadsWhatPagesSayOfTheQuery) {
  const struct {
    const char* file;
    const char* query_id;
    const char* next_uri;
    const char* state;
    std::optional<double> percent;
    size_t columns;
  } cases[] = {
      {"py_sample_post_response_data.json", "20210817_140827_00000_arvdv",
       "https://coordinator/v1/statement/20210817_140827_00000_arvdv/1",
       "QUEUED", std::nullopt, 0},
      {"py_sample_get_response_data.json", "20210817_140827_00000_arvdv",
       "coordinator:8080/v1/statement/20210817_140827_00000_arvdv/2", "RUNNING",
       100, 5},
      {"prusto_models_query_result_queued.json", "20200513_074020_00002_mgdh8",
       "http://localhost:11032/v1/statement/20200513_074020_00002_mgdh8/"
       "x26d7c0451ed24f5fb3d68cb79e6bdad2/1",
       "QUEUED", std::nullopt, 0},
      {"prusto_models_query_result_running.json", "20200602_030730_01456_2587f",
       "http://localhost:55537/v1/statement/20200602_030730_01456_2587f/"
       "xf401c84efa114acd8db29dab858071da/3",
       "RUNNING", 0, 20},
      {"prusto_models_query_result_finished.json",
       "20200513_074020_00002_mgdh8", "", "FINISHED", 100, 6},
      {"java_queryresults_data_rows.json", "20160128_214710_00012_rk68b", "",
       "FINISHED", std::nullopt, 1},
  };
  for (const auto& a : cases) {
    const TrinoPage page = ReadPage(ReadFixture(a.file)).page;
    EXPECT_EQ(page.query_id, a.query_id) << a.file;
    EXPECT_EQ(page.next_uri, a.next_uri) << a.file;
    EXPECT_EQ(page.state, a.state) << a.file;
    EXPECT_EQ(page.percent, a.percent) << a.file;
    EXPECT_EQ(page.columns ? page.columns->size() : 0, a.columns) << a.file;
  }
}

// Types of the clients' lists that no recording here has.
TEST(TrinoPage, ReadsTheOtherTypes) {
  const struct {
    const char* type;
    const char* cell;
    const char* value;
  } cases[] = {
      {"real", "-3", "r-3.000000"},
      {"double", "1.5", "r1.500000"},
      {"double", "\"NaN\"", "null"},
      {"double", "\"Infinity\"", "rinf"},
      {"real", "\"-Infinity\"", "r-inf"},
      {"double", "\"seven\"", "seven"},
      {"boolean", "\"true\"", "1"},
      {"bigint", "99999999999999999999", "99999999999999999999"},
      {"bigint", "\"7\"", "7"},
      {"DECIMAL(38,10)", "\"1123412341234123412341234.2222222220\"",
       "1123412341234123412341234.2222222220"},
      {"varbinary", "\"ZWg/\"", "x:eh?"},
      {"varbinary", "\"ZWg\"", "ZWg"},
      {"HyperLogLog", "\"ZWg/\"", "x:eh?"},
      {"map(bigint,integer)", R"({"2": 1, "1": null})", R"({"2":1,"1":null})"},
      {"row(x bigint,y double)", "[1, 2.0]", "[1,2.0]"},
      {"time(3) with time zone", "\"01:23:45.123-08:00\"",
       "01:23:45.123-08:00"},
      {"interval day to second", "\"-1 00:00:00.000\"", "-1 00:00:00.000"},
      {"timestamp(6) with time zone", "\"2001-08-22 01:23:45.123456 -08:00\"",
       "2001-08-22T09:23:45.123456Z"},
      {"timestamp(3) with time zone",
       "\"2001-08-22 01:23:45.123 America/Los_Angeles\"",
       "2001-08-22 01:23:45.123 America/Los_Angeles"},
      {"json", R"("\"{}\"")", "\"{}\""},
      {"char(5)", "\"ccc  \"", "ccc  "},
      {"Geometry", "\"POINT (1 2)\"", "POINT (1 2)"},
      {"unknown", "null", "null"},
      {"newtype", "{\"a\": 1}", "{\"a\":1}"},
  };
  for (const auto& a : cases) {
    const Page page =
        ReadPage(std::string(R"({"id":"q","infoUri":"i","columns":[)") +
                 R"({"name":"x","type":")" + a.type + R"("}],"data":[[)" +
                 a.cell + "]]}");
    ASSERT_TRUE(page.status.ok()) << a.type << page.status.ToString();
    ASSERT_THAT(page.rows, SizeIs(1)) << a.type;
    EXPECT_EQ(page.rows[0], a.value) << a.type;
  }
}

TEST(TrinoPage, NamesColumnsApart) {
  const Page page = ReadPage(
      R"({"id":"q","infoUri":"i","columns":[{"name":"_col0","type":"bigint"},)"
      R"({"name":"_col0","type":"bigint"},{"name":"_col0_2","type":"bigint"}],)"
      R"("data":[[1,2,3]]})");
  ASSERT_TRUE(page.page.columns.has_value());
  EXPECT_EQ((*page.page.columns)[0].name, "_col0");
  EXPECT_EQ((*page.page.columns)[1].name, "_col0_3");
  EXPECT_EQ((*page.page.columns)[2].name, "_col0_2");
}

TEST(TrinoPage, TakesNullForAbsent) {
  for (const char* file :
       {"java_queryresults_data_null.json", "java_queryresults_data_empty.json",
        "java_queryresults_data_rows.json"}) {
    const Page page = ReadPage(ReadFixture(file));
    ASSERT_TRUE(page.status.ok()) << file << page.status.ToString();
    EXPECT_EQ(page.page.next_uri, "") << file;
    EXPECT_TRUE(page.page.columns.has_value()) << file;
  }
}

TEST(TrinoPage, RefusesEveryRecordedSpooledPage) {
  const std::string text = ReadFixture("go_spooling_cases.json");
  MemorySource bytes(text);
  ReadAhead ahead(&bytes, {.threaded = false});
  JsonCursor cursor(&ahead, {});
  const JsonTaken cases = Must(cursor.TakeWhole());
  size_t count = 0;
  for (const JsonNode a : cases.root.elements()) {
    ++count;
    std::string page;
    a.Find("page").AppendMinified(&page);
    const Page read = ReadPage(page);
    EXPECT_EQ(read.status.code(), Code::kInvalid) << page;
    EXPECT_THAT(read.status.message(), HasSubstr("spooled")) << page;
  }
  EXPECT_EQ(count, 4u);
}

TEST(TrinoPage, FindsTheFaultAndItsPlace) {
  const Page page =
      ReadPage(ReadFixture("py_sample_get_error_response_data.json"));
  ASSERT_TRUE(page.page.fault.has_value()) << page.status.ToString();
  EXPECT_EQ(page.page.fault->name, "SYNTAX_ERROR");
  EXPECT_EQ(page.page.fault->line, 1);
  EXPECT_EQ(page.page.fault->column, 15);
  EXPECT_FALSE(page.page.fault->may_pass());
}

TEST(TrinoPage, RefusesSpooledSegments) {
  const Page page = ReadPage(
      R"({"id":"q","infoUri":"x","data":{"encoding":"json","segments":[]}})");
  EXPECT_EQ(page.status.code(), Code::kInvalid);
  EXPECT_THAT(page.status.message(), HasSubstr("spooled"));
}

TEST(TrinoValue, BringsTimesToUtc) {
  EXPECT_EQ(UtcTimestamp("2001-08-22 03:04:05.321 -08:00"),
            "2001-08-22T11:04:05.321Z");
  EXPECT_EQ(UtcTimestamp("2001-08-22 03:04:05 UTC"), "2001-08-22T03:04:05Z");
  EXPECT_EQ(UtcTimestamp("2001-08-22 03:04:05 America/Los_Angeles"),
            "2001-08-22 03:04:05 America/Los_Angeles");
  EXPECT_EQ(UtcTimestamp("soon"), "soon");
}

TEST(ReadsOnly, GoesByTheFirstWord) {
  for (const char* sql : {"select 1", "SELECT*from t", " \n(select 1)",
                          "with t as (select 1) "
                          "select 1 from t",
                          "show tables", "describe t", "values(1)", "select"}) {
    EXPECT_TRUE(ReadsOnly(sql)) << sql;
  }
  for (const char* sql :
       {"", "(", "insert into t values (1)",
        "explain analyze insert into t "
        "values (1)",
        "explain select 1", "show_all()", "selected", "withdraw", "values1",
        "describe$", "delete from t"}) {
    EXPECT_FALSE(ReadsOnly(sql)) << sql;
  }
}

class TrinoClientTest : public testing::Test {
 protected:
  TrinoClientTest()
      : server_(FaultServer::MustStart()), clock_(1'790'000'000) {}

  Result<TrinoResult> Run(const TrinoStatement& statement) {
    ReplyFile file = Must(ReplyFile::Create(folder_.File("result.json")));
    TrinoClient client = Must(TrinoClient::Open({.url = server_.Url(),
                                                 .user = "ana",
                                                 .bearer = Secret("canary-9"),
                                                 .clock = &clock_}));
    return client.Run(statement, &file, nullptr);
  }

  std::string FirstPage(const std::string& next) const {
    return R"({"id":"q1","infoUri":"i","nextUri":")" + next +
           R"(","stats":{"state":"QUEUED"}})";
  }

  static constexpr const char* kLast =
      R"({"id":"q1","columns":[{"name":"x","type":"bigint"}],"data":[[1],[2]],)"
      R"("stats":{"state":"FINISHED"}})";

  TempFolder folder_;
  FaultServer server_;
  FakeClock clock_;
};

TEST_F(TrinoClientTest, FollowsPagesToTheLast) {
  server_.ServeText("/v1/statement", FirstPage(server_.Url("/next/1")));
  server_.ServeText("/next/1", kLast);
  server_.Inject("/next/1", Must(ParseFault("503*2")));
  const TrinoResult result =
      Must(Run({"select x from t where d = ?", {"date '2026-01-01'"}}));
  EXPECT_EQ(result.rows, 2u);
  EXPECT_THAT(result.columns, SizeIs(1));
  const SeenRequest post = server_.RequestsFor("/v1/statement").at(0);
  EXPECT_EQ(post.body, "execute learnsql using date '2026-01-01'");
  EXPECT_EQ(post.Header("X-Trino-User"), "ana");
  EXPECT_EQ(post.Header("X-Trino-Time-Zone"), "UTC");
  // The test server has undone the percent-encoding.
  EXPECT_EQ(post.Header("X-Trino-Prepared-Statement"),
            "learnsql=select x from t where d = ?");
  EXPECT_THAT(server_.RequestsFor("/next/1"), SizeIs(3));
}

TEST_F(TrinoClientTest, SendsAQueryAgainThatMayPass) {
  const auto failed = [](const char* name, const char* type) {
    return std::string(R"({"id":"q1","infoUri":"i","error":{"message":"no",)") +
           R"("errorName":")" + name + R"(","errorType":")" + type + R"("}})";
  };
  server_.ServeText("/v1/statement", failed("EXCEEDED_CLUSTER_MEMORY",
                                            "INSUFFICIENT_RESOURCES"));
  const Status status = Run({"select 1"}).status();
  EXPECT_EQ(status.code(), Code::kNetwork);
  EXPECT_THAT(status.message(), HasSubstr("try again later"));
  EXPECT_THAT(server_.requests(), SizeIs(3));
  server_.ForgetRequests();
  EXPECT_FALSE(Run({"delete from t"}).ok());
  EXPECT_THAT(server_.requests(), SizeIs(1));
  server_.ForgetRequests();
  server_.ServeText("/v1/statement", failed("DIVISION_BY_ZERO", "USER_ERROR"));
  EXPECT_EQ(Run({"select 1"}).status().code(), Code::kInvalid);
  EXPECT_THAT(server_.requests(), SizeIs(1));
}

TEST_F(TrinoClientTest, SaysWhoIsRefused) {
  for (const char* fault : {"401", "403"}) {
    server_.ForgetFaults();
    server_.ForgetRequests();
    server_.Inject("/v1/statement", Must(ParseFault(fault)));
    const Status status = Run({"select 1"}).status();
    EXPECT_EQ(status.code(), Code::kInvalid);
    EXPECT_THAT(status.message(), HasSubstr("ana"));
    EXPECT_THAT(status.message(), HasSubstr(fault));
    EXPECT_THAT(server_.requests(), SizeIs(1));
  }
}

TEST_F(TrinoClientTest, FollowsAnAddressWithoutScheme) {
  server_.ServeText("/v1/statement",
                    FirstPage(server_.Url("/next/1").substr(7)));
  server_.ServeText("/next/1", kLast);
  EXPECT_EQ(Must(Run({"select 1"})).rows, 2u);
}

TEST_F(TrinoClientTest, NeverGoesToAnotherServer) {
  const FaultServer other = FaultServer::MustStart();
  server_.ServeText("/v1/statement", FirstPage(other.Url("/next/1")));
  const Status status = Run({"select 1"}).status();
  EXPECT_EQ(status.code(), Code::kInvalid);
  EXPECT_THAT(status.ToString(), Not(HasSubstr("canary-9")));
  EXPECT_THAT(other.requests(), IsEmpty());
}

TEST_F(TrinoClientTest, CancelsWhatFailsHalfWay) {
  for (const char* fault : {"cut:30", "404", "page", "500", "echo"}) {
    server_.ForgetFaults();
    server_.ForgetRequests();
    server_.ServeText("/v1/statement", FirstPage(server_.Url("/next/1")));
    server_.ServeText("/next/1", kLast);
    server_.Inject("/next/1", Must(ParseFault(fault)));
    const Status status = Run({"select 1"}).status();
    EXPECT_FALSE(status.ok()) << fault;
    EXPECT_THAT(status.ToString(), Not(HasSubstr("canary-9"))) << fault;
    EXPECT_EQ(server_.RequestsFor("/next/1").back().method, "DELETE") << fault;
  }
}

TEST_F(TrinoClientTest, TellsTheServersOwnPlace) {
  std::string page = ReadFixture("py_sample_get_error_response_data.json");
  page.insert(page.find('{') + 1, "\"id\":\"q\",");
  server_.ServeText("/v1/statement", page);
  const Status status = Run({"select * from t"}).status();
  EXPECT_EQ(status.code(), Code::kInvalid);
  EXPECT_EQ(status.place().line, 1u);
  EXPECT_EQ(status.place().column, 15u);
  EXPECT_THAT(status.message(), Not(HasSubstr("SemanticExceptions.java")));
}

}  // namespace
}  // namespace learnsql
