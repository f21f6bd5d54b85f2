#pragma once

#include <cstdio>
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/cancel.h"
#include "engine/base/status.h"
#include "engine/query/parameters.h"

namespace learnsql {

// Asks a person for a value of each parameter of `sql` that is not `given`:
// writes "value for :day ..." to `err` and reads a line from `in`, typed as
// ParseParameter types it; what is no value is asked again. An empty line gives
// up. Without a terminal on both ends it asks nothing.
// Errors: kInvalid, as CheckNoneMissing says it, without a terminal or when
// given up; kCancelled after Ctrl-C; kInvalid for `?`, which has no name.
Result<std::vector<Parameter>> AskForMissing(std::string_view sql,
                                             std::span<const Parameter> given,
                                             std::FILE* in, std::FILE* err,
                                             const CancelFlag* cancel);

}  // namespace learnsql
