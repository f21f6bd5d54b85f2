#include "connectors/decode/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <string_view>

#include "connectors/decode/deflate_decoder.h"

namespace learnsql {
namespace {

constexpr size_t kInputBytes = 128 << 10;
constexpr uint8_t kMagic1 = 0x1f;
constexpr uint8_t kMagic2 = 0x8b;
constexpr uint8_t kDeflate = 8;
constexpr uint8_t kHasHeaderCrc = 0x02;
constexpr uint8_t kHasExtra = 0x04;
constexpr uint8_t kHasName = 0x08;
constexpr uint8_t kHasComment = 0x10;
constexpr uint8_t kReservedFlags = 0xe0;

std::unique_ptr<DeflateDecoder> MakeDecoder(InflateBackend backend) {
  if (backend != InflateBackend::kZlib) {
    if (auto decoder = MakeIsalDecoder()) return decoder;
  }
  assert(backend != InflateBackend::kIsal);
  return MakeZlibDecoder();
}

uint32_t LittleEndian(const std::byte* bytes, int count) {
  uint32_t value = 0;
  for (int i = count - 1; i >= 0; --i) {
    value = value << 8 | std::to_integer<uint32_t>(bytes[i]);
  }
  return value;
}

bool BeginsWith(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  return std::equal(prefix.begin(), prefix.end(), text.begin(),
                    [](char a, char b) {
                      return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b);
                    });
}

// What a body that is not gzip looks like, by its first bytes.
const char* NameOf(std::string_view text) {
  using namespace std::string_view_literals;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const size_t first = text.find_first_not_of(" \t\r\n");
  text.remove_prefix(first == text.npos ? text.size() : first);
  if (BeginsWith(text, "<!doctype html") || BeginsWith(text, "<html")) {
    return "an HTML page";
  }
  if (text.starts_with("<")) return "an XML page";
  if (text.starts_with("{") || text.starts_with("[")) return "plain JSON";
  if (text.starts_with("PK\x03\x04")) return "a zip file";
  if (text.starts_with("BZh")) return "a bzip2 file";
  if (text.starts_with("\x28\xb5\x2f\xfd")) return "a zstd file";
  if (text.starts_with("\xfd"
                       "7zXZ")) {
    return "an xz file";
  }
  return "something else";
}

// The first bytes for people: text as it is, all else as hex.
std::string Preview(std::string_view bytes) {
  const auto printable = [](char c) {
    return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\r' || c == '\t';
  };
  bytes = bytes.substr(0, 40);
  std::string out;
  if (std::all_of(bytes.begin(), bytes.end(), printable)) {
    for (char c : bytes) out += c < 0x20 ? ' ' : c;
    return "\"" + out + "\"";
  }
  constexpr char kHex[] = "0123456789abcdef";
  for (unsigned char c : bytes.substr(0, 8)) {
    if (!out.empty()) out += ' ';
    out += {kHex[c >> 4], kHex[c & 15]};
  }
  return "the bytes " + out;
}

}  // namespace

bool HasInflateBackend(InflateBackend backend) {
  return backend != InflateBackend::kIsal || MakeIsalDecoder() != nullptr;
}

GzipReader::GzipReader(ByteSource* source, std::string name,
                       InflateBackend backend)
    : source_(source),
      name_(std::move(name)),
      decoder_(MakeDecoder(backend)),
      input_(DeflateDecoder::kLookAhead + kInputBytes),
      begin_(DeflateDecoder::kLookAhead),
      end_(begin_) {
  assert(source != nullptr);
}

GzipReader::~GzipReader() = default;

Result<size_t> GzipReader::Read(std::span<std::byte> out) {
  if (!failed_.ok()) return failed_;
  Result<size_t> got = Advance(out);
  if (!got.ok()) {
    failed_ = got.status();
  } else {
    counts_.decoded_bytes += *got;
  }
  return got;
}

Result<size_t> GzipReader::Advance(std::span<std::byte> out) {
  while (step_ != Step::kEnd) {
    switch (step_) {
      case Step::kHeader:
        LEARNSQL_TRY(ReadHeader());
        break;
      case Step::kBody: {
        LEARNSQL_TRY_SET(const size_t got, ReadBody(out));
        if (got > 0) return got;
        break;
      }
      case Step::kTrailer:
        LEARNSQL_TRY(ReadTrailer());
        break;
      case Step::kPadding:
        LEARNSQL_TRY(SkipPadding());
        break;
      case Step::kGarbage:
        LEARNSQL_TRY(CountGarbage());
        break;
      case Step::kEnd:
        break;
    }
  }
  return size_t{0};
}

