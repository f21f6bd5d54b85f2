#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/build.h"
#include "engine/model/impact.h"

namespace learnsql {

class Connection;

// How the new contract of a model looks to those who read the old one.
enum class ContractChange {
  kNone,      // not changed
  kNeutral,   // the same columns and keys, other rules or another query
  kAdditive,  // new columns or keys beside the old
  kBreaking,  // a column is gone, or has another type, or the key is another
};

// What a build would do to one model.
struct PlanItem {
  std::string model;
  std::string kind;
  std::string mode;    // full, incremental, view, refresh, drop
  std::string reason;  // the line of the script, the load, the input
  std::string owner;
  ContractChange change = ContractChange::kNone;
  std::vector<std::string> differences;  // "column score: real became integer"
  std::optional<int64_t> expected_rows;  // as the last runs say; none: unknown
  std::optional<double> expected_seconds;
};

struct BuildPlan {
  std::vector<PlanItem> items;             // in the order of the build
  std::vector<BrokenQuery> broken;         // what would not run afterwards
  int64_t unchanged = 0;                   // models that would not run
  std::optional<double> expected_seconds;  // of all, where all are known

  bool empty() const { return items.empty(); }
  // One object, as `learnsql plan --json` prints it; README.md has its schema.
  std::string ToJson() const;
};

const char* ContractChangeName(ContractChange change);

// Says what Build would do with these options, and changes nothing. Views and
// questions that do not fit the planned contracts are in `broken`: a build
// refuses as long as there are any of the project.
// Errors: kInvalid when the models are wrong otherwise; of the store.
Result<BuildPlan> Plan(Connection* connection, const ModelSet& set,
                       const BuildOptions& options);

}  // namespace learnsql
