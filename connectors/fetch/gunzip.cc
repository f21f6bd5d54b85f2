#include "connectors/fetch/gunzip.h"

#include <zlib.h>

#include <cstdlib>
#include <string>

namespace learnsql {
namespace {

constexpr size_t kBufferBytes = 64 << 10;
constexpr uint64_t kRatioFrom = 1 << 20;
constexpr int kGzipOnly = 15 + 16;

}  // namespace

void GunzipStream::Free::operator()(z_stream_s* stream) const noexcept {
  inflateEnd(stream);
  delete stream;
}

GunzipStream::GunzipStream(uint64_t max_bytes, uint64_t max_ratio)
    : stream_(new z_stream_s()),
      buffer_(new std::byte[kBufferBytes]),
      max_bytes_(max_bytes),
      max_ratio_(max_ratio) {
  // Fails only when memory is gone, and then so is the process.
  if (inflateInit2(stream_.get(), kGzipOnly) != Z_OK) std::abort();
}

GunzipStream::~GunzipStream() = default;

Status GunzipStream::Push(std::span<const std::byte> bytes, const Out& out) {
  bytes_in_ += bytes.size();
  stream_->next_in =
      const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
  stream_->avail_in = static_cast<uInt>(bytes.size());
  while (stream_->avail_in > 0) {
    if (state_ != State::kInMember) LEARNSQL_TRY(NextMember());
    if (state_ == State::kInMember) LEARNSQL_TRY(Inflate(out));
  }
  return {};
}

// Begins a member where one begins; skips the zeros that pad some files.
Status GunzipStream::NextMember() {
  if (state_ == State::kAfterMember) {
    while (stream_->avail_in > 0 && *stream_->next_in == 0) {
      ++stream_->next_in;
      --stream_->avail_in;
    }
    if (stream_->avail_in == 0) return {};
    inflateReset(stream_.get());
  }
  state_ = State::kInMember;
  return {};
}

Status GunzipStream::Inflate(const Out& out) {
  int rc = Z_OK;
  do {
    stream_->next_out = reinterpret_cast<Bytef*>(buffer_.get());
    stream_->avail_out = kBufferBytes;
    rc = inflate(stream_.get(), Z_NO_FLUSH);
    if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR) {
      return Status(Code::kCorrupt,
                    "the body says it is gzip, and is not: " +
                        std::string(stream_->msg ? stream_->msg : "damaged"));
    }
    const size_t made = kBufferBytes - stream_->avail_out;
    bytes_out_ += made;
    LEARNSQL_TRY(CheckLimits());
    if (made > 0) LEARNSQL_TRY(out(std::span(buffer_.get(), made)));
  } while (rc == Z_OK && stream_->avail_out == 0);
  if (rc == Z_STREAM_END) state_ = State::kAfterMember;
  return {};
}

Status GunzipStream::CheckLimits() const {
  if (bytes_out_ > max_bytes_) {
    return Status(Code::kCorrupt,
                  "the body inflates to more than the limit "
                  "of " +
                      std::to_string(max_bytes_) + " bytes");
  }
  if (bytes_out_ > kRatioFrom && bytes_out_ / max_ratio_ > bytes_in_) {
    return Status(Code::kCorrupt, "the body inflates to more than " +
                                      std::to_string(max_ratio_) +
                                      " times its size");
  }
  return {};
}

Status GunzipStream::End() const {
  if (state_ != State::kInMember) return {};
  return Status(Code::kNetwork, "the gzip body ends in the middle, after " +
                                    std::to_string(bytes_in_) + " bytes");
}

}  // namespace learnsql
