#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/load/source.h"
#include "engine/store/connection.h"

namespace learnsql {

// What one load of a slice counted.
struct LoadCounts {
  uint64_t rows_read = 0;
  uint64_t rows_loaded = 0;
  uint64_t rows_duplicate = 0;
  uint64_t rows_conflict = 0;
  uint64_t rows_rejected = 0;
  StreamTotals stream;
  std::map<std::string, uint64_t> unknown_fields;
};

// One row of ls_slice as `status` shows it.
struct LedgerRow {
  SliceRecord known;
  LoadCounts counts;
  uint64_t bytes_fetched = 0;
  std::string error;           // empty: none
  std::string warning;         // empty: none
  std::string unknown_fields;  // JSON, or empty
  std::optional<int64_t> source_at;
};

// Reads and writes ls_slice, the record of every slice ever expected.
//
// Threads:  that of its connection.
// Lifetime: borrows the connection.
class Ledger {
 public:
  Ledger(Connection* connection, std::string source)
      : connection_(connection), source_(std::move(source)) {}

  // Adds the slices that are not there yet as `expected`.
  Status Expect(const std::vector<Slice>& slices);

  // The newest slice of each object.
  Result<std::vector<SliceRecord>> Newest();

  // What is known of `slice`; a fresh `expected` record when nothing is. Its
  // cursor is its own, or the one that the slice before it left.
  Result<SliceRecord> Find(const Slice& slice);

  // The slices that meet the window, oldest first; all without bounds.
  Result<std::vector<LedgerRow>> List(const Window& window);

  // The slice whose rows a load brought; nullopt when they were replaced.
  Result<std::optional<SliceRecord>> FindLoad(int64_t load_id);

  // What slices of the window had that no column knows.
  struct UnknownField {
    std::string path;
    uint64_t count = 0;   // of records
    uint64_t slices = 0;  // that have it
    std::string first;    // the name of the oldest of them
  };
  // The most frequent first.
  Result<std::vector<UnknownField>> UnknownFields(const Window& window);

  // A load begins: attempts grow, the state is `running`.
  Status MarkRunning(const Slice& slice, int64_t now);

  // The source was asked, and this is what it said of a slice without rows.
  Status MarkAbsent(const Slice& slice, SliceState state, int64_t now,
                    const std::string& warning = {});

  // The source was asked, and nothing changed: the rows stay. A slice that was
  // never loaded is empty then.
  Status MarkUnchanged(const Slice& slice, const Landed& landed, int64_t now);

  // The load ended badly. Where an earlier load's rows are still there, the
  // slice stays loaded and only its error is written; it is then due again as
  // if it had not been asked for. So does one that is gone and has no rows: an
  // error is no news of it.
  Status MarkFailed(const Slice& slice, const std::string& error, int64_t now);

  // The rows of the load are taken out again; belongs into their transaction.
  Status MarkReplaced(const Slice& slice);

  // The loads of the slices of `object` that begin before `start`, or after it,
  // and whose rows are here.
  Result<std::vector<LedgerRow>> LoadedBefore(const Slice& slice);
  Result<bool> HasLoadedAfter(const Slice& slice);

  // The rows are in; belongs into their transaction.
  Status MarkLoaded(const Slice& slice, int64_t load_id, const Landed& landed,
                    const LoadCounts& counts, int64_t now);

  // Turns every `running` of a dead process into what it was or `failed`.
  // REQUIRES: the writer's lock is held.
  Status RecoverInterrupted();

  // Where a sync goes on that was not told where to begin: at the first slice
  // that is still to come or failed, and at the latest `overlap` seconds before
  // the end of the newest. nullopt without any slice.
  Result<std::optional<int64_t>> ResumeFrom(int64_t overlap);

 private:
  Result<std::vector<LedgerRow>> ReadRows(Statement* list);
  Result<std::string> CursorAt(const Slice& slice);

  Connection* connection_;
  std::string source_;
};

}  // namespace learnsql
