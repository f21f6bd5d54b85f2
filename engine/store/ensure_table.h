#pragma once

#include <string>

#include "engine/base/status.h"
#include "engine/store/connection.h"

namespace learnsql {

// Makes the table `name` by `ddl`, its `create table`, or adds the columns that
// `ddl` has gained since it was made. Returns whether anything was done.
// REQUIRES: a transaction is open, where half of it would be worse than none.
// Errors: kInvalid when the table cannot become what `ddl` says by adding
// columns; the message says what to do. Those of the store.
Result<bool> EnsureTable(Connection* connection, const std::string& name,
                         const std::string& ddl);

}  // namespace learnsql
