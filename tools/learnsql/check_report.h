#pragma once

#include <string>
#include <vector>

#include "engine/model/build.h"

namespace learnsql {

// The outcomes of checks as the certification team's tools read them:
//
//   {"timestamp", "summary": {"total_checks", "passed", "failed", "errors",
//    "warnings", "not_applicable"},
//    "checks": [{"name", "passed", "message", "severity", "category",
//                "details", "timestamp"}],
//    "by_category": {CATEGORY: {"passed", "failed"}}}
//
// A check whose column is missing has null for "passed", and says in "details"
// that it is not applicable. `now` is an instant.
std::string CheckReportJson(const std::vector<CheckOutcome>& outcomes,
                            const std::string& now);

}  // namespace learnsql
