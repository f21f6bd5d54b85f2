#include "engine/load/sync.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>
#include <thread>

#include "engine/base/cancel.h"
#include "engine/load/ledger.h"
#include "tests/engine/load/load_testing.h"

namespace learnsql {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A warehouse and a fake source, synced by one load at a time or by several.
class SyncTest : public testing::TestWithParam<size_t> {
 protected:
  SyncTest()
      : clock_(kStart + 1000 * kHourSeconds),
        source_(&clock_),
        db_(Must(OpenWarehouse(folder_.File("w.db"), true, nullptr))),
        contract_(Contract()) {
    options_.clock = &clock_;
    options_.cancel = &cancel_;
    options_.at_once = std::max<size_t>(GetParam(), 1);
    if (GetParam() == 0) options_.min_shard_bytes = 0;
  }

  Result<SyncReport> TrySync() {
    return Sync(&db_, &source_, contract_, {kStart, {}}, options_);
  }
  SyncReport Run() { return Must(TrySync()); }

  std::string Things() {
    return Rows(&db_, "select name from raw_fake__things order by row_id");
  }
  // "0:loaded 1:failed"
  std::string States() {
    return Rows(&db_,
                "select replace(name, 'hour-', '') || ':' || state from "
                "ls_slice order by slice_start");
  }
  std::string Errors() { return Rows(&db_, "select error from ls_slice"); }

