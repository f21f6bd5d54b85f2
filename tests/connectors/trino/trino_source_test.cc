#include "connectors/trino/trino_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "connectors/decode/json_node.h"
#include "engine/base/cancel.h"
#include "engine/base/clock.h"
#include "engine/load/sync.h"
#include "engine/store/warehouse.h"
#include "tests/engine/store/must.h"
#include "tests/engine/store/temp_folder.h"
#include "tests/server/fault_server.h"

namespace learnsql {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr char kCanary[] = "canary-token-4711";
constexpr int64_t kDay = 24 * 3600;
constexpr int64_t kNow = 1'790'000'000;  // 2026-09-21T14:13:20Z

constexpr char kDays[] =
    "-- table: hive.t.things\n-- slice: day\n"
    "select id, name from hive.t.things where d >= :from_time and d < :to_time";
constexpr char kContract[] = R"(
-- kind: events, key id
create table raw_t__things (
    row_id         integer primary key,
    source_offset  integer not null,
    id             integer not null,
    name           text
) strict;
)";
constexpr char kColumns[] = R"("columns":[{"name":"id","type":"bigint"},)"
                            R"({"name":"name","type":"varchar"}],)";

class TrinoSourceTest : public testing::Test {
 protected:
  TrinoSourceTest() : server_(FaultServer::MustStart()), clock_(kNow) {
    db_.emplace(Must(OpenWarehouse(folder_.File("w.db"), true, nullptr)));
  }

  // A page with things of these rows ("[1,\"a\"],[2,\"b\"]"); `next` is the
  // path of the one behind it, or empty.
  std::string Page(const std::string& rows, const std::string& next) const {
    std::string page = R"({"id":"q1","infoUri":"i",)";
    if (!next.empty()) page += R"("nextUri":")" + server_.Url(next) + "\",";
    if (!rows.empty()) page += kColumns;
    return page + "\"data\":" + (rows.empty() ? "null" : "[" + rows + "]") +
           R"(,"stats":{"state":"RUNNING"}})";
  }

  // The result 1a 2b 3c in three pages, the first one without rows.
  void Serve() {
    server_.ServeText("/v1/statement", Page("", "/next/1"));
    server_.ServeText("/next/1", Page("[1,\"a\"],[2,\"b\"]", "/next/2"));
    server_.ServeText("/next/2", Page("[3,\"c\"]", ""));
  }

  // The answers to statements, in their order; the last one again and again.
  void Answer(const std::vector<std::string>& pages) {
    std::string all;
    for (const std::string& page : pages) {
      all += all.empty() ? "[" : ",";
      all += R"({"method":"POST","url":"http://x/v1/statement","status":200,)"
             R"("request_headers":{},"request_body":"","response_headers":{},)"
             R"("response_body":)";
      JsonNode::AppendQuoted(page, &all);
      all += "}";
    }
    folder_.Write("a.exchanges.json", all + "]");
    const Status replay = server_.Replay(folder_.File("a.exchanges.json"));
    ASSERT_TRUE(replay.ok()) << replay.ToString();
  }

  std::unique_ptr<TrinoSource> Source(const std::string& query = kDays) {
    TrinoSourceOptions options;
    options.name = "trino.t";
    options.table_prefix = "raw_t__";
    options.queries = {Must(ParseTrinoQuery("things.sql", query))};
    options.slices.clock = &clock_;
    options.slices.refresh_seconds = 60;
    options.client.url = server_.Url();
    options.client.user = "ana";
    options.client.bearer = Secret(kCanary);
    options.client.http.max_bytes = 4 << 20;
    options.client.clock = &clock_;
    options.client.cancel = &cancel_;
    options.landing_dir = folder_.File("landing");
    options.keep_landing = keep_landing_;
    options.cancel = &cancel_;
    return std::make_unique<TrinoSource>(std::move(options));
  }

  // Loads what is due of today.
  SyncReport Load(TrinoSource* source, int64_t from = kNow) {
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

  TempFolder folder_;
  FaultServer server_;
  FakeClock clock_;
  CancelFlag cancel_;
  bool keep_landing_ = false;
  std::optional<Connection> db_;
};

TEST_F(TrinoSourceTest, LoadsADay) {
  Serve();
  const SyncReport report = Load(Source().get());
  EXPECT_TRUE(report.worst.ok()) << report.worst.ToString();
  EXPECT_EQ(Names(), "1a 2b 3c");
  EXPECT_EQ(States(), "loaded");
  const SeenRequest post = server_.RequestsFor("/v1/statement").at(0);
  EXPECT_EQ(post.body,
            "execute learnsql using timestamp '2026-09-21 00:00:00', "
            "timestamp '2026-09-22 00:00:00'");
  EXPECT_EQ(post.Header("Authorization"), std::string("Bearer ") + kCanary);
  EXPECT_FALSE(
      std::filesystem::exists(folder_.File("landing/things/2026-09-21.json")));
  ExpectNoCanary(report.worst.ToString());
}

