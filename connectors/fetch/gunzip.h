#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "engine/base/status.h"

struct z_stream_s;

namespace learnsql {

// Undoes the content encoding gzip as the bytes come in. libcurl's own decoder
// takes a cut stream for whole and stops after the first member; this one
// does neither.
//
// Threads: one thread at a time.
// Memory:  zlib's window and a 64 KiB buffer.
class GunzipStream {
 public:
  using Out = std::function<Status(std::span<const std::byte>)>;

  // REQUIRES: max_ratio > 0.
  GunzipStream(uint64_t max_bytes, uint64_t max_ratio);
  ~GunzipStream();

  // Hands what it makes of `bytes` to `out`.
  // Errors: kCorrupt when the bytes are no gzip, when they inflate to more than
  // max_bytes or, after the first MiB, to more than max_ratio times what came
  // in; those of `out`.
  Status Push(std::span<const std::byte> bytes, const Out& out);

  // Errors: kNetwork when the bytes ended inside a member.
  Status End() const;

  uint64_t bytes_out() const { return bytes_out_; }

 private:
  struct Free {
    void operator()(z_stream_s* stream) const noexcept;
  };
  enum class State { kBegin, kInMember, kAfterMember };

  Status NextMember();
  Status Inflate(const Out& out);
  Status CheckLimits() const;

  std::unique_ptr<z_stream_s, Free> stream_;
  std::unique_ptr<std::byte[]> buffer_;
  uint64_t max_bytes_;
  uint64_t max_ratio_;
  uint64_t bytes_in_ = 0;
  uint64_t bytes_out_ = 0;
  State state_ = State::kBegin;
};

}  // namespace learnsql
