#pragma once

#include <string>
#include <vector>

#include "engine/model/case_file.h"
#include "engine/model/project.h"

namespace learnsql {

// Runs a case in a database of its own in memory: given tables stand in place
// of what the project makes, all else that an expected model needs is made.
// The differences, each at its line; none when it passes.
// Errors: kInvalid at file and line for what cannot be run: an unknown table or
// column, rows that break a constraint, an error in a query.
Result<std::vector<std::string>> RunCase(const ModelSet& set,
                                         const TestCase& test,
                                         const LoadOptions& options);

}  // namespace learnsql
