#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/publish/publish_plan.h"
#include "engine/publish/row_copier.h"

namespace learnsql {

// Where the file being written sees the warehouse: the name it is attached by.
inline constexpr std::string_view kWarehouseName = "warehouse";

// The condition on `table`, known as t0, that leaves the rows that its own rule
// chooses and whose parents are left, over any number of generations. Empty
// where no rule is on the way.
// Errors: kInvalid where foreign keys lead back to a table whose rows are
// chosen.
Result<std::string> ChosenRows(const PublishPlan& plan,
                               const PublishedTable& table);

// Hashes and blanks values as the columns of a row say.
//
// Lifetime: borrows both.
RowChange ValueChange(const std::vector<PublishedColumn>& columns,
                      const std::string& hash_key);

}  // namespace learnsql
