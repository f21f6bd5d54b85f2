#include "connectors/queries/query_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/store/must.h"

namespace learnsql {
namespace {

using testing::HasSubstr;

TEST(QueryFile, ReadsItsFirstComment) {
  const std::string text =
      "// Exams, as of today: one row each.\n"
      "//   database: ace \r\n"
      "// slice: day\n// hot: 90 days\n// by default: no\n"
      "T // slice: month\n";
  const QueryFile file =
      Must(ParseQueryFile("dir.d/exams.kql", text, "//", {"database"}));
  EXPECT_EQ(file.name, "exams");
  EXPECT_EQ(file.text, text);
  EXPECT_EQ(file.slice, QuerySlice::kDay);
  EXPECT_EQ(file.hot_days, 90);
  EXPECT_FALSE(file.by_default);
  EXPECT_EQ(file.Key("database"), "ace");
  EXPECT_EQ(file.Key("cluster"), "");
}

TEST(QueryFile, HasDefaults) {
  const QueryFile file =
      Must(ParseQueryFile("q.sql", "--slice: snapshot", "--", {}));
  EXPECT_EQ(file.slice, QuerySlice::kSnapshot);
  EXPECT_EQ(file.hot_days, 0);
  EXPECT_TRUE(file.by_default);
  EXPECT_EQ(Must(ParseQueryFile("q.sql", "-- slice: month", "--", {})).slice,
            QuerySlice::kMonth);
}

TEST(QueryFile, TakesWordsForNoKeys) {
  for (const char* line :
       {"-- See https://example.org: there", "-- Of these: many", "--: x",
        "-- a word of more than sixteen: x", "-- ratio 1:2", "--", "-- x:"}) {
    const std::string text = std::string(line) + "\n-- slice: day\nselect 1";
    EXPECT_TRUE(ParseQueryFile("q.sql", text, "--", {}).ok()) << line;
  }
}

TEST(QueryFile, SaysWhatIsWrongAndWhere) {
  const struct {
    const char* text;
    const char* message;
  } cases[] = {
      {"", "q.sql:1: the first comment must say"},
      {"select 1\n-- slice: day", "q.sql:1: the first comment must say"},
      {"\n-- slice: day\n", "q.sql:1: the first comment must say"},
      {"-- a\n-- slice: week", "q.sql:2: slice may be snapshot, day or month"},
      {"-- slice: Day", "q.sql:1: slice may be"},
      {"-- slice: day\n-- slice: day", "q.sql:2: 'slice' stands here twice"},
      {"-- slcie: day", "q.sql:1: unknown key 'slcie' of a query"},
      {"-- slcie: day", "slice"},
      {"-- database: d\n-- slice: day", "unknown key 'database'"},
      {"-- slice: day\n-- hot: 90", "q.sql:2: hot is written 'hot: 90 days'"},
      {"-- slice: day\n-- hot: 0 days", "hot is written"},
      {"-- slice: day\n-- hot: -3 days", "hot is written"},
      {"-- slice: day\n-- hot: 99999999999999999999 days", "hot is written"},
      {"-- slice: day\n-- by default: maybe", "may be yes or no"},
      {"-- slice: snapshot\n-- hot: 9 days", "a snapshot has no hot days"},
  };
  for (const auto& a : cases) {
    const Status status =
        ParseQueryFile("q.sql", a.text, "--", {"table"}).status();
    EXPECT_EQ(status.code(), Code::kInvalid) << a.text;
    EXPECT_THAT(status.ToString(), HasSubstr(a.message)) << a.text;
  }
}

}  // namespace
}  // namespace learnsql
