#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/base/byte_source.h"
#include "engine/base/cancel.h"
#include "engine/base/status.h"

namespace learnsql {

struct ReadAheadOptions {
  // 256 KiB stays in the L2 cache between the two threads: 1 MiB inflates 5%
  // slower (measured).
  size_t buffer_bytes = 256 << 10;
  size_t headroom_bytes = 64 << 10;  // free in front of each chunk
  size_t buffers = 5;                // at least 3
  bool threaded = true;
};

// A piece of the stream inside a buffer of the ring.
struct Chunk {
  char* data = nullptr;
  size_t size = 0;      // 0 at the end of the stream
  size_t headroom = 0;  // bytes before `data` that the holder may write to
};

// Runs a ByteSource ahead of its consumer in a thread of its own and hands out
// its bytes in place. Without `threaded` it does the same work in the
// consumer's thread, for loads that give each file one thread.
//
// Threads:  Next from one thread at a time; the source is used by the reader
//           thread alone until the destructor returned.
// Lifetime: borrows source and cancel; null never cancels.
// Memory:   buffers * (headroom + buffer + padding), 1.6 MiB by default.
class ReadAhead {
 public:
  // Bytes behind each chunk that may be read (what they hold means nothing):
  // what simdjson asks for.
  static constexpr size_t kPadding = 64;

  explicit ReadAhead(ByteSource* source, ReadAheadOptions options = {},
                     const CancelFlag* cancel = nullptr);
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;
  // Waits for the read under way, for no other.
  ~ReadAhead();

  // The next bytes of the stream; size 0 is the end, and comes again. This
  // chunk and the one before it stay valid and writable, so that what is left
  // of that one can be copied into the headroom of this one.
  // Errors: the source's, after every byte before it was handed out;
  // kCancelled. After an error every later call returns that same error.
  Result<Chunk> Next();

  size_t headroom_bytes() const { return options_.headroom_bytes; }

 private:
  struct Buffer {
    std::unique_ptr<char[]> bytes;
    size_t filled = 0;
  };

  void Run();
  void Fill(Buffer* buffer);
  Status ReadSome(Buffer* buffer, bool* ended);
  bool WaitForRoom();
  void WaitForChunk();
  Result<Chunk> TakeReady();

  ByteSource* source_;
  ReadAheadOptions options_;
  const CancelFlag* cancel_;
  std::vector<Buffer> ring_;

  std::mutex mutex_;
  std::condition_variable changed_;
  size_t written_ = 0;              // buffers filled since the beginning
  size_t asked_ = 0;                // chunks asked for
  size_t taken_ = 0;                // chunks handed out
  bool finished_ = false;           // no buffer comes after `written_`
  std::atomic<bool> stop_ = false;  // set under the mutex, read without
  Status outcome_;  // why it finished; OK at the end of the stream

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace learnsql
