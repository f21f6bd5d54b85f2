#include "engine/load/shard.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>

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
    Shard shard(db_.path(), 1);
    counts_ = Must(shard.Load(tables, load)).counts;
    EXPECT_TRUE(shard.Attach(&db_).ok());
    std::string schema(shard.rows_schema());
    names_ = Rows(&db_, "select name from " + schema +
                            ".raw_fake__things order by row_id");
    EXPECT_EQ(Rows(&db_, "pragma " + schema + ".integrity_check"), "ok");
    EXPECT_TRUE(shard.Detach(&db_).ok());
    return schema;
  }

  TempFolder folder_;
  FakeClock clock_{kStart};
  FakeSource source_{&clock_};
  Connection db_ = Must(OpenWarehouse(folder_.File("w.db"), true, nullptr));
  RawContract contract_;
  LoadCounts counts_;
  std::string names_;
};

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
