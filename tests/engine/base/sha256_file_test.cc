#include "engine/base/sha256_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "engine/base/cancel.h"
#include "engine/base/sha256.h"
#include "tests/engine/store/temp_folder.h"

namespace learnsql {
namespace {

class Sha256File : public testing::Test {
 protected:
  void Write(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
  }

  const TempFolder folder_;
  const std::string path_ = folder_.File("bytes");
};

TEST_F(Sha256File, IsThatOfItsBytes) {
  for (const size_t size : {0, 1, 262143, 262144, 262145, 1000000}) {
    const std::string text(size, 'x');
    Write(text);
    const Result<std::string> hex = Sha256OfFile(path_, nullptr);
    ASSERT_TRUE(hex.ok()) << hex.status().ToString();
    EXPECT_EQ(*hex, Sha256::HexOf(text)) << size;
  }
}

TEST_F(Sha256File, SaysWhenThereIsNone) {
  EXPECT_EQ(Sha256OfFile(path_, nullptr).status().code(), Code::kNotFound);
}

TEST_F(Sha256File, StopsWhenItIsAskedTo) {
  Write("x");
  CancelFlag cancel;
  EXPECT_TRUE(Sha256OfFile(path_, &cancel).ok());
  cancel.Cancel();
  EXPECT_EQ(Sha256OfFile(path_, &cancel).status().code(), Code::kCancelled);
}

}  // namespace
}  // namespace learnsql
