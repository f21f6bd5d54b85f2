#pragma once

#include <string>

namespace learnsql {

struct RestWait;

// What a source waits for just now, for the progress line: "waits 312 s: the
// limit of requests is used up"; empty: nothing.
//
// Threads: any thread.
std::string WaitNote();

// Called every second of a wait: keeps the note, and says the first second of
// it on the log, where no progress line is drawn.
void NoteWait(const std::string& source, const RestWait& wait);

}  // namespace learnsql
