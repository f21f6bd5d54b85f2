#include "engine/load/sync.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "engine/base/cancel.h"
#include "engine/base/clock.h"
#include "engine/load/shard.h"
#include "engine/load/slice_load.h"
#include "engine/store/warehouse.h"

namespace learnsql {
namespace {

constexpr std::chrono::milliseconds kPoll(20);
// Rejects of a load that the gate refused: evidence, not data.
constexpr int64_t kEvidence = 100;

// A slice on its way: asked for, coming in, being read. The futures come last:
// they end before what their threads use.
struct Task {
  SliceRecord known;
  std::atomic<uint64_t> bytes_fetched = 0;
  std::future<Result<Landed>> fetching;
  Landed landed;
  std::future<Result<std::string>> hashing;
  int64_t load_id = 0;
  LoadMeter meter;
  std::optional<Shard> shard;
  std::optional<ShardCopy> copy;  // of the shard into the warehouse
  Status copied;                  // of what was copied while it was loading
  bool row_by_row = false;
  std::future<Result<LoadedRows>> loading;
};

template <typename T>
bool IsReady(const std::future<T>& future) {
  return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

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

void AddUp(const LoadCounts& load, LoadCounts* sum) {
  sum->rows_read += load.rows_read;
  sum->rows_loaded += load.rows_loaded;
  sum->rows_duplicate += load.rows_duplicate;
  sum->rows_conflict += load.rows_conflict;
  sum->rows_rejected += load.rows_rejected;
  sum->stream.bytes_decoded += load.stream.bytes_decoded;
}

// A slice that was asked for and did not come.
struct Absent {
  Slice slice;
  SliceState state;
  std::string warning;
};

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
  void NoteGone(const std::vector<LedgerRow>& rows,
                const std::vector<Slice>& slices);
  Status PrepareToLoad();
  Status LoadAll();
  bool IsOver() const;
  Status Step();
  Status StartFetch();
  void Wait();
  Status StopLoads();

  Status Settle(std::unique_ptr<Task> task, const Result<Landed>& landed);
  Status SettleUnloaded(const Task& task);
  Status SettleAbsent(const Task& task);
  Status WriteAbsent();
  Status StartLoad(std::unique_ptr<Task> task);
  SliceLoad LoadOf(Task* task);
  Status TakeHash(Task* task);
  Status LoadHere(Task* task);
  Result<LoadedRows> LoadIntoWarehouse(Task* task, bool row_by_row);
  Status CommitFront();
  void CopyAhead();
  Status CopyShard(Task* task, const LoadedRows& rows);
  void LoadAgain(std::unique_ptr<Task> task);
  Status RemoveLate(const LoadedRows& rows);
  Status Finish(const Task& task, const LoadedRows& rows);
  Status GoOn(const Slice& slice);

  Status TakeIn(const Task& task, const LoadedRows& rows);
  Status ReplaceSnapshots(const Task& task, const LoadedRows& rows);
  Status RemoveLoad(const Slice& slice, int64_t load_id);
  Status RemoveRows(const RawTableContract& table, const Slice& slice,
                    int64_t load_id);
  Status KeepEvidence(int64_t load_id);
  Status CheckRejects(const Task& task, const LoadCounts& counts);
  Status CheckDisk(const Landed& landed) const;
  Status Fail(const Slice& slice, const Status& error);
  void Done();
  void Report();

  Connection* connection_;
  Source* source_;
  const RawContract& contract_;
  const SyncOptions& options_;
  Ledger ledger_;
  size_t at_once_ = 1;
  ShardTables shard_tables_;

  SyncReport report_;
  SyncProgress progress_;
  size_t next_ = 0;                            // of report_.due, to be fetched
  std::unique_ptr<Task> fetching_;             // at most one
  Task* here_ = nullptr;                       // loads into the warehouse now
  std::deque<std::unique_ptr<Task>> loading_;  // by load_id
  std::vector<Absent> absent_;                 // not in the ledger yet
};

Result<SyncReport> Syncer::Run(const Window& window) {
  const int64_t began = options_.clock->MonotonicMicros();
  LEARNSQL_TRY(FindDue(window));
  if (options_.dry_run) return std::move(report_);
  LEARNSQL_TRY(PrepareToLoad());
  const Status loaded = LoadAll();
  report_.interrupted = loaded.code() == Code::kCancelled;
  // After an error, too: what the source has said already is not asked again.
  const Status stopped = StopLoads();
  const Status written = WriteAbsent();
  if (!report_.interrupted) LEARNSQL_TRY(loaded);
  LEARNSQL_TRY(stopped);
  LEARNSQL_TRY(written);
  report_.seconds = options_.clock->SecondsSince(began);
  return std::move(report_);
}

Status Syncer::FindDue(const Window& window) {
  Window complete = window;
  LEARNSQL_TRY_SET(complete.newest, ledger_.Newest());
  LEARNSQL_TRY_SET(const std::vector<Slice> slices, source_->Slices(complete));
  report_.notes = source_->Notes(window);
  if (!options_.dry_run) {
    LEARNSQL_TRY(EnsureRawTables(connection_, contract_));
    LEARNSQL_TRY(ledger_.RecoverInterrupted());
    LEARNSQL_TRY(ledger_.Expect(slices));
  }
  LEARNSQL_TRY_SET(const std::vector<LedgerRow> rows, ledger_.List({}));
  std::map<std::pair<std::string_view, int64_t>, const SliceRecord*> known;
  for (const LedgerRow& row : rows) {
    known[{row.known.slice.object, row.known.slice.start}] = &row.known;
  }
  for (const Slice& slice : slices) {
    const auto at = known.find({slice.object, slice.start});
    const SliceRecord fresh{.slice = slice};
    const SliceRecord& record = at == known.end() ? fresh : *at->second;
    if (options_.force || source_->IsDue(record)) report_.due.push_back(slice);
  }
  if (source_->ListsAll() && !options_.dry_run) NoteGone(rows, slices);
  if (options_.newest_first) {
    std::reverse(report_.due.begin(), report_.due.end());
  }
  progress_.slices_total = report_.due.size();
  return {};
}

// What was loaded and is not listed any more stays, and says so.
void Syncer::NoteGone(const std::vector<LedgerRow>& rows,
                      const std::vector<Slice>& slices) {
  std::set<std::pair<std::string_view, int64_t>> listed;
  for (const Slice& slice : slices) listed.insert({slice.object, slice.start});
  for (const LedgerRow& row : rows) {
    const Slice& slice = row.known.slice;
    if (!row.known.load_id || row.known.state == SliceState::kSourceGone ||
        listed.contains({slice.object, slice.start})) {
      continue;
    }
    absent_.emplace_back(slice, SliceState::kSourceGone);
    ++report_.slices_absent;
  }
}

Status Syncer::PrepareToLoad() {
  LEARNSQL_TRY(Shard::RemoveLeftOver(connection_->path()));
  at_once_ =
      std::max<size_t>(std::min(options_.at_once, report_.due.size()), 1);
  source_->ReadAtOnce(at_once_);
  LEARNSQL_TRY_SET(shard_tables_, ShardTables::Of(connection_, contract_));
  return {};
}

Status Syncer::LoadAll() {
  while (!IsOver()) {
    if (options_.cancel != nullptr) LEARNSQL_TRY(options_.cancel->Check());
    LEARNSQL_TRY(Step());
  }
  return {};
}

bool Syncer::IsOver() const {
  return next_ == report_.due.size() && fetching_ == nullptr &&
         loading_.empty();
}

// Does the one thing that is due, or waits a little.
Status Syncer::Step() {
  LEARNSQL_TRY(StartFetch());
  if (!loading_.empty() && IsReady(loading_.front()->loading)) {
    return CommitFront();
  }
  const bool room = loading_.size() < at_once_;
  if (fetching_ != nullptr && room && IsReady(fetching_->fetching)) {
    std::unique_ptr<Task> task = std::move(fetching_);
    const Result<Landed> landed = task->fetching.get();
    // The next one downloads while this one loads.
    if (StatusOf(landed).code() != Code::kCancelled) LEARNSQL_TRY(StartFetch());
    return Settle(std::move(task), landed);
  }
  Wait();
  return {};
}

Status Syncer::StartFetch() {
  if (fetching_ != nullptr || next_ == report_.due.size()) return {};
  auto task = std::make_unique<Task>();
  LEARNSQL_TRY_SET(task->known, ledger_.Find(report_.due[next_++]));
  if (options_.force) task->known.etag.clear();
  Task* const shared = task.get();
  task->fetching = std::async(std::launch::async, [this, shared] {
    return source_->Fetch(
        shared->known, [shared](uint64_t bytes, std::optional<uint64_t>) {
          shared->bytes_fetched.store(bytes, std::memory_order_relaxed);
        });
  });
  fetching_ = std::move(task);
  return {};
}

void Syncer::Wait() {
  Report();
  CopyAhead();
  if (!loading_.empty()) {
    loading_.front()->loading.wait_for(kPoll);
  } else {
    fetching_->fetching.wait_for(kPoll);
  }
}

// After an interruption: the loads that are under way have seen it, too.
Status Syncer::StopLoads() {
  for (const std::unique_ptr<Task>& task : loading_) {
    task->loading.wait();
    task->copy.reset();
    LEARNSQL_TRY(ledger_.MarkFailed(task->known.slice, "interrupted",
                                    options_.clock->NowSeconds()));
  }
  loading_.clear();
  return {};
}

// Errors: kCancelled, and those of the warehouse, which end the sync.
Status Syncer::Settle(std::unique_ptr<Task> task,
                      const Result<Landed>& landed) {
  progress_.slice = task->known.slice.name;
  if (!landed.ok()) {
    // Nothing of it was touched yet: it stays what it was.
    if (landed.status().code() == Code::kCancelled) return landed.status();
    return Fail(task->known.slice, landed.status());
  }
  task->landed = *landed;
  report_.bytes_fetched += landed->bytes;
  const SliceRecord& known = task->known;
  const bool same = known.load_id && !landed->sha256.empty() &&
                    known.sha256 == landed->sha256 && !options_.force;
  if (landed->kind != Landed::Kind::kFetched || same) {
    return SettleUnloaded(*task);
  }
  return StartLoad(std::move(task));
}

Status Syncer::SettleUnloaded(const Task& task) {
  const int64_t now = options_.clock->NowSeconds();
  const Slice& slice = task.known.slice;
  const Landed& landed = task.landed;
  if (landed.kind == Landed::Kind::kUnchanged ||
      landed.kind == Landed::Kind::kFetched) {
    ++report_.slices_unchanged;
    LEARNSQL_TRY(ledger_.MarkUnchanged(slice, landed, now));
  } else {
    LEARNSQL_TRY(SettleAbsent(task));
  }
  if (landed.kind == Landed::Kind::kFetched) source_->Done(slice, landed.path);
  Done();
  return {};
}

// Long stretches may be absent, and a transaction for each slice would take its
// time: they are written by the hundred, the last ones when all else is done.
Status Syncer::SettleAbsent(const Task& task) {
  constexpr size_t kTogether = 256;
  ++report_.slices_absent;
  SliceState state = task.landed.kind == Landed::Kind::kMissing
                         ? SliceState::kMissing
                         : SliceState::kExpected;
  // What was loaded once stays, whatever becomes of the source.
  if (task.known.load_id || task.landed.kind == Landed::Kind::kGone) {
    state = SliceState::kSourceGone;
  }
  absent_.push_back({task.known.slice, state, task.landed.warning});
  return absent_.size() < kTogether ? Status() : WriteAbsent();
}

Status Syncer::WriteAbsent() {
  if (absent_.empty()) return {};
  LEARNSQL_TRY_SET(Transaction transaction, Transaction::Begin(connection_));
  for (const auto& [slice, state, warning] : absent_) {
    LEARNSQL_TRY(ledger_.MarkAbsent(slice, state, options_.clock->NowSeconds(),
                                    warning));
  }
  absent_.clear();
  return transaction.Commit();
}

Status Syncer::StartLoad(std::unique_ptr<Task> task) {
  if (const Status space = CheckDisk(task->landed); !space.ok()) {
    return Fail(task->known.slice, space);
  }
  LEARNSQL_TRY(WriteAbsent());
  LEARNSQL_TRY_SET(Transaction begin, Transaction::Begin(connection_));
  LEARNSQL_TRY_SET(task->load_id, NextNumber(connection_, "load_id"));
  LEARNSQL_TRY(
      ledger_.MarkRunning(task->known.slice, options_.clock->NowSeconds()));
  LEARNSQL_TRY(begin.Commit());
  if (task->landed.sha256_later) {
    task->hashing = std::async(std::launch::async, task->landed.sha256_later);
  }
  const bool shard =
      at_once_ > 1 ||
      (shard_tables_.direct && task->landed.bytes >= options_.min_shard_bytes);
  if (!shard) return LoadHere(task.get());
  Task* const shared = task.get();
  task->shard.emplace(connection_->path(), task->load_id);
  task->copy.emplace(connection_, &*task->shard, shard_tables_);
  task->loading = std::async(std::launch::async, [this, shared] {
    return shared->shard->Load(shard_tables_, LoadOf(shared));
  });
  loading_.push_back(std::move(task));
  return {};
}

SliceLoad Syncer::LoadOf(Task* task) {
  SliceLoad load;
  load.source = source_;
  load.contract = &contract_;
  load.slice = task->known.slice;
  load.path = task->landed.path;
  load.load_id = task->load_id;
  load.cancel = options_.cancel;
  load.meter = &task->meter;
  return load;
}

Status Syncer::TakeHash(Task* task) {
  if (!task->hashing.valid()) return {};
  LEARNSQL_TRY_SET(task->landed.sha256, task->hashing.get());
  return {};
}

Status Syncer::LoadHere(Task* task) {
  here_ = task;
  Result<LoadedRows> rows = LoadIntoWarehouse(task, false);
  if (rows.status().code() == Code::kConstraint) {
    rows = LoadIntoWarehouse(task, true);
  }
  here_ = nullptr;
  if (!rows.ok()) return Fail(task->known.slice, rows.status());
  return Finish(*task, *rows);
}

Result<LoadedRows> Syncer::LoadIntoWarehouse(Task* task, bool row_by_row) {
  SliceLoad load = LoadOf(task);
  load.writer.row_by_row = row_by_row;
  load.tick = [this] { Report(); };
  LEARNSQL_TRY_SET(Transaction transaction, Transaction::Begin(connection_));
  LEARNSQL_TRY_SET(LoadedRows rows, LoadSlice(load, connection_));
  LEARNSQL_TRY(TakeHash(task));
  const Status gate = CheckRejects(*task, rows.counts);
  if (gate.ok()) {
    LEARNSQL_TRY(TakeIn(*task, rows));
  } else {
    const auto [first, last] = RowsOf(task->load_id);
    for (const RawTableContract* table : rows.tables) {
      LEARNSQL_TRY(connection_->Execute(
          "delete from " + QuoteName(table->name) +
              " where row_id between ? and ?",
          std::array{Value::Integer(first), Value::Integer(last)}));
    }
    LEARNSQL_TRY(KeepEvidence(task->load_id));
  }
  LEARNSQL_TRY(transaction.Commit());
  if (!gate.ok()) return gate;
  return rows;
}

// The rows that a load has written already go into the warehouse while it goes
// on. Not beside other loads: their slices' states could not be written before
// this one is committed.
void Syncer::CopyAhead() {
  if (at_once_ > 1 || loading_.empty()) return;
  Task& task = *loading_.front();
  if (!task.copied.ok()) return;
  const Status copied = task.copy->CopyRows();
  // Somebody else writes now, and may be done when all is loaded.
  if (copied.code() != Code::kBusy) task.copied = copied;
}

Status Syncer::CommitFront() {
  std::unique_ptr<Task> task = std::move(loading_.front());
  loading_.pop_front();
  progress_.slice = task->known.slice.name;
  const Result<LoadedRows> rows = task->loading.get();
  Status taken = rows.ok() ? CopyShard(task.get(), *rows) : StatusOf(rows);
  if (!taken.ok()) {
    const Status undone = task->copy->Undo();
    if (!undone.ok()) taken = undone;
  }
  if (taken.code() == Code::kConstraint && !task->row_by_row) {
    LoadAgain(std::move(task));
    return {};
  }
  // On a full disk the ledger needs the room.
  task->copy.reset();
  task->shard.reset();
  if (!taken.ok()) return Fail(task->known.slice, taken);
  return Finish(*task, *rows);
}

Status Syncer::CopyShard(Task* task, const LoadedRows& rows) {
  LEARNSQL_TRY(TakeHash(task));
  LEARNSQL_TRY(task->copied);
  const Status gate = CheckRejects(*task, rows.counts);
  ShardCopy& copy = *task->copy;
  if (gate.ok()) {
    LEARNSQL_TRY(copy.CopyRows());
    LEARNSQL_TRY(copy.CopyRejects());
    LEARNSQL_TRY(RemoveLate(rows));
    LEARNSQL_TRY(TakeIn(*task, rows));
  } else {
    LEARNSQL_TRY(copy.Undo());
    LEARNSQL_TRY(copy.CopyRejects());
    LEARNSQL_TRY(KeepEvidence(task->load_id));
  }
  LEARNSQL_TRY(copy.Commit());
  return gate;
}

// A row broke a check, and only a statement of its own says which.
void Syncer::LoadAgain(std::unique_ptr<Task> task) {
  task->row_by_row = true;
  task->copied = {};
  task->shard->Clear();
  Task* const shared = task.get();
  task->loading = std::async(std::launch::async, [this, shared] {
    return shared->shard->LoadRowByRow(shard_tables_, LoadOf(shared));
  });
  loading_.push_front(std::move(task));
}

Status Syncer::RemoveLate(const LoadedRows& rows) {
  std::map<const RawTableContract*, Statement> removals;
  for (const auto& [table, row_id] : rows.late) {
    auto removal = removals.find(table);
    if (removal == removals.end()) {
      LEARNSQL_TRY_SET(
          Statement removes,
          connection_->Prepare("delete from " + QuoteName(table->name) +
                               " where row_id = ?"));
      removal = removals.emplace(table, std::move(removes)).first;
    }
    LEARNSQL_TRY(removal->second.Bind(1, Value::Integer(row_id)));
    LEARNSQL_TRY(removal->second.Run());
  }
  return {};
}

// The rows are committed.
Status Syncer::Finish(const Task& task, const LoadedRows& rows) {
  AddUp(rows.counts, &report_.counts);
  ++report_.slices_loaded;
  source_->Done(task.known.slice, task.landed.path);
  if (task.landed.more) LEARNSQL_TRY(GoOn(task.known.slice));
  Done();
  return {};
}

// The next slice of an object that has more to get.
Status Syncer::GoOn(const Slice& slice) {
  const std::optional<Slice> next = source_->Following(slice);
  if (!next) return {};
  LEARNSQL_TRY(ledger_.Expect({*next}));
  report_.due.push_back(*next);
  ++progress_.slices_total;
  return {};
}

// Makes the rows of a load those of its slice, in the transaction that brought
// them.
Status Syncer::TakeIn(const Task& task, const LoadedRows& rows) {
  const SliceRecord& known = task.known;
  if (known.load_id) LEARNSQL_TRY(RemoveLoad(known.slice, *known.load_id));
  LEARNSQL_TRY(ledger_.MarkLoaded(known.slice, task.load_id, task.landed,
                                  rows.counts, options_.clock->NowSeconds()));
  return ReplaceSnapshots(task, rows);
}

// A slice of a snapshot is the whole thing: of all slices of its object only
// the newest keeps its rows.
Status Syncer::ReplaceSnapshots(const Task& task, const LoadedRows& rows) {
  std::vector<const RawTableContract*> snapshots = rows.tables;
  std::erase_if(snapshots, [](const RawTableContract* table) {
    return table->kind != RawKind::kSnapshot;
  });
  if (snapshots.empty()) return {};
  const Slice& slice = task.known.slice;
  LEARNSQL_TRY_SET(std::vector<LedgerRow> older, ledger_.LoadedBefore(slice));
  LEARNSQL_TRY_SET(const bool newer, ledger_.HasLoadedAfter(slice));
  if (newer) {
    older.emplace_back().known = {.slice = slice, .load_id = task.load_id};
  }
  for (const LedgerRow& row : older) {
    for (const RawTableContract* table : snapshots) {
      LEARNSQL_TRY(RemoveRows(*table, row.known.slice, *row.known.load_id));
    }
    if (snapshots.size() < rows.tables.size()) continue;
    LEARNSQL_TRY(ledger_.MarkReplaced(row.known.slice));
  }
  return {};
}

Status Syncer::RemoveLoad(const Slice& slice, int64_t load_id) {
  for (const RawTableContract& table : contract_.tables) {
    LEARNSQL_TRY(RemoveRows(table, slice, load_id));
  }
  return connection_->Execute("delete from ls_reject where load_id = ?",
                              std::array{Value::Integer(load_id)});
}

Status Syncer::RemoveRows(const RawTableContract& table, const Slice& slice,
                          int64_t load_id) {
  const auto [first, last] = RowsOf(load_id);
  LEARNSQL_TRY(connection_->Execute(
      "delete from " + QuoteName(table.name) + " where row_id between ? and ?",
      std::array{Value::Integer(first), Value::Integer(last)}));
  const int64_t removed = connection_->changes();
  return connection_->Execute(
      "insert into ls_removed_load (load_id, raw_table, row_count, source, "
      "object, slice_start, removed_at) values (?, ?, ?, ?, ?, ?, ?) "
      "on conflict do nothing",
      std::array{Value::Integer(load_id), Value::Text(table.name),
                 Value::Integer(removed), Value::Text(source_->name()),
                 Value::Text(slice.object), Value::Text(FormatUtc(slice.start)),
                 Value::Text(FormatUtc(options_.clock->NowSeconds()))});
}

Status Syncer::KeepEvidence(int64_t load_id) {
  return connection_->Execute(
      "delete from ls_reject where load_id = ? and sequence > ?",
      std::array{Value::Integer(load_id), Value::Integer(kEvidence)});
}

Status Syncer::CheckRejects(const Task& task, const LoadCounts& counts) {
  const double share =
      static_cast<double>(counts.rows_rejected) /
      static_cast<double>(std::max<uint64_t>(counts.rows_read, 1));
  if (counts.rows_rejected <= options_.max_reject_rows ||
      share <= options_.max_reject_share) {
    return {};
  }
  report_.refused.push_back({task.known.slice, task.load_id});
  return Status(Code::kGate,
                std::to_string(counts.rows_rejected) + " of " +
                    std::to_string(counts.rows_read) +
                    " records were rejected, more than max_rejects allows; "
                    "ls_reject has the first of them under load_id " +
                    std::to_string(task.load_id));
}

Status Syncer::CheckDisk(const Landed& landed) const {
  constexpr uint64_t kSpare = 64 << 20;
  LEARNSQL_TRY_SET(const uint64_t free, FreeDiskBytes(connection_->path()));
  const uint64_t needed = landed.bytes * at_once_ + kSpare;
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
  // What all slices need and cannot have is said once.
  if (std::find(report_.errors.begin(), report_.errors.end(), line) ==
      report_.errors.end()) {
    report_.errors.push_back(line);
  }
  if (Severity(error.code()) > Severity(report_.worst.code())) {
    report_.worst = Status(error.code(), line);
  }
  Done();
  return {};
}

void Syncer::Done() {
  ++progress_.slices_done;
  Report();
}

void Syncer::Report() {
  if (!options_.progress) return;
  progress_.rows = report_.counts.rows_loaded;
  progress_.bytes_decoded = report_.counts.stream.bytes_decoded;
  const auto add = [this](const Task& task) {
    progress_.rows += task.meter.rows.load(std::memory_order_relaxed);
    progress_.bytes_decoded +=
        task.meter.bytes_decoded.load(std::memory_order_relaxed);
  };
  if (here_ != nullptr) add(*here_);
  for (const std::unique_ptr<Task>& task : loading_) add(*task);
  progress_.bytes_fetching =
      fetching_ == nullptr
          ? 0
          : fetching_->bytes_fetched.load(std::memory_order_relaxed);
  options_.progress(progress_);
}

}  // namespace

Result<SyncReport> Sync(Connection* connection, Source* source,
                        const RawContract& contract, const Window& window,
                        const SyncOptions& options) {
  return Syncer(connection, source, contract, options).Run(window);
}

}  // namespace learnsql
