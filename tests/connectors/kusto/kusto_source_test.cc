#include "connectors/kusto/kusto_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "connectors/kusto/kusto_hosts.h"
#include "engine/base/cancel.h"
#include "engine/base/clock.h"
#include "engine/load/sync.h"
#include "engine/store/warehouse.h"
#include "tests/connectors/kusto/kusto_testing.h"
#include "tests/engine/store/must.h"
#include "tests/engine/store/temp_folder.h"
#include "tests/server/fault_server.h"

namespace learnsql {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr char kCanary[] = "canary-token-4711";
constexpr int64_t kDay = 24 * 3600;
constexpr int64_t kNow = 1'790'000'000;  // 2026-09-21T14:13:20Z

constexpr char kDays[] =
    "// database: db\n// slice: day\n// hot: 90 days\n"
    "declare query_parameters(from_time:datetime, to_time:datetime, "
    "parts:long = 1, part:long = 0);\nT | project id, name";
constexpr char kWhole[] =
    "// database: db\n// slice: snapshot\n"
    "declare query_parameters(parts:long = 1, part:long = 0);\nT";
constexpr char kContract[] = R"(
-- kind: events, key id
create table raw_t__things (
    row_id         integer primary key,
    source_offset  integer not null,
    id             integer not null,
    name           text
) strict;
)";

// A reply with things of these rows: "[1,\"a\"],[2,\"b\"]".
std::string Things(const std::string& rows) {
  return R"([{"FrameType":"DataSetHeader","IsProgressive":false,)"
         R"("Version":"v2.0"},{"FrameType":"DataTable","TableId":1,)"
         R"("TableKind":"PrimaryResult","TableName":"T","Columns":[)"
         R"({"ColumnName":"id","ColumnType":"long"},)"
         R"({"ColumnName":"name","ColumnType":"string"}],"Rows":[)" +
         rows +
         R"(]},{"FrameType":"DataSetCompletion","HasErrors":false,)"
         R"("Cancelled":false}])";
}

std::string TooLarge() {
  return Things(
      R"([1,"a"],{"OneApiErrors":[{"error":{"code":"LimitsExceeded",)"
      R"("@message":"E_QUERY_RESULT_SET_TOO_LARGE","@permanent":true}}]})");
}

// Writes down what tokens are asked for.
class NotedTokens final : public TokenSource {
 public:
  explicit NotedTokens(std::vector<std::string>* asked) : asked_(asked) {}
  Result<Secret> Get(const std::string& resource, bool) override {
    asked_->push_back(resource);
    return Secret(kCanary);
  }
  std::string Describe() const override { return "a test"; }

 private:
  std::vector<std::string>* asked_;
};

class KustoSourceTest : public testing::Test {
 protected:
  KustoSourceTest() : server_(FaultServer::MustStart()), clock_(kNow) {
    ::setenv("LEARNSQL_TEST_TOKEN", kCanary, 1);
    server_.SetNow(kNow);
    db_.emplace(Must(OpenWarehouse(folder_.File("w.db"), true, nullptr)));
  }

  // What the cluster says of tokens, in its order, and a row for each query.
  void AnswerMetadata(const std::vector<std::pair<int, std::string>>& replies) {
    resource_.clear();
    std::string all;
    for (const auto& [status, body] : replies) {
      all += R"({"method":"GET","url":"http://x/v1/rest/auth/metadata",)"
             R"("status":)" +
             std::to_string(status) + R"(,"response_body":)";
      JsonNode::AppendQuoted(body, &all);
      all += "},";
    }
    all.back() = ']';
    folder_.Write("m.exchanges.json", "[" + all);
    const Status replay = server_.Replay(folder_.File("m.exchanges.json"));
    ASSERT_TRUE(replay.ok()) << replay.ToString();
    Answer({{200, Things("[1,\"a\"]")}});
  }

