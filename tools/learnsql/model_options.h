#pragma once

#include "engine/model/build.h"
#include "engine/model/project.h"
#include "tools/learnsql/command.h"

namespace learnsql {

// The models of a project, with the functions that they may call.
Result<ModelSet> LoadProjectModels(const Project& project);

// What build, plan and check have in common: the models named, --full, --prove,
// --as-of.
// Errors: kUsage for a time that is none.
Result<BuildOptions> GetBuildOptions(const Invocation& call);

}  // namespace learnsql
