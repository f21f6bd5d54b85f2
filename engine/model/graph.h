#pragma once

#include <string>
#include <vector>

#include "engine/model/project.h"

namespace learnsql {

// Puts `set->models` into an order in which everything stands after what it
// reads and references, by name where that leaves a choice. Each cycle becomes
// a finding that prints its path; the models on it keep their places by name.
void OrderModels(ModelSet* set);

// `names` and all that is upstream or downstream of them, as positions in
// `set.models`. Unknown names are passed over.
std::vector<bool> Closure(const ModelSet& set,
                          const std::vector<std::string>& names);

}  // namespace learnsql
