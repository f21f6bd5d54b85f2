#include "tools/learnsql/wait_note.h"

#include <mutex>

#include "connectors/rest/rest_client.h"
#include "engine/base/clock.h"
#include "engine/base/log.h"

namespace learnsql {
namespace {

std::mutex note_mutex;
std::string note;  // guarded by note_mutex

}  // namespace

std::string WaitNote() {
  const std::lock_guard<std::mutex> lock(note_mutex);
  return note;
}

void NoteWait(const std::string& source, const RestWait& wait) {
  const std::lock_guard<std::mutex> lock(note_mutex);
  const bool begins = note.empty();
  note = wait.seconds_left == 0
             ? ""
             : "waits " + std::to_string(wait.seconds_left) + " s: " + wait.why;
  constexpr int64_t kWorthSaying = 5;
  if (!begins || wait.seconds_left < kWorthSaying) return;
  Log(LogLevel::kInfo, source + ": " + wait.why + "; going on at " +
                           FormatUtc(wait.until) + ", in " +
                           std::to_string(wait.seconds_left) +
                           " s (Ctrl-C stops, --no-wait fails instead)");
}

}  // namespace learnsql
