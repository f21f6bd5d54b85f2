#include "engine/shell/progress.h"

#include <sqlite3.h>

#include "engine/base/clock.h"
#include "engine/shell/screen.h"

namespace learnsql {
namespace {

// Steps of SQLite's virtual machine between two looks: some tens of
// microseconds, so Ctrl-C is felt at once.
constexpr int kStepsPerLook = 4000;
constexpr int64_t kFirstTellMicros = 500'000;
constexpr int64_t kTellEveryMicros = 200'000;

}  // namespace

Progress::Progress(Connection* connection, const CancelFlag* cancel,
                   Options options)
    : connection_(connection),
      cancel_(cancel),
      options_(options),
      started_(Clock::System()->MonotonicMicros()),
      next_tell_(kFirstTellMicros) {
  sqlite3_progress_handler(connection_->handle(), kStepsPerLook, Look, this);
}

Progress::~Progress() {
  sqlite3_progress_handler(connection_->handle(), 0, nullptr, nullptr);
  Hide();
}

void Progress::Hide() {
  if (!told_) return;
  told_ = false;
  std::fputs("\r\x1b[K", options_.terminal);
  std::fflush(options_.terminal);
}

int64_t Progress::micros() const {
  return Clock::System()->MonotonicMicros() - started_;
}

int Progress::Look(void* self) {
  auto* const progress = static_cast<Progress*>(self);
  if (progress->cancel_->cancelled()) return 1;
  const int64_t micros = progress->micros();
  const int64_t limit = progress->options_.limit_micros;
  if (limit > 0 && micros > limit) {
    progress->timed_out_ = true;
    return 1;
  }
  if (progress->options_.terminal != nullptr &&
      micros >= progress->next_tell_) {
    progress->Tell(micros);
  }
  return 0;
}

void Progress::Tell(int64_t micros) {
  next_tell_ = micros + kTellEveryMicros;
  told_ = true;
  const int scanned =
      statement_ == nullptr
          ? 0
          : sqlite3_stmt_status(statement_->handle(),
                                SQLITE_STMTSTATUS_FULLSCAN_STEP, 0);
  const double seconds = static_cast<double>(micros) / 1e6;
  std::string line = "\r\x1b[K";
  char time[32];
  std::snprintf(time, sizeof(time), "%.1f s", seconds);
  line += time;
  if (scanned > 0) {
    const auto rate = static_cast<uint64_t>(scanned / seconds);
    line += " · " + GroupDigits(static_cast<uint64_t>(scanned)) +
            " rows scanned · " + GroupDigits(rate) + " rows/s";
  }
  if (rows_ > 0) line += " · " + GroupDigits(rows_) + " rows found";
  std::fputs((line + " · Ctrl-C stops it").c_str(), options_.terminal);
  std::fflush(options_.terminal);
}

}  // namespace learnsql
