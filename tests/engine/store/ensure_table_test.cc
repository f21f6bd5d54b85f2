#include "engine/store/ensure_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/store/must.h"

namespace learnsql {
namespace {

using ::testing::HasSubstr;

TEST(EnsureTable, MakesOnceAndAddsColumns) {
  Connection db = Must(Connection::OpenInMemory());
  const std::string ddl = "create table a (n integer primary key) strict;\n";
  EXPECT_TRUE(Must(EnsureTable(&db, "a", ddl)));
  EXPECT_FALSE(Must(EnsureTable(&db, "a", ddl)));
  EXPECT_FALSE(Must(EnsureTable(
      &db, "a",
      "create table if not exists a (n INTEGER primary key) strict")));
  ASSERT_TRUE(db.Execute("insert into a values (1)").ok());
  const std::string wider =
      "create table a (n integer primary key, \"an x\" real) strict";
  EXPECT_TRUE(Must(EnsureTable(&db, "a", wider)));
  EXPECT_FALSE(Must(EnsureTable(&db, "a", wider)));
  EXPECT_EQ(
      Must(db.QueryInteger("select count(*) from a where \"an x\" is null")),
      1);
}

TEST(EnsureTable, RefusesWhatCannotBeAdded) {
  Connection db = Must(Connection::OpenInMemory());
  ASSERT_TRUE(db.Execute("create table a (n integer, t text)").ok());
  const std::pair<const char*, const char*> cases[] = {
      {"create table a (n integer)", "column t is gone"},
      {"create table a (n integer, t real)", "column t has another type"},
      {"create table a (n integer, t text not null)", "another type"},
      {"create table a (n integer, t text, u text not null)",
       "new column u is not null"},
  };
  for (const auto& [ddl, message] : cases) {
    const Status status = StatusOf(EnsureTable(&db, "a", ddl));
    EXPECT_EQ(status.code(), Code::kInvalid) << ddl;
    EXPECT_THAT(status.message(), HasSubstr(message)) << ddl;
  }
  EXPECT_FALSE(StatusOf(EnsureTable(&db, "b", "create tabel b (n)")).ok());
}

}  // namespace
}  // namespace learnsql