TEST_F(TrinoSourceTest, KeepsAnEmptyResultApartFromNone) {
  server_.ServeText(
      "/v1/statement",
      std::string(R"({"id":"q1","infoUri":"i",)") + kColumns + R"("data":[]})");
  EXPECT_TRUE(Load(Source().get()).worst.ok());
  EXPECT_EQ(States(), "empty");
}

TEST_F(TrinoSourceTest, TakesNoResultWithoutColumns) {
  server_.ServeText("/v1/statement", R"({"id":"q1","infoUri":"i"})");
  const SyncReport report = Load(Source().get());
  EXPECT_EQ(report.worst.code(), Code::kCorrupt) << report.worst.ToString();
  EXPECT_EQ(States(), "failed");
}

// Whole slices or nothing, whatever the server does to whichever page.
TEST_F(TrinoSourceTest, LoadsNothingFromABrokenPage) {
  Serve();
  for (const char* path : {"/v1/statement", "/next/1", "/next/2"}) {
    for (const char* fault : {"cut:30",
                              "long:5",
                              "short:5",
                              "chunked-cut:30",
                              "gzip-cut:30",
                              "encoded",
                              "encoded-cut:20",
                              "page",
                              "500",
                              "404",
                              "410",
                              "401",
                              "403",
                              "429:1",
                              "503",
                              "echo",
                              "redirect:http://127.0.0.1:1/x",
                              "redirect307:http://127.0.0.1:1/x",
                              "encoded-bomb:40",
                              "bomb:8",
                              "endless",
                              "change:30"}) {
      server_.ForgetFaults();
      server_.Inject(path, Must(ParseFault(fault)));
      const SyncReport report = Load(Source().get());
      EXPECT_FALSE(report.worst.ok()) << path << " " << fault;
      EXPECT_EQ(Names(), "nothing") << path << " " << fault;
      ExpectNoCanary(report.worst.ToString());
    }
  }
  for (const char* fault :
       {"no-length", "slow:1", "weak-etag", "wrong-etag", "ignore-range",
        "ignore-if-range", "wrong-range", "503*2", "cut:30*1", "429:1*1"}) {
    server_.ForgetFaults();
    for (const char* path : {"/v1/statement", "/next/1", "/next/2"}) {
      server_.Inject(path, Must(ParseFault(fault)));
    }
    const SyncReport report = Load(Source().get());
    EXPECT_TRUE(report.worst.ok()) << fault << report.worst.ToString();
    EXPECT_EQ(Names(), "1a 2b 3c") << fault;
    clock_.SleepMillis(120 * 1000, nullptr);
  }
}

TEST_F(TrinoSourceTest, FailsAtEveryCutOfEachPage) {
  for (const std::string path : {"/v1/statement", "/next/1", "/next/2"}) {
    Serve();
    const std::string body = path == "/v1/statement" ? Page("", "/next/1")
                             : path == "/next/1"
                                 ? Page("[1,\"a\"],[2,\"b\"]", "/next/2")
                                 : Page("[3,\"c\"]", "");
    for (size_t cut = 0; cut < body.size(); cut += 23) {
      server_.ServeText(path, body.substr(0, cut));
      const SyncReport report = Load(Source().get());
      EXPECT_EQ(report.worst.code(), Code::kNetwork)
          << path << cut << report.worst.ToString();
      EXPECT_EQ(Names(), "nothing") << path << cut;
    }
  }
}

TEST_F(TrinoSourceTest, DropsThePagesOfAFailedQuery) {
  Serve();
  server_.ServeText("/next/2",
                    R"({"id":"q1","infoUri":"i","error":{"message":"lost a )"
                    R"(worker","errorName":"WORKER_RESTARTED","errorType":)"
                    R"("INTERNAL_ERROR"}})");
  const SyncReport report = Load(Source().get());
  EXPECT_EQ(report.worst.code(), Code::kInvalid);
  EXPECT_THAT(report.worst.ToString(), HasSubstr("lost a worker"));
  EXPECT_EQ(Names(), "nothing");
  EXPECT_EQ(States(), "failed");
}

