// Any bytes as CSV: whole and in pieces must give the same items, and every
// byte must be accounted for.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "connectors/decode/csv_stream.h"
#include "connectors/decode/read_ahead.h"
#include "engine/base/byte_source.h"
#include "tests/fuzz/fuzz.h"

namespace learnsql {
namespace {

void Describe(const CsvItem& item, std::string* out) {
  *out += std::to_string(item.offset) + ":" + std::to_string(item.line) + ":" +
          std::to_string(item.length) + ":";
  for (const CsvField& field : item.fields) {
    *out += (field.quoted ? "q" : "p") + std::string(field.text) + "|";
    Require(field.text.find('\0') == std::string_view::npos);
  }
  if (item.kind == CsvItem::Kind::kReject) {
    out->append(item.reject->reason);
    *out += item.reject->detail + item.reject->sha256;
  }
  out->append(item.text);
}

std::string ReadAll(std::string_view text, size_t chunk, size_t headroom,
                    const CsvOptions& options) {
  MemorySource source(text);
  ReadAhead ahead(&source, {.buffer_bytes = chunk,
                            .headroom_bytes = headroom,
                            .buffers = 3,
                            .threaded = false});
  CsvStream reader(&ahead, options);
  std::string seen;
  uint64_t end = 0;
  while (true) {
    const Result<CsvItem> item = reader.Next();
    if (!item.ok()) return seen + item.status().ToString();
    if (item->kind == CsvItem::Kind::kEnd) break;
    Require(item->offset >= end);
    end = item->offset + item->length;
    if (item->kind == CsvItem::Kind::kRecord && options.columns != 0) {
      Require(item->fields.size() == options.columns);
    }
    Describe(*item, &seen);
  }
  const CsvTotals& totals = reader.totals();
  Require(totals.bytes_decoded == text.size());
  Require(totals.bytes_in_records + totals.bytes_rejected +
              totals.bytes_between ==
          text.size());
  return seen;
}

}  // namespace
}  // namespace learnsql

// The first two bytes choose chunk and headroom, the next the limit of a record
// and the number of columns.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace learnsql;
  if (size < 4) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 4,
                              size - 4);
  CsvOptions options;
  if (data[2] != 0) options.max_record = size_t{data[2]} * 8;
  options.columns = data[3] % 8;
  if (data[3] >= 0xc0) options.dialect = {.delimiter = ';', .quote = '\''};
  if (data[3] >= 0xf0) options.dialect.quote = '\0';
  const std::string whole = ReadAll(text, text.size() + 1, 0, options);
  Require(whole == ReadAll(text, 1 + data[0], data[1], options));
  Require(whole == ReadAll(text, 1, 0, options));
  return 0;
}
