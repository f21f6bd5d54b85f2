#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>

#include "engine/base/clock.h"
#include "engine/store/warehouse.h"
#include "tests/engine/store/must.h"
#include "tests/engine/store/temp_folder.h"
#include "tests/faults/fault_vfs.h"
#include "tests/faults/in_child.h"
#include "tests/faults/workload.h"

namespace learnsql {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// A folder with a warehouse in it, and what its files held at first.
class Refusal : public testing::Test {
 protected:
  Refusal() { FaultVfs::Install(); }
  ~Refusal() override { ::chmod(Path().c_str(), 0777); }

  std::string Path() const { return folder_.path().string(); }
  std::string Warehouse() const { return WarehouseIn(Path()); }

  void Load() { ASSERT_EQ(SmallLoad().run(Path()).ToString(), "ok"); }

  void MakeFile(const std::string& sql) {
    Connection db = Must(
        Connection::Open(Warehouse(), {.mode = Connection::Mode::kCreate}));
    ASSERT_EQ(db.Execute(sql).ToString(), "ok");
  }

  // Every file of the folder but the lock, with its bytes.
  std::map<std::string, std::string> Files() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(Path())) {
      const std::string name = entry.path().filename().string();
      if (name != "w.db.lock") files[name] = folder_.Read(name);
    }
    return files;
  }

  // What opening says to somebody who may do what `folder` and `file` allow.
  std::string OpenedBySomebody(mode_t folder, mode_t file, bool to_write) {
    ::chmod(Path().c_str(), folder);
    for (const auto& [name, bytes] : Files()) {
      ::chmod(folder_.File(name).c_str(), file);
    }
    return ToldByNobody([&] {
      const Result<Connection> opened =
          to_write ? OpenWarehouse(Warehouse(), true, nullptr)
                   : OpenReadOnly(Warehouse(), nullptr);
      return StatusOf(opened).ToString();
    });
  }

  TempFolder folder_;
};

TEST_F(Refusal, NamesAFolderThatMayNotBeWrittenTo) {
  Load();
  const auto before = Files();
  EXPECT_THAT(OpenedBySomebody(0755, 0666, true),
              AllOf(HasSubstr("w.db"), HasSubstr("folder"),
                    HasSubstr("Permission denied")));
  EXPECT_EQ(Files(), before);
}

TEST_F(Refusal, MakesNothingInAFolderWithoutRights) {
  EXPECT_THAT(OpenedBySomebody(0755, 0666, true),
              AllOf(HasSubstr("w.db"), HasSubstr("folder"),
                    HasSubstr("Permission denied")));
  EXPECT_TRUE(Files().empty());
}

TEST_F(Refusal, NamesAFolderThatIsNotThere) {
  const std::string path = Path() + "/none/w.db";
  EXPECT_EQ(StatusOf(OpenWarehouse(path, true, nullptr)).ToString(),
            path +
                ": its folder cannot be written to (No such file or "
                "directory)");
}

TEST_F(Refusal, NamesAFileThatMayNotBeWrittenTo) {
  Load();
  const auto before = Files();
  EXPECT_THAT(OpenedBySomebody(0777, 0444, true),
              AllOf(HasSubstr("w.db"), HasSubstr("Permission denied")));
  EXPECT_EQ(Files(), before);
}

TEST_F(Refusal, NamesAFileThatMayNotBeRead) {
  Load();
  const auto before = Files();
  EXPECT_THAT(OpenedBySomebody(0777, 0000, false),
              AllOf(HasSubstr("w.db"), HasSubstr("Permission denied")));
  EXPECT_EQ(Files(), before);
}

TEST_F(Refusal, TakesNoLockInAFolderWithoutRights) {
  ::chmod(Path().c_str(), 0755);
  const std::string told = ToldByNobody([&] {
    FakeClock clock(0);
    return StatusOf(WriterLock::Take(Warehouse(), "learnsql sync", 0, &clock,
                                     nullptr))
        .ToString();
  });
  EXPECT_THAT(told,
              AllOf(HasSubstr("w.db.lock"), HasSubstr("Permission denied")));
}

// A live warehouse on media that cannot be written to: SQLite needs a file
// beside it to read WAL.
TEST_F(Refusal, SaysWhyAReadOnlyFolderCannotBeRead) {
  Load();
  const auto before = Files();
  EXPECT_THAT(OpenedBySomebody(0555, 0444, false),
              AllOf(HasSubstr("w.db"), HasSubstr("WAL"), HasSubstr("copy")));
  EXPECT_EQ(Files(), before);
}

TEST_F(Refusal, SaysItOfAFolderAfterAKillToo) {
  Child killed([&] {
    Connection db = Must(OpenWarehouse(Warehouse(), true, nullptr));
    const Status done = db.Execute("insert into ls_meta values ('a', 'b')");
    ::_exit(done.ok() ? 0 : 1);  // before the connection is closed
    return 1;
  });
  ASSERT_EQ(killed.Wait(), 0);
  const auto open_file = Files();
  ASSERT_TRUE(open_file.contains("w.db-wal"));
  std::filesystem::remove(folder_.File("w.db-shm"));
  const auto before = Files();
  EXPECT_THAT(OpenedBySomebody(0555, 0444, false),
              AllOf(HasSubstr("w.db"), HasSubstr("WAL"), HasSubstr("copy")));
  EXPECT_EQ(Files(), before);
}

