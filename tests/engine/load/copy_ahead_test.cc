// A large load by itself: its rows go into the warehouse while it goes on.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "engine/base/cancel.h"
#include "engine/load/seen_records.h"
#include "engine/load/sync.h"
#include "tests/engine/load/load_testing.h"

namespace learnsql {
namespace {

class CopyAheadTest : public testing::Test {
 protected:
  CopyAheadTest() {
    options_.clock = &clock_;
    options_.cancel = &cancel_;
    options_.at_once = 1;
    options_.min_shard_bytes = 0;
    // 8 MB: several parts.
    FakeSlice slice{.names = {}};
    for (int i = 10; i < 50; ++i) {
      slice.names.push_back(std::to_string(i) + std::string(200'000, '-'));
    }
    slice.while_reading = [this] { WaitForCopying(); };
    source_.hours = {{0, slice}};
  }

  FakeSlice& slice() { return source_.hours[0]; }

  SyncReport Run() {
    return Must(Sync(&db_, &source_, contract_, {kStart, {}}, options_));
  }

  // Until nobody else can write: the rows are being copied.
  void WaitForCopying() {
    Connection other =
        Must(Connection::Open(db_.path(), {.mode = Connection::Mode::kReadWrite,
                                           .busy_timeout_ms = 0}));
    for (int i = 0; i < 2000 && !copying_; ++i) {
      copying_ = Transaction::Begin(&other).status().code() == Code::kBusy;
      if (copying_) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  std::string Things() {
    return Rows(&db_,
                "select count(*), min(row_id) & 0xfffffff, max(row_id) & "
                "0xfffffff from raw_fake__things");
  }
  std::string State() { return Rows(&db_, "select state from ls_slice"); }

  TempFolder folder_;
  FakeClock clock_{kStart + 1000 * kHourSeconds};
  CancelFlag cancel_;
  FakeSource source_{&clock_};
  Connection db_ = Must(OpenWarehouse(folder_.File("w.db"), true, nullptr));
  RawContract contract_ = Contract();
  SyncOptions options_;
  std::atomic<bool> copying_ = false;
};

TEST_F(CopyAheadTest, CopiesWhileItReads) {
  EXPECT_EQ(Run().counts.rows_loaded, 40U);
  EXPECT_TRUE(copying_);
  EXPECT_EQ(State(), "loaded");
  EXPECT_EQ(Things(), "40|0|39");
  EXPECT_EQ(Rows(&db_, "select count(*) from pragma_database_list"), "1");
  EXPECT_EQ(Rows(&db_, "pragma integrity_check"), "ok");
}

TEST_F(CopyAheadTest, LeavesNothingOfAFileThatIsNotWhole) {
  slice().read = Status(Code::kCorrupt, "the file is cut");
  const SyncReport report = Run();
  EXPECT_TRUE(copying_);
  EXPECT_EQ(report.worst.code(), Code::kCorrupt);
  EXPECT_EQ(State(), "failed");
  EXPECT_EQ(Things(), "0|null|null");
  slice().read = {};
  EXPECT_EQ(Run().counts.rows_loaded, 40U);
  EXPECT_EQ(Things(), "40|0|39");
}

TEST_F(CopyAheadTest, LeavesRejectsOnlyOfWhatTheGateRefuses) {
  slice().rejects = 11;
  EXPECT_EQ(Run().worst.code(), Code::kGate);
  EXPECT_TRUE(copying_);
  EXPECT_EQ(State(), "failed");
  EXPECT_EQ(Things(), "0|null|null");
  EXPECT_EQ(Rows(&db_, "select count(*) from ls_reject"), "11");
}

TEST_F(CopyAheadTest, StartsAgainWhenARowBreaksACheck) {
  slice().names.push_back("checked");
  const SyncReport report = Run();
  EXPECT_TRUE(copying_);
  EXPECT_EQ(report.counts.rows_rejected, 1U);
  EXPECT_EQ(State(), "loaded");
  EXPECT_EQ(Things(), "40|0|39");
  EXPECT_EQ(Rows(&db_, "select reason from ls_reject"), "broken_rule");
}

TEST_F(CopyAheadTest, LeavesNothingWhenItIsInterrupted) {
  slice().while_reading = [this] {
    WaitForCopying();
    cancel_.Cancel();
  };
  slice().read = Status(Code::kCancelled, "interrupted");
  EXPECT_TRUE(Run().interrupted);
  EXPECT_TRUE(copying_);
  EXPECT_EQ(State(), "failed");
  EXPECT_EQ(Things(), "0|null|null");
  EXPECT_EQ(Rows(&db_, "select count(*) from pragma_database_list"), "1");
}

// Copies that are only known when the rows before them have been copied.
TEST_F(CopyAheadTest, TakesLateCopiesOutAgain) {
  slice().names = {"first"};
  for (size_t i = 0; i < SeenRecords::kDefaultCapacity; ++i) {
    slice().names.push_back(std::to_string(i));
  }
  slice().names.push_back("first");
  slice().while_reading = nullptr;
  const SyncReport report = Run();
  EXPECT_EQ(report.counts.rows_duplicate, 1U);
  EXPECT_EQ(report.counts.rows_loaded, SeenRecords::kDefaultCapacity + 1);
  EXPECT_EQ(Things(), "393217|0|393216");
}

}  // namespace
}  // namespace learnsql
