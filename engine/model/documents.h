#pragma once

#include <vector>

#include "engine/model/project.h"

namespace learnsql {

// Gives a column that has no document, unit or pii class of its own those of
// the column whose values it hands through. REQUIRES: the models are in order.
void InheritDocuments(ModelSet* set);

// What stands for all documents, owners and lineage of the project: equal when
// the dictionary is as it should be.
std::string HashDocuments(const ModelSet& set);

// A warning for each model without document or owner, and for each column that
// nothing documents.
std::vector<Finding> FindUndocumented(const ModelSet& set);

}  // namespace learnsql
