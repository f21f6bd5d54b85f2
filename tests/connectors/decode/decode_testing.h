#pragma once

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/decode/json_stream.h"
#include "connectors/decode/read_ahead.h"
#include "engine/base/byte_source.h"

namespace learnsql {

// One gzip member, as zlib writes it.
inline std::string Gzip(std::string_view text, int level = 6,
                        int strategy = Z_DEFAULT_STRATEGY) {
  z_stream stream{};
  deflateInit2(&stream, level, Z_DEFLATED, MAX_WBITS + 16, 8, strategy);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// All that a source gives, `step` bytes at a time, and how it ended.
struct Drained {
  std::string bytes;
  Status status;
};

inline Drained Drain(ByteSource* source, size_t step = 4096) {
  Drained drained;
  std::vector<std::byte> buffer(step);
  while (true) {
    const Result<size_t> got = source->Read(buffer);
    if (!got.ok()) {
      drained.status = got.status();
      return drained;
    }
    if (*got == 0) return drained;
    drained.bytes.append(reinterpret_cast<const char*>(buffer.data()), *got);
  }
}

// Gives its bytes, then an error instead of the end.
class FailingSource final : public ByteSource {
 public:
  FailingSource(std::string_view bytes, Status error)
      : bytes_(bytes), error_(std::move(error)) {}

  Result<size_t> Read(std::span<std::byte> out) override {
    Result<size_t> got = bytes_.Read(out);
    if (*got == 0) return error_;
    return got;
  }

 private:
  MemorySource bytes_;
  Status error_;
};

inline std::string ReadFixture(const std::string& name) {
  std::ifstream file(std::string(LEARNSQL_FIXTURES) + "/" + name,
                     std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What a JsonStream said of one item, so that two streams can be compared.
struct SeenItem {
  std::string what;    // "record", or the reason
  std::string text;    // of a reject its first 4 KiB
  std::string parsed;  // of a record: minified
  std::string sha256;  // of a reject
  std::string detail;  // of a reject
  uint64_t offset = 0;
  uint64_t line = 0;
  uint64_t length = 0;

  bool operator==(const SeenItem&) const = default;
  friend void PrintTo(const SeenItem& item, std::ostream* out) {
    *out << item.what << " at " << item.offset << " line " << item.line
         << " length " << item.length << " <" << item.text << "> <"
         << item.parsed << "> " << item.detail;
  }
};

struct Seen {
  std::vector<SeenItem> items;
  JsonTotals totals;
  Status status;

  // "record", "cut": what became of each, in order.
  std::vector<std::string> whats() const {
    std::vector<std::string> out;
    for (const SeenItem& item : items) out.push_back(item.what);
    return out;
  }
  std::vector<std::string> texts(std::string_view what) const {
    std::vector<std::string> out;
    for (const SeenItem& item : items) {
      if (item.what == what) out.push_back(item.text);
    }
    return out;
  }
};

inline SeenItem Describe(const JsonItem& item) {
  SeenItem seen;
  seen.text = item.text;
  seen.offset = item.offset;
  seen.line = item.line;
  seen.length = item.length;
  if (item.kind == JsonItem::Kind::kRecord) {
    seen.what = "record";
    item.root.AppendMinified(&seen.parsed);
  } else {
    seen.what = item.reject->reason;
    seen.sha256 = item.reject->sha256;
    seen.detail = item.reject->detail;
  }
  return seen;
}

inline Seen ReadStream(ReadAhead* ahead, const JsonStreamOptions& options) {
  Seen seen;
  JsonStream stream(ahead, options);
  while (true) {
    const Result<JsonItem> item = stream.Next();
    if (!item.ok()) {
      seen.status = item.status();
      break;
    }
    if (item->kind == JsonItem::Kind::kEnd) break;
    seen.items.push_back(Describe(*item));
  }
  seen.totals = stream.totals();
  return seen;
}

inline Seen ReadText(std::string_view text, size_t chunk = 256 << 10,
                     const JsonStreamOptions& options = {},
                     size_t headroom = 64 << 10) {
  // No larger than needed: thousands of these are made.
  MemorySource source(text);
  ReadAhead ahead(&source,
                  {.buffer_bytes = std::min(chunk, text.size() + 1),
                   .headroom_bytes = std::min(headroom, text.size() + 1),
                   .buffers = 3,
                   .threaded = false});
  return ReadStream(&ahead, options);
}

}  // namespace learnsql
