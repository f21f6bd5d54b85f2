#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "connectors/decode/read_ahead.h"
#include "engine/base/status.h"

namespace learnsql {

// U+FEFF in UTF-8, which may stand in front of a stream and is no part of it.
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// The bytes of a stream from where its reader stands to where it has looked, in
// one piece: as a rule inside a buffer of the ReadAhead, where what was left of
// one chunk is copied in front of the next; in a buffer of its own while that
// is more than fits there.
//
// Threads:  one thread at a time.
// Lifetime: borrows the source.
// Memory:   what the reader has looked at and not consumed.
class JsonWindow {
 public:
  explicit JsonWindow(ReadAhead* source) : source_(source) {}

  // Followed by ReadAhead::kPadding readable bytes. Holds until Extend.
  std::string_view view() const { return {data_, size_}; }

  // Where view() begins in the stream.
  uint64_t offset() const { return offset_; }

  // All bytes that came from the source.
  uint64_t received() const { return offset_ + size_; }

  // Appends bytes to the view; false when the stream has no more.
  // Errors: the source's; kIo without memory.
  Result<bool> Extend();

  // Drops bytes from the front. REQUIRES: count <= view().size().
  void Consume(size_t count) {
    assert(count <= size_);
    data_ += count;
    size_ -= count;
    offset_ += count;
  }

 private:
  struct Free {
    void operator()(char* bytes) const noexcept { std::free(bytes); }
  };

  Status Spill(const Chunk& chunk);
  Status MakeRoom(size_t more);
  Status Grow(size_t needed);

  ReadAhead* source_;
  char* data_ = nullptr;
  size_t size_ = 0;
  uint64_t offset_ = 0;
  bool ended_ = false;

  std::unique_ptr<char[], Free> spill_;  // of malloc, which can grow in place
  size_t spill_capacity_ = 0;
};

}  // namespace learnsql
