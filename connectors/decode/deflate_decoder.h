#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "connectors/decode/inflate.h"

namespace learnsql {

// Undoes raw deflate (RFC 1951), whichever library does it: the members of a
// gzip file around it are the reader's affair, so that both backends refuse
// the same files at the same place.
//
// Threads: one thread at a time.
class DeflateDecoder {
 public:
  enum class State { kMore, kEnd, kDamaged };

  struct Outcome {
    State state = State::kMore;
    // How far the input was used. Negative at the end of a member when the
    // decoder had looked ahead in the input of an earlier call, by at most
    // kLookAhead bytes.
    ptrdiff_t consumed = 0;
    size_t produced = 0;
  };

  static constexpr size_t kLookAhead = 8;

  virtual ~DeflateDecoder() = default;

  // Makes ready for the next member.
  virtual void Reset() = 0;

  // Decodes what fits. Input may be empty: output may be left from before.
  virtual Outcome Decode(std::span<const std::byte> in,
                         std::span<std::byte> out) = 0;

  // CRC-32 of all that was produced since Reset.
  virtual uint32_t crc() const = 0;
};

std::unique_ptr<DeflateDecoder> MakeZlibDecoder();
std::unique_ptr<DeflateDecoder> MakeIsalDecoder();  // null if not built in

}  // namespace learnsql
