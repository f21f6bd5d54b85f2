#pragma once

#include <atomic>

#include "engine/base/status.h"

namespace learnsql {

// A flag that asks long work to stop: set by Ctrl-C, looked at by whoever does
// something that takes more than some milliseconds.
//
// Threads: any thread; Cancel may be called from a signal handler.
class CancelFlag {
 public:
  void Cancel() noexcept { cancelled_.store(true, std::memory_order_relaxed); }
  bool cancelled() const noexcept {
    return cancelled_.load(std::memory_order_relaxed);
  }

  // Forgets it: the session goes on after the work that was stopped.
  void Reset() noexcept { cancelled_.store(false, std::memory_order_relaxed); }

  // kCancelled once the flag is set, else OK.
  Status Check() const {
    if (!cancelled()) return {};
    return Status(Code::kCancelled, "interrupted");
  }

 private:
  std::atomic<bool> cancelled_ = false;
};

}  // namespace learnsql