  // Answers to queries, in their order; the last one again and again.
  void Answer(const std::vector<std::pair<int, std::string>>& replies) {
    std::string all;
    for (const auto& [status, body] : replies) {
      all += all.empty() ? "[" : ",";
      all += R"({"method":"POST","url":"http://x/v2/rest/query","status":)" +
             std::to_string(status) +
             R"(,"request_headers":{},"request_body":"","response_headers":)"
             R"({"x-ms-activity-id":"activity-1"},"response_body":)";
      JsonNode::AppendQuoted(body, &all);
      all += "}";
    }
    folder_.Write("a.exchanges.json", all + "]");
    const Status replay = server_.Replay(folder_.File("a.exchanges.json"));
    ASSERT_TRUE(replay.ok()) << replay.ToString();
  }

  std::unique_ptr<KustoSource> Source(const std::string& query = kDays,
                                      const std::string& url = "") {
    KustoSourceOptions options;
    options.name = "kusto.t";
    options.table_prefix = "raw_t__";
    options.queries = {Must(ParseKustoQuery("things.kql", query))};
    options.slices.clock = &clock_;
    options.slices.refresh_seconds = 3600;
    options.client.cluster = url.empty() ? server_.Url() : url;
    options.client.resource = resource_;
    options.client.clock = &clock_;
    options.client.cancel = &cancel_;
    options.client.http.low_speed_s = low_speed_s_;
    options.client.server_timeout_s = 300;
    options.tokens = MakeEntraTokens({.method = TokenMethod::kEnvironment,
                                      .token_variable = "LEARNSQL_TEST_TOKEN",
                                      .clock = &clock_});
    if (resource_.empty()) {
      options.tokens = std::make_unique<NotedTokens>(&asked_);
    }
    options.landing_dir = folder_.File("landing");
    options.cancel = &cancel_;
    return std::make_unique<KustoSource>(std::move(options));
  }

  // Loads what is due of today.
  SyncReport Load(KustoSource* source, int64_t from = kNow) {
    const RawContract contract = Must(ParseRawContract("t.sql", kContract));
    SyncOptions sync;
    sync.clock = &clock_;
    sync.cancel = &cancel_;
    return Must(Sync(&*db_, source, contract, {.from = from, .to = {}}, sync));
  }

  std::string Names() {
    return Must(db_->QueryText("select group_concat(id || name, ' ') from "
                               "(select id, name from raw_t__things order by "
                               "row_id)"))
        .value_or("nothing");
  }
  std::string States() {
    return Must(db_->QueryText(
                    "select group_concat(state, ' ') from (select state from "
                    "ls_slice order by slice_start)"))
        .value_or("nothing");
  }

  // No file that the test wrote, and nothing that was said, holds the token.
  void ExpectNoCanary(const std::string& said) {
    EXPECT_THAT(said, Not(HasSubstr(kCanary)));
    Must(db_->QueryText("pragma wal_checkpoint(truncate)"));
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             std::filesystem::path(folder_.File("w.db")).parent_path())) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string text(std::istreambuf_iterator<char>(file), {});
      EXPECT_THAT(text.find(kCanary), std::string::npos) << entry.path();
    }
  }

  void Inject(const std::string& fault) {
    server_.Inject("/v2/rest/query", Must(ParseFault(fault)));
  }

  TempFolder folder_;
  FaultServer server_;
  FakeClock clock_;
  CancelFlag cancel_;
  int64_t low_speed_s_ = 60;
  std::string resource_ = "https://resource";
  std::vector<std::string> asked_;  // without a resource: for these
  std::optional<Connection> db_;
};

TEST_F(KustoSourceTest, LoadsADay) {
  Answer({{200, Things(R"([1,"a"],[2,null],[3,"c"])")}});
  const SyncReport report = Load(Source().get());
  EXPECT_TRUE(report.worst.ok()) << report.worst.ToString();
  EXPECT_EQ(report.counts.rows_loaded, 3u);
  EXPECT_EQ(States(), "loaded");
  const SeenRequest request = server_.requests().at(0);
  EXPECT_EQ(request.Header("Authorization"), std::string("Bearer ") + kCanary);
  EXPECT_EQ(request.Header("Accept"), "application/json");
  EXPECT_THAT(request.Header("x-ms-client-request-id"),
              testing::MatchesRegex("learnsql.query;[0-9a-f-]{36}"));
  EXPECT_THAT(
      request.body,
      AllOf(HasSubstr(R"("db":"db")"),
            HasSubstr(R"("servertimeout":"00:05:00")"),
            HasSubstr(R"("request_readonly":true)"),
            HasSubstr("\"datetime(2026-09-21T00:00:00Z)\""),
            HasSubstr("\"datetime(2026-09-22T00:00:00Z)\""),
            Not(HasSubstr("parts\":"))));
  EXPECT_FALSE(
      std::filesystem::exists(folder_.File("landing/things/2026-09-21.json")));
  ExpectNoCanary(report.worst.ToString());
}

