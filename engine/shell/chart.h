#pragma once

#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "engine/shell/kept_result.h"

namespace learnsql {

struct ChartOptions {
  std::string kind;   // bar, line, hist or spark
  std::string x;      // a column of labels; empty: the first that is not y
  std::string y;      // a column of numbers; empty: the first that has some
  size_t width = 80;  // cells
};

// A drawing of a result in block and braille characters, each line ended.
// Errors: kUsage for an unknown kind, column, or one without numbers.
Result<std::string> DrawChart(const KeptResult& result,
                              const ChartOptions& options);

}  // namespace learnsql
