#pragma once

#include <signal.h>

#include "engine/base/cancel.h"

namespace learnsql {

// While it stands, Ctrl-C sets a flag instead of ending the process. So does a
// first SIGTERM, which also ends the session; a second one ends the process.
//
// Threads:  one of them in a process at a time.
// Lifetime: borrows the flag.
class InterruptScope {
 public:
  explicit InterruptScope(CancelFlag* flag);
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;
  ~InterruptScope();

 private:
  struct sigaction before_;
  struct sigaction terminate_before_;
};

// Whether a SIGTERM came while an InterruptScope stood.
bool TerminationAsked();

// While it stands, writing to a pipe that nobody reads is an error and does not
// end the process: people leave pagers early.
class IgnoreBrokenPipe {
 public:
  IgnoreBrokenPipe();
  IgnoreBrokenPipe(const IgnoreBrokenPipe&) = delete;
  IgnoreBrokenPipe& operator=(const IgnoreBrokenPipe&) = delete;
  ~IgnoreBrokenPipe();

 private:
  struct sigaction before_;
};

}  // namespace learnsql
