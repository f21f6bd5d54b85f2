#pragma once

#include <string>
#include <vector>

#include "engine/model/model.h"
#include "engine/model/plan.h"

namespace learnsql {

// How `model` differs from the script that it was last built from.
struct ContractDifference {
  ContractChange change = ContractChange::kNone;
  std::vector<std::string> texts;  // a difference each, for people
};
ContractDifference CompareContract(const std::string& built_script,
                                   const Model& model);

}  // namespace learnsql
