#pragma once

#include "engine/base/status.h"
#include "engine/model/build.h"
#include "engine/store/connection.h"
#include "tools/learnsql/command.h"

namespace learnsql {

// The pieces of `learnsql build`, for `refresh` too.

// The warehouse as a build needs it: the functions that models may call,
// foreign keys off.
// REQUIRES: the writer's lock is held.
Result<Connection> OpenForBuild(const Invocation& call);

// Builds, with a line of progress, and prints what was done when it is done.
// Errors: as Build.
Result<BuildReport> BuildAndPrint(const Invocation& call,
                                  const ModelSet& models, BuildOptions options,
                                  Connection* connection);

}  // namespace learnsql
