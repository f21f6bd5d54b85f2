#include "connectors/decode/json_window.h"

#include <cstring>

namespace learnsql {

Result<bool> JsonWindow::Extend() {
  if (ended_) return false;
  LEARNSQL_TRY_SET(const Chunk chunk, source_->Next());
  if (chunk.size == 0) {
    ended_ = true;
    return false;
  }
  if (size_ > chunk.headroom) {
    LEARNSQL_TRY(Spill(chunk));
    return true;
  }
  char* const begin = chunk.data - size_;
  if (size_ > 0) std::memcpy(begin, data_, size_);
  data_ = begin;
  size_ += chunk.size;
  spill_.reset();
  spill_capacity_ = 0;
  return true;
}

Status JsonWindow::Spill(const Chunk& chunk) {
  LEARNSQL_TRY(MakeRoom(chunk.size + ReadAhead::kPadding));
  std::memcpy(data_ + size_, chunk.data, chunk.size);
  size_ += chunk.size;
  return {};
}

// Brings the view into the spill buffer, with room for `more` behind it.
Status JsonWindow::MakeRoom(size_t more) {
  const size_t needed = size_ + more;
  char* const begin = spill_.get();
  const bool inside =
      begin != nullptr && data_ >= begin && data_ <= begin + spill_capacity_;
  const size_t skipped = inside ? static_cast<size_t>(data_ - begin) : 0;
  if (inside && skipped + needed <= spill_capacity_) return {};
  if (inside) std::memmove(begin, data_, size_);
  if (needed > spill_capacity_) LEARNSQL_TRY(Grow(needed));
  if (!inside) std::memcpy(spill_.get(), data_, size_);
  data_ = spill_.get();
  return {};
}

Status JsonWindow::Grow(size_t needed) {
  const size_t capacity = needed + needed / 2;
  void* const grown = std::realloc(spill_.get(), capacity);
  if (grown == nullptr) return Status(Code::kIo, "out of memory for a record");
  (void)spill_.release();
  spill_.reset(static_cast<char*>(grown));
  spill_capacity_ = capacity;
  return {};
}

}  // namespace learnsql
