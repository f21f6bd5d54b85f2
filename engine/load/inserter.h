#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/base/status.h"
#include "engine/load/row_batch.h"
#include "engine/store/bulk_insert.h"

namespace learnsql {

// Inserts batches in the order in which they come, in a thread of its own or in
// the caller's.
//
// Threads:  its functions from one thread. With a thread of its own, the
//           connection of the inserts is that thread's from Put until Drain
//           returned, or an error.
// Memory:   kWaiting batches beside the one that is inserted.
class Inserter {
 public:
  explicit Inserter(bool threaded);
  Inserter(const Inserter&) = delete;
  Inserter& operator=(const Inserter&) = delete;
  // Drops what still waits.
  ~Inserter();

  // Takes the rows of `batch` and leaves it empty. Waits while too many wait.
  // `into` must live until Drain returned.
  // Errors: of this insert or an earlier one; every later call returns it too.
  Status Put(BulkInsert* into, RowBatch* batch);

  // Waits until all that was put is in.
  // Errors: as Put.
  Status Drain();

 private:
  static constexpr size_t kWaiting = 4;

  struct Job {
    BulkInsert* into;
    RowBatch batch;
  };

  void Run();
  Status Insert(const RowBatch& batch, BulkInsert* into);

  std::vector<Value> values_;  // of the rows that are being inserted
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;        // the front one is being inserted
  std::deque<RowBatch> empty_;  // to be used again
  Status failed_;
  bool stop_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace learnsql
