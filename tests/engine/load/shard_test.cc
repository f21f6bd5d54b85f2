#include "engine/load/shard.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "tests/engine/load/load_testing.h"

namespace learnsql {
namespace {

using Checks = std::vector<std::string>;

TEST(ChecksOfTest, FindsThemInColumnsAndTables) {
  EXPECT_EQ(ChecksOf("create table t (a text)"), Checks());
  EXPECT_EQ(ChecksOf("create table t (a text check (a <> ''), b integer\n"
                     "constraint c CHECK(b in (1, (2))), check (a < b))"),
            Checks({"a <> ''", "b in (1, (2))", "a < b"}));
}

TEST(ChecksOfTest, TakesNothingElseForOne) {
  EXPECT_EQ(ChecksOf("create table t (a text, -- check (a)\n"
                     "\"check\" text, /* check (b) */ [check] integer, "
                     "d text default 'check (''x'')', checks integer)"),
            Checks());
}

TEST(ChecksOfTest, EndsWhereTheParenthesisCloses) {
  EXPECT_EQ(ChecksOf("create table t (a check (a <> ')' -- )\n and \"b)\" "
                     "/* ) */ > 0), \"b)\" integer check /* why */ (1))"),
            Checks({"a <> ')' -- )\n and \"b)\" /* ) */ > 0", "1"}));
  EXPECT_EQ(ChecksOf("create table t (a check (a"), Checks({"a"}));
}

class ShardTest : public testing::Test {
 protected:
  // Loads one slice of these names; returns how the shard was made.
  std::string Load(std::string_view contract, std::vector<std::string> names) {
    Shard shard(db_.path(), 1);
    MakeShard(&shard, contract, std::move(names));
    EXPECT_TRUE(shard.Attach(&db_).ok());
    std::string schema(shard.rows_schema());
    names_ = Rows(&db_, "select name from " + schema +
                            ".raw_fake__things order by row_id");
    EXPECT_EQ(Rows(&db_, "pragma " + schema + ".integrity_check"), "ok");
    EXPECT_TRUE(shard.Detach(&db_).ok());
    return schema;
  }

  void MakeShard(Shard* shard, std::string_view contract,
                 std::vector<std::string> names) {
    contract_ = Contract(contract);
    EXPECT_TRUE(EnsureRawTables(&db_, contract_).ok());
    const ShardTables tables = Must(ShardTables::Of(&db_, contract_));
    source_.hours = {{0, {.names = std::move(names)}}};
    SliceLoad load;
    load.source = &source_;
    load.contract = &contract_;
    load.slice = {"hours", kStart, kStart + kHourSeconds, "hour-0"};
    load.load_id = 1;
    LoadMeter meter;
    load.meter = &meter;
    counts_ = Must(shard->Load(tables, load)).counts;
  }

  TempFolder folder_;
  FakeClock clock_{kStart};
  FakeSource source_{&clock_};
  Connection db_ = Must(OpenWarehouse(folder_.File("w.db"), true, nullptr));
  RawContract contract_;
  LoadCounts counts_;
  std::string names_;
};

std::vector<std::string> Distinct(int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back(std::to_string(i));
  return names;
}

TEST_F(ShardTest, WritesRowsDirectly) {
  EXPECT_EQ(Load(kThings, {"a", "b", "b", "c"}), "shard_rows");
  EXPECT_EQ(names_, "a b c");
  EXPECT_EQ(counts_.rows_duplicate, 1U);
}

TEST_F(ShardTest, GoesRowByRowWhenACheckBreaks) {
  EXPECT_EQ(Load(kThings, {"a", "checked", "c"}), "shard");
  EXPECT_EQ(names_, "a c");
  EXPECT_EQ(counts_.rows_rejected, 1U);
}

TEST_F(ShardTest, UsesStatementsForTablesThatNeedThem) {
  constexpr std::string_view kUnique = R"(
-- kind: events, key thing_id
create table raw_fake__things (
    row_id         integer primary key,
    source_offset  integer not null,
    thing_id       integer not null unique,
    name           text    not null default 'x',
    weight         real
) strict;
)";
  EXPECT_EQ(Load(kUnique, {"a", "b"}), "shard");
  EXPECT_EQ(names_, "a b");
}

// As old warehouses have them: another order, and a column that came later.
TEST_F(ShardTest, FitsTheColumnsOfTheWarehouse) {
  ASSERT_TRUE(db_.Execute("create table raw_fake__things (name text not null,"
                          " thing_id integer not null, row_id integer primary"
                          " key, source_offset integer not null) strict")
                  .ok());
  Shard shard(db_.path(), 1);
  MakeShard(&shard, kThings, {"a", "b"});
  EXPECT_EQ(shard.rows_schema(), "shard_rows");
  ASSERT_TRUE(shard.Attach(&db_).ok());
  ASSERT_TRUE(shard.CopyRows(&db_, "raw_fake__things").ok());
  ASSERT_TRUE(shard.Detach(&db_).ok());
  EXPECT_EQ(Rows(&db_,
                 "select name, thing_id > 1000, row_id, source_offset, weight"
                 " from raw_fake__things"),
            "a|1|268435456|0|null b|1|268435457|1|null");
  EXPECT_EQ(Rows(&db_, "pragma integrity_check"), "ok");
}

// SQLite says "w.db: database disk image is malformed", which it is not.
TEST_F(ShardTest, NamesTheFileThatCannotBeCopied) {
  Shard shard(db_.path(), 1);
  const std::string rows = db_.path() + ".shard-1-rows";
  MakeShard(&shard, kThings, Distinct(5000));
  ASSERT_TRUE(shard.Attach(&db_).ok());
  std::fstream file(rows, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(3 * 8192);
  file << std::string(8192, 'x');
  file.close();
  const Status copied = shard.CopyRows(&db_, "raw_fake__things");
  EXPECT_EQ(copied.code(), Code::kCorrupt);
  EXPECT_TRUE(copied.message().ends_with("copied from " + rows))
      << copied.message();
  EXPECT_TRUE(shard.CopyRejects(&db_).ok());
  ASSERT_TRUE(shard.Detach(&db_).ok());
  EXPECT_EQ(Rows(&db_, "select count(*) from raw_fake__things"), "0");
}

TEST_F(ShardTest, LeavesNoFiles) {
  Load(kThings, {"a"});
  for (const auto& file : std::filesystem::directory_iterator(folder_.path())) {
    EXPECT_EQ(file.path().string().find("shard"), std::string::npos)
        << file.path();
  }
}

TEST_F(ShardTest, SaysWhatTheWarehouseLacks) {
  contract_ = Contract(kThings);
  const Status status = ShardTables::Of(&db_, contract_).status();
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_EQ(status.message(), "the warehouse has no table raw_fake__things");
}

}  // namespace
}  // namespace learnsql
