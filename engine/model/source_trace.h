#pragma once

#include <cstdint>
#include <string>

#include "engine/base/status.h"
#include "engine/model/offenders.h"
#include "engine/model/project.h"

namespace learnsql {

class Connection;

// Finds the raw rows that offending rows of a model came from: where the model
// has one raw table, and a staging view that it reads has a row_id and all
// columns of its key under the same names. Elsewhere nothing is claimed.
// Memory: that of the evidence. Reads the staging view once, from `since_row`.
Status TraceSources(Connection* connection, const ModelSet& set,
                    const Model& model, int64_t since_row, Evidence* evidence);

// The same for the rows that run `run_id` put into quarantine, in ls_failure:
// the first Evidence::kMostRows of them.
Status TraceQuarantine(Connection* connection, const ModelSet& set,
                       const Model& model, int64_t since_row, int64_t run_id);

}  // namespace learnsql