TEST_F(KustoSourceTest, KeepsAnEmptyResultApartFromNone) {
  Answer({{200, Things("")}});
  EXPECT_TRUE(Load(Source().get()).worst.ok());
  EXPECT_EQ(States(), "empty");
}

TEST_F(KustoSourceTest, HalvesTheTimeOfAResultTooLarge) {
  Answer({{200, TooLarge()},
          {200, Things("[1,\"a\"]")},
          {200, TooLarge()},
          {200, Things("[2,\"b\"]")},
          {200, Things("[3,\"c\"]")}});
  const SyncReport report = Load(Source().get());
  EXPECT_TRUE(report.worst.ok()) << report.worst.ToString();
  EXPECT_EQ(Names(), "1a 2b 3c");
  const std::vector<SeenRequest> seen = server_.requests();
  ASSERT_THAT(seen, SizeIs(5));
  EXPECT_THAT(seen[1].body,
              HasSubstr("to_time\":\"datetime(2026-09-21T12:00:00Z"));
  EXPECT_THAT(seen[4].body,
              HasSubstr("from_time\":\"datetime(2026-09-21T18:00:00Z"));
}

TEST_F(KustoSourceTest, PartsASnapshotByHash) {
  std::vector<std::pair<int, std::string>> replies = {{200, TooLarge()},
                                                      {200, TooLarge()}};
  for (int i = 0; i < 16; ++i) {
    replies.emplace_back(200, Things("[" + std::to_string(i) + ",\"x\"]"));
  }
  replies.emplace_back(200, Things(""));
  Answer(replies);
  const SyncReport report = Load(Source(kWhole).get());
  EXPECT_TRUE(report.worst.ok()) << report.worst.ToString();
  EXPECT_EQ(report.counts.rows_loaded, 16u);
  const std::vector<SeenRequest> seen = server_.requests();
  ASSERT_THAT(seen, SizeIs(1 + 1 + 16 + 15));
  EXPECT_THAT(seen[1].body, HasSubstr(R"("parts":16,"part":0)"));
  EXPECT_THAT(seen[2].body, HasSubstr(R"("parts":256,"part":0)"));
  EXPECT_THAT(seen[3].body, HasSubstr(R"("parts":256,"part":16)"));
  EXPECT_THAT(seen[18].body, HasSubstr(R"("parts":16,"part":1)"));
}

TEST_F(KustoSourceTest, SaysWhenAResultCannotBeCut) {
  Answer({{200, TooLarge()}});
  const SyncReport report =
      Load(Source("// database: db\n// slice: snapshot\nT").get());
  EXPECT_THAT(report.worst.ToString(), HasSubstr("declare parts and part"));
  EXPECT_EQ(Names(), "nothing");
}

TEST_F(KustoSourceTest, TriesAgainWhatMayPass) {
  Inject("429:7*1");
  Inject("503*1");
  Answer({{200, Things(R"({"OneApiErrors":[{"error":{"code":"E",)"
                       R"("@permanent":false}}]})")},
          {200, Things("[1,\"a\"]")}});
  const SyncReport report = Load(Source().get());
  EXPECT_TRUE(report.worst.ok()) << report.worst.ToString();
  EXPECT_EQ(Names(), "1a");
  EXPECT_THAT(server_.requests(), SizeIs(4));
  EXPECT_GE(clock_.NowSeconds(), kNow + 7);
}

