#include "connectors/trino/trino_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/trino/trino_source.h"
#include "engine/load/raw_contract.h"
#include "tests/engine/store/must.h"

namespace learnsql {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr int64_t kDaySeconds = 24 * 3600;

TEST(TrinoQuery, BindsMarkersInTheirOrder) {
  const TrinoStatement statement = BindTrinoQuery(
      "-- slice: day\nselect /* :to_time */ ':from_time', \":x\", -- :y\n"
      "  a -> b\nfrom t where d < :to_time and d >= :from_time and e < "
      ":to_time\n",
      0, kDaySeconds);
  EXPECT_EQ(
      statement.sql,
      "select  ':from_time', \":x\", \n  a -> b\nfrom t where d < ? and d "
      ">= ? and e < ?");
  EXPECT_THAT(statement.arguments,
              ElementsAre("timestamp '1970-01-02 00:00:00'",
                          "timestamp '1970-01-01 00:00:00'",
                          "timestamp '1970-01-02 00:00:00'"));
}

TEST(TrinoQuery, SendsASnapshotWithoutArguments) {
  const TrinoStatement statement = BindTrinoQuery(
      "-- slice: snapshot\nselect 'it''s' from t", 0, kDaySeconds);
  EXPECT_EQ(statement.sql, "select 'it''s' from t");
  EXPECT_THAT(statement.arguments, IsEmpty());
}

TEST(TrinoQuery, RefusesWhatCannotRun) {
  const struct {
    const char* text;
    const char* message;
  } cases[] = {
      {"select 1", "slice"},
      {"-- slice: day\nselect 1", ":from_time and :to_time"},
      {"-- slice: month\nselect :from_time", ":from_time and :to_time"},
      {"-- slice: snapshot\nselect :to_time", "q.sql:2: a snapshot has no"},
      {"-- slice: day\nselect :from_time,\n:totime", "q.sql:3: unknown marker"},
      {"-- slice: snapshot\ndelete from t", "only reads"},
      {"-- slice: snapshot\n", "only reads"},
      {"-- slice: snapshot\nselect 1;\n", "semicolon"},
      {"-- slice: snapshot\n-- tabel: t\nselect 1", "table"},
  };
  for (const auto& a : cases) {
    EXPECT_THAT(ParseTrinoQuery("q.sql", a.text).status().ToString(),
                HasSubstr(a.message))
        << a.text;
  }
}

TEST(TrinoQuery, OfTheProgramAreWellFormed) {
  const RawContract contract = Must(ReadRawContract(
      std::string(LEARNSQL_ROOT) + "/sql/raw/learning_roi.sql"));
  EXPECT_THAT(BuiltinTrinoQueries(), Not(IsEmpty()));
  for (const BuiltinQuery& query : BuiltinTrinoQueries()) {
    const Result<QueryFile> file =
        ParseTrinoQuery(std::string(query.name) + ".sql", query.text);
    ASSERT_TRUE(file.ok()) << query.name << file.status().ToString();
    EXPECT_THAT(file->Key("table"), HasSubstr("hive_hydro.hydro."));
    EXPECT_NE(contract.Find("raw_learning_roi__" + std::string(query.name)),
              nullptr)
        << query.name;
    // The prepared statement is a header, and servers take 8 KiB of them.
    EXPECT_LT(BindTrinoQuery(query.text, 0, 1).sql.size(), 2500u);
  }
}

}  // namespace
}  // namespace learnsql
