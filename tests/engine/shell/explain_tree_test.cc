#include "engine/shell/explain_tree.h"

#include <gtest/gtest.h>

namespace learnsql {
namespace {

std::string Explain(Connection* db, const std::string& sql) {
  Result<Statement> plan = db->Prepare("explain query plan " + sql);
  if (!plan.ok()) return plan.status().ToString();
  KeptResult rows;
  rows.Begin({"id", "parent", "notused", "detail"}, "");
  while (*plan->Step()) {
    const Value values[] = {plan->column(0), plan->column(1), plan->column(2),
                            plan->column(3)};
    rows.Add(values);
  }
  return ExplainTree(rows, false);
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

}  // namespace
}  // namespace learnsql
