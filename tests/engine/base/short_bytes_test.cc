#include "engine/base/short_bytes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace learnsql {
namespace {

// As long as asked for and no longer, so that a look behind the end is seen.
std::vector<char> Bytes(size_t size) {
  std::vector<char> bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + 1);
  bytes.shrink_to_fit();
  return bytes;
}

TEST(ShortBytes, AreTheSameInEveryByte) {
  for (size_t size = 0; size < 40; ++size) {
    const std::vector<char> bytes = Bytes(size);
    EXPECT_TRUE(SameBytes(bytes.data(), Bytes(size).data(), size)) << size;
    for (size_t i = 0; i < size; ++i) {
      std::vector<char> other = bytes;
      other[i] = static_cast<char>(other[i] ^ 0x80);
      EXPECT_FALSE(SameBytes(bytes.data(), other.data(), size))
          << size << ", byte " << i;
    }
  }
}

TEST(ShortBytes, AreCopiedAndNothingBesideThem) {
  for (size_t size = 0; size < 70; ++size) {
    const std::vector<char> bytes = Bytes(size);
    std::string to(size + 2, '#');
    CopyBytes(to.data() + 1, bytes.data(), size);
    EXPECT_EQ(to, "#" + std::string(bytes.begin(), bytes.end()) + "#") << size;
  }
}

}  // namespace
}  // namespace learnsql
