#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/model/build.h"
#include "engine/publish/publish.h"
#include "tools/learnsql/refresh_settings.h"
#include "tools/learnsql/sync_steps.h"

namespace learnsql {

struct RefreshedFile {
  RefreshTarget target;
  PublishReport report;
};

// What a refresh did, as far as it came.
struct RefreshReport {
  std::vector<SourceOutcome> sources;
  std::optional<BuildReport> build;  // none: stopped, or not reached
  std::vector<RefreshedFile> files;
  double seconds = 0;
  Status status;  // of the whole
};

// "refresh: 2 of 3 sources, 14 rows; 3 models built; 1 file published in 2 s".
std::string RefreshSummary(const RefreshReport& report);

// The same as one line of JSON:
//   {"outcome": ok, gate, unavailable, busy, cancelled or error, "exit_code",
//    "seconds", "message": text or null,
//    "sources": [{"source", "status", "loaded", "unchanged", "absent",
//                 "failed", "rows", "error": text or null}],
//    "build": null or {"built", "unchanged", "checks", "state"},
//    "published": [{"file", "edition", "rows", "bytes", "sha256",
//                   "changed"}]}
std::string RefreshJson(const RefreshReport& report);

}  // namespace learnsql
