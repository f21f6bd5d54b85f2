#pragma once

#include <vector>

#include "engine/model/finding.h"
#include "engine/model/project.h"

namespace learnsql {

// What a model must be to be folded in, or to be a history: a key, one raw
// table that drives it, rows chosen by `row_id >= :since_row`. What does not
// fit is a finding that says why. Does nothing for other models. Of a model
// whose query could not be prepared only the contract is looked at.
void CheckIncremental(const ModelSet& set, const Model& model, bool prepared,
                      std::vector<Finding>* findings);

}  // namespace learnsql
