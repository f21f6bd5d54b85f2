#include "engine/load/sync.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <optional>

#include "engine/base/cancel.h"
#include "engine/base/clock.h"
#include "engine/load/raw_writer.h"
#include "engine/store/warehouse.h"

namespace learnsql {
namespace {

constexpr int64_t kFetchPollMillis = 50;  // between two looks at a download

// A slice on its way: asked for, and perhaps still coming in.
struct Incoming {
  SliceRecord known;
  std::atomic<uint64_t> bytes = 0;
  std::future<Result<Landed>> landed;
};

// Which failure a user must hear of first.
int Severity(Code code) {
  switch (code) {
    case Code::kOk:
      return 0;
    case Code::kNetwork:
      return 1;
    case Code::kGate:
      return 2;
    default:
      return 3;
  }
}

// Passes rows on and looks at the cancel flag between them.
class WatchingSink final : public RowSink {
 public:
  WatchingSink(RawWriter* writer, const CancelFlag* cancel,
               std::function<void(const LoadCounts&)> report)
      : writer_(writer), cancel_(cancel), report_(std::move(report)) {}

  Result<int> Open(std::string_view table,
                   std::span<const std::string_view> columns) override {
    return writer_->Open(table, columns);
  }
  Status Add(int table, const RecordPlace& place, std::string_view record,
             std::span<const Value> values) override {
    decoded_ = place.byte;
    LEARNSQL_TRY(Look());
    return writer_->Add(table, place, record, values);
  }
  Status Reject(const RejectedRecord& record) override {
    LEARNSQL_TRY(Look());
    return writer_->Reject(record);
  }
  void CountUnknown(std::string_view path) override {
    writer_->CountUnknown(path);
  }
  void Account(const StreamTotals& totals) override {
    writer_->Account(totals);
  }

 private:
  Status Look() {
    constexpr uint64_t kRecords = 1024;
    if (++records_ % kRecords != 0) return {};
    LoadCounts counts = writer_->counts();
    counts.stream.bytes_decoded = decoded_;
    report_(counts);
    return cancel_ == nullptr ? Status() : cancel_->Check();
  }

  RawWriter* writer_;
  const CancelFlag* cancel_;
  std::function<void(const LoadCounts&)> report_;
  uint64_t records_ = 0;
  uint64_t decoded_ = 0;
};

// The row ids of one load.
std::pair<int64_t, int64_t> RowRange(int64_t load_id) {
  const int64_t first = load_id << RawWriter::kSequenceBits;
  return {first, first + (int64_t{1} << RawWriter::kSequenceBits) - 1};
}

void AddUp(const LoadCounts& load, LoadCounts* sum) {
  sum->rows_read += load.rows_read;
  sum->rows_loaded += load.rows_loaded;
  sum->rows_duplicate += load.rows_duplicate;
  sum->rows_conflict += load.rows_conflict;
  sum->rows_rejected += load.rows_rejected;
  sum->stream.bytes_decoded += load.stream.bytes_decoded;
}

// One run of Sync.
class Syncer {
 public:
  Syncer(Connection* connection, Source* source, const RawContract& contract,
         const SyncOptions& options)
      : connection_(connection),
        source_(source),
        contract_(contract),
        options_(options),
        ledger_(connection, std::string(source->name())) {}

  Result<SyncReport> Run(const Window& window);

 private:
  Status FindDue(const Window& window);
  Result<std::unique_ptr<Incoming>> StartFetch(const Slice& slice);
  Result<Landed> Wait(Incoming* incoming);
  Status Settle(const SliceRecord& known, const Result<Landed>& landed);
  Status SettleAbsent(const SliceRecord& known, const Landed& landed);
  Status Load(const SliceRecord& known, const Landed& landed);
  Status LoadRows(const SliceRecord& known, const Landed& landed,
                  int64_t load_id);
  Status RemoveLoad(const Slice& slice, int64_t load_id);
  Status RemoveEarlierSnapshots(const Slice& slice);
  Status CheckRejects(const LoadCounts& counts) const;
  Status CheckDisk(const Landed& landed) const;
  Status Fail(const Slice& slice, const Status& error);
  void Report(const LoadCounts& running);

