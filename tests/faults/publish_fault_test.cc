#include <gtest/gtest.h>

#include <filesystem>

#include "engine/base/sha256_file.h"
#include "engine/publish/publish.h"
#include "tests/engine/store/temp_folder.h"
#include "tests/faults/fault_vfs.h"
#include "tests/faults/in_child.h"
#include "tests/faults/points.h"
#include "tests/faults/workload.h"

namespace learnsql {
namespace {

using Kind = Fault::Kind;

// A file that was published, and a warehouse that holds more since.
class PublishFault : public testing::TestWithParam<Kind> {
 protected:
  PublishFault() { FaultVfs::Install(); }

  void SetUp() override {
    const Workload work = SmallBuild();
    ASSERT_EQ(work.prepare(path()).ToString(), "ok");
    ASSERT_EQ(work.steps.at(0)(path()).ToString(), "ok");
    ASSERT_EQ(PublishHere().ToString(), "ok");
    std::filesystem::copy(file(), file() + ".old");
    ASSERT_EQ(work.steps.at(1)(path()).ToString(), "ok");
    ASSERT_EQ(work.steps.at(2)(path()).ToString(), "ok");
  }

  std::string path() const { return folder_.path().string(); }
  std::string file() const { return path() + "/out.db"; }

  Status PublishHere() const {
    PublishOptions options;
    options.keep = 0;
    return StatusOf(
        Publish(WarehouseIn(path()), SmallModels(), file(), options));
  }

  // Puts the old file back.
  void Restore() const {
    std::filesystem::copy(file() + ".old", file(),
                          std::filesystem::copy_options::overwrite_existing);
    std::filesystem::remove(file() + ".sha256");
  }

  std::string HashOf(const std::string& name) const {
    const Result<std::string> hash = Sha256OfFile(name, nullptr);
    EXPECT_TRUE(hash.ok()) << hash.status().ToString();
    return hash.ok() ? *hash : "";
  }

  void FailAt(uint64_t at) {
    Restore();
    FaultVfs::Arm({.kind = GetParam(), .at = at, .lasting = true});
    const Status outcome = PublishHere();
    const std::string befell = FaultVfs::befell();
    FaultVfs::Disarm();
    SCOPED_TRACE(std::string(NameOf(GetParam())) + " from call " +
                 std::to_string(at) + " (" + befell +
                 "): " + outcome.ToString());
    EXPECT_FALSE(std::filesystem::exists(file() + ".part"));
    if (!outcome.ok()) {
      EXPECT_EQ(HashOf(file()), HashOf(file() + ".old"));
    }
    EXPECT_EQ(VerifyPublished(file(), nullptr).ToString(), "ok");
  }

  const TempFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(Faults, PublishFault,
                         testing::Values(Kind::kError, Kind::kFull,
                                         Kind::kShortWrite),
                         [](const auto& kind) {
                           return std::string(NameOf(kind.param));
                         });

TEST_P(PublishFault, LeavesTheFileAsItWas) {
  FaultVfs::Arm({});
  ASSERT_EQ(PublishHere().ToString(), "ok");
  const uint64_t calls = FaultVfs::calls();
  FaultVfs::Disarm();
  ASSERT_NE(HashOf(file()), HashOf(file() + ".old"));
  for (const uint64_t at :
       Points(calls, 25, static_cast<uint64_t>(GetParam()))) {
    FailAt(at);
    if (HasFailure()) return;
  }
}

using PublishKill = PublishFault;

INSTANTIATE_TEST_SUITE_P(Faults, PublishKill,
                         testing::Values(Kind::kKill, Kind::kTornKill),
                         [](const auto& kind) {
                           return std::string(NameOf(kind.param));
                         });

TEST_P(PublishKill, LeavesOneOfTheTwo) {
  FaultVfs::Arm({});
  ASSERT_EQ(PublishHere().ToString(), "ok");
  const uint64_t calls = FaultVfs::calls();
  FaultVfs::Disarm();
  const std::string fresh = HashOf(file());
  for (const uint64_t at :
       Points(calls, 15, static_cast<uint64_t>(GetParam()))) {
    Restore();
    Child child([&] {
      FaultVfs::Arm({.kind = GetParam(), .at = at});
      return PublishHere().ok() ? 0 : 1;
    });
    EXPECT_EQ(child.Wait(), FaultVfs::kKilled) << at;
    const std::string left = HashOf(file());
    EXPECT_TRUE(left == fresh || left == HashOf(file() + ".old")) << at;
    ASSERT_EQ(PublishHere().ToString(), "ok") << at;
    EXPECT_EQ(HashOf(file()), fresh) << at;
  }
}

}  // namespace
}  // namespace learnsql
