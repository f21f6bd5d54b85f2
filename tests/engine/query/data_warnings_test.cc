#include "engine/query/data_warnings.h"

#include <gtest/gtest.h>

#include "engine/store/ls_schema.h"

namespace learnsql {
namespace {

std::string Asked(std::string_view sql, std::vector<std::string> params = {}) {
  const Result<std::vector<Parameter>> parameters = ParseParameters(params);
  const AskedTimes asked = FindAskedTimes(sql, *parameters);
  return asked.from.value_or("-") + " " + asked.to.value_or("-");
}

TEST(AskedTimes, AreReadOffComparisons) {
  const struct {
    const char* sql;
    const char* asked;
  } kCases[] = {
      {"select * from t", "- -"},
      {"select '2015-01-01'", "- -"},
      {"where d >= '2015-01-01'", "2015-01-01T00:00:00Z -"},
      {"where d > '2015-01-01T05'", "2015-01-01T05:00:00Z -"},
      {"where d < '2015-01-03'", "- 2015-01-03T00:00:00Z"},
      {"where d = '2015-01-01'", "2015-01-01T00:00:00Z 2015-01-02T00:00:00Z"},
      {"where d == '2015-01-01T05'",
       "2015-01-01T05:00:00Z 2015-01-01T06:00:00Z"},
      {"where d like '2015-01-01%'",
       "2015-01-01T00:00:00Z 2015-01-02T00:00:00Z"},
      {"where d between '2015-01-01' and '2015-01-05'",
       "2015-01-01T00:00:00Z 2015-01-05T00:00:00Z"},
      {"where d >= '2015-01-01' and d < '2015-01-02 12:00'",
       "2015-01-01T00:00:00Z 2015-01-02T12:00:00Z"},
      {"where d in ('2015-01-01', '2015-01-04')",
       "2015-01-01T00:00:00Z 2015-01-05T00:00:00Z"},
      {"where '2015-01-01' <= d", "2015-01-01T00:00:00Z -"},
      {"where d >= date('2015-01-01')", "2015-01-01T00:00:00Z -"},
      {"where d < '2015' or d >= '2016-01-01'", "2016-01-01T00:00:00Z -"},
      {"where d < '2015-01-01' or d >= '2016-01-01'", "- -"},
      {"where d <> '2015-01-01'", "- -"},
      {"where d >= '2015-02-30'", "- -"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Asked(c.sql), c.asked) << c.sql;
  EXPECT_EQ(Asked("where d >= :from", {"from=2015-01-01"}),
            "2015-01-01T00:00:00Z -");
}

class Warnings : public testing::Test {
 protected:
  void SetUp() override {
    Result<Connection> db = Connection::OpenInMemory();
    ASSERT_TRUE(db.ok());
    db_.emplace(std::move(db).value());
    for (const LsTable& table : LsTables()) {
      ASSERT_TRUE(db_->Execute(table.ddl).ok()) << table.name;
    }
    AddModel("stg_gharchive__events", "staging", "raw_gharchive__events");
    AddModel("fct_events", "table", "stg_gharchive__events");
    AddModel("top_actors", "view", "fct_events");
    for (int hour = 0; hour < 4; ++hour) {
      AddSlice(hour, "loaded", "2015-02-01T00:00:00Z");
    }
  }

  void AddModel(const std::string& name, const std::string& kind,
                const std::string& source) {
    ASSERT_TRUE(
        db_->Execute("insert into ls_model (model, kind, path, script, version,"
                     " fingerprint, script_hash, inputs, query_plan, run_id,"
                     " built_at) values ('" +
                     name + "', '" + kind +
                     "', '', '', 1, '', '', '{}', '', 1,"
                     " '2015-03-01T00:00:00Z')")
            .ok());
    ASSERT_TRUE(db_->Execute("insert into ls_lineage values ('" + name +
                             "', '', '" + source + "', '')")
                    .ok());
  }

  void AddSlice(int hour, const std::string& state, const std::string& at) {
    const std::string start = "2015-01-01T0" + std::to_string(hour);
    const std::string end = "2015-01-01T0" + std::to_string(hour + 1);
    ASSERT_TRUE(db_->Execute("insert or replace into ls_slice (source, object,"
                             " slice_start, slice_end, name, state,"
                             " rows_loaded, loaded_at) values ('gharchive',"
                             " 'hours', '" +
                             start + ":00:00Z', '" + end + ":00:00Z', 'x', '" +
                             state + "', 10, '" + at + "')")
                    .ok());
  }

  std::string Of(const std::string& table, std::string_view sql = "") {
    const Result<std::vector<std::string>> warnings =
        DataWarnings(&*db_, {table}, FindAskedTimes(sql, {}));
    if (!warnings.ok()) return warnings.status().ToString();
    std::string joined;
    for (const std::string& warning : *warnings) {
      joined += (joined.empty() ? "" : "; ") + warning;
    }
    return joined;
  }

  std::optional<Connection> db_;
};

TEST_F(Warnings, AreSilentWhenAllIsWell) {
  for (const char* table : {"raw_gharchive__events", "fct_events", "top_actors",
                            "ls_slice", "nobody"}) {
    EXPECT_EQ(Of(table), "") << table;
  }
}

TEST_F(Warnings, NameMissingSlicesInTheTimeAsked) {
  AddSlice(1, "missing", "2015-02-01T00:00:00Z");
  AddSlice(2, "failed", "2015-02-01T00:00:00Z");
  const std::string all =
      "gharchive misses 2 of 4 slices (2015-01-01T01:00:00Z to "
      "2015-01-01T03:00:00Z)";
  EXPECT_EQ(Of("raw_gharchive__events"), all);
  EXPECT_EQ(Of("fct_events"), all) << "through its lineage";
  EXPECT_EQ(Of("top_actors"), all);
  EXPECT_EQ(Of("fct_events", "where at >= '2015-01-01T02'"),
            "gharchive misses 1 of 2 slices (2015-01-01T02:00:00Z to "
            "2015-01-01T03:00:00Z)");
  EXPECT_EQ(Of("fct_events", "where at >= '2015-01-01T03'"), "");
  EXPECT_EQ(Of("fct_events", "where at < '2015-01-01T01'"), "");
  EXPECT_EQ(Of("dim_other"), "");
}

TEST_F(Warnings, NameRejectedRecords) {
  ASSERT_TRUE(
      db_->Execute("update ls_slice set rows_rejected = 7 where slice_start ="
                   " '2015-01-01T01:00:00Z'")
          .ok());
  EXPECT_EQ(Of("fct_events"), "gharchive has 7 rejected records");
  EXPECT_EQ(Of("fct_events", "where at >= '2015-01-01T02'"), "");
}

TEST_F(Warnings, NameFailingChecksOfTheLastRun) {
  const std::string check =
      "insert into ls_check (run_id, name, model, severity, scope, outcome,"
      " failing_count, message, seconds, fingerprint) values (1, "
      "'every_event_has_an_actor',"
      " 'fct_events', 'error', 'all', 'fail', 12, 'x', 0.1, '')";
  ASSERT_TRUE(db_->Execute(check).ok());
  EXPECT_EQ(Of("top_actors"), "check every_event_has_an_actor fails (12 rows)");
  EXPECT_EQ(Of("raw_gharchive__events"), "");
  ASSERT_TRUE(
      db_->Execute("insert into ls_check (run_id, name, model, severity, "
                   "scope, outcome,"
                   " failing_count, message, seconds, fingerprint) values (2,"
                   " 'every_event_has_an_actor', 'fct_events',"
                   " 'error', 'all', 'pass', 0, null, 0.1, '')")
          .ok());
  EXPECT_EQ(Of("top_actors"), "");
}

TEST_F(Warnings, LeaveOutChecksForInformation) {
  ASSERT_TRUE(
      db_->Execute("insert into ls_check (run_id, name, model, severity, "
                   "scope, outcome,"
                   " failing_count, message, seconds, fingerprint) values (1,"
                   " 'how_many_have_no_name', 'fct_events',"
                   " 'info', 'all', 'fail', 12, 'x', 0.1, '')")
          .ok());
  EXPECT_EQ(Of("top_actors"), "");
}

TEST_F(Warnings, NameModelsOlderThanTheirData) {
  AddSlice(3, "loaded", "2015-04-01T00:00:00Z");
  EXPECT_EQ(Of("top_actors"),
            "fct_events is older than its raw data, run learnsql build");
}

TEST(DataWarnings, NeedNoLedger) {
  Result<Connection> db = Connection::OpenInMemory();
  ASSERT_TRUE(db.ok());
  const Result<std::vector<std::string>> warnings =
      DataWarnings(&*db, {"t"}, {});
  ASSERT_TRUE(warnings.ok());
  EXPECT_TRUE(warnings->empty());
}

}  // namespace
}  // namespace learnsql
