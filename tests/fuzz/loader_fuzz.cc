// Any bytes as a file of events: the loader as it is, with both parsers and all
// options, must put the same rows and rejects into the sink as RapidJSON alone
// does, and every byte and record must be accounted for.

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "connectors/decode/json_stream.h"
#include "connectors/decode/read_ahead.h"
#include "connectors/gharchive/event_normalizer.h"
#include "connectors/gharchive/event_reader.h"
#include "engine/base/byte_source.h"
#include "engine/base/sha256.h"
#include "tests/fuzz/fuzz.h"

namespace learnsql {
namespace {

std::string Show(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kNull:
      return "null ";
    case Value::Kind::kInteger:
      return std::to_string(value.integer) + " ";
    case Value::Kind::kReal:
      return std::to_string(value.real) + " ";
    default:
      return "'" + std::string(value.bytes) + "' ";
  }
}

// Writes down what comes.
class Transcript final : public RowSink {
 public:
  Result<int> Open(std::string_view,
                   std::span<const std::string_view>) override {
    return tables_++;
  }
  Result<bool> Add(int, const RecordPlace& place, std::string_view record,
                   std::span<const Value> values) override {
    ++records_;
    Place(place);
    for (const Value& value : values) text_ += Show(value);
    text_ += std::to_string(record.size()) + "\n";
    Require(values[kEventId].kind == Value::Kind::kInteger);
    Require(values[kCreatedAt].bytes.size() == 20);
    return true;
  }
  Status AddBeside(int, const RecordPlace&, std::span<const Value>) override {
    return {};
  }
  Status Reject(const RejectedRecord& record) override {
    ++records_;
    Place(record.place);
    text_ += std::string(record.reason) + " " + record.sha256 + "\n";
    return {};
  }
  void CountUnknown(std::string_view path) override {
    text_ += "? " + std::string(path) + "\n";
  }
  void Account(const StreamTotals& totals) override {
    Require(totals.records == records_);
    Require(totals.bytes_decoded == totals.bytes_in_records +
                                        totals.bytes_rejected +
                                        totals.bytes_between);
  }
  const std::string& text() const { return text_; }

 private:
  void Place(const RecordPlace& place) {
    text_ +=
        std::to_string(place.byte) + ":" + std::to_string(place.line) + " ";
  }

  int tables_ = 0;
  uint64_t records_ = 0;
  std::string text_;
};

constexpr EventOptions kAllOptions = {
    .all_columns = true, .payload = PayloadMode::kFull, .push_commits = true};

std::string LoadWhole(const std::string& path, bool* ok) {
  Transcript sink;
  *ok = ReadEvents(path, kAllOptions, nullptr, &sink, false).ok();
  return sink.text();
}

std::string LoadSlowly(std::string_view bytes) {
  MemorySource source(bytes);
  ReadAhead ahead(&source, {.threaded = false});
  JsonStream stream(&ahead, {.force_slow = true});
  Transcript sink;
  EventNormalizer normalizer(
      kAllOptions, [&](std::string_view path) { sink.CountUnknown(path); });
  while (true) {
    const Result<JsonItem> item = stream.Next();
    Require(item.ok());
    if (item->kind == JsonItem::Kind::kEnd) return sink.text();
    const RecordPlace place{item->offset, item->line};
    if (item->kind == JsonItem::Kind::kReject) {
      (void)sink.Reject({.place = place,
                         .reason = item->reject->reason,
                         .sha256 = item->reject->sha256});
      continue;
    }
    const EventNormalizer::Verdict verdict = normalizer.Normalize(item->root);
    if (verdict.ok) {
      (void)sink.Add(0, place, item->text,
                     std::span(normalizer.values()).first(kAllEnd));
    } else {
      (void)sink.Reject({.place = place,
                         .reason = verdict.reason,
                         .sha256 = Sha256::HexOf(item->text)});
    }
  }
}

}  // namespace
}  // namespace learnsql

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace learnsql;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.starts_with("\x1f\x8b")) return 0;  // inflate_fuzz has those
  const int file = ::memfd_create("fuzz", MFD_CLOEXEC);
  Require(file >= 0 && ::write(file, data, size) == static_cast<ssize_t>(size));
  bool ok = false;
  const std::string whole =
      LoadWhole("/proc/self/fd/" + std::to_string(file), &ok);
  ::close(file);
  if (ok) Require(whole == LoadSlowly(bytes));
  return 0;
}
