#pragma once

#include <cstdint>
#include <string>

#include "engine/base/status.h"

namespace learnsql {

class Connection;

// One run as JSON, from ls_run, ls_model_run and ls_check: what
// `learnsql build --artifact FILE` writes, also for a run that a gate stopped.
// README.md has its schema.
// Errors: kNotFound when there is no such run.
Result<std::string> RunArtifact(Connection* connection, int64_t run_id);

}  // namespace learnsql
