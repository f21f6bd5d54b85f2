#include "tests/engine/model/test_project.h"

namespace learnsql {
namespace {

class DictionaryTest : public ::testing::Test {
 protected:
  DictionaryTest() {
    project_.File("sql/raw/shop.sql",
                  "-- shop\n-- Orders of the shop.\n-- kind: events\n"
                  "create table raw_shop__orders (\n"
                  "    row_id integer primary key,  -- where it lies\n"
                  "    buyer text,                  -- who paid; pii: login\n"
                  "    paid integer                 -- in full; unit: cents\n"
                  ") strict;");
    project_.File("sql/staging/shop/stg_shop__orders.sql",
                  "-- stg_shop__orders\n-- Orders.\n-- owner: sales\n"
                  "create view stg_shop__orders (row_id, buyer, paid, twice) "
                  "as select row_id, buyer, paid, paid * 2 "
                  "from raw_shop__orders;");
    Orders(
        "create table fct_orders (row_id integer primary key, buyer text, "
        "paid integer  -- after returns\n, twice integer) strict;");
  }

  void Orders(const std::string& contract) {
    project_.File("sql/curated/fct_orders.sql",
                  "-- fct_orders\n-- Orders.\n-- owner: sales\n"
                  "-- incremental: row_id\n" +
                      contract +
                      "\nselect row_id, buyer, paid, twice "
                      "from stg_shop__orders where row_id >= :since_row;");
  }

  // `count` rows of load `load`; every tenth without a buyer.
  void AddLoad(int load, int count) {
    const std::string id = std::to_string(load);
    project_.Sql(
        "with recursive n (i) as (select 0 union all select i + 1 from n where "
        "i + 1 < " +
        std::to_string(count) + ") insert into raw_shop__orders select (" + id +
        " << 28) + i, case when i % 10 > 0 then 'buyer ' || (i % 50) end, "
        "i % 200 from n;"
        "insert into ls_slice (source, object, slice_start, slice_end, name, "
        "state, load_id) values ('shop', 'orders', '" +
        id + "', '" + id + "x', 'x', 'loaded', " + id + ")");
  }

  std::string Stats() {
    return project_.Rows(
        "select column_name, round(null_share, 2), distinct_estimate, example "
        "from ls_column where table_name = 'fct_orders' order by position");
  }

