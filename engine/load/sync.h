#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/load/ledger.h"
#include "engine/load/raw_contract.h"
#include "engine/load/source.h"

namespace learnsql {

class CancelFlag;
class Clock;

// How far a sync is, for whoever draws it.
struct SyncProgress {
  size_t slices_done = 0;
  size_t slices_total = 0;
  std::string slice;  // the one being worked on
  uint64_t rows = 0;  // loaded by this sync
  uint64_t bytes_decoded = 0;
  uint64_t bytes_fetching = 0;  // of the slice that downloads now
};

struct SyncOptions {
  bool force = false;    // load again what is loaded and unchanged
  bool dry_run = false;  // only say which slices are due
  bool newest_first = false;
  // Slices that load at once, each in a thread and temporary files of its own.
  size_t at_once = 1;
  // With 1, or one slice due, the rows of a file smaller than this go straight
  // into the warehouse.
  uint64_t min_shard_bytes = 1 << 20;
  // More rejects than this share of a slice's records, and more than this
  // number, fail the slice.
  double max_reject_share = 0.001;
  uint64_t max_reject_rows = 10;
  // Both are borrowed; cancel may be null.
  Clock* clock = nullptr;
  const CancelFlag* cancel = nullptr;
  // Called at least for every slice, on the calling thread.
  std::function<void(const SyncProgress&)> progress;
};

// What a sync did. Slices: asked = loaded + unchanged + absent + failed, unless
// it was interrupted.
struct SyncReport {
  std::vector<Slice> due;
  std::vector<SliceNote> notes;  // of the window
  size_t slices_loaded = 0;
  size_t slices_unchanged = 0;
  size_t slices_absent = 0;  // not there yet, or missing
  size_t slices_failed = 0;
  LoadCounts counts;  // of the slices loaded, added up
  uint64_t bytes_fetched = 0;
  double seconds = 0;
  // The worst of what went wrong with single slices: the code decides the exit
  // code, the message names the first slice of that code.
  Status worst;
  std::vector<std::string> errors;  // one line a failed slice
  // Of those, the slices with too many rejects; ls_reject has the first of them
  // under the load's number.
  struct Refused {
    Slice slice;
    int64_t load_id = 0;
  };
  std::vector<Refused> refused;
  bool interrupted = false;
};

// Brings the slices of `source` that meet `window` and are due into the
// warehouse: expected first, then fetched one ahead of the load, each in a
// transaction of its own with its ledger row. A slice that fails is recorded,
// and the next one is tried. Loads commit in the order of their load_id,
// whatever their number at once.
//
// Memory: for each load at once that of its reader, 12 MiB for telling
// duplicates, and 2 MiB of SQLite's cache.
// REQUIRES: the writer's lock is held; `connection` is from OpenWarehouse. For
// a dry run neither: it only reads the ledger.
// Errors: those that concern the whole sync (settings, the warehouse); what
// concerns one slice is in the report.
Result<SyncReport> Sync(Connection* connection, Source* source,
                        const RawContract& contract, const Window& window,
                        const SyncOptions& options);

}  // namespace learnsql
