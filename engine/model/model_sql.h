#pragma once

#include <string>
#include <vector>

#include "engine/model/model.h"

namespace learnsql {

// The SQL that the engine writes around what a model says. Names are quoted;
// nothing else is joined into a text.

// "\"a\", \"b\"", each with `prefix` before it.
std::string QuotedList(const std::vector<std::string>& names,
                       const std::string& prefix = "");

// The rows of the model as its table holds them, columns by name.
std::string SelectRowsSql(const Model& model);

// Fills the empty table.
std::string FillSql(const Model& model);

// The rows of `child` (the table, or a table that holds some of its rows)
// whose parent is missing. A key with a null in any part has none to miss.
std::string OrphansSql(const Model& model, const ForeignKey& key,
                       const std::string& child);

}  // namespace learnsql
