#include "engine/load/inserter.h"

#include <utility>

namespace learnsql {

Inserter::Inserter(bool threaded) {
  if (threaded) thread_ = std::thread(&Inserter::Run, this);
}

Inserter::~Inserter() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Status Inserter::Put(BulkInsert* into, RowBatch* batch) {
  if (!thread_.joinable()) {
    if (failed_.ok()) failed_ = Insert(*batch, into);
    batch->Clear();
    return failed_;
  }
  std::unique_lock lock(mutex_);
  changed_.wait(lock,
                [this] { return jobs_.size() < kWaiting || !failed_.ok(); });
  if (!failed_.ok()) return failed_;
  RowBatch next;
  if (!empty_.empty()) {
    next = std::move(empty_.front());
    empty_.pop_front();
  }
  jobs_.push_back({into, std::exchange(*batch, std::move(next))});
  lock.unlock();
  changed_.notify_all();
  return {};
}

Status Inserter::Drain() {
  if (!thread_.joinable()) return failed_;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return jobs_.empty() || !failed_.ok(); });
  return failed_;
}

// As many rows at a time as go into a statement: they stay near the processor.
Status Inserter::Insert(const RowBatch& batch, BulkInsert* into) {
  RowBatch::Reader reader(batch);
  while (true) {
    reader.Next(into->rows_at_once(), &values_);
    if (values_.empty()) return {};
    LEARNSQL_TRY(into->Insert(values_));
  }
}

// The thread of its own.
void Inserter::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return !jobs_.empty() || stop_; });
    if (stop_) return;
    Job& job = jobs_.front();  // stays where it is while others come
    lock.unlock();
    Status inserted = Insert(job.batch, job.into);
    job.batch.Clear();
    lock.lock();
    empty_.push_back(std::move(job.batch));
    jobs_.pop_front();
    failed_ = std::move(inserted);
    changed_.notify_all();
    if (!failed_.ok()) return;
  }
}

}  // namespace learnsql
