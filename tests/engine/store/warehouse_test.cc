#include "engine/store/warehouse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <string>

#include "engine/base/cancel.h"
#include "engine/base/clock.h"
#include "engine/store/ls_schema.h"
#include "tests/engine/store/must.h"
#include "tests/engine/store/temp_folder.h"

namespace learnsql {
namespace {

using testing::HasSubstr;

constexpr int64_t kNow = 1420070400;  // 2015-01-01T00:00:00Z

// Makes a plain SQLite file.
void MakeFile(const std::string& path, const std::string& sql) {
  Connection db =
      Must(Connection::Open(path, {.mode = Connection::Mode::kCreate}));
  ASSERT_TRUE(db.Execute(sql).ok());
}

TEST(Warehouse, MakesANewFile) {
  const TempFolder folder;
  Connection db = Must(OpenWarehouse(folder.File("w.db"), true, nullptr));
  for (const LsTable& table : LsTables()) {
    EXPECT_TRUE(db.QueryInteger("select strict from pragma_table_list where "
                                "name = ?",
                                std::array{Value::Text(table.name)})
                    ->has_value())
        << table.name;
  }
  EXPECT_EQ(**db.QueryText("pragma journal_mode"), "wal");
  EXPECT_EQ(**db.QueryInteger("pragma synchronous"), 2);
  EXPECT_EQ(**db.QueryInteger("pragma foreign_keys"), 1);
  EXPECT_EQ(**db.QueryInteger("pragma application_id"), 0x6c73716c);
}

TEST(Warehouse, OpensItsFileAgain) {
  const TempFolder folder;
  const std::string path = folder.File("w.db");
  {
    Connection db = Must(OpenWarehouse(path, true, nullptr));
    EXPECT_EQ(*NextNumber(&db, "load_id"), 1);
  }
  Connection db = Must(OpenWarehouse(path, false, nullptr));
  EXPECT_EQ(*NextNumber(&db, "load_id"), 2);
  EXPECT_EQ(*NextNumber(&db, "other"), 1);
  EXPECT_EQ(**db.QueryInteger("pragma foreign_keys"), 0);
}

// Also of a file that it makes, whose pages are larger than SQLite's own.
TEST(Warehouse, HoldsItsCacheToItsSize) {
  const TempFolder folder;
  for (const char* const table : {"a", "b"}) {  // the second time it is there
    Connection db = Must(OpenWarehouse(folder.File("w.db"), true, nullptr));
    ASSERT_TRUE(db.Execute("create table " + std::string(table) +
                           " as with recursive steps (i) as (select 1 union all"
                           " select i + 1 from steps where i < 24000)"
                           " select randomblob(1024) as bytes from steps")
                    .ok());
    int used = 0;
    int highest = 0;
    sqlite3_db_status(db.handle(), SQLITE_DBSTATUS_CACHE_USED, &used, &highest,
                      0);
    EXPECT_GT(used, 7 << 20) << table;
    EXPECT_LT(used, 9 << 20) << table;
  }
}

TEST(Warehouse, LeavesAForeignFileAlone) {
  const TempFolder folder;
  const std::string path = folder.File("w.db");
  MakeFile(path, "create table people (name)");
  const std::string before = folder.Read("w.db");
  const Status status = OpenWarehouse(path, true, nullptr).status();
  EXPECT_EQ(status.code(), Code::kInvalid);
  EXPECT_THAT(status.ToString(), HasSubstr("did not make"));
  EXPECT_THAT(status.ToString(), HasSubstr(path));
  EXPECT_EQ(folder.Read("w.db"), before);
}

TEST(Warehouse, LeavesANewerFormatAlone) {
  const TempFolder folder;
  const std::string path = folder.File("w.db");
  {
    Connection db = Must(OpenWarehouse(path, true, nullptr));
    ASSERT_TRUE(db.Execute("update ls_meta set value = '99' where key = "
                           "'format_version'")
                    .ok());
  }
  const Status status = OpenWarehouse(path, true, nullptr).status();
  EXPECT_EQ(status.code(), Code::kInvalid);
  EXPECT_THAT(status.message(), HasSubstr("format 99"));
  EXPECT_THAT(status.message(), HasSubstr("update learnsql"));
  EXPECT_TRUE(OpenReadOnly(path, nullptr).ok());
}

// As learnsql of format 1 left it.
constexpr const char* kFormatOne = R"(
drop table ls_check;
create table ls_check (
    run_id         integer not null,
    name           text not null,
    model          text not null,
    severity       text not null check (severity in ('error', 'warn')),
    scope          text not null check (scope in ('all', 'touched')),
    outcome        text not null
        check (outcome in ('pass', 'fail', 'not applicable')),
    failing_count  integer not null,
    value          text,
    message        text,
    seconds        real not null,
    fingerprint    text not null,
    primary key (run_id, name)
) strict;
insert into ls_check
values (1, 'a', 'm', 'warn', 'all', 'fail', 2, '0.5', 'x', 0.25, 'f');
create view failing as
select name, no_such_function(message) as message from ls_check;
update ls_meta set value = '1' where key = 'format_version')";

constexpr const char* kAddInfo =
    "insert into ls_check values (2, 'b', '', 'info', 'all', 'pass', 0, null, "
    "null, 0, '')";

TEST(Warehouse, BringsFormatOneToTheNewest) {
  const TempFolder folder;
  const std::string path = folder.File("w.db");
  {
    Connection db = Must(OpenWarehouse(path, true, nullptr));
    ASSERT_EQ(db.Execute(kFormatOne).ToString(), Status().ToString());
    ASSERT_EQ(db.Execute(kAddInfo).code(), Code::kConstraint);
  }
  ASSERT_TRUE(OpenReadOnly(path, nullptr).ok());
  for (const bool foreign_keys : {true, false}) {
    Connection db = Must(OpenWarehouse(path, foreign_keys, nullptr));
    EXPECT_EQ(**db.QueryText("select value from ls_meta where key = "
                             "'format_version'"),
              "2");
    EXPECT_EQ(**db.QueryText(
                  "select group_concat(run_id || name || model || severity || "
                  "scope || outcome || failing_count || value || message || "
                  "seconds || fingerprint) from ls_check where run_id = 1"),
              "1amwarnallfail20.5x0.25f");
    EXPECT_EQ(**db.QueryInteger("select count(*) from sqlite_schema where "
                                "name = 'failing'"),
              1);
    EXPECT_EQ(db.Execute(kAddInfo).ok(), foreign_keys) << "only once";
  }
}

TEST(Warehouse, RefusesWhatIsNoDatabase) {
  const TempFolder folder;
  folder.Write("w.db", std::string(10000, 'n'));
  const Status status =
      OpenWarehouse(folder.File("w.db"), true, nullptr).status();
  EXPECT_EQ(status.code(), Code::kCorrupt);
  EXPECT_EQ(folder.Read("w.db"), std::string(10000, 'n'));
}

TEST(Warehouse, SaysWhatToTypeWhereThereIsNone) {
  const TempFolder folder;
  const Status status = OpenReadOnly(folder.File("w.db"), nullptr).status();
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_THAT(status.message(), HasSubstr("learnsql sync"));
  EXPECT_FALSE(std::filesystem::exists(folder.File("w.db")));
}

TEST(Warehouse, NamesTheFolderThatIsNotThere) {
  const TempFolder folder;
  const std::string path = folder.File("no/such/w.db");
  const Status status = OpenWarehouse(path, true, nullptr).status();
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(status.ToString(), HasSubstr(path));
}

TEST(WriterLock, NamesItsHolder) {
  const TempFolder folder;
  FakeClock clock(kNow);
  const std::string path = folder.File("w.db");
  const Result<WriterLock> held =
      WriterLock::Take(path, "learnsql sync", 0, &clock, nullptr);
  ASSERT_TRUE(held.ok());
  const Status second =
      WriterLock::Take(path, "learnsql build", 0, &clock, nullptr).status();
  EXPECT_EQ(second.code(), Code::kBusy);
  EXPECT_THAT(second.message(), HasSubstr(std::to_string(::getpid())));
  EXPECT_THAT(second.message(), HasSubstr("'learnsql sync'"));
  EXPECT_THAT(second.message(), HasSubstr("2015-01-01T00:00:00Z"));
}

TEST(WriterLock, IsFreeWhenItsHolderIsGone) {
  const TempFolder folder;
  FakeClock clock(kNow);
  const std::string path = folder.File("w.db");
  {
    const WriterLock held =
        Must(WriterLock::Take(path, "learnsql sync", 0, &clock, nullptr));
  }
  EXPECT_TRUE(WriterLock::Take(path, "x", 0, &clock, nullptr).ok());
}

TEST(WriterLock, WaitsAsLongAsItIsTold) {
  const TempFolder folder;
  FakeClock clock(kNow);
  const std::string path = folder.File("w.db");
  const WriterLock held = Must(WriterLock::Take(path, "x", 0, &clock, nullptr));
  EXPECT_EQ(WriterLock::Take(path, "y", 2000, &clock, nullptr).status().code(),
            Code::kBusy);
  EXPECT_EQ(clock.NowSeconds(), kNow + 2);
  CancelFlag cancel;
  cancel.Cancel();
  EXPECT_EQ(WriterLock::Take(path, "y", 2000, &clock, &cancel).status().code(),
            Code::kCancelled);
}

TEST(WriterLock, SaysWhereItCannotBe) {
  FakeClock clock(kNow);
  const Status status =
      WriterLock::Take("/no/such/w.db", "x", 0, &clock, nullptr).status();
  EXPECT_EQ(status.code(), Code::kIo);
  EXPECT_THAT(status.ToString(), HasSubstr("/no/such/w.db.lock"));
}

TEST(RunRecord, TellsHowACommandEnded) {
  const TempFolder folder;
  FakeClock clock(kNow);
  Connection db = Must(OpenWarehouse(folder.File("w.db"), true, nullptr));
  const std::array<std::pair<Status, const char*>, 4> outcomes = {
      std::pair{Status(), "ok"}, std::pair{Status(Code::kGate, "no"), "gate"},
      std::pair{Status(Code::kCancelled, "stop"), "cancelled"},
      std::pair{Status(Code::kCorrupt, "bad"), "failed"}};
  for (const auto& [status, word] : outcomes) {
    RunRecord run =
        Must(RunRecord::Begin(&db, &clock, "sync", "learnsql sync"));
    EXPECT_EQ(**db.QueryText("select outcome from ls_run order by run_id desc"),
              "running");
    ASSERT_TRUE(run.Finish(status).ok());
    EXPECT_EQ(**db.QueryText("select outcome from ls_run order by run_id desc"),
              word);
  }
  EXPECT_EQ(**db.QueryInteger("select count(*) from ls_run where message is "
                              "null"),
            1);
}

TEST(FreeDiskBytes, SeesTheFoldersDisk) {
  const TempFolder folder;
  EXPECT_GT(*FreeDiskBytes(folder.File("new.db")), 0u);
  EXPECT_EQ(FreeDiskBytes("/no/such/new.db").status().code(), Code::kIo);
}

}  // namespace
}  // namespace learnsql
