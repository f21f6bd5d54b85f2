#include "connectors/gharchive/gharchive_source.h"

#include <filesystem>

#include "connectors/decode/inflate.h"
#include "connectors/decode/json_stream.h"
#include "connectors/decode/read_ahead.h"
#include "connectors/fetch/retry.h"
#include "engine/base/byte_source.h"
#include "engine/base/clock.h"
#include "engine/base/sha256.h"

namespace learnsql {
namespace {

constexpr std::string_view kTable = "raw_gharchive__events";
constexpr int64_t kHour = 3600;
// The publisher uploads an hour five minutes after its end.
constexpr int64_t kFirstTry = 6 * 60;
constexpr int64_t kQuickTries = 30 * 60;  // until then every two minutes
constexpr int64_t kQuickEvery = 2 * 60;
constexpr int64_t kSlowEvery = 30 * 60;
constexpr int64_t kGivenUp = 24 * kHour;    // after its begin it is missing
constexpr int64_t kRechecked = 48 * kHour;  // hours that may be uploaded anew
constexpr int64_t kRecheckEvery = 24 * kHour;
constexpr int64_t kMissingEvery = 7 * 24 * kHour;

// Which columns the options store, as indexes of EventColumn.
std::vector<int> StoredColumns(const EventOptions& options) {
  std::vector<int> columns;
  for (int i = 0; i < kEventColumnCount; ++i) {
    const bool stored =
        i < kAlwaysEnd ||
        (i < kPayloadFieldsEnd ? options.payload != PayloadMode::kNone
         : i < kAllEnd         ? options.all_columns
                               : options.payload == PayloadMode::kFull);
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
        columns_(StoredColumns(options)) {}

  Status Open() {
    std::vector<std::string_view> names;
    for (const int column : columns_) {
      names.push_back(kEventColumnNames[static_cast<size_t>(column)]);
    }
    LEARNSQL_TRY_SET(table_, sink_->Open(kTable, names));
    row_.resize(columns_.size());
    return {};
  }

  // `inflated` is what `stream` reads from, for a last word about the file.
  Status Read(JsonStream* stream, const InflateCounts& inflated) {
    while (true) {
      LEARNSQL_TRY_SET(const JsonItem item, stream->Next());
      if (item.kind == JsonItem::Kind::kEnd) break;
      LEARNSQL_TRY(item.kind == JsonItem::Kind::kRecord ? AddRecord(item)
                                                        : AddReject(item));
    }
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
    for (size_t i = 0; i < columns_.size(); ++i) {
      row_[i] = normalizer_.values()[static_cast<size_t>(columns_[i])];
    }
    return StatusOf(sink_->Add(table_, place, item.text, row_));
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
  std::vector<Value> row_;
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

GhArchiveSource::GhArchiveSource(GhArchiveOptions options)
    : options_(std::move(options)),
      fetcher_({.base = options_.base_url,
                .landing_dir = options_.landing_dir,
                .http = {.user_agent = options_.user_agent,
                         .clock = options_.clock,
                         .cancel = options_.cancel}}) {}

GhArchiveSource::~GhArchiveSource() = default;

Result<std::vector<Slice>> GhArchiveSource::Slices(const Window& window) {
  const std::optional<int64_t> from =
      window.from ? window.from : options_.start;
  if (!from) {
    return Status(Code::kUsage,
                  "where should gharchive begin? Say 'learnsql sync gharchive "
                  "--from 2015-01-01T00', or write 'start = 2015-01-01T00' in "
                  "the section [gharchive] of learnsql.ini");
  }
  const int64_t now = options_.clock->NowSeconds();
  std::vector<Slice> slices;
  for (const HourFile& file :
       HourFilesMeeting(*from, window.to.value_or(now), options_.overlap)) {
    slices.push_back(
        {file.naming == HourNaming::kUtc ? "hours" : "pacific_hours",
         file.start, file.end, file.name});
  }
  return slices;
}

bool GhArchiveSource::IsDue(const SliceRecord& known) {
  const int64_t age = options_.clock->NowSeconds() - known.slice.end;
  const int64_t since = known.checked_at
                            ? options_.clock->NowSeconds() - *known.checked_at
                            : INT64_MAX;
  switch (known.state) {
    case SliceState::kLoaded:
    case SliceState::kEmpty:
      return age < kRechecked && since >= kRecheckEvery;
    case SliceState::kMissing:
    case SliceState::kSourceGone:
      return since >= (age < kRechecked ? kRecheckEvery : kMissingEvery);
    case SliceState::kExpected:
      if (age < kFirstTry) return false;
      return since >= (age < kQuickTries ? kQuickEvery : kSlowEvery);
    case SliceState::kRunning:
    case SliceState::kFailed:
      return true;
  }
  return true;
}

Landed GhArchiveSource::Absent(const Slice& slice) const {
  Landed landed;
  const int64_t age = options_.clock->NowSeconds() - slice.start;
  landed.kind = age < kGivenUp ? Landed::Kind::kNotYet : Landed::Kind::kMissing;
  return landed;
}

Result<Landed> GhArchiveSource::Fetch(const SliceRecord& known,
                                      const LandingProgress& progress) {
  LEARNSQL_TRY_SET(Fetched fetched,
                   fetcher_.Fetch({.name = known.slice.name,
                                   .previous_etag = known.etag,
                                   .expect = FetchExpect::kGzip,
                                   .progress = progress}));
  if (fetched.kind == FetchKind::kNotFound) return Absent(known.slice);
  Landed landed;
  if (fetched.kind == FetchKind::kNotModified) {
    landed.kind = Landed::Kind::kUnchanged;
  }
  landed.path = fetched.path;
  landed.bytes = fetched.bytes;
  landed.sha256 = fetched.sha256;
  landed.etag = fetched.etag;
  landed.source_at = ParseHttpDate(fetched.last_modified);
  if (!landed.source_at) landed.source_at = ParseUtc(fetched.last_modified);
  if (landed.sha256.empty() && !landed.path.empty()) {
    LEARNSQL_TRY_SET(landed.sha256, Sha256OfFile(landed.path, options_.cancel));
  }
  return landed;
}

Status GhArchiveSource::Read(const Slice&, const std::string& path,
                             RowSink* sink) {
  return ReadEvents(path, options_.events, options_.cancel, sink,
                    inflate_ahead_);
}

void GhArchiveSource::Done(const Slice&, const std::string& path) {
  if (fetcher_.is_local() || options_.landing == LandingPolicy::kKeep) return;
  std::error_code ignored;  // a file that stays is no harm
  if (options_.landing == LandingPolicy::kDrop) {
    std::filesystem::remove(path, ignored);
    return;
  }
  const auto limit = std::filesystem::file_time_type::clock::now() -
                     std::chrono::hours(24 * options_.landing_days);
  const std::filesystem::path folder =
      std::filesystem::path(path).parent_path();
  for (const auto& entry :
       std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.is_regular_file(ignored) &&
        entry.last_write_time(ignored) < limit) {
      std::filesystem::remove(entry.path(), ignored);
    }
  }
}

}  // namespace learnsql
