#include "connectors/decode/deflate_decoder.h"

#ifdef LEARNSQL_HAVE_ISAL
#include <isa-l/igzip_lib.h>
#endif

namespace learnsql {

#ifdef LEARNSQL_HAVE_ISAL
namespace {

class IsalDecoder final : public DeflateDecoder {
 public:
  IsalDecoder() : state_(std::make_unique<inflate_state>()) { Reset(); }

  void Reset() override {
    isal_inflate_init(state_.get());
    state_->crc_flag = ISAL_GZIP_NO_HDR;  // count the CRC, read no header
  }

  Outcome Decode(std::span<const std::byte> in,
                 std::span<std::byte> out) override {
    state_->next_in =
        reinterpret_cast<uint8_t*>(const_cast<std::byte*>(in.data()));
    state_->avail_in = static_cast<uint32_t>(in.size());
    state_->next_out = reinterpret_cast<uint8_t*>(out.data());
    state_->avail_out = static_cast<uint32_t>(out.size());
    const int rc = isal_inflate(state_.get());
    Outcome outcome;
    outcome.consumed = static_cast<ptrdiff_t>(in.size() - state_->avail_in);
    outcome.produced = out.size() - state_->avail_out;
    if (rc != ISAL_DECOMP_OK) {
      outcome.state = State::kDamaged;
    } else if (state_->block_state == ISAL_BLOCK_FINISH) {
      outcome.state = State::kEnd;
      outcome.consumed -= ReturnLookAhead();
    }
    return outcome;
  }

  uint32_t crc() const override { return state_->crc; }

 private:
  // Whole bytes behind the member that wait in the bit buffer.
  ptrdiff_t ReturnLookAhead() {
    const ptrdiff_t bytes = state_->read_in_length / 8;
    state_->read_in_length = 0;
    state_->read_in = 0;
    return bytes;
  }

  std::unique_ptr<inflate_state> state_;
};

}  // namespace

std::unique_ptr<DeflateDecoder> MakeIsalDecoder() {
  return std::make_unique<IsalDecoder>();
}
#else
std::unique_ptr<DeflateDecoder> MakeIsalDecoder() { return nullptr; }
#endif

}  // namespace learnsql
