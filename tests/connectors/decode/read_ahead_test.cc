#include "connectors/decode/read_ahead.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <numeric>
#include <string>
#include <thread>

#include "tests/connectors/decode/decode_testing.h"

namespace learnsql {
namespace {

std::string Counting(size_t size) {
  std::string text(size, '\0');
  std::iota(text.begin(), text.end(), '\0');
  return text;
}

// Bytes without end, a few at a time.
class EndlessSource final : public ByteSource {
 public:
  Result<size_t> Read(std::span<std::byte> out) override {
    reads_.fetch_add(1);
    std::this_thread::sleep_for(std::chrono::microseconds(100));
    out[0] = std::byte{'x'};
    return size_t{1};
  }
  std::atomic<int> reads_ = 0;
};

class ReadAheadTest : public testing::TestWithParam<bool> {
 protected:
  ReadAheadOptions Options(size_t buffer, size_t headroom = 16,
                           size_t buffers = 3) const {
    return {.buffer_bytes = buffer,
            .headroom_bytes = headroom,
            .buffers = buffers,
            .threaded = GetParam()};
  }
};

INSTANTIATE_TEST_SUITE_P(Modes, ReadAheadTest, testing::Bool(),
                         [](const auto& threaded) {
                           return threaded.param ? "Threaded" : "Synchronous";
                         });

TEST_P(ReadAheadTest, GivesAllBytesInOrder) {
  const std::string text = Counting(10'000);
  for (const size_t buffer : {1, 7, 64, 4096, 100'000}) {
    for (const size_t buffers : {3, 6}) {
      MemorySource source(text, 50);
      ReadAhead ahead(&source, Options(buffer, 16, buffers));
      std::string got;
      while (true) {
        const Result<Chunk> chunk = ahead.Next();
        ASSERT_TRUE(chunk.ok());
        if (chunk->size == 0) break;
        EXPECT_EQ(chunk->headroom, 16u);
        got.append(chunk->data, chunk->size);
      }
      EXPECT_EQ(got, text) << buffer;
      EXPECT_EQ(ahead.Next()->size, 0u);
    }
  }
}

// The holder writes into headroom and padding is readable; the chunk before
// the newest keeps its bytes.
TEST_P(ReadAheadTest, LeavesTheLastTwoChunksAlone) {
  const std::string text = Counting(5000);
  MemorySource source(text);
  ReadAhead ahead(&source, Options(64));
  Chunk before;
  size_t begin = 0;
  while (true) {
    const Result<Chunk> chunk = ahead.Next();
    ASSERT_TRUE(chunk.ok());
    if (chunk->size == 0) break;
    if (before.size > 0) {
      EXPECT_EQ(std::string(before.data, before.size),
                text.substr(begin - before.size, before.size));
    }
    std::fill_n(chunk->data - chunk->headroom, chunk->headroom, '!');
    EXPECT_EQ(std::string(chunk->data, chunk->size),
              text.substr(begin, chunk->size));
    int sum = 0;
    for (size_t i = 0; i < ReadAhead::kPadding; ++i) {
      sum += chunk->data[chunk->size + i];
    }
    EXPECT_NE(sum, INT32_MAX);
    begin += chunk->size;
    before = *chunk;
  }
  EXPECT_EQ(begin, text.size());
}

TEST_P(ReadAheadTest, GivesErrorAfterTheBytesBeforeIt) {
  const std::string text = Counting(1000);
  for (const size_t size : {0, 1, 63, 64, 65, 1000}) {
    FailingSource source(std::string_view(text).substr(0, size),
                         Status(Code::kIo, "disk"));
    ReadAhead ahead(&source, Options(64));
    std::string got;
    Result<Chunk> chunk = ahead.Next();
    for (; chunk.ok(); chunk = ahead.Next()) {
      ASSERT_NE(chunk->size, 0u);
      got.append(chunk->data, chunk->size);
    }
    EXPECT_EQ(got, text.substr(0, size));
    EXPECT_EQ(chunk.status().code(), Code::kIo);
    EXPECT_EQ(ahead.Next().status().code(), Code::kIo);
  }
}

TEST_P(ReadAheadTest, StopsWhenCancelled) {
  EndlessSource source;
  CancelFlag cancel;
  ReadAhead ahead(&source, Options(8), &cancel);
  ASSERT_TRUE(ahead.Next().ok());
  cancel.Cancel();
  Result<Chunk> chunk = ahead.Next();
  for (int i = 0; i < 10 && chunk.ok(); ++i) chunk = ahead.Next();
  EXPECT_EQ(chunk.status().code(), Code::kCancelled);
}

TEST(ReadAhead, RunsNoFurtherThanItsRing) {
  EndlessSource source;
  ReadAhead ahead(
      &source,
      {.buffer_bytes = 2, .headroom_bytes = 0, .buffers = 4, .threaded = true});
  while (source.reads_ < 8) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(source.reads_, 8);
}

TEST(ReadAhead, EndsWithoutReadingOn) {
  EndlessSource source;
  const auto begin = std::chrono::steady_clock::now();
  {
    ReadAhead ahead(&source, {.buffer_bytes = 1 << 20});
    while (source.reads_ == 0) std::this_thread::yield();
  }
  // A whole buffer would take 100 seconds.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

TEST(ReadAhead, ReadsNothingUnaskedWithoutThread) {
  EndlessSource source;
  ReadAhead ahead(&source, {.buffer_bytes = 2, .threaded = false});
  EXPECT_EQ(source.reads_, 0);
  ASSERT_TRUE(ahead.Next().ok());
  EXPECT_EQ(source.reads_, 2);
}

}  // namespace
}  // namespace learnsql
