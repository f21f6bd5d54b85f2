#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <atomic>
#include <thread>

#include "engine/base/cancel.h"
#include "engine/model/build.h"
#include "tests/engine/load/load_testing.h"
#include "tests/faults/in_child.h"
#include "tests/faults/workload.h"

namespace learnsql {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// A child that holds the writer's lock until it is told to let go.
class Holder {
 public:
  explicit Holder(const std::string& warehouse)
      : child_([&] {
          FakeClock clock(kStart);
          const WriterLock lock = Must(
              WriterLock::Take(warehouse, "learnsql sync", 0, &clock, nullptr));
          char byte = 'h';
          if (::write(held_.to, &byte, 1) != 1) return 1;
          return ::read(go_.from, &byte, 1) == 1 ? 0 : 1;
        }) {
    char byte = 0;
    EXPECT_EQ(::read(held_.from, &byte, 1), 1);
  }

  pid_t pid() const { return child_.pid(); }
  void LetGo() { EXPECT_EQ(::write(go_.to, "g", 1), 1); }

 private:
  struct Pipe {
    Pipe() {
      std::array<int, 2> ends;
      if (::pipe(ends.data()) != 0) ::abort();
      from = ends[0];
      to = ends[1];
    }
    ~Pipe() {
      ::close(from);
      ::close(to);
    }
    int from = -1;
    int to = -1;
  };

  Pipe held_;
  Pipe go_;
  Child child_;
};

TEST(Writers, TellTheSecondWhoWritesSinceWhen) {
  const TempFolder folder;
  const std::string path = WarehouseIn(folder.path().string());
  FakeClock clock(kStart + 60);
  Holder holder(path);
  const Status refused =
      StatusOf(WriterLock::Take(path, "learnsql build", 0, &clock, nullptr));
  holder.LetGo();
  EXPECT_EQ(refused.code(), Code::kBusy);
  EXPECT_THAT(
      refused.ToString(),
      AllOf(HasSubstr(path),
            HasSubstr("process " + std::to_string(holder.pid())),
            HasSubstr("'learnsql sync'"),
            HasSubstr("since 2015-01-01T00:00:00Z"), HasSubstr("--wait")));
}

TEST(Writers, RefuseASecondLoadAndABuild) {
  const TempFolder folder;
  const std::string path = folder.path().string();
  ASSERT_EQ(SmallBuild().prepare(path).ToString(), "ok");
  const Content before = ContentOf(path);
  Holder holder(WarehouseIn(path));
  EXPECT_EQ(SmallLoad().run(path).code(), Code::kBusy);
  EXPECT_EQ(SmallBuild().run(path).code(), Code::kBusy);
  EXPECT_EQ(Differences(ContentOf(path), before), "");
  holder.LetGo();
}

// Sleeping lets the holder go: the second writer got as far as waiting.
class ClockThatLetsGo final : public Clock {
 public:
  explicit ClockThatLetsGo(Holder* holder) : holder_(holder) {}
  int64_t NowSeconds() const override { return kStart; }
  int64_t MonotonicMicros() const override { return 0; }
  void SleepMillis(int64_t millis, const CancelFlag*) override {
    if (++sleeps_ == 3) holder_->LetGo();
    std::this_thread::sleep_for(std::chrono::milliseconds(millis));
  }
  int sleeps() const { return sleeps_; }

