#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/project.h"

namespace learnsql {

class Connection;

// The columns of each object, by its name in lower case.
using ColumnsByObject = std::map<std::string, std::vector<std::string>>;

// Reads what SQLite knows of the tables that were made from a project's texts:
// types, keys, indexes and foreign keys of models, in the order in which SQLite
// lists them, types of raw columns, and into `columns` the columns of every
// table.
// REQUIRES: no other table than those, and ls_*, stands in `db`.
// Errors: of the store.
Status ReadTableFacts(Connection* db, ModelSet* set, ColumnsByObject* columns);

}  // namespace learnsql
