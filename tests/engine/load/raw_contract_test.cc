#include "engine/load/raw_contract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/load/load_testing.h"

namespace learnsql {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(RawContract, ReadsTablesAndKinds) {
  const RawContract contract = Contract(R"(-- about the source
-- kind: events, key a, b
create table raw_x__one (row_id integer primary key,
    source_offset integer not null, a integer not null, b text, c real,
    d blob) strict;

-- words
-- kind: versions, key a, newest b
create table raw_x__two (row_id integer primary key,
    source_offset integer not null, a integer, b text) strict;
-- kind: snapshot
create table raw_x__three (row_id integer primary key,
    source_offset integer not null) strict
)");
  ASSERT_EQ(contract.tables.size(), 3u);
  const auto& one = contract.tables[0];
  EXPECT_EQ(one.name, "raw_x__one");
  EXPECT_EQ(one.kind, RawKind::kEvents);
  EXPECT_THAT(one.key, ElementsAre("a", "b"));
  EXPECT_EQ(one.line, 3u);
  EXPECT_EQ(one.columns[one.ColumnIndex("c")].type, Value::Kind::kReal);
  EXPECT_TRUE(one.columns[one.ColumnIndex("a")].not_null);
  EXPECT_FALSE(one.columns[one.ColumnIndex("b")].not_null);
  EXPECT_EQ(one.ColumnIndex("e"), -1);
  EXPECT_EQ(contract.tables[1].kind, RawKind::kVersions);
  EXPECT_EQ(contract.tables[1].newest, "b");
  EXPECT_EQ(contract.tables[2].kind, RawKind::kSnapshot);
  EXPECT_THAT(contract.tables[2].key, ElementsAre());
  EXPECT_EQ(contract.Find("raw_x__two"), &contract.tables[1]);
  EXPECT_EQ(contract.Find("raw_x__four"), nullptr);
}

struct BadContract {
  const char* name;
  const char* text;
  uint64_t line;
  const char* message;
};

class RawContractErrors : public testing::TestWithParam<BadContract> {};

TEST_P(RawContractErrors, NameFileAndLine) {
  const Status status = ParseRawContract("x.sql", GetParam().text).status();
  EXPECT_EQ(status.code(), Code::kInvalid);
  EXPECT_THAT(status.message(), HasSubstr(GetParam().message));
  EXPECT_EQ(status.place().name, "x.sql");
  EXPECT_EQ(status.place().line, GetParam().line);
}

#define ROW "row_id integer primary key, source_offset integer not null"

INSTANTIATE_TEST_SUITE_P(
    Texts, RawContractErrors,
    testing::Values(
        BadContract{"empty", "", 1, "no 'create table'"},
        BadContract{"comments", "-- a\n-- b\n", 1, "no 'create table'"},
        BadContract{"syntax",
                    "\n-- kind: events\ncreate table raw_x__a (\n"
                    "row_id integer primary primary) strict",
                    4, "syntax error"},
        BadContract{"type",
                    "\n-- kind: events\ncreate table raw_x__a (\nrow_id "
                    "intger) strict",
                    3, "intger"},
        BadContract{"name", "-- kind: events\ncreate table x (" ROW ") strict",
                    2, "must be named raw_"},
        BadContract{"loose", "-- kind: events\ncreate table raw_x__a (" ROW ")",
                    2, "must be strict"},
        BadContract{"no_row_id",
                    "-- kind: events\ncreate table raw_x__a (a integer primary "
                    "key, source_offset integer not null) strict",
                    2, "must begin with 'row_id"},
        BadContract{"row_id_no_key",
                    "-- kind: events\ncreate table raw_x__a (row_id integer, "
                    "source_offset integer not null) strict",
                    2, "must begin with 'row_id"},
        BadContract{"row_id_later",
                    "-- kind: events\ncreate table raw_x__a (source_offset "
                    "integer not null, row_id integer primary key) strict",
                    2, "must begin with 'row_id"},
        BadContract{"no_offset",
                    "-- kind: events\ncreate table raw_x__a (row_id integer "
                    "primary key) strict",
                    2, "source_offset"},
        BadContract{"null_offset",
                    "-- kind: events\ncreate table raw_x__a (row_id integer "
                    "primary key, source_offset integer) strict",
                    2, "source_offset"},
        BadContract{"no_kind", "-- a\ncreate table raw_x__a (" ROW ") strict",
                    2, "names no kind"},
        BadContract{"unknown_kind",
                    "-- kind: event\ncreate table raw_x__a (" ROW ") strict", 2,
                    "unknown kind 'event'"},
        BadContract{"second_table",
                    "-- kind: events\ncreate table raw_x__a (" ROW
                    ") strict;\n\ncreate table raw_x__b (" ROW ") strict",
                    4, "names no kind"},
        BadContract{"key_column",
                    "-- kind: events, key thing\ncreate table raw_x__a (" ROW
                    ", things text) strict",
                    2, "key column 'thing'"},
        BadContract{"no_key_word",
                    "-- kind: events, thing\ncreate table raw_x__a (" ROW
                    ", thing text) strict",
                    2, "'thing' in a kind"},
        BadContract{"versions_without_newest",
                    "-- kind: versions, key thing\ncreate table raw_x__a (" ROW
                    ", thing text) strict",
                    2, "holds versions"},
        BadContract{"newest_column",
                    "-- kind: versions, key thing, newest at\ncreate table "
                    "raw_x__a (" ROW ", thing text) strict",
                    2, "newest column 'at'"},
        BadContract{"newest_of_events",
                    "-- kind: events, key thing, newest thing\ncreate table "
                    "raw_x__a (" ROW ", thing text) strict",
                    2, "for versions only"},
        BadContract{"other_statement",
                    "-- kind: events\ncreate table raw_x__a (" ROW
                    ") strict;\ncreate index i on raw_x__a (source_offset)",
                    3, "holds only 'create table'"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(RawContract, SaysThatAFileIsNotThere) {
  const Status status = ReadRawContract("/no/such.sql").status();
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_EQ(status.place().name, "/no/such.sql");
}

TEST(EnsureRawTables, MakesTablesOnceAndAddsColumns) {
  Connection db = Must(Connection::OpenInMemory());
  const std::string begin = "-- kind: events\ncreate table raw_x__a (" ROW;
  ASSERT_TRUE(EnsureRawTables(&db, Contract(begin + ") strict")).ok());
  ASSERT_TRUE(db.Execute("insert into raw_x__a values (1, 0)").ok());
  const RawContract wider = Contract(begin + ", extra real) strict");
  ASSERT_TRUE(EnsureRawTables(&db, wider).ok());
  ASSERT_TRUE(EnsureRawTables(&db, wider).ok());
  EXPECT_EQ(Rows(&db, "select row_id, extra from raw_x__a"), "1|null");
}

TEST(EnsureRawTables, RefusesWhatCannotBeAdded) {
  Connection db = Must(Connection::OpenInMemory());
  const std::string begin = "-- kind: events\ncreate table raw_x__a (" ROW;
  ASSERT_TRUE(EnsureRawTables(&db, Contract(begin + ", a text) strict")).ok());
  const std::pair<const char*, const char*> cases[] = {
      {") strict", "column a is gone"},
      {", a integer) strict", "column a has another type"},
      {", a text not null) strict", "column a has another type"},
      {", a text, b text not null) strict", "new column b is not null"}};
  for (const auto& [end, message] : cases) {
    const Status status = EnsureRawTables(&db, Contract(begin + end));
    EXPECT_EQ(status.code(), Code::kInvalid);
    EXPECT_THAT(status.message(), HasSubstr(message));
    EXPECT_THAT(status.message(), HasSubstr("new warehouse"));
    EXPECT_FALSE(db.in_transaction());
  }
}

}  // namespace
}  // namespace learnsql
