#include "engine/shell/interrupt.h"

#include <atomic>

namespace learnsql {
namespace {

std::atomic<CancelFlag*> g_flag = nullptr;

std::atomic<bool> g_terminate = false;

void OnInterrupt(int) {
  if (CancelFlag* const flag = g_flag.load()) flag->Cancel();
}

void OnTerminate(int signal) {
  g_terminate.store(true);
  OnInterrupt(signal);
}

}  // namespace

InterruptScope::InterruptScope(CancelFlag* flag)
    : before_{}, terminate_before_{} {
  g_flag.store(flag);
  // Without SA_RESTART: a read from the terminal has to return.
  struct sigaction action {};
  action.sa_handler = OnInterrupt;
  sigaction(SIGINT, &action, &before_);
  action.sa_handler = OnTerminate;
  action.sa_flags = SA_RESETHAND;
  sigaction(SIGTERM, &action, &terminate_before_);
}

InterruptScope::~InterruptScope() {
  sigaction(SIGINT, &before_, nullptr);
  sigaction(SIGTERM, &terminate_before_, nullptr);
  g_flag.store(nullptr);
}

bool TerminationAsked() { return g_terminate.load(); }

IgnoreBrokenPipe::IgnoreBrokenPipe() : before_{} {
  struct sigaction action {};
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, &before_);
}

IgnoreBrokenPipe::~IgnoreBrokenPipe() { sigaction(SIGPIPE, &before_, nullptr); }

}  // namespace learnsql
