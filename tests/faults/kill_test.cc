#include <gtest/gtest.h>

#include "engine/store/warehouse.h"
#include "tests/engine/store/must.h"
#include "tests/engine/store/temp_folder.h"
#include "tests/faults/fault_vfs.h"
#include "tests/faults/in_child.h"
#include "tests/faults/points.h"
#include "tests/faults/workload.h"

namespace learnsql {
namespace {

using Kind = Fault::Kind;

// What an undisturbed run leaves, the states on the way to it, and its calls.
struct Undisturbed {
  explicit Undisturbed(const Workload& work) {
    const TempFolder folder;
    const std::string path = folder.path().string();
    EXPECT_EQ(work.prepare(path).ToString(), "ok");
    FaultVfs::Arm({});
    EXPECT_EQ(work.run(path).ToString(), "ok");
    calls = FaultVfs::calls();
    content = ContentOf(path);
    EXPECT_EQ(DamageOf(path), "");
    states = WholeStates(work);
  }

  uint64_t calls = 0;
  Content content;
  std::set<std::string> states;
};

// Readers either see a whole state or are told why they see nothing.
void LookAsReader(const std::string& path) {
  const Result<Connection> reader = OpenReadOnly(WarehouseIn(path), nullptr);
  if (reader.ok()) return;
  EXPECT_NE(reader.status().message(), "");
}

void KillAndGoOn(const Workload& work, const Undisturbed& whole,
                 const Fault& fault) {
  SCOPED_TRACE(std::string(NameOf(fault.kind)) + " at call " +
               std::to_string(fault.at));
  const TempFolder folder;
  const std::string path = folder.path().string();
  ASSERT_EQ(work.prepare(path).ToString(), "ok");
  Child child([&] {
    FaultVfs::Arm(fault);
    return work.run(path).ok() ? 0 : 1;
  });
  const int code = child.Wait();
  // Threads do not make the same calls each time: there may be fewer.
  ASSERT_TRUE(code == FaultVfs::kKilled || code == 0) << code;

  LookAsReader(path);
  EXPECT_EQ(DamageOf(path), "");
  EXPECT_TRUE(whole.states.contains(DataOf(path))) << DataOf(path);

  ASSERT_EQ(work.run(path).ToString(), "ok");
  EXPECT_EQ(DamageOf(path), "");
  EXPECT_EQ(RunningIn(path), 0);
  EXPECT_EQ(Differences(ContentOf(path), whole.content), "");
}

void KillEverywhere(const Workload& work, uint64_t most,
                    bool all = WantsAll()) {
  FaultVfs::Install();
  const Undisturbed whole(work);
  ASSERT_GT(whole.calls, 50u);
  testing::Test::RecordProperty("calls", static_cast<int>(whole.calls));
  uint64_t phase = 0;
  for (const Kind kind :
       {Kind::kKill, Kind::kTornKill, Kind::kPowerCut, Kind::kTornPowerCut}) {
    for (const uint64_t at : Points(whole.calls, most, phase++, all)) {
      KillAndGoOn(work, whole,
                  {.kind = kind, .at = at, .seed = static_cast<uint32_t>(at)});
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(Kill, LosesNothingOfASmallLoad) { KillEverywhere(SmallLoad(), 14); }

TEST(Kill, LosesNothingOfLoadsAtOnce) { KillEverywhere(LoadAtOnce(), 8); }

TEST(Kill, LosesNothingOfALoadInParts) { KillEverywhere(LoadInParts(), 8); }

TEST(Kill, LosesNothingOfASmallBuild) { KillEverywhere(SmallBuild(), 14); }

// Thousands of calls, seconds each: a sample of them in any case.
TEST(Kill, LosesNothingOfTheSamples) {
#ifdef __SANITIZE_ADDRESS__
  if (!WantsAll()) GTEST_SKIP() << "takes a minute here: LEARNSQL_FAULTS=all";
#endif
  KillEverywhere(SampleProject(), WantsAll() ? 25 : 1, false);
}

}  // namespace
}  // namespace learnsql
