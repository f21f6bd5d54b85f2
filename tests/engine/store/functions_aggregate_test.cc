#include <gtest/gtest.h>

#include <string>

#include "engine/store/connection.h"
#include "engine/store/functions.h"
#include "tests/engine/store/functions_cases.h"
#include "tests/engine/store/must.h"

namespace learnsql {
namespace {

constexpr FunctionCase kAggregateCases[] = {
    {"count_if", "(select count_if(a) from (select 1 a union all select 0))",
     "1", "TestCountIfAggregation"},
    {"count_if", "(select count_if(a) from (select null a))", "0",
     "functions/aggregate: not NULL"},
    {"count_if", "(select count_if(a) from (select 1 a where 0))", "0",
     "TestCountIfAggregation"},
    {"count_if", "(select count_if(a) from (select 5 a))",
     "error: count_if: argument 1 must be a condition", "Trino: type error"},
    {"bool_and", "(select bool_and(a) from (select 1 a union all select 1))",
     "1", "TestBooleanAndAggregation"},
    {"bool_and", "(select bool_and(a) from (select 1 a union all select 0))",
     "0", "TestBooleanAndAggregation"},
    {"bool_and", "(select bool_and(a) from (select 1 a union all select null))",
     "1", "functions/aggregate: NULLs are ignored"},
    {"bool_and", "(select bool_and(a) from (select null a))", "NULL",
     "functions/aggregate"},
    {"bool_and", "(select bool_and(a) from (select 'x' a))",
     "error: bool_and: argument 1 must be a condition", "Trino: type error"},
    {"bool_or", "(select bool_or(a) from (select 1 a union all select 0))", "1",
     "TestBooleanOrAggregation"},
    {"bool_or", "(select bool_or(a) from (select 0 a union all select null))",
     "0", "functions/aggregate: NULLs are ignored"},
    {"bool_or", "(select bool_or(a) from (select 1 a where 0))", "NULL",
     "functions/aggregate"},
    {"bool_or", "(select bool_or(a) from (select 2 a))",
     "error: bool_or: argument 1 must be a condition", "Trino: type error"},
    {"max_by",
     "(select max_by(a, b) from (select 'x' a, 1 b union all select 'y', 2))",
     "'y'", "TestMaxByAggregation"},
    {"max_by",
     "(select max_by(a, b) from (select 'x' a, 1 b union all select null, 2))",
     "NULL", "TestMaxByAggregation: x may be NULL"},
    {"max_by",
     "(select max_by(a, b) from (select 'x' a, 1 b union all select 'y', "
     "null))",
     "'x'", "TestMaxByAggregation: a NULL y does not count"},
    {"max_by",
     "(select max_by(a, b) from (select 'z' a, 1 b union all select 'y', 1))",
     "'y'", "learnsql: the least x, so that builds repeat"},
    {"max_by", "(select max_by(a, b) from (select 'x' a, null b))", "NULL",
     "TestMaxByAggregation"},
    {"min_by",
     "(select min_by(a, b) from (select 'x' a, 2.5 b union all select 'y', "
     "-1))",
     "'y'", "TestMinByAggregation"},
    {"min_by",
     "(select min_by(a, b) from (select 'x' a, 'é' b union all select 'y', "
     "'z'))",
     "'y'", "TestMinByAggregation: text by code points"},
    {"min_by",
     "(select min_by(a, b) from (select null a, 1 b union all select 'y', 1))",
     "'y'", "learnsql: of equal ones NULL last"},
    {"min_by", "(select min_by(a, b) from (select 1 a, 1 b where 0))", "NULL",
     "functions/aggregate"},
    {"any_value",
     "(select any_value(a) from (select null a union all select 7))", "7",
     "functions/aggregate: not NULL"},
    {"any_value",
     "(select any_value(a) from (select 'b' a union all select 'a'))", "'a'",
     "learnsql: the least, so that builds repeat"},
    {"any_value", "(select any_value(a) from (select null a))", "NULL",
     "functions/aggregate"},
    {"any_value", "(select any_value(a) from (select 1 a where 0))", "NULL",
     "functions/aggregate"},
    {"arbitrary",
     "(select arbitrary(a) from (select null a union all select 7))", "7",
     "TestArbitraryAggregation"},
    {"arbitrary", "(select arbitrary(a) from (select 2 a union all select 1))",
     "1", "learnsql: the least, so that builds repeat"},
    {"arbitrary", "(select arbitrary(a) from (select null a))", "NULL",
     "TestArbitraryAggregation"},
    {"array_agg",
     "(select array_agg(a) from (select 1 a union all select null union all "
     "select 3))",
     "'[1,null,3]'", "TestArrayAggregation: NULLs stay"},
    {"array_agg",
     "(select array_join(array_sort(array_agg(distinct a)), ',') from (select "
     "'b' a union all select 'a' union all select 'b'))",
     "'a,b'", "learnsql: the way to join texts"},
    {"array_agg",
     "(select array_agg(a) from (select 2.0 a union all select 0.1))",
     "'[2.0,0.1]'", "doubles stay doubles"},
    {"array_agg",
     R"((select array_agg(a) from (select '"é\' || char(10) || char(1) a)))",
     R"('["\"é\\\n\u0001"]')", "RFC 8259: escapes"},
    {"array_agg", "(select array_agg(a) from (select 1 a where 0))", "NULL",
     "TestArrayAggregation"},
    {"array_agg", "(select array_agg(a) from (select x'00' a))",
     "error: array_agg: argument 1 must be text or a number",
     "learnsql: JSON has no bytes"},
    {"array_agg", "(select array_agg(a) from (select 9e999 a))",
     "error: array_agg: argument 1 must be a number that JSON has",
     "RFC 8259: no infinity"},
    {"approx_distinct",
     "(select approx_distinct(a) from (select 1 a union all select 2 union all "
     "select 1))",
     "2", "functions/aggregate"},
    {"approx_distinct", "(select approx_distinct(a) from (select null a))", "0",
     "functions/aggregate"},
    {"approx_distinct",
     "(select approx_distinct(a) from (select '1' a union all select ''))", "2",
     "an empty text is a value"},
    {"approx_distinct",
     "(select approx_distinct(a) from (select 0.0 a union all select -0.0 "
     "union "
     "all select 0))",
     "1", "equal numbers"},
    {"approx_distinct", "(select approx_distinct(a, 0.01e0) from (select 1 a))",
     "1", "functions/aggregate"},
    {"approx_distinct", "(select approx_distinct(a, 0.5e0) from (select 1 a))",
     "error: approx_distinct: argument 2 must be from 0.0040625",
     "functions/aggregate"},
    {"approx_percentile",
     "(select approx_percentile(a, 0.5e0) from (select 1 a union all select 2 "
     "union all select 3))",
     "2", "TestApproximatePercentileAggregation"},
    {"approx_percentile",
     "(select approx_percentile(value, 0.5e0) from "
     "json_each('[1,2,2,2,2,2,2,3,3,3,3,4,5,6,7]'))",
     "3", "TestApproximatePercentileAggregation"},
    {"approx_percentile",
     "(select approx_percentile(a, 0.5e0) from (select null a union all select "
     "1.0))",
     "1.0", "TestApproximatePercentileAggregation"},
    {"approx_percentile",
     "(select approx_percentile(a, 1) from (select -1 a union all select 5))",
     "5", "the greatest"},
    {"approx_percentile",
     "(select approx_percentile(a, 0e0) from (select -1 a union all select 5))",
     "-1", "the least"},
    {"approx_percentile",
     "(select approx_percentile(a, 0.5e0) from (select null a))", "NULL",
     "TestApproximatePercentileAggregation"},
    {"approx_percentile",
     "(select approx_percentile(a, 1.5e0) from (select 1 a))",
     "error: approx_percentile: argument 2 must be from 0 to 1",
     "ApproximateLongPercentileAggregations"},
    {"approx_percentile",
     "(select approx_percentile(a, a) from (select 0 a union all select 1))",
     "error: approx_percentile: argument 2 must be the same",
     "functions/aggregate: constant"},
    {"approx_percentile",
     "(select approx_percentile(a, 0.5e0) from (select 'x' a))",
     "error: approx_percentile: argument 1 must be a number",
     "functions/aggregate"},
};

TEST(AggregateFunctions, GiveTrinosAnswers) { RunCases(kAggregateCases); }

Connection WithFunctions() {
  Connection db = Must(Connection::OpenInMemory());
  EXPECT_TRUE(RegisterFunctions(&db, FunctionSet::kBuild).ok());
  return db;
}

// The answers over a frame that moves, joined by blanks.
std::string OverFrame(Connection* db, const std::string& call,
                      const std::string& frame) {
  const std::string sql =
      "select group_concat(coalesce(v, '-'), ' ') from (select " + call +
      " over (order by i " + frame + ") v from t order by i)";
  return **db->QueryText(sql);
}

TEST(AggregateFunctions, FollowAFrameThatMoves) {
  Connection db = WithFunctions();
  ASSERT_TRUE(db.Execute("create table t (i, x, c); insert into t values "
                         "(1, 5, 1), (2, 3, 0), (3, null, null), (4, 9, 1), "
                         "(5, 4, 1), (6, 4, 0)")
                  .ok());
  const std::string two = "rows between 1 preceding and current row";
  EXPECT_EQ(OverFrame(&db, "max_by(i, x)", two), "1 1 2 4 4 5");
  EXPECT_EQ(OverFrame(&db, "min_by(i, x)", two), "1 2 2 4 5 5");
  EXPECT_EQ(OverFrame(&db, "any_value(x)", two), "5 3 3 9 4 4");
  EXPECT_EQ(OverFrame(&db, "count_if(c)", two), "1 1 0 1 2 1");
  EXPECT_EQ(OverFrame(&db, "bool_and(c)", two), "1 0 0 1 1 0");
  EXPECT_EQ(OverFrame(&db, "bool_or(c)", two), "1 1 0 1 1 1");
  EXPECT_EQ(OverFrame(&db, "approx_distinct(x)", two), "1 2 1 1 2 1");
  EXPECT_EQ(OverFrame(&db, "approx_percentile(x, 1)", two), "5 5 3 9 9 4");
  EXPECT_EQ(OverFrame(&db, "array_agg(x)", two),
            "[5] [5,3] [3,null] [null,9] [9,4] [4,4]");
}

TEST(AggregateFunctions, AnswerForAnEmptyFrame) {
  Connection db = WithFunctions();
  ASSERT_TRUE(db.Execute("create table t (i, x); insert into t values (1, 5), "
                         "(2, 3)")
                  .ok());
  const std::string later = "rows between 1 following and 1 following";
  for (const char* call : {"max_by(i, x)", "any_value(x)", "array_agg(x)",
                           "approx_percentile(x, 0.5)"}) {
    EXPECT_TRUE(OverFrame(&db, call, later).ends_with(" -")) << call;
  }
  EXPECT_EQ(OverFrame(&db, "count_if(x > 4)", later), "0 0");
  EXPECT_EQ(OverFrame(&db, "approx_distinct(x)", later), "1 0");
}

TEST(AggregateFunctions, KeepGroupsApart) {
  Connection db = WithFunctions();
  EXPECT_EQ(
      **db.QueryText(
          "with t (g, x) as (values (1, 2), (2, 9), (1, 3)), s as (select "
          "g, array_agg(x) a from t group by g order by g) select "
          "group_concat(a, ' ') from s"),
      "[2,3] [9]");
}

TEST(AggregateFunctions, EstimateManyDistinctValues) {
  Connection db = WithFunctions();
  const int64_t count = **db.QueryInteger(
      "with recursive n (i) as (select 1 union all select i + 1 from n where i "
      "< 1200000) select approx_distinct(i) from n");
  EXPECT_NEAR(static_cast<double>(count), 1.2e6, 1.2e6 * 0.023);
}

TEST(AggregateFunctions, ForgetRowsThatCannotWin) {
  Connection db = WithFunctions();
  // Falling y: every row may win once those before it have left. Their texts
  // are more than a group may hold.
  const std::string rows =
      "with recursive n (i) as (select 1 union all select i + 1 from n where i "
      "< 300) select max_by(substr(hex(zeroblob(500000)), 1, 1000000 - i), -i)";
  EXPECT_EQ(**db.QueryInteger("select length((" + rows + " from n))"), 999999);
  const Result<std::optional<int64_t>> left = db.QueryInteger(
      "with recursive n (i) as (select 1 union all select i + 1 from n where i "
      "< 305) select sum(length(v)) from (select "
      "max_by(substr(hex(zeroblob(500000)), 1, 1000000 - i), -i) over (order "
      "by "
      "i rows between 299 preceding and current row) v from n)");
  EXPECT_NE(left.status().message().find("max_by: more than 256 MiB"),
            std::string::npos)
      << left.status().ToString();
}

}  // namespace

std::span<const FunctionCase> AggregateCases() { return kAggregateCases; }

}  // namespace learnsql
