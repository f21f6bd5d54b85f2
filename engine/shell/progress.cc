#include "engine/shell/progress.h"

#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "engine/query/text_width.h"
#include "engine/shell/screen.h"
#include "engine/shell/terminal.h"

namespace learnsql {
namespace {

// Steps of SQLite's virtual machine between two looks: some tens of
// microseconds, so Ctrl-C is felt at once.
constexpr int kStepsPerReport = 4000;
constexpr int64_t kFirstTellMicros = 500'000;
constexpr int64_t kTellEveryMicros = 200'000;

// Without those in the middle that a narrow screen has no room for: what goes
// on over a second line could not be taken back.
std::string OnOneLine(std::vector<std::string> parts, size_t width) {
  while (true) {
    std::string line;
    for (const std::string& part : parts) {
      line += (line.empty() ? "" : " · ") + part;
    }
    if (parts.size() == 1 || TextWidth(line) < width) return line;
    parts.erase(parts.end() - (parts.size() > 2 ? 2 : 1));
  }
}

}  // namespace

Progress::Progress(Connection* connection, const CancelFlag* cancel,
                   Options options)
    : cancel_(cancel),
      options_(options),
      started_(Clock::System()->MonotonicMicros()),
      next_tell_(kFirstTellMicros),
      hook_(connection, kStepsPerReport, [this] { return Look(); }) {}

Progress::~Progress() { Hide(); }

void Progress::Hide() {
  if (!told_) return;
  told_ = false;
  std::fputs("\r\x1b[K", options_.terminal);
  std::fflush(options_.terminal);
}

int64_t Progress::micros() const {
  return Clock::System()->MonotonicMicros() - started_;
}

bool Progress::Look() {
  if (cancel_->cancelled()) return true;
  const int64_t so_far = micros();
  const int64_t limit = options_.limit_micros;
  if (limit > 0 && so_far > limit) {
    timed_out_ = true;
    return true;
  }
  if (options_.terminal != nullptr && so_far >= next_tell_) Tell(so_far);
  return false;
}

void Progress::Tell(int64_t micros) {
  next_tell_ = micros + kTellEveryMicros;
  told_ = true;
  const int64_t scanned =
      statement_ == nullptr ? 0 : FullScanSteps(*statement_);
  const double seconds = static_cast<double>(micros) / 1e6;
  char time[32];
  std::snprintf(time, sizeof(time), "%.1f s", seconds);
  std::vector<std::string> parts = {time};
  if (scanned > 0) {
    const auto rate =
        static_cast<uint64_t>(static_cast<double>(scanned) / seconds);
    parts.push_back(GroupDigits(static_cast<uint64_t>(scanned)) +
                    " rows scanned");
    parts.push_back(GroupDigits(rate) + " rows/s");
  }
  if (rows_ > 0) parts.push_back(GroupDigits(rows_) + " rows found");
  parts.emplace_back("Ctrl-C stops it");
  const size_t width = LookAtTerminal(options_.terminal).width;
  std::fputs(("\r\x1b[K" + OnOneLine(std::move(parts), width)).c_str(),
             options_.terminal);
  std::fflush(options_.terminal);
}

}  // namespace learnsql