  TestProject project_;
};

TEST_F(DictionaryTest, MeasuresShortTablesExactly) {
  ASSERT_TRUE(project_.Build().ok());
  EXPECT_EQ(project_.Rows("select count(*) from ls_column where table_name = "
                          "'fct_orders' and null_share is null"),
            "4\n");  // nothing to measure
  AddLoad(1, 1000);
  ASSERT_TRUE(project_.Build().ok());
  EXPECT_EQ(Stats(),
            "row_id|0.0|1000|268435456\nbuyer|0.1|45|null\npaid|0.0|200|0\n"
            "twice|0.0|200|0\n");
}

TEST_F(DictionaryTest, EstimatesLongTables) {
  project_.File("sql/curated/dim_keyed.sql",
                "-- dim_keyed\n-- Orders.\ncreate table dim_keyed ("
                "row_id integer, buyer text, primary key (row_id)) "
                "strict, without rowid;\n"
                "select row_id, buyer from stg_shop__orders;");
  ASSERT_TRUE(project_.Build().ok());
  AddLoad(1, 60'000);
  ASSERT_TRUE(project_.Build().ok());
  for (const char* table : {"fct_orders", "dim_keyed"}) {
    EXPECT_EQ(
        project_.Rows(
            std::string("select column_name, round(null_share, 1), "
                        "distinct_estimate between 54000 and 60000, "
                        "distinct_estimate from ls_column where position <= 2 "
                        "and table_name = '") +
            table +
            "' and not (column_name = 'row_id' and "
            "distinct_estimate between 54000 and 60000)"),
        "buyer|0.1|0|45\n")
        << table;
  }
}

// Hashes below 0, ids above: nearly all of the range is the hashes'.
TEST_F(DictionaryTest, LooksAtAllPartsOfASkewedKey) {
  project_.File("sql/curated/dim_skewed.sql",
                "-- dim_skewed\n-- Orders.\ncreate table dim_skewed ("
                "place integer, buyer text, primary key (place)) "
                "strict, without rowid;\n"
                "select case when row_id % 2 = 1 then -10000000000 * row_id "
                "else row_id end as place, "
                "case when row_id % 2 = 0 then 'b' || row_id end as buyer "
                "from stg_shop__orders;");
  ASSERT_TRUE(project_.Build().ok());
  AddLoad(1, 60'000);
  ASSERT_TRUE(project_.Build().ok());
  EXPECT_EQ(project_.Rows("select round(null_share, 1), "
                          "distinct_estimate between 27000 and 33000 "
                          "from ls_column where table_name = 'dim_skewed' "
                          "and column_name = 'buyer'"),
            "0.5|1\n");
}

TEST_F(DictionaryTest, MeasuresAgainWhenATenthIsNew) {
  ASSERT_TRUE(project_.Build().ok());
  AddLoad(1, 1000);
  ASSERT_TRUE(project_.Build().ok());
  const std::string before = Stats();
  AddLoad(2, 50);
  ASSERT_TRUE(project_.Build().ok());
  EXPECT_EQ(Stats(), before);
  AddLoad(3, 500);
  ASSERT_TRUE(project_.Build().ok());
  EXPECT_NE(Stats(), before);
}

TEST_F(DictionaryTest, KeepsMeasuresWhenCommentsChange) {
  ASSERT_TRUE(project_.Build().ok());
  AddLoad(1, 100);
  ASSERT_TRUE(project_.Build().ok());
  Orders(
      "create table fct_orders (row_id integer primary key, buyer text, "
      "paid integer  -- net; pii: money\n, twice integer) strict;");
  ASSERT_TRUE(project_.Build().ok());
  EXPECT_EQ(project_.Rows("select document, pii, distinct_estimate, example "
                          "from ls_column where table_name = 'fct_orders' and "
                          "column_name = 'paid'"),
            "net|money|100|null\n");
}

TEST_F(DictionaryTest, HandsDocumentsOn) {
  ASSERT_TRUE(project_.Build().ok());
  EXPECT_EQ(project_.Rows("select table_name, column_name, document, unit, pii "
                          "from ls_column order by table_name, position"),
            "fct_orders|row_id|where it lies|null|null\n"
            "fct_orders|buyer|who paid|null|login\n"
            "fct_orders|paid|after returns|cents|null\n"
            "fct_orders|twice||null|null\n"
            "raw_shop__orders|row_id|where it lies|null|null\n"
            "raw_shop__orders|buyer|who paid|null|login\n"
            "raw_shop__orders|paid|in full|cents|null\n"
            "stg_shop__orders|row_id|where it lies|null|null\n"
            "stg_shop__orders|buyer|who paid|null|login\n"
            "stg_shop__orders|paid|in full|cents|null\n"
            "stg_shop__orders|twice||null|null\n");
  EXPECT_EQ(project_.Rows("select kind, document, path from ls_table "
                          "where table_name = 'raw_shop__orders'"),
            "raw|Orders of the shop.|sql/raw/shop.sql\n");
}

TEST_F(DictionaryTest, FollowsCommentsOfRawTablesWithoutABuild) {
  ASSERT_TRUE(project_.Build().ok());
  project_.File("sql/raw/shop.sql",
                "-- shop\n-- Orders of the shop.\n-- kind: events\n"
                "create table raw_shop__orders (\n"
                "    row_id integer primary key,  -- its place\n"
                "    buyer text,\n"
                "    paid integer\n"
                ") strict;");
  EXPECT_EQ(project_.Built(), "");
  EXPECT_EQ(project_.Rows("select table_name, document from ls_column "
                          "where column_name = 'row_id' order by 1"),
            "fct_orders|its place\nraw_shop__orders|its place\n"
            "stg_shop__orders|its place\n");
  EXPECT_EQ(project_.Rows("select count(*) from ls_column "
                          "where pii is not null"),
            "0\n");
}

TEST_F(DictionaryTest, LintListsWhatIsNotDocumented) {
  project_.File("views/bare.sql",
                "create view bare (n) as select count(*) as n "
                "from fct_orders;");
  std::string text;
  for (const Finding& finding : Lint(project_.Load())) {
    EXPECT_EQ(finding.severity, Finding::Severity::kWarning);
    text += finding.place.ToString() + ": " + finding.message + "\n";
  }
  EXPECT_EQ(text,
            "sql/staging/shop/stg_shop__orders.sql:4:52: column 'twice' is not "
            "documented\n"
            "sql/curated/fct_orders.sql:6:3: column 'twice' is not "
            "documented\n"
            "views/bare.sql:1:13: 'bare' is not documented\n"
            "views/bare.sql:1:13: 'bare' has no owner\n"
            "views/bare.sql:1:19: column 'n' is not documented\n");
  EXPECT_TRUE(project_.Load().findings.empty());
}

}  // namespace
}  // namespace learnsql