  Connection* connection_;
  Source* source_;
  const RawContract& contract_;
  const SyncOptions& options_;
  Ledger ledger_;
  SyncReport report_;
  SyncProgress progress_;
};

Result<SyncReport> Syncer::Run(const Window& window) {
  const int64_t began = options_.clock->MonotonicMicros();
  LEARNSQL_TRY(FindDue(window));
  if (options_.dry_run) return std::move(report_);
  std::unique_ptr<Incoming> next;
  for (size_t i = 0; i < report_.due.size() && !report_.interrupted; ++i) {
    if (next == nullptr) {
      LEARNSQL_TRY_SET(next, StartFetch(report_.due[i]));
    }
    const std::unique_ptr<Incoming> now = std::move(next);
    const Result<Landed> landed = Wait(now.get());
    if (i + 1 < report_.due.size() &&
        StatusOf(landed).code() != Code::kCancelled) {
      LEARNSQL_TRY_SET(next, StartFetch(report_.due[i + 1]));
    }
    const Status settled = Settle(now->known, landed);
    report_.interrupted = settled.code() == Code::kCancelled;
    if (!report_.interrupted) LEARNSQL_TRY(settled);
    ++progress_.slices_done;
    Report({});
  }
  report_.seconds =
      static_cast<double>(options_.clock->MonotonicMicros() - began) / 1e6;
  return std::move(report_);
}

Status Syncer::FindDue(const Window& window) {
  LEARNSQL_TRY_SET(const std::vector<Slice> slices, source_->Slices(window));
  if (!options_.dry_run) {
    LEARNSQL_TRY(EnsureRawTables(connection_, contract_));
    LEARNSQL_TRY(ledger_.RecoverInterrupted());
    LEARNSQL_TRY(ledger_.Expect(slices));
  }
  for (const Slice& slice : slices) {
    LEARNSQL_TRY_SET(const SliceRecord known, ledger_.Find(slice));
    if (options_.force || source_->IsDue(known)) report_.due.push_back(slice);
  }
  if (options_.newest_first) {
    std::reverse(report_.due.begin(), report_.due.end());
  }
  progress_.slices_total = report_.due.size();
  return {};
}

Result<std::unique_ptr<Incoming>> Syncer::StartFetch(const Slice& slice) {
  auto incoming = std::make_unique<Incoming>();
  LEARNSQL_TRY_SET(incoming->known, ledger_.Find(slice));
  if (options_.force) incoming->known.etag.clear();
  Incoming* const shared = incoming.get();
  incoming->landed = std::async(std::launch::async, [this, shared] {
    return source_->Fetch(
        shared->known, [shared](uint64_t bytes, std::optional<uint64_t>) {
          shared->bytes.store(bytes, std::memory_order_relaxed);
        });
  });
  return incoming;
}

Result<Landed> Syncer::Wait(Incoming* incoming) {
  progress_.slice = incoming->known.slice.name;
  const std::chrono::milliseconds poll(kFetchPollMillis);
  while (incoming->landed.wait_for(poll) != std::future_status::ready) {
    progress_.bytes_fetching = incoming->bytes.load(std::memory_order_relaxed);
    Report({});
  }
  progress_.bytes_fetching = 0;
  return incoming->landed.get();
}

// Errors: kCancelled, and those of the warehouse, which end the sync.
Status Syncer::Settle(const SliceRecord& known, const Result<Landed>& landed) {
  if (!landed.ok()) return Fail(known.slice, landed.status());
  report_.bytes_fetched += landed->bytes;
  if (landed->kind != Landed::Kind::kFetched) {
    return SettleAbsent(known, *landed);
  }
  const bool same = known.load_id && !landed->sha256.empty() &&
                    known.sha256 == landed->sha256;
  if (same && !options_.force) {
    LEARNSQL_TRY(ledger_.MarkUnchanged(known.slice, *landed,
                                       options_.clock->NowSeconds()));
    ++report_.slices_unchanged;
  } else {
    const Status loaded = Load(known, *landed);
    if (!loaded.ok()) return Fail(known.slice, loaded);
    ++report_.slices_loaded;
  }
  source_->Done(known.slice, landed->path);
  return {};
}

Status Syncer::SettleAbsent(const SliceRecord& known, const Landed& landed) {
  const int64_t now = options_.clock->NowSeconds();
  if (landed.kind == Landed::Kind::kUnchanged) {
    ++report_.slices_unchanged;
    return ledger_.MarkUnchanged(known.slice, landed, now);
  }
  ++report_.slices_absent;
  SliceState state = landed.kind == Landed::Kind::kMissing
                         ? SliceState::kMissing
                         : SliceState::kExpected;
  // What was loaded once stays, whatever becomes of the source.
  if (known.load_id) state = SliceState::kSourceGone;
  return ledger_.MarkAbsent(known.slice, state, now);
}

Status Syncer::Load(const SliceRecord& known, const Landed& landed) {
  LEARNSQL_TRY(CheckDisk(landed));
  LEARNSQL_TRY_SET(Transaction begin, Transaction::Begin(connection_));
  LEARNSQL_TRY_SET(const int64_t load_id, NextNumber(connection_, "load_id"));
  LEARNSQL_TRY(ledger_.MarkRunning(known.slice, options_.clock->NowSeconds()));
  LEARNSQL_TRY(begin.Commit());
  LEARNSQL_TRY_SET(Transaction rows, Transaction::Begin(connection_));
  LEARNSQL_TRY(LoadRows(known, landed, load_id));
  return rows.Commit();
}

Status Syncer::LoadRows(const SliceRecord& known, const Landed& landed,
                        int64_t load_id) {
  if (known.load_id) LEARNSQL_TRY(RemoveLoad(known.slice, *known.load_id));
  LEARNSQL_TRY(RemoveEarlierSnapshots(known.slice));
  RawWriter writer(connection_, &contract_, load_id);
  WatchingSink sink(&writer, options_.cancel,
                    [this](const LoadCounts& counts) { Report(counts); });
  LEARNSQL_TRY(source_->Read(known.slice, landed.path, &sink));
  LEARNSQL_TRY(writer.Finish());
  LEARNSQL_TRY(CheckRejects(writer.counts()));
  LEARNSQL_TRY(ledger_.MarkLoaded(known.slice, load_id, landed, writer.counts(),
                                  options_.clock->NowSeconds()));
  AddUp(writer.counts(), &report_.counts);
  return {};
}

Status Syncer::RemoveLoad(const Slice& slice, int64_t load_id) {
  const auto [first, last] = RowRange(load_id);
  for (const RawTableContract& table : contract_.tables) {
    LEARNSQL_TRY(connection_->Execute(
        "delete from " + QuoteName(table.name) +
            " where row_id between ? and ?",
        std::array{Value::Integer(first), Value::Integer(last)}));
    const int64_t removed = connection_->changes();
    LEARNSQL_TRY(connection_->Execute(
        "insert into ls_removed_load (load_id, raw_table, row_count, source, "
        "object, slice_start, removed_at) values (?, ?, ?, ?, ?, ?, ?) "
        "on conflict do nothing",
        std::array{Value::Integer(load_id), Value::Text(table.name),
                   Value::Integer(removed), Value::Text(source_->name()),
                   Value::Text(slice.object),
                   Value::Text(FormatUtc(slice.start)),
                   Value::Text(FormatUtc(options_.clock->NowSeconds()))}));
  }
  return connection_->Execute("delete from ls_reject where load_id = ?",
                              std::array{Value::Integer(load_id)});
}

// A slice of a snapshot is the whole thing: the rows of the slices before it
// go.
Status Syncer::RemoveEarlierSnapshots(const Slice& slice) {
  const bool snapshot = std::any_of(
      contract_.tables.begin(), contract_.tables.end(),
      [](const RawTableContract& t) { return t.kind == RawKind::kSnapshot; });
  if (!snapshot) return {};
  LEARNSQL_TRY_SET(const std::vector<LedgerRow> rows, ledger_.List({}));
  for (const LedgerRow& row : rows) {
    const SliceRecord& earlier = row.known;
    if (!earlier.load_id || earlier.slice.object != slice.object ||
        earlier.slice.start >= slice.start) {
      continue;
    }
    LEARNSQL_TRY(RemoveLoad(earlier.slice, *earlier.load_id));
  }
  return {};
}

Status Syncer::CheckRejects(const LoadCounts& counts) const {
  const double share =
      static_cast<double>(counts.rows_rejected) /
      static_cast<double>(std::max<uint64_t>(counts.rows_read, 1));
  if (counts.rows_rejected <= options_.max_reject_rows ||
      share <= options_.max_reject_share) {
    return {};
  }
  return Status(Code::kGate,
                std::to_string(counts.rows_rejected) + " of " +
                    std::to_string(counts.rows_read) +
                    " records were rejected, more than max_rejects allows; "
                    "look at the file, or raise max_rejects");
}

Status Syncer::CheckDisk(const Landed& landed) const {
  constexpr uint64_t kSpare = 64 << 20;
  LEARNSQL_TRY_SET(const uint64_t free, FreeDiskBytes(connection_->path()));
  const uint64_t needed = landed.bytes + kSpare;
  if (free >= needed) return {};
  return Status(Code::kIo,
                "the disk has " + std::to_string(free >> 20) +
                    " MiB left, and this slice may need " +
                    std::to_string(needed >> 20) + " MiB; free some space",
                {connection_->path()});
}

// Records a slice that could not be loaded. Returns what ends the sync.
Status Syncer::Fail(const Slice& slice, const Status& error) {
  const bool cancelled = error.code() == Code::kCancelled;
  LEARNSQL_TRY(ledger_.MarkFailed(slice,
                                  cancelled ? "interrupted" : error.ToString(),
                                  options_.clock->NowSeconds()));
  if (cancelled) return error;
  ++report_.slices_failed;
  const std::string line = error.place().name.empty()
                               ? slice.name + ": " + error.ToString()
                               : error.ToString();
  report_.errors.push_back(line);
  if (Severity(error.code()) > Severity(report_.worst.code())) {
    report_.worst = Status(error.code(), line);
  }
  return {};
}

void Syncer::Report(const LoadCounts& running) {
  if (!options_.progress) return;
  progress_.rows = report_.counts.rows_loaded + running.rows_loaded;
  progress_.bytes_decoded =
      report_.counts.stream.bytes_decoded + running.stream.bytes_decoded;
  options_.progress(progress_);
}

}  // namespace

Result<SyncReport> Sync(Connection* connection, Source* source,
                        const RawContract& contract, const Window& window,
                        const SyncOptions& options) {
  return Syncer(connection, source, contract, options).Run(window);
}

}  // namespace learnsql