  TempFolder folder_;
  FakeClock clock_;
  CancelFlag cancel_;
  FakeSource source_;
  Connection db_;
  RawContract contract_;
  SyncOptions options_;
};

// 0: one at a time, through a shard all the same.
INSTANTIATE_TEST_SUITE_P(AtOnce, SyncTest, testing::Values(0, 1, 2, 4),
                         testing::PrintToStringParamName());

TEST_P(SyncTest, LoadsEverySliceInOrder) {
  source_.hours = {{0, {.names = {"a", "b"}}},
                   {1, {.names = {"c"}}},
                   {2, {.names = {}}},
                   {3, {.names = {"d", "e", "f"}}}};
  const SyncReport report = Run();
  EXPECT_EQ(States(), "0:loaded 1:loaded 2:empty 3:loaded");
  EXPECT_EQ(Things(), "a b c d e f");
  EXPECT_EQ(Rows(&db_,
                 "select load_id, rows_loaded from ls_slice order by "
                 "slice_start"),
            "1|2 2|1 3|0 4|3");
  EXPECT_EQ(Rows(&db_,
                 "select row_id >> 28, row_id & 0xfffffff from "
                 "raw_fake__things"),
            "1|0 1|1 2|0 4|0 4|1 4|2");
  EXPECT_EQ(report.slices_loaded, 4u);
  EXPECT_EQ(report.counts.rows_loaded, 6u);
  EXPECT_EQ(report.bytes_fetched, 40u);
  EXPECT_TRUE(report.worst.ok());
}

TEST_P(SyncTest, ReadsEachSliceOnlyOnce) {
  source_.hours = {{0, {}}, {1, {}}};
  Run();
  source_.log.clear();
  EXPECT_TRUE(Run().due.empty());
  EXPECT_TRUE(source_.log.empty());
  EXPECT_EQ(Things(), "a b a b");
}

TEST_P(SyncTest, FetchesOneAhead) {
  source_.hours = {{0, {}}, {1, {}}, {2, {}}};
  source_.hours[0].while_reading = [&] {
    // The second is asked for while the first is read.
    for (int i = 0;
         i < 1000 && source_.Log().find("fetch 1") == std::string::npos; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  };
  Run();
  const std::string log = source_.Log();
  EXPECT_LT(log.find("fetch 1"), log.find("done 0")) << log;
  EXPECT_LT(log.find("done 1"), log.find("done 2")) << log;
}

TEST_P(SyncTest, BeginsWithTheNewestWhenTold) {
  source_.hours = {{0, {}}, {1, {}}};
  options_.newest_first = true;
  Run();
  EXPECT_EQ(Rows(&db_, "select load_id from ls_slice order by slice_start"),
            "2 1");
}

TEST_P(SyncTest, OnlyLooksInADryRun) {
  source_.hours = {{0, {}}, {1, {}}};
  options_.dry_run = true;
  const SyncReport report = Run();
  EXPECT_EQ(report.due.size(), 2u);
  EXPECT_TRUE(source_.log.empty());
  EXPECT_EQ(States(), "");
  EXPECT_EQ(Rows(&db_,
                 "select count(*) from sqlite_schema where name like "
                 "'raw%'"),
            "0");
}

TEST_P(SyncTest, PassesOnWhatTheWindowLeavesOpen) {
  EXPECT_EQ(Sync(&db_, &source_, contract_, {}, options_).status().code(),
            Code::kUsage);
}

TEST_P(SyncTest, RemembersWhatIsNotThere) {
  source_.hours = {{0, {.kind = Landed::Kind::kMissing}},
                   {1, {.kind = Landed::Kind::kNotYet}},
                   {2, {}}};
  const SyncReport report = Run();
  EXPECT_EQ(States(), "0:missing 1:expected 2:loaded");
  EXPECT_EQ(report.slices_absent, 2u);
  EXPECT_EQ(Rows(&db_,
                 "select count(*) from ls_slice where checked_at is not "
                 "null"),
            "3");
}

TEST_P(SyncTest, KeepsWhatTheSourceLost) {
  source_.hours = {{0, {}}};
  Run();
  source_.hours[0].kind = Landed::Kind::kMissing;
  source_.due = [](const SliceRecord&) { return true; };
  Run();
  EXPECT_EQ(States(), "0:source_gone");
  EXPECT_EQ(Things(), "a b");
  source_.hours[0].kind = Landed::Kind::kFetched;
  EXPECT_EQ(Run().slices_unchanged, 1u);
  EXPECT_EQ(States(), "0:loaded");
}

TEST_P(SyncTest, GoesOnAfterAFailure) {
  source_.hours = {{0, {.fetch = Status(Code::kNetwork, "no answer")}},
                   {1, {.read = Status(Code::kCorrupt, "cut", {"hour-1.gz"})}},
                   {2, {}}};
  const SyncReport report = Run();
  EXPECT_EQ(States(), "0:failed 1:failed 2:loaded");
  EXPECT_EQ(Things(), "a b");
  EXPECT_EQ(report.slices_failed, 2u);
  EXPECT_EQ(report.worst.code(), Code::kCorrupt);
  EXPECT_THAT(report.errors,
              ElementsAre("hour-0: no answer", "hour-1.gz: cut"));
  EXPECT_EQ(Errors(), "no answer hour-1.gz: cut null");
}

TEST_P(SyncTest, FailsSlicesThatDoNotAddUp) {
  source_.hours = {{0, {.miscount = true}}, {1, {}}};
  EXPECT_EQ(Run().worst.code(), Code::kCorrupt);
  EXPECT_EQ(States(), "0:failed 1:loaded");
  EXPECT_EQ(Things(), "a b");
}

TEST_P(SyncTest, TriesFailedSlicesAgain) {
  source_.hours = {{0, {.read = Status(Code::kCorrupt, "cut")}}, {1, {}}};
  Run();
  source_.hours[0].read = {};
  EXPECT_EQ(Run().slices_loaded, 1u);
  EXPECT_EQ(States(), "0:loaded 1:loaded");
  EXPECT_EQ(Rows(&db_, "select attempts, error from ls_slice order by 1"),
            "1|null 2|null");
}

TEST_P(SyncTest, LeavesUnchangedContentAlone) {
  source_.hours = {{0, {.etag = "\"1\""}}, {1, {}}};
  Run();
  source_.due = [](const SliceRecord&) { return true; };
  source_.log.clear();
  const SyncReport report = Run();
  EXPECT_EQ(report.slices_unchanged, 2u);
  // The first by its ETag, the second by the hash of what was fetched.
  EXPECT_EQ(source_.Log(), "fetch 0 fetch 1 done 1 ");
  EXPECT_EQ(Things(), "a b a b");
}

TEST_P(SyncTest, ReplacesChangedContent) {
  source_.hours = {{0, {}}, {1, {.names = {"z"}}}};
  Run();
  source_.hours[0].names = {"c"};
  source_.due = [](const SliceRecord&) { return true; };
  Run();
  EXPECT_EQ(Things(), "z c");
  EXPECT_EQ(Rows(&db_,
                 "select load_id, raw_table, row_count, source, object "
                 "from ls_removed_load"),
            "1|raw_fake__things|2|fake|hours");
}

TEST_P(SyncTest, ReplacesEverythingByForce) {
  source_.hours = {{0, {.rejects = 1}}, {1, {}}};
  Run();
  options_.force = true;
  const SyncReport report = Run();
  EXPECT_EQ(report.slices_loaded, 2u);
  EXPECT_EQ(Things(), "a b a b");
  EXPECT_EQ(Rows(&db_, "select distinct row_id >> 28 from raw_fake__things"),
            "3 4");
  EXPECT_EQ(Rows(&db_, "select load_id from ls_reject"), "3");
  EXPECT_EQ(Rows(&db_, "select count(*) from ls_removed_load"), "2");
}

TEST_P(SyncTest, KeepsTheOldRowsWhenAReloadFails) {
  source_.hours = {{0, {}}, {1, {}}};
  Run();
  options_.force = true;
  source_.hours[0].names = {"x"};
  source_.hours[0].read = Status(Code::kCorrupt, "cut");
  source_.hours[1].names = {"y"};
  source_.hours[1].rejects = 50;
  Run();
  EXPECT_EQ(Things(), "a b a b");
  EXPECT_EQ(States(), "0:loaded 1:loaded");
  EXPECT_EQ(Rows(&db_, "select load_id from ls_slice"), "1 2");
  EXPECT_THAT(Errors(), HasSubstr("cut 50 of 51 records"));
}

TEST_P(SyncTest, LetsAFewRejectsPass) {
  source_.hours = {{0, {.rejects = 10}}, {1, {}}};
  EXPECT_TRUE(Run().worst.ok());
  EXPECT_EQ(States(), "0:loaded 1:loaded");
  EXPECT_EQ(Rows(&db_,
                 "select load_id, rows_read, rows_loaded, rows_rejected "
                 "from ls_slice order by 1"),
            "1|12|2|10 2|2|2|0");
  EXPECT_EQ(Rows(&db_, "select count(*) from ls_reject"), "10");
}

TEST_P(SyncTest, LetsASmallShareOfRejectsPass) {
  source_.hours = {{0, {.rejects = 11}}, {1, {}}};
  for (int i = 0; i < 20000; ++i) {
    source_.hours[0].names.push_back("n" + std::to_string(i));
  }
  EXPECT_TRUE(Run().worst.ok());
  source_.hours[1].rejects = 11;
  options_.force = true;
  options_.max_reject_share = 0.9;
  EXPECT_TRUE(Run().worst.ok());
}

TEST_P(SyncTest, StopsASliceOfTooManyRejects) {
  source_.hours = {{0, {.rejects = 150}}, {1, {}}};
  const SyncReport report = Run();
  EXPECT_EQ(report.worst.code(), Code::kGate);
  EXPECT_EQ(States(), "0:failed 1:loaded");
  EXPECT_EQ(Things(), "a b");
  EXPECT_THAT(Errors(), HasSubstr("150 of 152 records were rejected"));
  EXPECT_THAT(Errors(), HasSubstr("load_id 1"));
  // The first of them stay, to be looked at.
  EXPECT_EQ(Rows(&db_, "select load_id, count(*) from ls_reject group by 1"),
            "1|100");
}

TEST_P(SyncTest, RejectsTheRowsThatBreakACheck) {
  source_.hours = {{0, {.names = {"a", "checked", "b"}}}, {1, {}}};
  EXPECT_TRUE(Run().worst.ok());
  EXPECT_EQ(Things(), "a b a b");
  EXPECT_EQ(Rows(&db_, "select load_id, reason, byte_offset from ls_reject"),
            "1|broken_rule|1");
}

TEST_P(SyncTest, LeavesWholeSlicesWhenInterrupted) {
  for (int hour = 0; hour < 6; ++hour) source_.hours[hour] = {};
  source_.hours[2].while_reading = [&] { cancel_.Cancel(); };
  for (int i = 0; i < 3000; ++i) {
    source_.hours[2].names.push_back("n" + std::to_string(i));
  }
  source_.hours[2].read = Status(Code::kCancelled, "interrupted");
  const SyncReport report = Run();
  EXPECT_TRUE(report.interrupted);
  EXPECT_LE(report.slices_loaded, 2u);
  // As many as there were done when the flag was seen, each whole.
  const std::array<std::string, 3> whole = {"", "a b", "a b a b"};
  EXPECT_EQ(Things(), whole[report.slices_loaded]);
  EXPECT_THAT(Errors(), HasSubstr("interrupted"));
  EXPECT_EQ(Rows(&db_,
                 "select count(*) from ls_slice where state = "
                 "'running'"),
            "0");
  cancel_.Reset();
  source_.hours[2] = {};
  const SyncReport rest = Run();
  EXPECT_EQ(report.slices_loaded + rest.slices_loaded, 6u);
  EXPECT_EQ(Rows(&db_, "select count(*) from raw_fake__things"), "12");
}

TEST_P(SyncTest, RecoversWhatADeadProcessLeft) {
  source_.hours = {{0, {}}, {1, {}}};
  Run();
  ASSERT_TRUE(db_.Execute("update ls_slice set state = 'running', load_id = "
                          "null where slice_start like '%01:00:00Z'; delete "
                          "from raw_fake__things where row_id >> 28 = 2")
                  .ok());
  folder_.Write("w.db.shard-7", "left over");
  const SyncReport report = Run();
  EXPECT_EQ(report.slices_loaded, 1u);
  EXPECT_EQ(States(), "0:loaded 1:loaded");
  EXPECT_FALSE(std::filesystem::exists(folder_.File("w.db.shard-7")));
}

TEST_P(SyncTest, LeavesNoShardBehind) {
  source_.hours = {{0, {}},
                   {1, {.read = Status(Code::kCorrupt, "cut")}},
                   {2, {.rejects = 99}},
                   {3, {}}};
  Run();
  for (const auto& entry :
       std::filesystem::directory_iterator(folder_.path())) {
    EXPECT_TRUE(entry.path().filename().string().starts_with("w.db"));
    EXPECT_EQ(entry.path().string().find("shard"), std::string::npos);
  }
}

TEST_P(SyncTest, KeepsOnlyTheNewestSnapshot) {
  contract_ = Contract(kSnapshots);
  source_.hours = {{0, {}}, {1, {.names = {"c"}}}, {2, {.names = {"d", "e"}}}};
  Run();
  EXPECT_EQ(Things(), "d e");
  EXPECT_EQ(States(), "0:loaded 1:loaded 2:loaded");
  EXPECT_EQ(Rows(&db_, "select load_id from ls_slice"), "null null 3");
  // An older one, loaded later, does not come back.
  source_.hours[1].names = {"late"};
  source_.due = [](const SliceRecord& known) {
    return known.slice.start == kStart + kHourSeconds;
  };
  Run();
  EXPECT_EQ(Things(), "d e");
  source_.hours[3].names = {};
  source_.due = nullptr;
  Run();
  EXPECT_EQ(Things(), "");
}

TEST_P(SyncTest, ReportsHowFarItIs) {
  source_.hours = {{0, {}}, {1, {}}, {2, {}}};
  size_t done = 0;
  uint64_t rows = 0;
  options_.progress = [&](const SyncProgress& at) {
    EXPECT_EQ(at.slices_total, 3u);
    EXPECT_GE(at.slices_done, done);
    done = at.slices_done;
    rows = at.rows;
  };
  Run();
  EXPECT_EQ(done, 3u);
  EXPECT_EQ(rows, 6u);
}

TEST_P(SyncTest, GivesTheSameRowsWhateverTheNumberAtOnce) {
  for (int hour = 0; hour < 12; ++hour) {
    for (int i = 0; i < 500; ++i) {
      source_.hours[hour].names.push_back("n" + std::to_string(hour * i));
    }
  }
  Run();
  const std::string rows = Rows(&db_, "select * from raw_fake__things");
  TempFolder other;
  Connection db = Must(OpenWarehouse(other.File("w.db"), true, nullptr));
  options_.at_once = 1;
  ASSERT_TRUE(Sync(&db, &source_, contract_, {kStart, {}}, options_).ok());
  EXPECT_EQ(Rows(&db, "select * from raw_fake__things"), rows);
}

// SQLite's part of the 64 MiB of a load: what it asks beyond 24 is refused.
TEST_P(SyncTest, LoadsWithinTheMemoryOfSqlite) {
  constexpr int64_t kSqliteBytes = 24 << 20;
  const std::string tail(300, 't');
  for (int hour = 0; hour < 4; ++hour) {
    source_.hours[hour].names.clear();
    for (int i = 0; i < 30000; ++i) {
      source_.hours[hour].names.push_back(std::to_string(hour) + "-" +
                                          std::to_string(i) + tail);
    }
  }
  sqlite3_hard_heap_limit64(kSqliteBytes);
  const Result<SyncReport> report = TrySync();
  sqlite3_hard_heap_limit64(0);
  ASSERT_TRUE(report.ok()) << report.status().ToString();
  EXPECT_EQ(report->slices_loaded, 4u)
      << testing::PrintToString(report->errors);
  EXPECT_EQ(Rows(&db_, "select count(*) from raw_fake__things"), "120000");
}

TEST_P(SyncTest, EndsWhenTheWarehouseIsBusy) {
  source_.hours = {{0, {}}, {1, {}}};
  Connection other = Must(Connection::Open(
      folder_.File("w.db"), {.mode = Connection::Mode::kReadWrite}));
  ASSERT_TRUE(db_.Execute("pragma busy_timeout = 10").ok());
  ASSERT_TRUE(other.Execute("begin immediate").ok());
  EXPECT_EQ(TrySync().status().code(), Code::kBusy);
  ASSERT_TRUE(other.Execute("rollback").ok());
  EXPECT_EQ(Run().slices_loaded, 2u);
}

}  // namespace
}  // namespace learnsql
