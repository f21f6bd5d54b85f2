#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/model/project.h"
#include "tools/learnsql/command.h"

namespace learnsql {

// [refresh] of learnsql.ini.
SectionSpec RefreshSection();

// What becomes of the time in which no refresh ran.
enum class MissedRuns {
  kFill,    // all that is due is loaded
  kLatest,  // only what lies in the last `recent_hours`
  kSkip,    // nothing of the gap, ever: only what came since refreshes resumed
};

// A file that a refresh publishes.
struct RefreshTarget {
  std::string path;
  std::string edition;  // empty: the whole
};

struct RefreshSettings {
  MissedRuns missed = MissedRuns::kFill;
  int64_t recent_seconds = 0;
  std::vector<RefreshTarget> targets;
  std::string export_folder;  // empty: nothing is exported
};

// Errors: kInvalid naming the key and where it was set.
Result<RefreshSettings> GetRefreshSettings(const Invocation& call,
                                           const Project& project);

// Adds the gates of the settings, min_rows and complete_through, to the checks
// of a build: one that does not hold stops it, and nothing is committed. `now`
// is in seconds UTC.
// Errors: kInvalid for a gate that cannot be read, and one of a table or source
// that is not there.
Status AddGates(const Invocation& call, int64_t now, ModelSet* models);

}  // namespace learnsql
