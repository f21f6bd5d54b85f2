#include "connectors/fetch/reply_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/server/fault_server.h"

namespace learnsql {
namespace {

class ReplyFileTest : public testing::Test {
 protected:
  ReplyFileTest()
      : folder_(std::filesystem::temp_directory_path() /
                ("reply_file." + std::to_string(::getpid()))) {}
  ~ReplyFileTest() override { std::filesystem::remove_all(folder_); }

  std::string path() const {
    return (folder_ / "deep" / "reply.json").string();
  }

  static Status Append(ReplyFile* file, std::string_view text) {
    const std::unique_ptr<BodySink> sink = file->Append(nullptr);
    HttpRequest request;
    LEARNSQL_TRY(sink->Prepare(&request));
    LEARNSQL_TRY(sink->Write(std::as_bytes(std::span(text))));
    return sink->End();
  }

  static std::string Fresh(ReplyFile* file) {
    const std::unique_ptr<ByteSource> source = file->Fresh();
    std::string all;
    std::byte buffer[3];
    while (true) {
      const Result<size_t> got = source->Read(buffer);
      if (!got.ok() || *got == 0) return all;
      all.append(reinterpret_cast<const char*>(buffer), *got);
    }
  }

  std::string Contents() const {
    std::ifstream file(path());
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  std::filesystem::path folder_;
};

TEST_F(ReplyFileTest, KeepsGoodRepliesInTheirOrder) {
  {
    Result<ReplyFile> file = ReplyFile::Create(path());
    ASSERT_TRUE(file.ok()) << file.status().ToString();
    ASSERT_TRUE(Append(&*file, "first").ok());
    ASSERT_TRUE(file->Keep().ok());
    ASSERT_TRUE(Append(&*file, "a broken one").ok());
    EXPECT_EQ(Fresh(&*file), "a broken one");
    ASSERT_TRUE(Append(&*file, "third").ok());
    EXPECT_EQ(Fresh(&*file), "third");
    ASSERT_TRUE(file->Keep().ok());
    ASSERT_TRUE(Append(&*file, "never kept").ok());
    EXPECT_FALSE(std::filesystem::exists(path()));
    ASSERT_TRUE(file->Commit().ok());
  }
  EXPECT_EQ(Contents(), "first\nthird\n");
  EXPECT_FALSE(std::filesystem::exists(path() + ".part"));
}

TEST_F(ReplyFileTest, LeavesNothingWithoutCommit) {
  {
    Result<ReplyFile> file = ReplyFile::Create(path());
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(Append(&*file, "first").ok());
    ASSERT_TRUE(file->Keep().ok());
  }
  EXPECT_FALSE(std::filesystem::exists(path()));
  EXPECT_FALSE(std::filesystem::exists(path() + ".part"));
}

TEST_F(ReplyFileTest, RefusesAFolderThatCannotBe) {
  const Result<ReplyFile> file = ReplyFile::Create("/proc/none/reply.json");
  EXPECT_EQ(file.status().code(), Code::kIo);
}

}  // namespace
}  // namespace learnsql
