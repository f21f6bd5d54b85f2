#pragma once

#include <cstdint>
#include <cstdio>

#include "engine/base/cancel.h"
#include "engine/store/connection.h"
#include "engine/store/hooks.h"

namespace learnsql {

// While it stands, long statements of a connection can be stopped, and those
// that take more than half a second tell how far they are on a line of a
// terminal that is wiped away in the end.
//
// Threads:  those of the connection.
// Lifetime: borrows all that it is made with; takes the place of the
//           connection's own look at its cancel flag.
class Progress {
 public:
  struct Options {
    std::FILE* terminal = nullptr;  // null: tell nothing
    int64_t limit_micros = 0;       // 0: no limit of time
  };

  Progress(Connection* connection, const CancelFlag* cancel, Options options);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  // The statement that runs from now on.
  void Watch(const Statement* statement) { statement_ = statement; }
  // One more row of it has come.
  void CountRow() { ++rows_; }

  // Wipes the line away, because a result follows.
  void Hide();

  uint64_t rows() const { return rows_; }
  int64_t micros() const;
  bool timed_out() const { return timed_out_; }

 private:
  bool Look();
  void Tell(int64_t micros);

  const CancelFlag* const cancel_;
  const Options options_;
  const int64_t started_;
  int64_t next_tell_;
  const Statement* statement_ = nullptr;
  uint64_t rows_ = 0;
  bool told_ = false;
  bool timed_out_ = false;
  StepHook hook_;  // last: it calls back into all of the above
};

}  // namespace learnsql
