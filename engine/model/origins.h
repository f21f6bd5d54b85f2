#pragma once

#include <vector>

#include "engine/model/model.h"

namespace learnsql {

// Takes what SQLite says about the origin of each column of the model's query,
// in its order, names them as the contract does, and keeps what is certain. Of
// a union SQLite tells the first part only: a column whose source stands in
// one, at whatever depth of common tables, is left without a source.
void TakeOrigins(std::vector<ColumnOrigin> told, Model* model);

}  // namespace learnsql
