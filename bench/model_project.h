#pragma once

#include <string>

#include "engine/base/status.h"

namespace learnsql::bench {

// Writes a project of `models` models into an empty folder: seeds in, a staging
// view each, and then in turn dimensions that are folded in, facts with foreign
// keys and indexes, totals, and views, every fourth with expectations.
// Errors: kIo.
Status WriteModelProject(const std::string& folder, int models);

// Writes a project with this repository's models of GH Archive alone.
// Errors: kIo.
Status WriteEventsProject(const std::string& folder);

}  // namespace learnsql::bench
