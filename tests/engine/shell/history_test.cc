#include "engine/shell/history.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace learnsql {
namespace {

class HistoryFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("learnsql_history_" + std::to_string(getpid()));
    path_ = folder_ / "state" / "history";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
  std::filesystem::path path_;
};

TEST_F(HistoryFile, ComesBackInTheNextSession) {
  History first = History::Open(path_);
  EXPECT_TRUE(first.Add("select 1;").ok());
  EXPECT_TRUE(first.Add("select\n  '\\n',\n  \\;\n").ok());
  EXPECT_TRUE(first.Add("größe 日本").ok());
  const History second = History::Open(path_);
  EXPECT_EQ(second.entries(),
            (std::vector<std::string>{"select 1;", "select\n  '\\n',\n  \\;",
                                      "größe 日本"}));
}

TEST_F(HistoryFile, IsForItsOwnerOnly) {
  History history = History::Open(path_);
  EXPECT_TRUE(history.Add("select 1;").ok());
  struct stat info {};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  // Also one that was readable before.
  chmod(path_.c_str(), 0644);
  EXPECT_TRUE(history.Add("select 2;").ok());
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(HistoryFile, LeavesOutWhatBeginsWithABlank) {
  History history = History::Open(path_);
  for (const char* entry : {" secret;", "\tsecret;", "", "\n", "a;", "a;"}) {
    EXPECT_TRUE(history.Add(entry).ok());
  }
  EXPECT_EQ(history.entries(), (std::vector<std::string>{"a;"}));
  EXPECT_EQ(History::Open(path_).entries(), history.entries());
}

TEST_F(HistoryFile, TakesTwoSessionsAtOnce) {
  History one = History::Open(path_);
  History two = History::Open(path_);
  EXPECT_TRUE(one.Add("one;").ok());
  EXPECT_TRUE(two.Add("two;").ok());
  EXPECT_TRUE(one.Add("three;").ok());
  EXPECT_EQ(History::Open(path_).entries(),
            (std::vector<std::string>{"one;", "two;", "three;"}));
}

TEST_F(HistoryFile, DoesNotGrowWithoutEnd) {
  std::filesystem::create_directories(path_.parent_path());
  {
    std::ofstream file(path_);
    for (size_t i = 0; i <= 2 * History::kMostEntries; ++i) {
      file << "select " << i << ";\n";
    }
  }
  EXPECT_EQ(History::Open(path_).entries().size(), History::kMostEntries);
  EXPECT_EQ(History::Open(path_).entries().back(),
            "select " + std::to_string(2 * History::kMostEntries) + ";");
}

TEST_F(HistoryFile, DoesWithoutAFile) {
  EXPECT_TRUE(History::Open("").Add("select 1;").ok());
  std::filesystem::create_directories(path_);  // a folder stands in its way
  History history = History::Open(path_);
  EXPECT_EQ(history.Add("select 1;").code(), Code::kIo);
  EXPECT_EQ(history.entries().size(), 1u);
}

TEST(HistoryPath, FollowsXdg) {
  setenv("XDG_STATE_HOME", "/state", 1);
  EXPECT_EQ(History::DefaultPath(), "/state/learnsql/history");
  unsetenv("XDG_STATE_HOME");
  setenv("HOME", "/home/ada", 1);
  EXPECT_EQ(History::DefaultPath(), "/home/ada/.local/state/learnsql/history");
}

}  // namespace
}  // namespace learnsql
