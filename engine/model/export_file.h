#pragma once

#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "engine/model/tokenizer.h"

namespace learnsql {

// The header line `-- file: NAME` of a view or a question: what its exported
// file is called. NAME may hold {as_of}, the day that the state is of, and in a
// question {PARAMETER}.
//
//   -- file: certified_users.csv
//   -- file: {as_of}_totals.csv

// NAME as it is written; empty without such a line.
std::string ExportFileOf(const SqlText& script);

// Errors: kInvalid, without a place, for a name that would leave the folder, is
// hidden, or has a brace that does not end.
Status CheckExportFile(std::string_view name);

}  // namespace learnsql
