#include "connectors/gharchive/event_reader.h"

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "connectors/decode/inflate.h"
#include "connectors/decode/json_stream.h"
#include "connectors/decode/read_ahead.h"
#include "connectors/gharchive/beside_tables.h"
#include "engine/base/byte_source.h"
#include "engine/base/cancel.h"
#include "engine/base/sha256.h"

namespace learnsql {
namespace {

constexpr std::string_view kTable = "raw_gharchive__events";

// Which columns the options store, as indexes of EventColumn.
std::vector<int> StoredColumns(const EventOptions& options) {
  std::vector<int> columns;
  for (int i = 0; i < kEventColumnCount; ++i) {
    const bool stored =
        i < kAlwaysEnd ||
        (i < kPayloadFieldsEnd ? options.payload != PayloadMode::kNone
                               : i < kAllEnd && options.all_columns);
    if (stored) columns.push_back(i);
  }
  return columns;
}

// What is odd about a file that could be read to its end.
std::string WarningOf(const InflateCounts& inflated) {
  if (inflated.garbage_bytes == 0) return {};
  return std::to_string(inflated.garbage_bytes) +
         " bytes behind the last gzip member were ignored";
}

// Passes the items of one stream to the sink.
class EventReader {
 public:
  EventReader(const EventOptions& options, RowSink* sink)
      : sink_(sink),
        normalizer_(
            options,
            [sink](std::string_view path) { sink->CountUnknown(path); }),
        columns_(StoredColumns(options)),
        payloads_(sink, options.payload == PayloadMode::kFull),
        commits_(sink, options.push_commits) {}

  Status Open() {
    std::vector<std::string_view> names;
    for (const int column : columns_) {
      names.push_back(kEventColumnNames[static_cast<size_t>(column)]);
    }
    LEARNSQL_TRY_SET(table_, sink_->Open(kTable, names));
    row_.resize(columns_.size());
    leading_ = columns_.back() + 1 == static_cast<int>(columns_.size());
    LEARNSQL_TRY(payloads_.Open());
    return commits_.Open();
  }

  // `inflated` is what `stream` reads from, for a last word about the file.
  Status Read(JsonStream* stream, const InflateCounts& inflated) {
    while (true) {
      LEARNSQL_TRY_SET(const JsonItem item, stream->Next());
      if (item.kind == JsonItem::Kind::kEnd) break;
      LEARNSQL_TRY(item.kind == JsonItem::Kind::kRecord ? AddRecord(item)
                                                        : AddReject(item));
    }
    LEARNSQL_TRY(payloads_.Flush());
    const JsonTotals& totals = stream->totals();
    sink_->Account({totals.bytes_decoded, totals.bytes_in_records,
                    totals.bytes_rejected, totals.bytes_between, totals.records,
                    WarningOf(inflated)});
    return {};
  }

 private:
  Status AddRecord(const JsonItem& item) {
    const RecordPlace place{item.offset, item.line};
    const EventNormalizer::Verdict verdict = normalizer_.Normalize(item.root);
    if (!verdict.ok) {
      return sink_->Reject({.place = place,
                            .reason = verdict.reason,
                            .detail = verdict.detail,
                            .column = verdict.column,
                            .bytes = item.text,
                            .length = item.length,
                            .sha256 = Sha256::HexOf(item.text)});
    }
    const auto& values = normalizer_.values();
    std::span<const Value> row(values.data(), columns_.size());
    if (!leading_) {
      for (size_t i = 0; i < columns_.size(); ++i) {
        row_[i] = values[static_cast<size_t>(columns_[i])];
      }
      row = row_;
    }
    LEARNSQL_TRY_SET(const bool stored,
                     sink_->Add(table_, place, item.text, row));
    if (!stored) return {};
    LEARNSQL_TRY(payloads_.Add(place, values[kPayload]));
    return commits_.Add(place, values[kEventId], item.root.Find("payload"));
  }

  Status AddReject(const JsonItem& item) {
    return sink_->Reject({.place = {item.offset, item.line},
                          .reason = item.reject->reason,
                          .detail = item.reject->detail,
                          .column = {},
                          .bytes = item.text,
                          .length = item.length,
                          .sha256 = item.reject->sha256});
  }

  RowSink* sink_;
  EventNormalizer normalizer_;
  std::vector<int> columns_;
  bool leading_ = false;    // columns_ are the first ones, without a gap
  std::vector<Value> row_;  // made when they are not
  PayloadBlocks payloads_;
  PushCommits commits_;
  int table_ = 0;
};

template <typename Reader>
Status ReadStream(Reader* bytes, bool inflate_ahead, const CancelFlag* cancel,
                  EventReader* reader) {
  ReadAhead ahead(bytes, {.threaded = inflate_ahead}, cancel);
  JsonStream stream(&ahead);
  return reader->Read(&stream, bytes->counts());
}

}  // namespace

Status ReadEvents(const std::string& path, const EventOptions& options,
                  const CancelFlag* cancel, RowSink* sink, bool inflate_ahead) {
  EventReader reader(options, sink);
  LEARNSQL_TRY(reader.Open());
  LEARNSQL_TRY_SET(FileSource file, FileSource::Open(path));
  if (path.ends_with(".gz")) {
    GzipReader gzip(&file, path);
    return ReadStream(&gzip, inflate_ahead, cancel, &reader).At({path});
  }
  LEARNSQL_TRY_SET(const std::unique_ptr<MaybeGzipReader> bytes,
                   OpenMaybeGzip(&file, path));
  return ReadStream(bytes.get(), inflate_ahead, cancel, &reader).At({path});
}

Result<std::string> ReadRecordAt(const std::string& path, uint64_t offset,
                                 const CancelFlag* cancel) {
  LEARNSQL_TRY_SET(FileSource file, FileSource::Open(path));
  LEARNSQL_TRY_SET(const std::unique_ptr<MaybeGzipReader> bytes,
                   OpenMaybeGzip(&file, path));
  std::vector<std::byte> skipped(size_t{256} << 10);
  for (uint64_t left = offset; left > 0;) {
    if (cancel != nullptr) LEARNSQL_TRY(cancel->Check());
    const std::span<std::byte> out(skipped.data(),
                                   std::min<uint64_t>(left, skipped.size()));
    LEARNSQL_TRY_SET(const size_t got, bytes->Read(out));
    if (got == 0) break;
    left -= got;
  }
  ReadAhead ahead(bytes.get(), {.threaded = false}, cancel);
  JsonStream stream(&ahead);
  const Place place{.name = path, .byte = offset};
  const Result<JsonItem> item = stream.Next();
  // The stream counts from where it began, which says nothing to people.
  if (!item.ok()) {
    return Status(item.status().code(), item.status().message(), place);
  }
  if (item->kind == JsonItem::Kind::kRecord && item->offset == 0) {
    return std::string(item->text);
  }
  return Status(Code::kNotFound, "no record begins here", place);
}

}  // namespace learnsql
