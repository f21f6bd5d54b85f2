#include "tests/engine/model/test_project.h"

namespace learnsql {
namespace {

class OriginsTest : public ::testing::Test {
 protected:
  OriginsTest() {
    project_.File("sql/raw/shop.sql",
                  "-- shop\n-- kind: events\n"
                  "create table raw_shop__orders (row_id integer primary key, "
                  "uid integer, at text) strict;\n"
                  "-- kind: events\n"
                  "create table raw_shop__users (row_id integer primary key, "
                  "uid integer) strict;");
    project_.File("sql/staging/shop/stg_shop__orders.sql",
                  "-- stg_shop__orders\n-- Orders.\n"
                  "create view stg_shop__orders (order_id, user_id, day) as "
                  "select row_id, uid as u, substr(at, 1, 10) "
                  "from raw_shop__orders;");
    project_.File("sql/staging/shop/stg_shop__users.sql",
                  "-- stg_shop__users\n-- Users.\n"
                  "create view stg_shop__users (user_id) as "
                  "select uid from raw_shop__users;");
  }

  // "column<source.column", joined by blanks; '?' where it is not told.
  std::string Origins(const std::string& query, const std::string& columns) {
    project_.File("sql/curated/dim_x.sql",
                  "-- dim_x\n-- X.\ncreate table dim_x (" + columns +
                      ") strict;\n" + query + ";");
    // Origins are asked of all that SQLite takes, also beyond the dialect.
    project_.File("sql/curated/dim_x.trino.sql", "select 1");
    const ModelSet set = project_.Load();
    EXPECT_TRUE(set.findings.empty()) << project_.Findings();
    std::string text;
    for (const ColumnOrigin& origin : set.Find("dim_x")->origins) {
      text +=
          (text.empty() ? "" : " ") + origin.column + "<" +
          (origin.source.empty() ? "?"
                                 : origin.source + "." + origin.source_column);
    }
    return text;
  }

  TestProject project_;
};

TEST_F(OriginsTest, FollowsWhatSqliteTells) {
  const struct {
    const char* name;
    const char* columns;
    const char* query;
    const char* expected;
  } kCases[] = {
      {"aliases", "a integer primary key, b integer",
       "select o.order_id as a, o.user_id as b from stg_shop__orders as o",
       "a<stg_shop__orders.order_id b<stg_shop__orders.user_id"},
      {"expressions", "a integer primary key, b integer, c text, d integer",
       "select +order_id as a, coalesce(user_id, 0) as b, cast(day as varchar) "
       "as c, 7 as d from stg_shop__orders",
       "a<? b<? c<? d<?"},
      {"aggregates", "a integer primary key, n integer",
       "select user_id as a, count(*) as n from stg_shop__orders "
       "group by user_id",
       "a<stg_shop__orders.user_id n<?"},
      {"common tables", "a integer primary key, b integer",
       "with o as (select user_id as u, order_id from stg_shop__orders), "
       "final as (select order_id as a, u as b from o) select * from final",
       "a<stg_shop__orders.order_id b<stg_shop__orders.user_id"},
      {"a common table read twice", "a integer primary key, b integer",
       "with o as (select user_id, order_id from stg_shop__orders) "
       "select o.order_id as a, p.user_id as b from o "
       "inner join o as p on o.order_id = p.order_id",
       "a<stg_shop__orders.order_id b<stg_shop__orders.user_id"},
      {"joins", "a integer primary key, b integer",
       "select stg_shop__orders.order_id as a, stg_shop__users.user_id as b "
       "from stg_shop__orders left join stg_shop__users on "
       "stg_shop__orders.user_id = stg_shop__users.user_id",
       "a<stg_shop__orders.order_id b<stg_shop__users.user_id"},
      {"a scalar query", "a integer primary key, b integer",
       "select order_id as a, (select user_id from stg_shop__users limit 1) "
       "as b from stg_shop__orders",
       "a<stg_shop__orders.order_id b<stg_shop__users.user_id"},
      {"a union", "a integer primary key",
       "select order_id as a from stg_shop__orders union "
       "select user_id as a from stg_shop__users",
       "a<?"},
      {"a union in a common table", "a integer primary key",
       "with u as (select user_id from stg_shop__orders union all "
       "select user_id from stg_shop__users), final as (select user_id as a "
       "from u) select * from final",
       "a<?"},
      {"a union two steps down", "a integer primary key",
       "with o as (select user_id from stg_shop__orders), "
       "p as (select user_id from stg_shop__users), "
       "u as (select user_id from o union select user_id from p) "
       "select user_id as a from u",
       "a<?"},
      {"a union of another table", "a integer primary key, b integer",
       "with u as (select user_id from stg_shop__users union select 1) "
       "select stg_shop__orders.order_id as a, u.user_id as b "
       "from stg_shop__orders inner join u on "
       "u.user_id = stg_shop__orders.user_id",
       "a<stg_shop__orders.order_id b<?"},
      {"a union in parentheses", "a integer primary key",
       "select user_id as a from (select user_id from stg_shop__users union "
       "select user_id from stg_shop__orders)",
       "a<?"},
      {"a recursion", "a integer primary key",
       "with recursive n (i) as (select user_id from stg_shop__users union "
       "select i + 1 from n where i < 3) select i as a from n",
       "a<?"},
      {"windows", "a integer primary key, b integer",
       "select order_id as a, row_number() over (order by order_id) as b "
       "from stg_shop__orders",
       "a<stg_shop__orders.order_id b<?"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Origins(test.query, test.columns), test.expected) << test.name;
  }
}

TEST_F(OriginsTest, LeadThroughStagingToRaw) {
  project_.File("sql/curated/fct_orders.sql",
                "-- fct_orders\n-- Orders.\n"
                "create table fct_orders (order_id integer primary key, "
                "buyer integer, day text) strict;\n"
                "select order_id, user_id as buyer, day "
                "from stg_shop__orders;");
  ASSERT_TRUE(project_.Build().ok());
  EXPECT_EQ(project_.Rows(
                "with recursive up (source, source_column) as (select source, "
                "source_column from ls_lineage where model = 'fct_orders' and "
                "output_column <> '' union select ls_lineage.source, "
                "ls_lineage.source_column from up inner join ls_lineage on "
                "ls_lineage.model = up.source and ls_lineage.output_column = "
                "up.source_column) select * from up order by 1, 2"),
            "|\n"  // day, an expression
            "raw_shop__orders|row_id\nraw_shop__orders|uid\n"
            "stg_shop__orders|day\nstg_shop__orders|order_id\n"
            "stg_shop__orders|user_id\n");
}

}  // namespace
}  // namespace learnsql
