#pragma once

#include "engine/store/connection.h"

namespace learnsql {

// Sets the limits of a safe session on a connection that was just opened:
// nothing can be attached, no temporary file is made, values, statements and
// memory are bounded. There is no way back. The Guard and the dot commands hold
// the rest.
Status MakeSafe(Connection* connection);

}  // namespace learnsql
