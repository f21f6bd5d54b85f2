#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/store/must.h"
#include "tests/engine/store/temp_folder.h"
#include "tests/faults/fault_vfs.h"
#include "tests/faults/points.h"
#include "tests/faults/workload.h"

namespace learnsql {
namespace {

using Kind = Fault::Kind;
using testing::AnyOf;
using testing::HasSubstr;

// What people can go by: the file, and what its disk said.
void ExpectNamesFileAndCause(const Status& error) {
  EXPECT_THAT(error.ToString(), HasSubstr("w.db"));
  EXPECT_THAT(error.ToString(),
              AnyOf(HasSubstr("Input/output error"),
                    HasSubstr("No space left on device"), HasSubstr("is full"),
                    HasSubstr("is locked"), HasSubstr("locking protocol")));
}

class StorageFault : public testing::TestWithParam<std::tuple<Kind, bool>> {
 protected:
  StorageFault() { FaultVfs::Install(); }

  // The work with a fault at call `at`, and again without.
  void FailAndGoOn(const Workload& work, const Content& whole,
                   const std::set<std::string>& states, uint64_t at) {
    const auto [kind, lasting] = GetParam();
    const TempFolder folder;
    const std::string path = folder.path().string();
    ASSERT_EQ(work.prepare(path).ToString(), "ok");
    FaultVfs::Arm({.kind = kind, .at = at, .lasting = lasting});
    const Status outcome = work.run(path);
    const std::string befell = FaultVfs::befell();
    FaultVfs::Disarm();

    SCOPED_TRACE(std::string(NameOf(kind)) + (lasting ? " from" : " at") +
                 " call " + std::to_string(at) + " (" + befell +
                 "): " + outcome.ToString());
    if (!outcome.ok()) ExpectNamesFileAndCause(outcome);
    EXPECT_EQ(DamageOf(path), "");
    EXPECT_TRUE(states.contains(DataOf(path)));
    ASSERT_EQ(work.run(path).ToString(), "ok");
    EXPECT_EQ(DamageOf(path), "");
    EXPECT_EQ(RunningIn(path), 0);
    EXPECT_EQ(Differences(ContentOf(path), whole), "");
  }

  void FailEverywhere(const Workload& work, uint64_t most) {
    const TempFolder folder;
    const std::string path = folder.path().string();
    ASSERT_EQ(work.prepare(path).ToString(), "ok");
    FaultVfs::Arm({});
    ASSERT_EQ(work.run(path).ToString(), "ok");
    const uint64_t calls = FaultVfs::calls();
    const Content whole = ContentOf(path);
    const std::set<std::string> states = WholeStates(work);
    const auto [kind, lasting] = GetParam();
    const uint64_t phase = static_cast<uint64_t>(kind) * 2 + lasting;
    for (const uint64_t at : Points(calls, most, phase)) {
      FailAndGoOn(work, whole, states, at);
      if (HasFailure()) return;
    }
  }
};

INSTANTIATE_TEST_SUITE_P(
    Faults, StorageFault,
    testing::Combine(testing::Values(Kind::kError, Kind::kFull,
                                     Kind::kShortWrite, Kind::kBusy),
                     testing::Bool()),
    [](const auto& both) {
      return std::string(NameOf(std::get<0>(both.param))) +
             (std::get<1>(both.param) ? "_lasting" : "_once");
    });

TEST_P(StorageFault, LeavesALoadWhole) { FailEverywhere(SmallLoad(), 12); }

TEST_P(StorageFault, LeavesLoadsAtOnceWhole) {
  FailEverywhere(LoadAtOnce(), 6);
}

TEST_P(StorageFault, LeavesALoadInPartsWhole) {
  FailEverywhere(LoadInParts(), 6);
}

TEST_P(StorageFault, LeavesABuildWhole) { FailEverywhere(SmallBuild(), 10); }

}  // namespace
}  // namespace learnsql