TEST_F(KustoSourceTest, ExplainsEveryRefusal) {
  const struct {
    int status;
    const char* body;
    Code code;
    const char* text;
    size_t requests;
  } cases[] = {
      {400, "General_BadRequest: wrong", Code::kInvalid, "wrong", 1},
      {401, "", Code::kInvalid, "az login", 2},
      {403, "Forbidden", Code::kInvalid, "azure-datawarehouse-viewer", 1},
      {404, "", Code::kNotFound, "check the cluster and the database 'db'", 1},
      {413, "", Code::kInvalid, "HTTP 413", 1},
      {429, R"({"error":{"@type":"QuotaExceededException"}})", Code::kNetwork,
       "quota", 1},
      {429, "slow down", Code::kNetwork, "gave up after 5 attempts", 5},
      {504, "late", Code::kNetwork, "late", 2},
      {520, R"({"error":{"@message":"odd","@permanent":true}})", Code::kNetwork,
       "odd", 1},
      {520, R"({"error":{"@message":"odd","@permanent":false}})",
       Code::kNetwork, "odd", 5},
      {200, "<html></html>", Code::kCorrupt, "no JSON", 1},
      {200, R"({"Tables":[],"Exceptions":["boom"]})", Code::kInvalid, "boom",
       1},
  };
  for (const auto& a : cases) {
    server_.ForgetRequests();
    Answer({{a.status, a.body}});
    const Status worst = Load(Source().get()).worst;
    EXPECT_EQ(worst.code(), a.code) << a.status << worst.ToString();
    EXPECT_THAT(worst.ToString(), HasSubstr(a.text)) << a.status;
    EXPECT_THAT(server_.requests(), SizeIs(a.requests)) << a.status;
    EXPECT_EQ(Names(), "nothing");
    ExpectNoCanary(worst.ToString());
  }
}

// Whole slices or nothing, whatever the server does.
TEST_F(KustoSourceTest, LoadsNothingFromABrokenReply) {
  const std::string body = Things("[1,\"a\"],[2,\"b\"]");
  server_.ServeText("/v2/rest/query", body);
  for (const char* fault :
       {"cut:200", "long:5", "short:5", "chunked-cut:200", "gzip-cut:200",
        "encoded", "encoded-cut:100", "page", "500", "404", "echo",
        "redirect:http://127.0.0.1:1/x", "redirect307:http://127.0.0.1:1/x",
        "encoded-bomb:40", "bomb:8"}) {
    server_.ForgetFaults();
    Inject(fault);
    const SyncReport report = Load(Source().get());
    EXPECT_FALSE(report.worst.ok()) << fault;
    EXPECT_EQ(Names(), "nothing") << fault;
    ExpectNoCanary(report.worst.ToString());
  }
  server_.ForgetFaults();
  Inject("no-length");
  EXPECT_TRUE(Load(Source().get()).worst.ok());
  EXPECT_EQ(Names(), "1a 2b");
}

TEST_F(KustoSourceTest, NeverFollowsARedirectWithItsToken) {
  const FaultServer other = FaultServer::MustStart();
  Inject("redirect307:" + other.Url("/v2/rest/query"));
  EXPECT_FALSE(Load(Source().get()).worst.ok());
  EXPECT_THAT(other.requests(), IsEmpty());
}

TEST_F(KustoSourceTest, FailsAtEveryCutOfTheReply) {
  const std::string body = Things("[1,\"a\"],[2,\"b\"]");
  for (size_t cut = 1; cut < body.size(); cut += 7) {
    server_.ServeText("/v2/rest/query", body.substr(0, cut));
    const SyncReport report = Load(Source().get());
    EXPECT_EQ(report.worst.code(), Code::kNetwork)
        << cut << report.worst.ToString();
    EXPECT_EQ(Names(), "nothing") << cut;
  }
}

