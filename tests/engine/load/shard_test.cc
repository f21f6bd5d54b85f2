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
  // Loads one slice of these names into the warehouse.
  void Load(std::string_view contract, std::vector<std::string> names) {
    Shard shard(db_.path(), 1);
    Status done = Fill(&shard, contract, std::move(names));
    ShardCopy copy(&db_, &shard, tables_);
    if (done.ok()) done = copy.CopyRows();
    row_by_row_ = done.code() == Code::kConstraint;
    if (row_by_row_) {
      EXPECT_TRUE(copy.Undo().ok());
      shard.Clear();
      done = FillRowByRow(&shard);
      if (done.ok()) done = copy.CopyRows();
    }
    if (done.ok()) done = copy.CopyRejects();
    if (done.ok()) done = copy.Commit();
    EXPECT_TRUE(done.ok()) << done.ToString();
  }

  Status Fill(Shard* shard, std::string_view contract,
              std::vector<std::string> names) {
    contract_ = Contract(contract);
    EXPECT_TRUE(EnsureRawTables(&db_, contract_).ok());
    tables_ = Must(ShardTables::Of(&db_, contract_));
    source_.hours = {{0, {.names = std::move(names)}}};
    return Keep(shard->Load(tables_, SliceOf()));
  }

  Status FillRowByRow(Shard* shard) {
    return Keep(shard->LoadRowByRow(tables_, SliceOf()));
  }

  SliceLoad SliceOf() {
    SliceLoad load;
    load.source = &source_;
    load.contract = &contract_;
    load.slice = {"hours", kStart, kStart + kHourSeconds, "hour-0"};
    load.load_id = 1;
    load.meter = &meter_;
    return load;
  }

  Status Keep(const Result<LoadedRows>& rows) {
    if (rows.ok()) counts_ = rows->counts;
    return StatusOf(rows);
  }

  std::string Names() {
    return Rows(&db_, "select name from raw_fake__things order by row_id");
  }

  TempFolder folder_;
  FakeClock clock_{kStart};
  FakeSource source_{&clock_};
  Connection db_ = Must(OpenWarehouse(folder_.File("w.db"), true, nullptr));
  RawContract contract_;
  ShardTables tables_;
  LoadMeter meter_;
  LoadCounts counts_;
  bool row_by_row_ = false;
};

std::vector<std::string> Distinct(int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back(std::to_string(i));
  return names;
}

TEST_F(ShardTest, WritesRowsDirectly) {
  Load(kThings, {"a", "b", "b", "c"});
  EXPECT_TRUE(tables_.direct);
  EXPECT_FALSE(row_by_row_);
  EXPECT_EQ(Names(), "a b c");
  EXPECT_EQ(counts_.rows_duplicate, 1U);
}

TEST_F(ShardTest, GoesRowByRowWhenACheckBreaks) {
  Load(kThings, {"a", "checked", "c"});
  EXPECT_TRUE(row_by_row_);
  EXPECT_EQ(Names(), "a c");
  EXPECT_EQ(counts_.rows_rejected, 1U);
  EXPECT_EQ(Rows(&db_, "select reason from ls_reject"), "broken_rule");
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
  Load(kUnique, {"a", "b"});
  EXPECT_FALSE(tables_.direct);
  EXPECT_EQ(Names(), "a b");
}

