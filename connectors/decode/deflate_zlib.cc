#include <zlib.h>

#include <cassert>

#include "connectors/decode/deflate_decoder.h"

namespace learnsql {
namespace {

struct EndInflate {
  void operator()(z_stream* stream) const noexcept {
    inflateEnd(stream);
    delete stream;
  }
};

class ZlibDecoder final : public DeflateDecoder {
 public:
  ZlibDecoder() : stream_(new z_stream{}) {
    // Fails only without memory or with another zlib than at build time.
    [[maybe_unused]] const int rc = inflateInit2(stream_.get(), -MAX_WBITS);
    assert(rc == Z_OK);
  }

  void Reset() override {
    inflateReset(stream_.get());
    crc_ = 0;
  }

  Outcome Decode(std::span<const std::byte> in,
                 std::span<std::byte> out) override {
    stream_->next_in =
        reinterpret_cast<Bytef*>(const_cast<std::byte*>(in.data()));
    stream_->avail_in = static_cast<uInt>(in.size());
    stream_->next_out = reinterpret_cast<Bytef*>(out.data());
    stream_->avail_out = static_cast<uInt>(out.size());
    const int rc = inflate(stream_.get(), Z_NO_FLUSH);
    Outcome outcome;
    outcome.consumed = static_cast<ptrdiff_t>(in.size() - stream_->avail_in);
    outcome.produced = out.size() - stream_->avail_out;
    crc_ = crc32_z(crc_, reinterpret_cast<const Bytef*>(out.data()),
                   outcome.produced);
    outcome.state = StateOf(rc);
    return outcome;
  }

  uint32_t crc() const override { return static_cast<uint32_t>(crc_); }

 private:
  static State StateOf(int rc) {
    if (rc == Z_STREAM_END) return State::kEnd;
    // Z_BUF_ERROR: nothing to do without more input.
    if (rc == Z_OK || rc == Z_BUF_ERROR) return State::kMore;
    return State::kDamaged;
  }

  // On the heap: zlib refuses a stream that has moved.
  std::unique_ptr<z_stream, EndInflate> stream_;
  uLong crc_ = 0;
};

}  // namespace

std::unique_ptr<DeflateDecoder> MakeZlibDecoder() {
  return std::make_unique<ZlibDecoder>();
}

}  // namespace learnsql
