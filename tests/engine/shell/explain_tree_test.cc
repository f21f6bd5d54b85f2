#include "engine/shell/explain_tree.h"

#include <gtest/gtest.h>

#include "engine/shell/explain_advice.h"

namespace learnsql {
namespace {

KeptResult PlanOf(Connection* db, const std::string& sql) {
  Result<Statement> plan = db->Prepare("explain query plan " + sql);
  EXPECT_TRUE(plan.ok()) << plan.status().ToString();
  KeptResult rows;
  rows.Begin({"id", "parent", "notused", "detail"}, "");
  while (*plan->Step()) {
    const Value values[] = {plan->column(0), plan->column(1), plan->column(2),
                            plan->column(3)};
    rows.Add(values);
  }
  return rows;
}

std::string Explain(Connection* db, const std::string& sql) {
  return ExplainTree(PlanOf(db, sql), false);
}

TEST(ExplainTree, MarksScans) {
  Result<Connection> db = Connection::OpenInMemory();
  ASSERT_TRUE(db.ok());
  ASSERT_TRUE(db->Execute("create table a (id integer primary key, x);"
                          "create table b (id integer primary key, a_id);"
                          "create index b__a on b (a_id)")
                  .ok());
  EXPECT_EQ(Explain(&*db, "select * from a where x = 1"),
            "query plan\n└─ SCAN a  ◀ reads the whole table\n");
  EXPECT_EQ(Explain(&*db, "select * from a where id = 1"),
            "query plan\n"
            "└─ SEARCH a USING INTEGER PRIMARY KEY (rowid=?)\n");
  EXPECT_EQ(
      Explain(&*db, "select x from a union select a_id from b order by 1"),
      "query plan\n"
      "└─ MERGE (UNION)\n"
      "   ├─ LEFT\n"
      "   │  ├─ SCAN a  ◀ reads the whole table\n"
      "   │  └─ USE TEMP B-TREE FOR ORDER BY  ◀ sorts\n"
      "   └─ RIGHT\n"
      "      └─ SCAN b USING COVERING INDEX b__a"
      "  ◀ reads the whole index\n");
}

TEST(ExplainAdvice, NamesTheIndexThatIsMissing) {
  Result<Connection> db = Connection::OpenInMemory();
  ASSERT_TRUE(db.ok());
  ASSERT_TRUE(db->Execute("create table a (id integer primary key, x, y);"
                          "create table b (id integer primary key, \"b x\", y);"
                          "create table ls_table (table_name, path);"
                          "insert into ls_table values ('b', 'sql/b.sql')")
                  .ok());
  using Lines = std::vector<std::string>;
  const auto advice = [&db](const std::string& sql) {
    return *MissingIndexes(PlanOf(&*db, sql), sql, &*db);
  };
  const Lines missing = {
      "an index would spare this: create index \"b__b x\" on \"b\" (\"b x\");"
      " in sql/b.sql"};
  EXPECT_EQ(advice("select * from a left join b on b.\"b x\" = a.x"), missing);
  EXPECT_EQ(advice("select * from a left join b as other on other.\"b x\" ="
                   " a.x"),
            missing)
      << "behind an alias";
  EXPECT_EQ(
      advice("select * from b left join a c on c.x = b.y and c.y = b.\"b x\""),
      (Lines{"an index would spare this: create index \"a__x_y\" on"
             " \"a\" (\"x\", \"y\");"}))
      << "without a dictionary entry";
  // Nothing to say of keys, scans and what the statement made itself.
  EXPECT_EQ(advice("select * from a left join b on b.id = a.x"), Lines{});
  EXPECT_EQ(advice("select * from a where x = 1"), Lines{});
  EXPECT_EQ(advice("with m as materialized (select 1 as n, 2 as o) select *"
                   " from a left join m on m.n = a.x"),
            Lines{});
}

}  // namespace
}  // namespace learnsql
