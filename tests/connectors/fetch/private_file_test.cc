#include "connectors/fetch/private_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace learnsql {
namespace {

class PrivateFileTest : public testing::Test {
 protected:
  PrivateFileTest()
      : folder_(std::filesystem::temp_directory_path() /
                ("private_file." + std::to_string(::getpid()))),
        umask_(::umask(0)) {}
  ~PrivateFileTest() override {
    ::umask(umask_);
    std::filesystem::remove_all(folder_);
  }

  std::string path() const { return (folder_ / "deep" / "page").string(); }

  static mode_t ModeOf(const std::string& path) {
    struct stat found = {};
    EXPECT_EQ(::stat(path.c_str(), &found), 0) << path;
    return found.st_mode & 0777;
  }
  static std::string TextOf(const std::string& path) {
    std::ifstream file(path);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  std::filesystem::path folder_;
  mode_t umask_;  // the tests' own leaves everything open
};

TEST_F(PrivateFileTest, IsForItsOwnerAlone) {
  Result<PrivateFile> file = PrivateFile::Create(path());
  ASSERT_TRUE(file.ok()) << file.status().ToString();
  ASSERT_TRUE(file->Write("ana@example.org").ok());
  EXPECT_EQ(ModeOf(path() + ".part"), 0600u);
  EXPECT_FALSE(std::filesystem::exists(path()));
  ASSERT_TRUE(file->Commit().ok());
  EXPECT_EQ(ModeOf(path()), 0600u);
  EXPECT_EQ(TextOf(path()), "ana@example.org");
  EXPECT_FALSE(std::filesystem::exists(path() + ".part"));
}

TEST_F(PrivateFileTest, ClosesAPartThatWasLeftOpen) {
  std::filesystem::create_directories(folder_ / "deep");
  std::ofstream(path() + ".part") << "what a killed process left";
  ASSERT_EQ(ModeOf(path() + ".part"), 0666u);
  Result<PrivateFile> file = PrivateFile::Create(path());
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(ModeOf(path() + ".part"), 0600u);
  EXPECT_EQ(TextOf(path() + ".part"), "");
}

TEST_F(PrivateFileTest, LeavesWhatWasThereWithoutCommit) {
  std::filesystem::create_directories(folder_ / "deep");
  std::ofstream(path()) << "before";
  {
    Result<PrivateFile> file = PrivateFile::Create(path());
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->Write("half").ok());
    const PrivateFile moved = std::move(file).value();
  }
  EXPECT_EQ(TextOf(path()), "before");
  EXPECT_FALSE(std::filesystem::exists(path() + ".part"));
}

TEST_F(PrivateFileTest, GoesOnWhereItWasCut) {
  Result<PrivateFile> file = PrivateFile::Create(path());
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE(file->Write("first, second").ok());
  ASSERT_TRUE(file->Truncate(5).ok());
  ASSERT_TRUE(file->Write("!").ok());
  EXPECT_EQ(file->size(), 6u);
  std::byte bytes[10];
  EXPECT_EQ(file->Read(4, bytes).value(), 2u);
  EXPECT_EQ(file->Read(6, bytes).value(), 0u);
  ASSERT_TRUE(file->Commit().ok());
  EXPECT_EQ(TextOf(path()), "first!");
}

TEST_F(PrivateFileTest, RefusesAFolderThatCannotBe) {
  EXPECT_EQ(PrivateFile::Create("/proc/none/page").status().code(), Code::kIo);
}

}  // namespace
}  // namespace learnsql
