#pragma once

#include <map>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace learnsql {

class Connection;

// For each model of a warehouse a hash of what makes its rows: its own script
// and those of all that it reads, in any depth. Comments and data do not count,
// so equal hashes in two warehouses mean equal models, whenever and wherever
// they were built.
//
// `schema` is the name under which the warehouse is attached, "main" for the
// file itself.
Result<std::map<std::string, std::string>> ReadModelLogic(
    Connection* connection, std::string_view schema);

}  // namespace learnsql
