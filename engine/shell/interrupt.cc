#include "engine/shell/interrupt.h"

#include <atomic>

namespace learnsql {
namespace {

std::atomic<CancelFlag*> g_flag = nullptr;

void OnInterrupt(int) {
  if (CancelFlag* const flag = g_flag.load()) flag->Cancel();
}

}  // namespace

InterruptScope::InterruptScope(CancelFlag* flag) : before_{} {
  g_flag.store(flag);
  // Without SA_RESTART: a read from the terminal has to return.
  struct sigaction action {};
  action.sa_handler = OnInterrupt;
  sigaction(SIGINT, &action, &before_);
}

InterruptScope::~InterruptScope() {
  sigaction(SIGINT, &before_, nullptr);
  g_flag.store(nullptr);
}

IgnoreBrokenPipe::IgnoreBrokenPipe() : before_{} {
  struct sigaction action {};
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, &before_);
}

IgnoreBrokenPipe::~IgnoreBrokenPipe() { sigaction(SIGPIPE, &before_, nullptr); }

}  // namespace learnsql