TEST_F(TrinoSourceTest, BeginsAQueryAnewThatMayPass) {
  const std::string lost =
      R"({"id":"q1","infoUri":"i","error":{"message":"full","errorName":)"
      R"("QUERY_QUEUE_FULL","errorType":"INSUFFICIENT_RESOURCES"}})";
  Answer({lost, Page("[1,\"a\"]", "/next/9"), Page("[2,\"b\"]", "")});
  server_.ServeText("/next/9", lost);
  const SyncReport report = Load(Source().get());
  EXPECT_TRUE(report.worst.ok()) << report.worst.ToString();
  EXPECT_EQ(Names(), "2b");
}

TEST_F(TrinoSourceTest, ScrubsWhatTheServerSaysBack) {
  server_.ServeText("/v1/statement",
                    std::string(R"({"id":"q1","infoUri":"i","error":{)") +
                        R"("message":"bad token )" + kCanary +
                        R"(","errorName":"X","errorType":"USER_ERROR"}})");
  const SyncReport report = Load(Source().get());
  EXPECT_THAT(report.worst.ToString(), HasSubstr("bad token ***"));
  ExpectNoCanary(report.worst.ToString());
}

TEST_F(TrinoSourceTest, CancelsTheQueryOnTheServer) {
  Serve();
  server_.Inject("/next/1", Must(ParseFault("slow:20*1")));
  const std::unique_ptr<TrinoSource> source = Source();
  std::thread interrupt([&] {
    while (server_.RequestsFor("/next/1").empty()) {
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
  EXPECT_EQ(server_.RequestsFor("/next/1").back().method, "DELETE");
  EXPECT_FALSE(
      std::filesystem::exists(folder_.File("landing/things/2026-09-21.json")));
}

TEST_F(TrinoSourceTest, FindsSameRowsInAnotherOrderUnchanged) {
  keep_landing_ = true;
  Answer({Page("[1,\"a\"],[2,\"b\"]", ""), Page("[2,\"b\"],[1,\"a\"]", ""),
          Page("[2,\"b\"]", "")});
  const std::unique_ptr<TrinoSource> source = Source();
  Load(source.get());
  clock_.SleepMillis(2 * 3600 * 1000, nullptr);
  EXPECT_EQ(Load(source.get()).slices_unchanged, 1u);
  EXPECT_EQ(Names(), "1a 2b");
  const std::string offset =
      Must(db_->QueryText(
               "select source_offset from raw_t__things where id = 2"))
          .value_or("");
  SliceRecord known;
  known.slice = {"things", 0, 0, "things/2026-09-21"};
  EXPECT_EQ(Must(source->FindRecord(known, std::stoull(offset))), "[2,\"b\"]");
  EXPECT_EQ(source->FindRecord(known, 1).status().code(), Code::kNotFound);
  clock_.SleepMillis(2 * 3600 * 1000, nullptr);
  EXPECT_EQ(Load(source.get()).slices_loaded, 1u);
  EXPECT_EQ(Names(), "2b");
}

TEST_F(TrinoSourceTest, RejectsRowsThatBreakTheContract) {
  server_.ServeText(
      "/v1/statement",
      Page("[1,\"a\"],[99999999999999999999,\"b\"],[2],[null,\"c\"]", ""));
  const SyncReport report = Load(Source().get());
  EXPECT_TRUE(report.worst.ok()) << report.worst.ToString();
  EXPECT_EQ(report.counts.rows_rejected, 3u);
  EXPECT_EQ(Names(), "1a");
}

TEST_F(TrinoSourceTest, SaysWhichRightIsMissing) {
  Answer({Page("[\"ana@example.org\",\"x\"]", ""),
          R"({"id":"q2","infoUri":"i","error":{"message":"Access Denied: )"
          R"(Cannot select from table hive.t.things","errorName":)"
          R"("PERMISSION_DENIED","errorType":"USER_ERROR"}})"});
  const std::vector<SourceAnswer> answers = Must(Source()->Connect());
  ASSERT_THAT(answers, SizeIs(2));
  EXPECT_EQ(answers[0].part, "server");
  EXPECT_TRUE(answers[0].status.ok());
  EXPECT_EQ(answers[0].text, "as ana@example.org");
  EXPECT_EQ(answers[1].part, "table hive.t.things");
  EXPECT_THAT(answers[1].status.ToString(),
              HasSubstr("Cannot select from table hive.t.things"));
  EXPECT_EQ(server_.requests()[1].body, "select 1 from hive.t.things limit 1");
}

TEST_F(TrinoSourceTest, AsksNoTablesOfAServerThatRefuses) {
  server_.Inject("/v1/statement", Must(ParseFault("403")));
  const std::vector<SourceAnswer> answers = Must(Source()->Connect());
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_THAT(answers[0].status.ToString(), HasSubstr("ana may not use"));
  EXPECT_THAT(server_.requests(), SizeIs(1));
}

}  // namespace
}  // namespace learnsql