TEST_F(ShardTest, HandsOverPartsInTheirOrder) {
  Shard shard(db_.path(), 1);
  EXPECT_EQ(shard.NextPart(), std::nullopt);
  std::vector<std::string> names = Distinct(60);
  for (std::string& name : names) name.resize(200'000, '-');
  ASSERT_TRUE(Fill(&shard, kThings, names).ok());
  const std::string rows = db_.path() + ".shard-1-rows-";
  EXPECT_EQ(shard.NextPart(), rows + "1");
  ShardCopy copy(&db_, &shard, tables_);
  ASSERT_TRUE(copy.CopyRows().ok());
  EXPECT_EQ(shard.NextPart(), std::nullopt);
  for (const std::string number : {"2", "3", "4"}) {
    EXPECT_TRUE(std::filesystem::exists(rows + number)) << number;
  }
  EXPECT_EQ(Rows(&db_, "pragma shard_rows_1.integrity_check"), "ok");
  ASSERT_TRUE(copy.CopyRejects().ok());
  ASSERT_TRUE(copy.Commit().ok());
  EXPECT_EQ(Rows(&db_,
                 "select count(*), sum(length(name)),"
                 " sum(row_id = 268435456 + substr(name, 1, 2))"
                 " from raw_fake__things where row_id >= 268435466"),
            "50|10000000|50");
  EXPECT_EQ(Rows(&db_, "pragma integrity_check"), "ok");
}

TEST_F(ShardTest, LeavesNothingWhenItIsUndone) {
  Shard shard(db_.path(), 1);
  ASSERT_TRUE(Fill(&shard, kThings, {"a"}).ok());
  {
    ShardCopy copy(&db_, &shard, tables_);
    ASSERT_TRUE(copy.CopyRows().ok());
    EXPECT_EQ(Names(), "a");
  }
  EXPECT_EQ(Names(), "");
  EXPECT_EQ(Rows(&db_, "select count(*) from pragma_database_list"), "1");
}

// More records than SeenRecords keeps in memory: their copies are only known
// when the rows were written.
TEST_F(ShardTest, NamesLateCopies) {
  Shard shard(db_.path(), 1);
  std::vector<std::string> names = Distinct(40);
  names.push_back("3");
  contract_ = Contract(kThings);
  ASSERT_TRUE(EnsureRawTables(&db_, contract_).ok());
  tables_ = Must(ShardTables::Of(&db_, contract_));
  source_.hours = {{0, {.names = names}}};
  SliceLoad load = SliceOf();
  load.writer.seen_capacity = 8;
  const LoadedRows rows = Must(shard.Load(tables_, load));
  ASSERT_EQ(rows.late.size(), 1U);
  EXPECT_EQ(rows.late[0].table->name, "raw_fake__things");
  EXPECT_EQ(rows.late[0].row_id, 268435456 + 40);
  EXPECT_EQ(rows.counts.rows_loaded, 40U);
  EXPECT_EQ(rows.counts.rows_duplicate, 1U);
}

// As old warehouses have them: another order, and a column that came later.
TEST_F(ShardTest, FitsTheColumnsOfTheWarehouse) {
  ASSERT_TRUE(db_.Execute("create table raw_fake__things (name text not null,"
                          " thing_id integer not null, row_id integer primary"
                          " key, source_offset integer not null) strict")
                  .ok());
  Load(kThings, {"a", "b"});
  EXPECT_TRUE(tables_.direct);
  EXPECT_EQ(Rows(&db_,
                 "select name, thing_id > 1000, row_id, source_offset, weight"
                 " from raw_fake__things"),
            "a|1|268435456|0|null b|1|268435457|1|null");
  EXPECT_EQ(Rows(&db_, "pragma integrity_check"), "ok");
}

// SQLite says "w.db: database disk image is malformed", which it is not.
TEST_F(ShardTest, NamesTheFileThatCannotBeCopied) {
  Shard shard(db_.path(), 1);
  const std::string rows = db_.path() + ".shard-1-rows-1";
  ASSERT_TRUE(Fill(&shard, kThings, Distinct(5000)).ok());
  std::fstream file(rows, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(3 * 8192);
  file << std::string(8192, 'x');
  file.close();
  ShardCopy copy(&db_, &shard, tables_);
  const Status copied = copy.CopyRows();
  EXPECT_EQ(copied.code(), Code::kCorrupt);
  EXPECT_TRUE(copied.message().ends_with("copied from " + rows))
      << copied.message();
  ASSERT_TRUE(copy.Undo().ok());
  EXPECT_TRUE(copy.CopyRejects().ok());
  EXPECT_TRUE(copy.Commit().ok());
  EXPECT_EQ(Names(), "");
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
