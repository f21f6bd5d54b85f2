#include "engine/query/runner.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "engine/base/cancel.h"

namespace learnsql {
namespace {

class Runner : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("learnsql_query_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    path_ = folder_ / "t.db";
    std::filesystem::remove(path_);
    Result<Connection> db =
        Connection::Open(path_, {.mode = Connection::Mode::kCreate});
    ASSERT_TRUE(db.ok());
    ASSERT_TRUE(
        db->Execute("create table events (event_id integer, type text,"
                    " day text);"
                    "insert into events values (1, 'Push', '2015-01-01'),"
                    " (2, 'Fork', '2015-01-02');"
                    "create index events__day on events (day)")
            .ok());
    Open(Connection::Mode::kReadOnly);
  }

  void TearDown() override { std::filesystem::remove_all(folder_); }

  void Open(Connection::Mode mode) {
    Result<Connection> db =
        Connection::Open(path_, {.mode = mode, .cancel = &cancel_});
    ASSERT_TRUE(db.ok());
    db_.emplace(std::move(db).value());
  }

  // The rows as csv, or the error.
  std::string Run(std::string_view sql, std::vector<std::string> params = {}) {
    const Result<std::vector<Parameter>> parameters = ParseParameters(params);
    EXPECT_TRUE(parameters.ok());
    options_.parameters = *parameters;
    StringSink sink;
    const auto renderer = MakeRenderer({.format = Format::kList}, &sink);
    const Result<RunTotals> totals =
        RunText(&*db_, sql, options_, renderer.get());
    code_ = totals.status().code();
    return totals.ok() ? sink.text() : totals.status().ToString();
  }

  std::filesystem::path folder_;
  std::filesystem::path path_;
  CancelFlag cancel_;
  std::optional<Connection> db_;
  RunOptions options_;
  Code code_ = Code::kOk;
};

TEST_F(Runner, StreamsEveryStatement) {
  EXPECT_EQ(Run("select event_id, type from events; -- more\n select 1 as x;"),
            "event_id|type\n1|Push\n2|Fork\nx\n1\n");
}

TEST_F(Runner, BindsTypedParameters) {
  EXPECT_EQ(Run("select typeof(:a), typeof(:b), typeof(@c), typeof($d)",
                {"a=5", "b='5'", "c=0.5", "d=null"}),
            "typeof(:a)|typeof(:b)|typeof(@c)|typeof($d)\n"
            "integer|text|real|null\n");
  EXPECT_EQ(Run("select type from events where day = :day;"
                "select count(*) as n from events where event_id < :top",
                {"day=2015-01-02", "top=2"}),
            "type\nFork\nn\n1\n");
  EXPECT_EQ(Run("select :a as a", {"a=); drop table events; --"}),
            "a\n); drop table events; --\n");
}

TEST_F(Runner, NeedsEveryParameter) {
  EXPECT_EQ(Run("select 1; select :a"),
            "no value for parameter :a; give --param a=VALUE");
  EXPECT_EQ(code_, Code::kInvalid);
}

TEST_F(Runner, PointsAtTheError) {
  const struct {
    const char* sql;
    const char* error;
  } kCases[] = {
      {"selec 1", "query:1:1: near \"selec\": syntax error\n  selec 1\n  ^"},
      {"select 1;\nselect typ\nfrom events",
       "query:2:8: no such column: typ (did you mean 'type'?)\n"
       "  select typ\n         ^"},
      {"select e.typ from events e",
       "query:1:8: no such column: e.typ (did you mean 'type'?)\n"
       "  select e.typ from events e\n         ^"},
      {"select *\nfrom event",
       "query:2:6: no such table: event (did you mean 'events'?)\n"
       "  from event\n       ^"},
      {"select cuont(1)",
       "query:1:8: no such function: cuont (did you mean 'count'?)\n"
       "  select cuont(1)\n         ^"},
      {"select '日本', xx",
       "query:1:14: no such column: xx\n"
       "  select '日本', xx\n                 ^"},
      {"select \"nope\"",
       "query:1:8: no such column: nope\n"
       "  select \"nope\"\n         ^"},
      {"select (1", "query:1:1: incomplete input"},
      {"select abs(-9223372036854775808)", "query:1:1: integer overflow"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Run(c.sql), c.error) << c.sql;
    EXPECT_EQ(code_, Code::kInvalid);
  }
}

TEST_F(Runner, ShowsAPieceOfALongLine) {
  const std::string sql = "select " + std::string(500, ' ') + "nope," +
                          std::string(500, '1') + " from events";
  EXPECT_LT(Run(sql).size(), 300u);
  EXPECT_NE(Run(sql).find("…"), std::string::npos);
}

TEST_F(Runner, SaysToBuildAModel) {
  options_.knows_model = [](std::string_view name) {
    return name == "fct_exams";
  };
  EXPECT_EQ(Run("select * from fct_exams"),
            "query:1:15: no such table: fct_exams; it is a model of this "
            "project that is not built yet: run learnsql build\n"
            "  select * from fct_exams\n                ^");
}

TEST_F(Runner, RefusesWhatWrites) {
  for (const char* sql : {"delete from events",
                          "insert into events values (1, 2, 3)",
                          "update events set type = 1",
                          "create table t (a)",
                          "drop table events",

                          "alter table events add column x",
                          "create temp table t (a)",
                          "create temp view v as select 1",
                          "attach ':memory:' as m",
                          "attach 'new.db' as m",
                          "vacuum",
                          "vacuum into 'copy.db'",
                          "reindex",
                          "analyze",
                          "pragma user_version = 5",
                          "pragma journal_mode = delete",
                          "pragma journal_mode(wal)",
                          "pragma writable_schema = 1",
                          "pragma wal_checkpoint",
                          "pragma optimize",
                          "pragma query_only = 0",
                          "pragma incremental_vacuum",
                          "create virtual table t using fts5(x)",
                          "with x as (select 1) delete from events",
                          "explain delete from events",
                          "select 1; delete from events"}) {
    const std::string error = Run(sql);
    EXPECT_EQ(code_, Code::kInvalid) << sql << ": " << error;
    EXPECT_NE(error.find("--write"), std::string::npos) << sql << error;
  }
  EXPECT_EQ(Run("update sqlite_schema set sql = 1"),
            "query:1:1: table sqlite_master may not be modified");
  EXPECT_EQ(Run("select count(*) as n from events"), "n\n2\n");
}

TEST_F(Runner, RefusesEvenOnAWritableConnection) {
  Open(Connection::Mode::kReadWrite);
  Run("delete from events");
  EXPECT_EQ(code_, Code::kInvalid);
  Run("vacuum into '" + (folder_ / "copy.db").string() + "'");
  EXPECT_EQ(code_, Code::kInvalid);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "copy.db"));
}

