#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/byte_source.h"
#include "engine/base/status.h"

namespace learnsql {

class DeflateDecoder;

// Which library undoes deflate. kDefault is ISA-L where the build found it
// (2.5 times as fast as zlib, measured), else zlib.
enum class InflateBackend { kDefault, kIsal, kZlib };

// Whether this build has the backend; kDefault and kZlib always are there.
bool HasInflateBackend(InflateBackend backend);

// What a GzipReader has seen so far.
struct InflateCounts {
  uint64_t compressed_bytes = 0;  // taken from the source, all of them
  uint64_t decoded_bytes = 0;
  uint64_t members = 0;        // that came to their end whole
  uint64_t padding_bytes = 0;  // zeros after a member
  uint64_t garbage_bytes = 0;  // whatever else follows the last member
};

// Decodes gzip (RFC 1952), any number of members in a row, as it is read. CRC
// and length of every member are checked. Zeros after a member are skipped;
// other bytes after it that begin no member are counted, not an error: read
// counts().garbage_bytes at the end and warn.
//
// Threads:  one thread at a time.
// Lifetime: borrows `source`, which must outlive the reader.
// Memory:   a 128 KiB buffer and the backend's window (40 to 90 KiB), whatever
//           the size of the file.
class GzipReader final : public ByteSource {
 public:
  // `name` labels errors. REQUIRES: source != nullptr and
  // HasInflateBackend(backend).
  GzipReader(ByteSource* source, std::string name,
             InflateBackend backend = InflateBackend::kDefault);
  ~GzipReader() override;

  // Errors: kCorrupt, with the offset in compressed bytes, when the input is
  // empty or not gzip (the message says what it is instead), when a member is
  // damaged or when the input ends inside one; the source's own error,
  // unchanged. What was decoded before an error is handed out before it.
  Result<size_t> Read(std::span<std::byte> out) override;

  const InflateCounts& counts() const { return counts_; }

 private:
  enum class Step { kHeader, kBody, kTrailer, kPadding, kGarbage, kEnd };

  Result<size_t> Advance(std::span<std::byte> out);
  Result<size_t> ReadBody(std::span<std::byte> out);
  Status ReadHeader();
  Status ReadHeaderFields();
  Status ReadTrailer();
  Status SkipPadding();
  Status CountGarbage();

  Status Fill(size_t wanted);
  Status Need(size_t bytes, const char* where);
  uint8_t TakeHeaderByte();
  Status SkipHeaderBytes(size_t count);
  Status SkipHeaderText();
  Status CheckHeaderCrc();
  Status RefuseForeign() const;
  Status Corrupt(std::string what, uint64_t byte) const;

  std::span<const std::byte> pending() const {
    return {input_.data() + begin_, end_ - begin_};
  }
  uint64_t position() const {
    return counts_.compressed_bytes - (end_ - begin_);
  }

  ByteSource* source_;
  std::string name_;
  std::unique_ptr<DeflateDecoder> decoder_;
  std::vector<std::byte> input_;
  size_t begin_ = 0;  // of the bytes in input_ that are not decoded yet
  size_t end_ = 0;
  bool source_ended_ = false;
  Step step_ = Step::kHeader;
  uint64_t member_begin_ = 0;    // compressed offset
  uint32_t member_decoded_ = 0;  // modulo 2^32, as the trailer has it
  uint32_t header_crc_ = 0;
  InflateCounts counts_;
  Status failed_;
};

// Reads gzip as GzipReader does, and anything that does not begin with its two
// magic bytes as it is.
//
// Threads:  one thread at a time.
// Lifetime: borrows the source.
class MaybeGzipReader final : public ByteSource {
 public:
  ~MaybeGzipReader() override;

  Result<size_t> Read(std::span<std::byte> out) override;

  bool is_gzip() const { return gzip_ != nullptr; }

  // Of a plain stream: its bytes, counted as compressed and as decoded.
  const InflateCounts& counts() const;

 private:
  friend Result<std::unique_ptr<MaybeGzipReader>> OpenMaybeGzip(
      ByteSource* source, std::string name, InflateBackend backend);

  // Hands out the bytes that were taken to look at, then the rest.
  class Replay;

  MaybeGzipReader();

  std::unique_ptr<Replay> replay_;
  std::unique_ptr<GzipReader> gzip_;
  InflateCounts plain_;
};

// Reads the first two bytes of `source` to decide.
// Errors: the source's own.
Result<std::unique_ptr<MaybeGzipReader>> OpenMaybeGzip(
    ByteSource* source, std::string name,
    InflateBackend backend = InflateBackend::kDefault);

}  // namespace learnsql