TEST_F(Refusal, ReadsARollbackFileOnReadOnlyMedia) {
  MakeFile("create table t (a); insert into t values (1)");
  EXPECT_EQ(OpenedBySomebody(0555, 0444, false), "ok");
}

TEST_F(Refusal, LeavesForeignFilesAlone) {
  MakeFile("create table t (a); insert into t values (1)");
  const auto before = Files();
  const Status refused = StatusOf(OpenWarehouse(Warehouse(), true, nullptr));
  EXPECT_EQ(refused.code(), Code::kInvalid);
  EXPECT_THAT(refused.ToString(),
              AllOf(HasSubstr(Warehouse()), HasSubstr("did not make")));
  EXPECT_EQ(Files(), before);
}

TEST_F(Refusal, LeavesForeignWalFilesAlone) {
  Child killed([&] {
    Connection db = Must(
        Connection::Open(Warehouse(), {.mode = Connection::Mode::kCreate}));
    const Status made = db.Execute(
        "pragma journal_mode = wal; create table t (a); "
        "insert into t values (1)");
    ::_exit(made.ok() ? 0 : 1);  // before the connection is closed
    return 1;
  });
  ASSERT_EQ(killed.Wait(), 0);
  EXPECT_FALSE(OpenWarehouse(Warehouse(), true, nullptr).ok());
  Connection db = Must(Connection::Open(Warehouse(), {}));
  EXPECT_EQ(Must(db.QueryInteger("select a from t")), 1);
  EXPECT_EQ(Must(db.QueryInteger("select count(*) from sqlite_schema")), 1);
}

TEST_F(Refusal, LeavesWhatIsNoDatabaseAlone) {
  for (const std::string& bytes :
       {std::string(5000, 'x'), std::string("short"),
        "SQLite format 3" + std::string(600, '\0')}) {
    folder_.Write("w.db", bytes);
    const Status refused = StatusOf(OpenWarehouse(Warehouse(), true, nullptr));
    EXPECT_EQ(refused.code(), Code::kCorrupt) << refused.ToString();
    EXPECT_THAT(refused.ToString(), HasSubstr(Warehouse()));
    EXPECT_EQ(folder_.Read("w.db"), bytes);
    EXPECT_FALSE(OpenReadOnly(Warehouse(), nullptr).ok());
  }
}

TEST_F(Refusal, LeavesNewerWarehousesAlone) {
  Load();
  MakeFile("update ls_meta set value = '99' where key = 'format_version'");
  const auto before = Files();
  const Status refused = StatusOf(OpenWarehouse(Warehouse(), true, nullptr));
  EXPECT_EQ(refused.code(), Code::kInvalid);
  EXPECT_THAT(refused.ToString(),
              AllOf(HasSubstr(Warehouse()), HasSubstr("format 99"),
                    HasSubstr("update learnsql")));
  EXPECT_EQ(Files(), before);
  EXPECT_TRUE(OpenReadOnly(Warehouse(), nullptr).ok());
}

TEST_F(Refusal, NamesALockedFile) {
  Load();
  Connection other = Must(
      Connection::Open(Warehouse(), {.mode = Connection::Mode::kReadWrite}));
  ASSERT_EQ(other
                .Execute("pragma locking_mode = exclusive; begin exclusive; "
                         "insert into ls_meta values ('a', 'b'); commit")
                .ToString(),
            "ok");
  FaultVfs::Arm({.at = UINT64_MAX});  // no real sleep
  const Status writer = StatusOf(OpenWarehouse(Warehouse(), true, nullptr));
  const Status reader = StatusOf(OpenReadOnly(Warehouse(), nullptr));
  FaultVfs::Disarm();
  for (const Status& refused : {writer, reader}) {
    EXPECT_EQ(refused.code(), Code::kBusy);
    EXPECT_THAT(refused.ToString(),
                AllOf(HasSubstr(Warehouse()), HasSubstr("is locked")));
  }
}

// A limit on the size of files stands for a full disk.
TEST_F(Refusal, StopsAtAFullDiskAndGoesOn) {
  for (const rlim_t limit : {1000, 20000, 100000, 150000, 200000}) {
    SCOPED_TRACE(limit);
    TempFolder folder;
    const std::string path = folder.path().string();
    const std::string told = ToldByChild([&] {
      ::signal(SIGXFSZ, SIG_IGN);
      const rlimit few = {limit, limit};
      ::setrlimit(RLIMIT_FSIZE, &few);
      return SmallLoad().run(path).ToString();
    });
    EXPECT_THAT(told, AllOf(HasSubstr("w.db"), HasSubstr("File too large")));
    EXPECT_EQ(DamageOf(path), "");
    EXPECT_EQ(SmallLoad().run(path).ToString(), "ok");
    EXPECT_EQ(DamageOf(path), "");
  }
}

}  // namespace
}  // namespace learnsql
