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

TEST(TrinoPage, ReadsRecordedTypes) {
  const struct {
    const char* file;
    const char* row;
  } cases[] = {
      {"prusto_types_boolean.json", "1 | 0"},
      {"prusto_types_date_time.json",
       "2001-08-22 | 01:02:03.456 | 2001-08-22T03:04:05.321 | "
       "2001-08-22T03:04:05.321Z"},
      {"prusto_types_seq.json", "[1,2,3] | [1,2,3] | [1,2,3]"},
  };
  for (const auto& a : cases) {
    const Page page = ReadPage(ReadFixture(a.file));
    ASSERT_TRUE(page.status.ok()) << a.file << page.status.ToString();
    EXPECT_THAT(page.rows, ElementsAre(a.row)) << a.file;
  }
  for (const char* file :
       {"prusto_types_char.json", "prusto_types_integer.json",
        "prusto_types_interval_year_to_month.json",
        "prusto_types_ip_address.json", "prusto_types_json.json",
        "prusto_types_uuid.json", "py_all_types_part1.json"}) {
    const Page page = ReadPage(ReadFixture(file));
    EXPECT_TRUE(page.status.ok()) << file << page.status.ToString();
    EXPECT_THAT(page.rows, Not(IsEmpty())) << file;
    EXPECT_EQ(page.page.rows, page.rows.size()) << file;
  }
}

TEST(TrinoPage, TakesNullForAbsent) {
  for (const char* file :
       {"java_queryresults_data_null.json", "java_queryresults_data_empty.json",
        "java_queryresults_data_rows.json"}) {
    const Page page = ReadPage(ReadFixture(file));
    ASSERT_TRUE(page.status.ok()) << file << page.status.ToString();
    EXPECT_EQ(page.page.next_uri, "") << file;
    EXPECT_FALSE(page.page.fault.has_value()) << file;
    EXPECT_TRUE(page.page.columns.has_value()) << file;
  }
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