TEST_F(KustoSourceTest, CancelsTheQueryOnTheCluster) {
  const std::unique_ptr<KustoSource> source = Source(kDays, server_.Url());
  Inject("slow:50");
  server_.ServeText("/v2/rest/query", Things("[1,\"a\"]"));
  std::thread interrupt([&] {
    while (server_.RequestsFor("/v2/rest/query").empty()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    cancel_.Cancel();
  });
  SliceRecord known;
  known.slice = {"things", kNow / kDay * kDay, kNow / kDay * kDay + kDay,
                 "things/2026-09-21"};
  const Result<Landed> landed = source->Fetch(known, nullptr);
  interrupt.join();
  EXPECT_EQ(landed.status().code(), Code::kCancelled);
  const std::vector<SeenRequest> cancels = server_.RequestsFor("/v1/rest/mgmt");
  ASSERT_THAT(cancels, SizeIs(1));
  const std::string id =
      server_.RequestsFor("/v2/rest/query")[0].Header("x-ms-client-request-id");
  EXPECT_THAT(cancels[0].body, HasSubstr(".cancel query \\\"" + id + "\\\""));
}

TEST_F(KustoSourceTest, MarksDaysThatLeftTheHotWindow) {
  Answer({{200, Things("[1,\"a\"]")}});
  std::unique_ptr<KustoSource> source = Source();
  ASSERT_TRUE(Load(source.get(), kNow - 2 * kDay).worst.ok());
  EXPECT_EQ(States(), "loaded loaded loaded");
  EXPECT_EQ(Names(), "1a 1a 1a");
  clock_.SleepMillis(90 * kDay * 1000, nullptr);
  server_.ForgetRequests();
  const SyncReport report = Load(source.get(), kNow - 2 * kDay);
  EXPECT_TRUE(report.worst.ok()) << report.worst.ToString();
  EXPECT_THAT(States(), testing::StartsWith("source_gone source_gone "));
  EXPECT_THAT(Names(), testing::StartsWith("1a 1a 1a"));
  for (const SeenRequest& request : server_.requests()) {
    EXPECT_THAT(request.body, Not(HasSubstr("datetime(2026-09-19")));
  }
}

TEST_F(KustoSourceTest, FindsSameRowsInAnotherOrderUnchanged) {
  Answer({{200, Things("[1,\"a\"],[2,\"b\"]")},
          {200, Things("[2,\"b\"],[1,\"a\"]")},
          {200, Things("[2,\"b\"]")}});
  std::unique_ptr<KustoSource> source = Source();
  Load(source.get());
  clock_.SleepMillis(2 * 3600 * 1000, nullptr);
  EXPECT_EQ(Load(source.get()).slices_unchanged, 1u);
  EXPECT_EQ(Names(), "1a 2b");
  clock_.SleepMillis(2 * 3600 * 1000, nullptr);
  EXPECT_EQ(Load(source.get()).slices_loaded, 1u);
  EXPECT_EQ(Names(), "2b");
}

TEST_F(KustoSourceTest, RejectsRowsThatBreakTheContract) {
  Answer({{200, Things("[1,\"a\"],[99999999999999999999,\"b\"],[2]")}});
  const SyncReport report = Load(Source().get());
  EXPECT_TRUE(report.worst.ok()) << report.worst.ToString();
  EXPECT_EQ(report.counts.rows_rejected, 2u);
  EXPECT_EQ(Must(db_->QueryText("select group_concat(reason, ' ') from (select "
                                "reason from ls_reject order by reason)")),
            "bad_type ragged_row");
}

constexpr char kMetadata[] = "/v1/rest/auth/metadata";
constexpr char kSovereign[] =
    R"({"AzureAD":{"LoginMfaRequired":false,)"
    R"("KustoServiceResourceId":"https://kusto.kusto.example"}})";

TEST_F(KustoSourceTest, AsksAgainForTheResourceOfItsTokens) {
  AnswerMetadata({{503, ""}, {200, kSovereign}});
  const SyncReport report = Load(Source().get());
  EXPECT_TRUE(report.worst.ok()) << report.worst.ToString();
  EXPECT_THAT(asked_, ElementsAre("https://kusto.kusto.example"));
  EXPECT_THAT(server_.RequestsFor(kMetadata), SizeIs(2));
}

TEST_F(KustoSourceTest, TakesThePublicResourceWithoutMetadata) {
  AnswerMetadata({{404, ""}});
  const SyncReport report = Load(Source().get());
  EXPECT_TRUE(report.worst.ok()) << report.worst.ToString();
  EXPECT_THAT(asked_, ElementsAre("https://kusto.kusto.windows.net"));
}

TEST_F(KustoSourceTest, GuessesNoResourceFromAFailure) {
  const struct {
    int status;
    const char* body;
    Code code;
  } cases[] = {
      {200, "<html></html>", Code::kCorrupt},
      {200, R"({"AzureAD":{}})", Code::kCorrupt},
      {403, "Forbidden", Code::kInvalid},
      {503, "", Code::kNetwork},
  };
  for (const auto& a : cases) {
    AnswerMetadata({{a.status, a.body}});
    std::unique_ptr<KustoSource> source = Source();
    const Status worst = Load(source.get()).worst;
    EXPECT_EQ(worst.code(), a.code) << a.status << worst.ToString();
    EXPECT_THAT(worst.ToString(), HasSubstr(kMetadata)) << a.status;
    EXPECT_THAT(asked_, IsEmpty()) << a.status;
    AnswerMetadata({{200, kSovereign}});
    EXPECT_TRUE(Load(source.get()).worst.ok()) << a.status;
    EXPECT_THAT(asked_, ElementsAre("https://kusto.kusto.example")) << a.status;
    asked_.clear();
    clock_.SleepMillis(2 * 3600 * 1000, nullptr);
  }
}

TEST_F(KustoSourceTest, SaysWhichRightIsMissing) {
  Answer({{403, "Principal has no access"}});
  const std::vector<SourceAnswer> answers = Must(Source()->Connect());
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_EQ(answers[0].part, "database db");
  EXPECT_THAT(answers[0].status.ToString(),
              HasSubstr("may not read the database 'db'"));
  EXPECT_THAT(answers[0].text, HasSubstr("LEARNSQL_TEST_TOKEN"));
}

TEST_F(KustoSourceTest, SendsTokensToTrustedHostsOnly) {
  EXPECT_THAT(
      Load(Source(kDays, "https://kusto.windows.net.evil.example").get())
          .worst.ToString(),
      HasSubstr("trusted_hosts"));
  EXPECT_THAT(Load(Source(kDays, "http://help.kusto.windows.net").get())
                  .worst.ToString(),
              HasSubstr("use https"));
}

TEST(KustoHosts, HoldTheOfficialList) {
  const std::string text = ReadFixture("kusto/wellKnownKustoEndpoints.json");
  MemorySource bytes(text);
  ReadAhead ahead(&bytes, {.threaded = false});
  JsonCursor cursor(&ahead, {});
  const JsonTaken all = Must(cursor.TakeWhole());
  size_t logins = 0;
  for (const JsonMember& login :
       all.root.Find("AllowedEndpointsByLogin").members()) {
    ++logins;
    std::vector<std::string_view> hosts;
    for (const char* key : {"AllowedKustoSuffixes", "AllowedKustoHostnames"}) {
      for (const JsonNode host : login.value.Find(key).elements()) {
        hosts.push_back(host.text());
      }
    }
    EXPECT_EQ(OfficialHosts(login.key), hosts) << login.key;
  }
  EXPECT_EQ(logins, 8u);
  const auto trusted = [](const char* url, std::vector<std::string> more) {
    return CheckTrusted(Must(Url::Parse(url)), kPublicLogin, more).ok();
  };
  EXPECT_TRUE(trusted("https://help.kusto.windows.net", {}));
  EXPECT_TRUE(trusted("https://HELP.Kusto.Windows.Net", {}));
  EXPECT_FALSE(trusted("https://kusto.windows.net", {}));
  EXPECT_FALSE(trusted("https://xkusto.windows.net", {}));
  EXPECT_FALSE(trusted("https://a.example.org", {}));
  EXPECT_TRUE(trusted("https://a.example.org", {".example.org"}));
  EXPECT_FALSE(trusted("https://a.example.org", {"example.org"}));
  EXPECT_TRUE(trusted("https://example.org", {"example.org"}));
}

TEST(KustoQueries, OfTheProgramAreWellFormed) {
  const RawContract contract = Must(ReadRawContract(
      std::string(LEARNSQL_ROOT) + "/sql/raw/learning_roi.sql"));
  size_t count = 0;
  for (const BuiltinQuery& query : BuiltinKustoQueries()) {
    ++count;
    const Result<QueryFile> file =
        ParseKustoQuery(std::string(query.name) + ".kql", query.text);
    ASSERT_TRUE(file.ok()) << query.name << file.status().ToString();
    EXPECT_NE(contract.Find("raw_learning_roi__" + std::string(query.name)),
              nullptr)
        << query.name;
  }
  EXPECT_EQ(count, contract.tables.size());
}

TEST(KustoQueries, RefuseWhatCannotRun) {
  const struct {
    const char* text;
    const char* message;
  } cases[] = {
      {"T", "slice"},
      {"// slice: snapshot\nT", "database"},
      {"// slice: week\n// database: d\nT", "snapshot, day or month"},
      {"// slice: day\n// database: d\nT", "from_time"},
      {"// slice: snapshot\n// database: d\n// hot: 9 days\nT", "hot days"},
      {"// slice: snapshot\n// databse: d\nT", "database"},
      {"// slice: snapshot\n// database: d\ndeclare "
       "query_parameters(parts:long);T",
       "belong together"},
  };
  for (const auto& a : cases) {
    EXPECT_THAT(ParseKustoQuery("q.kql", a.text).status().ToString(),
                HasSubstr(a.message))
        << a.text;
  }
}

TEST(EntraToken, ReadsAnswersOfEveryIssuer) {
  const std::string text = ReadFixture("entra/token_responses.json");
  MemorySource bytes(text);
  ReadAhead ahead(&bytes, {.threaded = false});
  JsonCursor cursor(&ahead, {});
  const JsonTaken cases = Must(cursor.TakeWhole());
  size_t count = 0;
  for (const JsonNode a : cases.root.elements()) {
    ++count;
    std::string body;
    a.Find("body").AppendMinified(&body);
    const AccessToken token = Must(ParseTokenReply(body, 1000));
    EXPECT_EQ(token.token.Reveal(), "AT");
    const auto in = a.Find("expect_expires_in").int64();
    const auto on = a.Find("expect_expires_on").int64();
    EXPECT_EQ(token.expires_at, in ? 1000 + *in : *on) << body;
  }
  EXPECT_EQ(count, 4u);
  EXPECT_EQ(Must(ParseTokenReply(
                     ReadFixture("entra/client_credentials_v1_token.json"), 5))
                .expires_at,
            1578439805);
}

TEST(EntraToken, RefusesWhatIsNoToken) {
  for (const char* body :
       {"", "<html>", "[]", "{}", R"({"error":"authorization_pending"})",
        R"({"access_token":""})", R"({"error":{"code":"x"}})"}) {
    EXPECT_EQ(ParseTokenReply(body, 0).status().code(), Code::kInvalid) << body;
  }
  EXPECT_THAT(
      ParseTokenReply(
          R"({"error":"invalid_client","error_description":"AADSTS7"})", 0)
          .status()
          .message(),
      HasSubstr("AADSTS7"));
}

TEST(EntraToken, ShowsNothingOfAReplyThatWasCut) {
  const std::string said =
      ParseTokenReply(R"({"access_token":"canary-token-4711)", 0)
          .status()
          .message();
  EXPECT_THAT(said, AllOf(HasSubstr("34 bytes"), Not(HasSubstr("canary"))));
}

TEST(EntraToken, NamesWhoIsIn) {
  // {"upn":"ana@example.org"}
  EXPECT_EQ(NameInToken(Secret("h.eyJ1cG4iOiJhbmFAZXhhbXBsZS5vcmcifQ.s")),
            "ana@example.org");
  EXPECT_EQ(NameInToken(Secret("opaque")), "somebody");
}

TEST(EntraToken, AsksAnApplicationsIssuerOnce) {
  FaultServer server = FaultServer::MustStart();
  FakeClock clock(kNow);
  ::setenv("LEARNSQL_TEST_SECRET", "canary-secret-0815", 1);
  server.ServeText("/t/oauth2/v2.0/token",
                   R"({"access_token":"AT1","expires_in":3600})");
  const std::unique_ptr<TokenSource> tokens =
      MakeEntraTokens({.method = TokenMethod::kClient,
                       .login = server.Url(),
                       .tenant = "t",
                       .client_id = "app 1",
                       .secret_variable = "LEARNSQL_TEST_SECRET",
                       .clock = &clock});
  EXPECT_EQ(Must(tokens->Get("https://r", false)).Reveal(), "AT1");
  EXPECT_EQ(Must(tokens->Get("https://r", false)).Reveal(), "AT1");
  EXPECT_THAT(server.requests(), SizeIs(1));
  EXPECT_EQ(server.requests()[0].body,
            "grant_type=client_credentials&client_id=app%201&client_secret="
            "canary-secret-0815&scope=https%3A%2F%2Fr%2F.default");
  clock.SleepMillis(3301 * 1000, nullptr);  // five minutes before its end
  Must(tokens->Get("https://r", false));
  Must(tokens->Get("https://r", true));
  EXPECT_THAT(server.requests(), SizeIs(3));
}

TEST(EntraToken, ScrubsWhatAnIssuerSays) {
  FaultServer server = FaultServer::MustStart();
  ::setenv("LEARNSQL_TEST_SECRET", "canary-secret-0815", 1);
  server.ServeText("/t/oauth2/v2.0/token",
                   R"({"error_description":"bad canary-secret-0815"})");
  const std::unique_ptr<TokenSource> tokens =
      MakeEntraTokens({.method = TokenMethod::kClient,
                       .login = server.Url(),
                       .tenant = "t",
                       .client_id = "a",
                       .secret_variable = "LEARNSQL_TEST_SECRET"});
  const std::string said = tokens->Get("r", false).status().ToString();
  EXPECT_THAT(
      said, AllOf(HasSubstr("bad ***"), Not(HasSubstr("canary-secret-0815"))));
}

TEST(EntraToken, ShowsNoSecretThatAnIssuerRepeats) {
  FaultServer server = FaultServer::MustStart();
  FakeClock clock(kNow);
  TempFolder folder;
  folder.Write("assertion", "canary.assertion~1+2");
  ::setenv("LEARNSQL_TEST_SECRET", "canary/secret+0815", 1);
  server.Inject("/t/oauth2/v2.0/token", Must(ParseFault("echo")));
  for (const TokenMethod method :
       {TokenMethod::kClient, TokenMethod::kWorkload}) {
    const std::unique_ptr<TokenSource> tokens =
        MakeEntraTokens({.method = method,
                         .login = server.Url(),
                         .tenant = "t",
                         .client_id = "a",
                         .secret_variable = "LEARNSQL_TEST_SECRET",
                         .federated_file = folder.File("assertion"),
                         .clock = &clock});
    const std::string said = tokens->Get("r", false).status().ToString();
    EXPECT_THAT(said, AllOf(HasSubstr("HTTP 500"), HasSubstr("=***&scope"),
                            Not(HasSubstr("canary"))));
  }
}

TEST(EntraToken, AsksTheAzCommand) {
  TempFolder folder;
  folder.Write("az",
               "#!/bin/sh\n[ \"$5\" = --output ] || exit 9\n"
               "echo '{\"accessToken\":\"AZ1\",\"expires_on\":99}'\n");
  folder.Write("bad", "#!/bin/sh\necho 'please run az login' >&2\nexit 1\n");
  for (const char* name : {"az", "bad"}) {
    std::filesystem::permissions(folder.File(name),
                                 std::filesystem::perms::owner_all);
  }
  const auto get = [&](const std::string& command) {
    return MakeEntraTokens({.method = TokenMethod::kAz, .az_command = command})
        ->Get("https://r", false);
  };
  EXPECT_EQ(Must(get(folder.File("az"))).Reveal(), "AZ1");
  EXPECT_THAT(get(folder.File("bad")).status().ToString(),
              HasSubstr("please run az login"));
  EXPECT_THAT(get(folder.File("none")).status().ToString(),
              HasSubstr("not installed"));
}

}  // namespace
}  // namespace learnsql