// Makes `wanted` bytes pending, or as many as the source still has. The bytes
// that the decoder may hand back stay in front of them.
Status GzipReader::Fill(size_t wanted) {
  if (begin_ > DeflateDecoder::kLookAhead) {
    const size_t from = begin_ - DeflateDecoder::kLookAhead;
    std::memmove(input_.data(), input_.data() + from, end_ - from);
    begin_ -= from;
    end_ -= from;
  }
  while (pending().size() < wanted && !source_ended_) {
    LEARNSQL_TRY_SET(const size_t got,
                     source_->Read(std::span(input_).subspan(end_)));
    if (got == 0) source_ended_ = true;
    end_ += got;
    counts_.compressed_bytes += got;
  }
  return {};
}

Status GzipReader::Need(size_t bytes, const char* where) {
  if (pending().size() >= bytes) return {};
  LEARNSQL_TRY(Fill(bytes));
  if (pending().size() >= bytes) return {};
  return Corrupt(std::string("the file ends inside ") + where +
                     ": it was cut, fetch it again",
                 counts_.compressed_bytes);
}

Status GzipReader::ReadHeader() {
  member_begin_ = position();
  LEARNSQL_TRY(Fill(64));  // enough for a preview
  if (pending().empty()) return Corrupt("empty", 0);
  const auto byte_at = [this](size_t i) {
    return std::to_integer<uint8_t>(pending()[i]);
  };
  if (byte_at(0) != kMagic1) return RefuseForeign();
  LEARNSQL_TRY(Need(2, "a gzip header"));
  if (byte_at(1) != kMagic2) return RefuseForeign();
  LEARNSQL_TRY(ReadHeaderFields());
  decoder_->Reset();
  member_decoded_ = 0;
  step_ = Step::kBody;
  return {};
}

Status GzipReader::ReadHeaderFields() {
  LEARNSQL_TRY(Need(10, "a gzip header"));
  header_crc_ = 0;
  std::array<uint8_t, 10> fixed;
  for (uint8_t& byte : fixed) byte = TakeHeaderByte();
  if (fixed[2] != kDeflate) {
    return Corrupt("a gzip member that is not deflate", member_begin_ + 2);
  }
  const uint8_t flags = fixed[3];
  if ((flags & kReservedFlags) != 0) {
    return Corrupt("a gzip header with reserved flags", member_begin_ + 3);
  }
  if ((flags & kHasExtra) != 0) {
    LEARNSQL_TRY(Need(2, "a gzip header"));
    const size_t low = TakeHeaderByte();
    LEARNSQL_TRY(SkipHeaderBytes(low | size_t{TakeHeaderByte()} << 8));
  }
  if ((flags & kHasName) != 0) LEARNSQL_TRY(SkipHeaderText());
  if ((flags & kHasComment) != 0) LEARNSQL_TRY(SkipHeaderText());
  if ((flags & kHasHeaderCrc) != 0) LEARNSQL_TRY(CheckHeaderCrc());
  return {};
}

uint8_t GzipReader::TakeHeaderByte() {
  const auto byte = std::to_integer<uint8_t>(input_[begin_++]);
  header_crc_ = static_cast<uint32_t>(crc32_z(header_crc_, &byte, 1));
  return byte;
}

Status GzipReader::SkipHeaderBytes(size_t count) {
  for (; count > 0; --count) {
    LEARNSQL_TRY(Need(1, "a gzip header"));
    TakeHeaderByte();
  }
  return {};
}

Status GzipReader::SkipHeaderText() {
  do {
    LEARNSQL_TRY(Need(1, "a gzip header"));
  } while (TakeHeaderByte() != 0);
  return {};
}

Status GzipReader::CheckHeaderCrc() {
  LEARNSQL_TRY(Need(2, "a gzip header"));
  const uint32_t stored = LittleEndian(pending().data(), 2);
  if (stored != (header_crc_ & 0xffff)) {
    return Corrupt("the checksum of a gzip header is wrong", position());
  }
  begin_ += 2;
  return {};
}

// Returns 0 only when the member is at its end.
Result<size_t> GzipReader::ReadBody(std::span<std::byte> out) {
  while (true) {
    const DeflateDecoder::Outcome outcome = decoder_->Decode(pending(), out);
    begin_ =
        static_cast<size_t>(static_cast<ptrdiff_t>(begin_) + outcome.consumed);
    member_decoded_ += static_cast<uint32_t>(outcome.produced);
    if (outcome.state == DeflateDecoder::State::kEnd) step_ = Step::kTrailer;
    if (outcome.state == DeflateDecoder::State::kDamaged) {
      Status damaged = Corrupt("the compressed data is damaged", position());
      if (outcome.produced == 0) return damaged;
      failed_ = std::move(damaged);  // after the bytes that came before it
    }
    if (outcome.produced > 0) return outcome.produced;
    if (step_ == Step::kTrailer) return size_t{0};
    if (pending().empty()) LEARNSQL_TRY(Need(1, "a gzip member"));
  }
}

