#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/project.h"

namespace learnsql {

class Connection;

// What a build does to a model.
enum class StepMode {
  kNone,         // it is as it should be
  kRefresh,      // the same rows; its script's comments changed
  kFull,         // made anew
  kIncremental,  // rows from `since_row` on are folded in
  kView,         // a view, made anew
};
const char* StepModeName(StepMode mode);

using Inputs = std::vector<std::pair<std::string, std::string>>;

// A model as ls_model remembers it.
struct BuiltModel {
  std::string kind;
  std::string script;
  std::string script_hash;
  std::string fingerprint;
  std::string as_of;
  Inputs inputs;
  int version = 1;
  int64_t row_count = 0;
  int64_t bytes = 0;  // of its pages, when it was last made whole
};

struct Step {
  const Model* model = nullptr;
  StepMode mode = StepMode::kNone;
  std::string reason;  // for people: "script changed at line 12"
  std::string script_hash;
  std::string fingerprint;
  Inputs inputs;                    // by name
  int64_t since_row = 0;            // what :since_row is
  std::optional<int64_t> seen_row;  // of the driving raw table, after the step
  int64_t rows_before = 0;          // rows of its table, where it stays
  int64_t bytes_before = 0;         // and its bytes
  bool contract_stands = false;     // its table is there, of the same script
  bool selected = true;             // else it stays as it is, stale or not
};

// Everything that a build is about to do, in its order.
struct Schedule {
  std::vector<Step> steps;           // one for each model of the set
  std::vector<std::string> removed;  // built once, no longer in the project
  std::map<std::string, BuiltModel> built;
  // What stands for the content of each object, by lower case name; for checks.
  std::map<std::string, std::string> content;
  std::string ledger;                             // what stands for all loads
  std::map<std::string, std::string> raw_states;  // RawState by raw table

  bool empty() const;
};

struct ScheduleOptions {
  std::string as_of;
  std::string functions_version;
  bool full = false;
  std::vector<std::string> select;   // names; empty: all
  std::vector<std::string> exclude;  // left as they are, even when needed
};

// Finds what is stale and why. Looks at raw tables only when the ledger
// changed since the last build, at a seek per load.
// Errors: kInvalid for an unknown name in `select`; kUsage when a model needs
// one that is excluded and was never built; of the store.
Result<Schedule> MakeSchedule(Connection* connection, const ModelSet& set,
                              const ScheduleOptions& options);

// The hash of all that a script does, comments left out.
std::string ScriptHash(const Model& model);

// A hash of all texts, in their order.
std::string HashTexts(const std::vector<std::string>& texts);

}  // namespace learnsql
