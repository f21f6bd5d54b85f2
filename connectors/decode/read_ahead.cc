#include "connectors/decode/read_ahead.h"

#include <cassert>

namespace learnsql {

// A chunk that was handed out is held until the second Next after it.
constexpr size_t kHeldByConsumer = 2;

ReadAhead::ReadAhead(ByteSource* source, ReadAheadOptions options,
                     const CancelFlag* cancel)
    : source_(source),
      options_(options),
      cancel_(cancel),
      ring_(options.buffers) {
  assert(source != nullptr && options.buffers > kHeldByConsumer);
  assert(options.buffer_bytes > 0);
  for (Buffer& buffer : ring_) {
    buffer.bytes = std::make_unique_for_overwrite<char[]>(
        options.headroom_bytes + options.buffer_bytes + kPadding);
  }
  if (options.threaded) thread_ = std::thread(&ReadAhead::Run, this);
}

ReadAhead::~ReadAhead() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<Chunk> ReadAhead::Next() {
  if (options_.threaded) {
    WaitForChunk();
  } else if (taken_ == written_ && !finished_) {
    Fill(&ring_[written_ % ring_.size()]);
  }
  return TakeReady();
}

void ReadAhead::WaitForChunk() {
  std::unique_lock lock(mutex_);
  // Asking for the next chunk gives back the one before the last.
  ++asked_;
  changed_.notify_all();
  changed_.wait(lock, [this] { return taken_ < written_ || finished_; });
}

Result<Chunk> ReadAhead::TakeReady() {
  const std::lock_guard lock(mutex_);
  if (taken_ == written_) {
    if (!outcome_.ok()) return outcome_;
    return Chunk{};
  }
  Buffer& buffer = ring_[taken_++ % ring_.size()];
  return Chunk{buffer.bytes.get() + options_.headroom_bytes, buffer.filled,
               options_.headroom_bytes};
}

// The reader thread.
void ReadAhead::Run() {
  while (WaitForRoom()) Fill(&ring_[written_ % ring_.size()]);
}

bool ReadAhead::WaitForRoom() {
  std::unique_lock lock(mutex_);
  const auto has_room = [this] {
    const size_t given_back =
        asked_ > kHeldByConsumer ? asked_ - kHeldByConsumer : 0;
    return written_ < given_back + ring_.size();
  };
  changed_.wait(lock, [&] { return stop_ || has_room(); });
  return !stop_ && !finished_;
}

// Fills one buffer and says so; a short one is the last.
void ReadAhead::Fill(Buffer* buffer) {
  buffer->filled = 0;
  Status failed;
  bool ended = false;
  while (buffer->filled < options_.buffer_bytes && !ended && failed.ok() &&
         !stop_) {
    if (cancel_ != nullptr) failed = cancel_->Check();
    if (failed.ok()) failed = ReadSome(buffer, &ended);
  }
  {
    const std::lock_guard lock(mutex_);
    if (buffer->filled > 0) ++written_;
    finished_ = ended || !failed.ok();
    outcome_ = std::move(failed);
  }
  changed_.notify_all();
}

Status ReadAhead::ReadSome(Buffer* buffer, bool* ended) {
  char* to = buffer->bytes.get() + options_.headroom_bytes + buffer->filled;
  LEARNSQL_TRY_SET(const size_t got,
                   source_->Read(std::as_writable_bytes(
                       std::span(to, options_.buffer_bytes - buffer->filled))));
  buffer->filled += got;
  *ended = got == 0;
  return {};
}

}  // namespace learnsql
