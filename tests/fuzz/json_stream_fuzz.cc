// Any bytes as a stream of JSON: the fast way, the slow way, whole and in
// pieces must give the same items, and every byte must be accounted for.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "connectors/decode/json_stream.h"
#include "connectors/decode/read_ahead.h"
#include "tests/fuzz/fuzz.h"

namespace learnsql {
namespace {

void Describe(const JsonItem& item, std::string* out) {
  *out += std::to_string(item.offset) + ":" + std::to_string(item.line) + ":" +
          std::to_string(item.length) + ":";
  if (item.kind == JsonItem::Kind::kRecord) {
    item.root.AppendMinified(out);
  } else {
    out->append(item.reject->reason);
    *out += item.reject->detail + item.reject->sha256;
  }
  out->append(item.text);
}

std::string ReadAll(std::string_view text, size_t chunk, size_t headroom,
                    const JsonStreamOptions& options) {
  MemorySource source(text);
  ReadAhead ahead(&source, {.buffer_bytes = chunk,
                            .headroom_bytes = headroom,
                            .buffers = 3,
                            .threaded = false});
  JsonStream stream(&ahead, options);
  std::string seen;
  while (true) {
    const Result<JsonItem> item = stream.Next();
    Require(item.ok());
    if (item->kind == JsonItem::Kind::kEnd) break;
    Describe(*item, &seen);
  }
  const JsonTotals& totals = stream.totals();
  Require(totals.bytes_decoded == text.size());
  Require(totals.bytes_in_records + totals.bytes_rejected +
              totals.bytes_between ==
          text.size());
  return seen;
}

}  // namespace
}  // namespace learnsql

// The first two bytes choose chunk and headroom, the next two the limits.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace learnsql;
  if (size < 4) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 4,
                              size - 4);
  JsonStreamOptions options;
  if (data[2] != 0 && data[2] < 0x20) options.max_record = data[2] * 16;
  if (data[3] != 0 && data[3] < 0x20) options.max_line = data[3] * 8;
  const std::string whole = ReadAll(text, text.size() + 1, 0, options);
  Require(whole == ReadAll(text, 1 + data[0], data[1], options));
  options.force_slow = true;
  Require(whole == ReadAll(text, text.size() + 1, 0, options));
  Require(whole == ReadAll(text, 1 + data[0], data[1], options));
  return 0;
}