TEST_F(Runner, LetsTellingPragmasPass) {
  EXPECT_NE(Run("pragma table_info(events)").find("type"), std::string::npos);
  EXPECT_NE(Run("select name from pragma_table_info('events')").find("type"),
            std::string::npos);
  EXPECT_EQ(Run("pragma user_version"), "user_version\n0\n");
  EXPECT_EQ(Run("pragma integrity_check"), "integrity_check\nok\n");
}

TEST_F(Runner, KeepsTemporaryTablesApart) {
  options_.access = Access::kReadTemp;
  EXPECT_EQ(Run("create temp table t as select type from events;"
                "delete from t where type = 'Fork'; select * from t;"
                "drop table t"),
            "type\nPush\n");
  EXPECT_NE(Run("create table main.t (a)").find("--write"), std::string::npos);
  EXPECT_NE(Run("delete from main.events").find("--write"), std::string::npos);
  EXPECT_NE(Run("create temp trigger g after insert on events begin select 1;"
                "end")
                .find("--write"),
            std::string::npos)
      << "a trigger on the file's table";
}

TEST_F(Runner, WritesWhenAsked) {
  Open(Connection::Mode::kReadWrite);
  options_.access = Access::kReadWrite;
  EXPECT_EQ(Run("delete from events where event_id = 1;"
                "select count(*) as n from events"),
            "n\n1\n");
}

TEST_F(Runner, StopsWhenCancelled) {
  cancel_.Cancel();
  EXPECT_EQ(Run("with recursive n(i) as (select 1 union all select i + 1 from "
                "n) select count(*) from n"),
            "interrupted");
  EXPECT_EQ(code_, Code::kCancelled);
}

TEST_F(Runner, SaysThatTheFileIsBusy) {
  Result<Connection> other =
      Connection::Open(path_, {.mode = Connection::Mode::kReadWrite});
  ASSERT_TRUE(other.ok());
  ASSERT_TRUE(other->Execute("begin exclusive").ok());
  Result<Connection> db = Connection::Open(path_, {.busy_timeout_ms = 10});
  EXPECT_EQ(db.status().code(), Code::kBusy);
}

TEST_F(Runner, NeedsAStatement) {
  for (const char* sql : {"", "  \n", "-- nothing", ";;"}) {
    Run(sql);
    EXPECT_EQ(code_, Code::kInvalid) << sql;
  }
}

TEST_F(Runner, RefusesNulBytes) {
  EXPECT_EQ(Run(std::string_view("select 1;\n\0select 2", 19)),
            "query:2:1: there is a NUL byte in the SQL");
}

TEST_F(Runner, PassesOnWhatTheOutputSays) {
  std::FILE* full = std::fopen("/dev/full", "w");
  ASSERT_NE(full, nullptr);
  FileSink sink(full);
  const auto renderer = MakeRenderer({.format = Format::kCsv}, &sink);
  const Result<RunTotals> totals =
      RunText(&*db_, "select * from events", options_, renderer.get());
  EXPECT_EQ(totals.status().code(), Code::kIo);
  EXPECT_EQ(totals.status().message(),
            "cannot write the result: No space left on device");
  std::fclose(full);
}

}  // namespace
}  // namespace learnsql