 private:
  Holder* holder_;
  int sleeps_ = 0;
};

TEST(Writers, WaitForTheFirstWhenTold) {
  const TempFolder folder;
  const std::string path = WarehouseIn(folder.path().string());
  Holder holder(path);
  ClockThatLetsGo clock(&holder);
  EXPECT_EQ(StatusOf(WriterLock::Take(path, "learnsql build", INT64_MAX / 2,
                                      &clock, nullptr))
                .ToString(),
            "ok");
  EXPECT_GE(clock.sleeps(), 3);
}

TEST(Writers, StopWaitingWhenCancelled) {
  const TempFolder folder;
  const std::string path = WarehouseIn(folder.path().string());
  Holder holder(path);
  CancelFlag cancel;
  cancel.Cancel();
  FakeClock clock(kStart);
  EXPECT_EQ(WriterLock::Take(path, "learnsql build", 1000, &clock, &cancel)
                .status()
                .code(),
            Code::kCancelled);
  holder.LetGo();
}

TEST(Writers, TakeOverFromTheDead) {
  const TempFolder folder;
  const std::string path = WarehouseIn(folder.path().string());
  FakeClock clock(kStart);
  Child dead([&] {
    const WriterLock lock =
        Must(WriterLock::Take(path, "learnsql sync", 0, &clock, nullptr));
    ::_exit(7);
    return 0;
  });
  EXPECT_EQ(dead.Wait(), 7);
  EXPECT_TRUE(WriterLock::Take(path, "learnsql sync", 0, &clock, nullptr).ok());
}

// ---- readers

std::string Counts(Connection* db) {
  return Rows(db, "select counted, listed from thing_counts");
}

TEST(Readers, KeepTheirStateWhileABuildCommits) {
  const TempFolder folder;
  const std::string path = folder.path().string();
  const Workload work = SmallBuild();
  ASSERT_EQ(work.prepare(path).ToString(), "ok");
  ASSERT_EQ(work.steps[0](path).ToString(), "ok");
  Connection reader = Must(OpenReadOnly(WarehouseIn(path), nullptr));
  ASSERT_TRUE(reader.Execute("begin").ok());
  const std::string old = Counts(&reader);
  ASSERT_EQ(work.steps[1](path).ToString(), "ok");
  ASSERT_EQ(work.steps[2](path).ToString(), "ok");
  EXPECT_EQ(Counts(&reader), old);
  EXPECT_EQ(Rows(&reader, "select count(*) from raw_fake__things"), "60");
  ASSERT_TRUE(reader.Execute("commit").ok());
  EXPECT_NE(Counts(&reader), old);
  EXPECT_EQ(Rows(&reader, "select count(*) from raw_fake__things"), "120");
}

// What one look at the warehouse shows that no state ever was.
std::string Torn(Connection* reader) {
  return Rows(reader,
              "select initial from thing_counts where counted <> listed "
              "union all "
              "select 'slice' from ls_slice where load_id is not null and "
              "rows_loaded <> (select count(*) from raw_fake__things "
              "where row_id >> 28 = load_id)");
}

TEST(Readers, NeverSeeHalfOfAnything) {
  const TempFolder folder;
  const std::string path = folder.path().string();
  const Workload work = SmallBuild();
  ASSERT_EQ(work.prepare(path).ToString(), "ok");
  ASSERT_EQ(work.steps[0](path).ToString(), "ok");
  std::atomic<bool> over = false;
  std::atomic<int> looks = 0;
  std::string torn;
  std::thread looking([&] {
    while (!over || looks < 3) {
      Connection reader = Must(OpenReadOnly(WarehouseIn(path), nullptr));
      for (int i = 0; i < 20; ++i) torn += Torn(&reader);
      ++looks;
    }
  });
  while (looks == 0) std::this_thread::yield();
  EXPECT_EQ(work.steps[1](path).ToString(), "ok");
  EXPECT_EQ(work.steps[2](path).ToString(), "ok");
  over = true;
  looking.join();
  EXPECT_EQ(torn, "");
}

// ---- backups

// `.backup` of the sqlite3 shell, some pages at a time.
class Backup {
 public:
  Backup(const std::string& from, const std::string& to)
      : from_(Must(OpenReadOnly(from, nullptr))),
        to_(Must(Connection::Open(to, {.mode = Connection::Mode::kCreate}))),
        backup_(sqlite3_backup_init(to_.handle(), "main", from_.handle(),
                                    "main")) {}
  ~Backup() { Finish(); }

  // False when there is nothing left.
  bool Copy(int pages) {
    return sqlite3_backup_step(backup_, pages) == SQLITE_OK;
  }
  bool Finish() {
    return sqlite3_backup_finish(std::exchange(backup_, nullptr)) == SQLITE_OK;
  }

 private:
  Connection from_;
  Connection to_;
  sqlite3_backup* backup_;
};

TEST(Backups, AreWholeDuringALoad) {
  for (const int pages : {1, 7, -1}) {
    SCOPED_TRACE(pages);
    const TempFolder folder;
    const TempFolder copy;
    const std::string path = folder.path().string();
    ASSERT_EQ(SmallBuild().prepare(path).ToString(), "ok");
    const std::string before = DataOf(path);
    FakeClock clock(kStart + 1000 * kHourSeconds);
    FakeSource source(&clock);
    source.hours[1].names = {"x", "y", "z"};
    Connection db = Must(OpenWarehouse(WarehouseIn(path), true, nullptr));
    Backup backup(WarehouseIn(path), copy.File("w.db"));
    source.hours[1].while_reading = [&] { backup.Copy(pages); };
    SyncOptions options;
    options.clock = &clock;
    ASSERT_EQ(Must(Sync(&db, &source, Contract(), {kStart, {}}, options))
                  .slices_loaded,
              1u);
    while (backup.Copy(5)) continue;
    ASSERT_TRUE(backup.Finish());
    EXPECT_EQ(DamageOf(copy.path().string()), "");
    const std::string copied = DataOf(copy.path().string());
    EXPECT_TRUE(copied == before || copied == DataOf(path));
  }
}

}  // namespace
}  // namespace learnsql
