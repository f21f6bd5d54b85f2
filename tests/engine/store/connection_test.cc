#include "engine/store/connection.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <string>

#include "engine/base/cancel.h"
#include "tests/engine/store/must.h"
#include "tests/engine/store/temp_folder.h"

namespace learnsql {
namespace {

Connection InMemory() { return Must(Connection::OpenInMemory()); }

TEST(Connection, GivesBackEveryKindOfValue) {
  Connection db = InMemory();
  Statement select = Must(db.Prepare("select ?1, ?2, ?3, ?4, ?5"));
  const std::string blob("\0\xff", 2);
  ASSERT_TRUE(
      select
          .BindAll(std::array{Value::Null(), Value::Integer(INT64_MIN),
                              Value::Real(0.1), Value::Text("h\xc3\xa9"),
                              Value::Blob(blob)})
          .ok());
  ASSERT_TRUE(*select.Step());
  EXPECT_TRUE(select.column(0).is_null());
  EXPECT_EQ(select.column(1).integer, INT64_MIN);
  EXPECT_EQ(select.column(2).real, 0.1);
  EXPECT_EQ(select.column(3).bytes, "h\xc3\xa9");
  EXPECT_EQ(select.column(4).kind, Value::Kind::kBlob);
  EXPECT_EQ(select.column(4).bytes, blob);
  EXPECT_FALSE(*select.Step());
}

TEST(Connection, BindsEmptyTextAsText) {
  Connection db = InMemory();
  EXPECT_EQ(**db.QueryText("select typeof(?)",
                           std::array{Value::Text(std::string_view())}),
            "text");
  EXPECT_EQ(**db.QueryText("select typeof(?)",
                           std::array{Value::Blob(std::string_view())}),
            "blob");
}

TEST(Connection, FindsParametersByName) {
  Connection db = InMemory();
  const Statement select = Must(db.Prepare("select :a, ?, @b"));
  EXPECT_EQ(select.parameter_count(), 3);
  EXPECT_EQ(select.parameter_name(1), ":a");
  EXPECT_EQ(select.parameter_name(2), "");
  EXPECT_EQ(select.parameter_index("@b"), 3);
  EXPECT_EQ(select.parameter_index(":b"), 0);
}

TEST(Connection, RunsEveryStatementOfAText) {
  Connection db = InMemory();
  ASSERT_TRUE(db.Execute("create table t (a); -- nothing\n; insert into t "
                         "values (1), (2);")
                  .ok());
  EXPECT_EQ(db.changes(), 2);
  EXPECT_EQ(**db.QueryInteger("select sum(a) from t"), 3);
  EXPECT_FALSE(db.QueryInteger("select a from t where a > 2")->has_value());
  EXPECT_FALSE(db.QueryText("select null")->has_value());
}

TEST(Connection, SplitsATextStatementByStatement) {
  Connection db = InMemory();
  std::string_view rest = "select 1; /* a */ ;  select 2; -- b";
  EXPECT_TRUE(db.PrepareFirst(rest, &rest)->has_value());
  EXPECT_EQ(rest, " /* a */ ;  select 2; -- b");
  EXPECT_TRUE(db.PrepareFirst(rest, &rest)->has_value());
  EXPECT_FALSE(db.PrepareFirst(rest, &rest)->has_value());
  EXPECT_EQ(rest, "");
}

struct BadSql {
  const char* name;
  const char* sql;
  Code code;
  std::optional<uint64_t> byte;
};

class ConnectionErrors : public testing::TestWithParam<BadSql> {};

TEST_P(ConnectionErrors, SaysCodeAndByte) {
  Connection db = InMemory();
  ASSERT_TRUE(db.Execute("create table t (a integer not null check (a > 0)) "
                         "strict; insert into t values (1)")
                  .ok());
  const Status status = db.Execute(GetParam().sql);
  EXPECT_EQ(status.code(), GetParam().code) << status.ToString();
  EXPECT_EQ(status.place().byte, GetParam().byte);
  EXPECT_FALSE(db.in_transaction());
}

INSTANTIATE_TEST_SUITE_P(
    Sql, ConnectionErrors,
    testing::Values(
        BadSql{"syntax", "select 1 from from", Code::kInvalid, 14},
        BadSql{"no_column", "select b from t", Code::kInvalid, 7},
        // A name in double quotes is never a string.
        BadSql{"quoted", "select \"b\" from t", Code::kInvalid, 7},
        BadSql{"null", "insert into t values (null)", Code::kConstraint, {}},
        BadSql{"check", "insert into t values (0)", Code::kConstraint, {}},
        BadSql{"type", "insert into t values ('x')", Code::kConstraint, {}},
        BadSql{
            "schema", "update sqlite_schema set sql = ''", Code::kInvalid, {}}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Connection, RefusesToPrepareNothing) {
  Connection db = InMemory();
  EXPECT_EQ(db.Prepare(" -- nothing").status().code(), Code::kInvalid);
}

TEST(Connection, OpensOnlyWhatIsADatabase) {
  const TempFolder folder;
  const std::string path = folder.File("x.db");
  EXPECT_EQ(Connection::Open(path, {}).status().code(), Code::kNotFound);
  EXPECT_EQ(Connection::Open(path, {.mode = Connection::Mode::kReadWrite})
                .status()
                .code(),
            Code::kNotFound);
  folder.Write("x.db", std::string(4096, 'x'));
  const Status status = Connection::Open(path, {}).status();
  EXPECT_EQ(status.code(), Code::kCorrupt);
  EXPECT_EQ(status.place().name, path);
}

TEST(Connection, WritesNothingWhenReadOnly) {
  const TempFolder folder;
  const std::string path = folder.File("x.db");
  {
    Connection db =
        Must(Connection::Open(path, {.mode = Connection::Mode::kCreate}));
    ASSERT_TRUE(db.Execute("create table t (a)").ok());
  }
  Connection db = Must(Connection::Open(path, {}));
  EXPECT_EQ(db.Execute("insert into t values (1)").code(), Code::kIo);
  EXPECT_TRUE(db.Prepare("select a from t")->read_only());
}

TEST(Connection, EnforcesForeignKeysUnlessTold) {
  const TempFolder folder;
  constexpr const char* kSql =
      "create table p (a integer primary key);"
      "create table c (a references p (a)); insert into c values (1)";
  Connection on = Must(Connection::Open(folder.File("on.db"),
                                        {.mode = Connection::Mode::kCreate}));
  EXPECT_EQ(on.Execute(kSql).code(), Code::kConstraint);
  Connection off = Must(Connection::Open(
      folder.File("off.db"),
      {.mode = Connection::Mode::kCreate, .foreign_keys = false}));
  EXPECT_TRUE(off.Execute(kSql).ok());
}

TEST(Connection, StopsWhenCancelled) {
  CancelFlag cancel;
  Connection db = Must(Connection::Open(
      ":memory:", {.mode = Connection::Mode::kCreate, .cancel = &cancel}));
  constexpr const char* kLong =
      "with recursive n (i) as (select 1 union all select i + 1 from n where "
      "i < 1000000) select max(i) from n";
  EXPECT_TRUE(db.QueryInteger(kLong).ok());
  cancel.Cancel();
  EXPECT_EQ(db.QueryInteger(kLong).status().code(), Code::kCancelled);
}

TEST(Transaction, UndoesItselfUnlessCommitted) {
  Connection db = InMemory();
  ASSERT_TRUE(db.Execute("create table t (a)").ok());
  {
    const Transaction lost = Must(Transaction::Begin(&db));
    ASSERT_TRUE(db.Execute("insert into t values (1)").ok());
  }
  EXPECT_FALSE(db.in_transaction());
  EXPECT_EQ(**db.QueryInteger("select count(*) from t"), 0);
  Transaction kept = Must(Transaction::Begin(&db));
  ASSERT_TRUE(db.Execute("insert into t values (1)").ok());
  ASSERT_TRUE(kept.Commit().ok());
  EXPECT_EQ(**db.QueryInteger("select count(*) from t"), 1);
}

TEST(Transaction, StaysOpenWhenItsCommitIsRefused) {
  Connection db = InMemory();
  ASSERT_TRUE(db.Execute("create table p (a integer primary key);"
                         "create table c (a references p (a) deferrable "
                         "initially deferred)")
                  .ok());
  {
    Transaction transaction = Must(Transaction::Begin(&db));
    ASSERT_TRUE(db.Execute("insert into c values (1)").ok());
    EXPECT_EQ(transaction.Commit().code(), Code::kConstraint);
    EXPECT_TRUE(db.in_transaction());
  }
  EXPECT_FALSE(db.in_transaction());
  EXPECT_EQ(**db.QueryInteger("select count(*) from c"), 0);
}

TEST(Transaction, TellsThatAnotherWriterIsBusy) {
  const TempFolder folder;
  const Connection::Options options = {.mode = Connection::Mode::kCreate,
                                       .busy_timeout_ms = 10};
  Connection one = Must(Connection::Open(folder.File("x.db"), options));
  Connection two = Must(Connection::Open(folder.File("x.db"), options));
  const Transaction held = Must(Transaction::Begin(&one));
  EXPECT_EQ(Transaction::Begin(&two).status().code(), Code::kBusy);
}

TEST(Quote, DoublesItsOwnQuotes) {
  EXPECT_EQ(QuoteName("a\"b'c"), "\"a\"\"b'c\"");
  EXPECT_EQ(QuoteText("a\"b'c"), "'a\"b''c'");
}

}  // namespace
}  // namespace learnsql