Status GzipReader::ReadTrailer() {
  LEARNSQL_TRY(Need(8, "the trailer of a gzip member"));
  if (LittleEndian(pending().data(), 4) != decoder_->crc()) {
    return Corrupt("the checksum of a gzip member is wrong", position());
  }
  if (LittleEndian(pending().data() + 4, 4) != member_decoded_) {
    return Corrupt("the length of a gzip member is wrong", position() + 4);
  }
  begin_ += 8;
  ++counts_.members;
  step_ = Step::kPadding;
  return {};
}

Status GzipReader::SkipPadding() {
  if (pending().size() < 2) LEARNSQL_TRY(Fill(2));
  while (!pending().empty() && pending()[0] == std::byte{0}) {
    ++begin_;
    ++counts_.padding_bytes;
    if (pending().size() < 2) LEARNSQL_TRY(Fill(2));
  }
  if (pending().empty()) {
    step_ = Step::kEnd;
    return {};
  }
  // A lone first magic byte at the very end is a member that was cut.
  const bool begins_member =
      pending()[0] == std::byte{kMagic1} &&
      (pending().size() < 2 || pending()[1] == std::byte{kMagic2});
  step_ = begins_member ? Step::kHeader : Step::kGarbage;
  return {};
}

Status GzipReader::CountGarbage() {
  while (!pending().empty()) {
    counts_.garbage_bytes += pending().size();
    begin_ = end_;
    LEARNSQL_TRY(Fill(1));
  }
  step_ = Step::kEnd;
  return {};
}

Status GzipReader::RefuseForeign() const {
  const std::string_view bytes(reinterpret_cast<const char*>(pending().data()),
                               pending().size());
  return Corrupt(std::string("this is ") + NameOf(bytes) +
                     ", not gzip: it begins with " + Preview(bytes),
                 0);
}

Status GzipReader::Corrupt(std::string what, uint64_t byte) const {
  return Status(Code::kCorrupt, std::move(what), {.name = name_, .byte = byte});
}

class MaybeGzipReader::Replay final : public ByteSource {
 public:
  explicit Replay(ByteSource* source) : source_(source) {}

  // Takes the first bytes, as many as there are of two.
  Status Look() {
    while (size_ < head_.size()) {
      LEARNSQL_TRY_SET(const size_t got,
                       source_->Read(std::span(head_).subspan(size_)));
      if (got == 0) break;
      size_ += got;
    }
    return {};
  }

  bool BeginsGzip() const {
    return size_ == 2 && head_[0] == std::byte{kMagic1} &&
           head_[1] == std::byte{kMagic2};
  }

  Result<size_t> Read(std::span<std::byte> out) override {
    if (given_ == size_) return source_->Read(out);
    const size_t count = std::min(out.size(), size_ - given_);
    std::memcpy(out.data(), head_.data() + given_, count);
    given_ += count;
    return count;
  }

 private:
  ByteSource* source_;
  std::array<std::byte, 2> head_;
  size_t size_ = 0;
  size_t given_ = 0;
};

MaybeGzipReader::MaybeGzipReader() = default;
MaybeGzipReader::~MaybeGzipReader() = default;

Result<size_t> MaybeGzipReader::Read(std::span<std::byte> out) {
  if (gzip_ != nullptr) return gzip_->Read(out);
  LEARNSQL_TRY_SET(const size_t got, replay_->Read(out));
  plain_.compressed_bytes += got;
  plain_.decoded_bytes += got;
  return got;
}

const InflateCounts& MaybeGzipReader::counts() const {
  return gzip_ != nullptr ? gzip_->counts() : plain_;
}

Result<std::unique_ptr<MaybeGzipReader>> OpenMaybeGzip(ByteSource* source,
                                                       std::string name,
                                                       InflateBackend backend) {
  std::unique_ptr<MaybeGzipReader> reader(new MaybeGzipReader());
  reader->replay_ = std::make_unique<MaybeGzipReader::Replay>(source);
  LEARNSQL_TRY(reader->replay_->Look());
  if (reader->replay_->BeginsGzip()) {
    reader->gzip_ = std::make_unique<GzipReader>(reader->replay_.get(),
                                                 std::move(name), backend);
  }
  return reader;
}

}  // namespace learnsql
