#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/project.h"

namespace learnsql {

class CancelFlag;
class Clock;
class Connection;

// What a build says while it works: before each model, and after it with its
// rows.
struct BuildProgress {
  std::string model;
  size_t done = 0;   // models finished
  size_t total = 0;  // models to build
  int64_t rows = 0;  // of this model, once it is finished
};

struct BuildOptions {
  // What :as_of is; empty: now.
  std::string as_of;
  // Rebuild all that is selected, stale or not, and check foreign keys whole.
  bool full = false;
  // Rebuild every incremental model beside itself and compare.
  bool prove = false;
  // Names of models to build, with all they need and all that needs them;
  // empty: all.
  std::vector<std::string> select;
  // Names of models that stay as they are, even when others need them.
  std::vector<std::string> exclude;
  // What the functions that models may call are, for fingerprints.
  std::string functions_version = "1";
  // The ls_run row of the command, from RunRecord.
  int64_t run_id = 0;
  std::function<void(const BuildProgress&)> progress;
  // Look for room on the disk before anything is written.
  bool check_space = true;
  const CancelFlag* cancel = nullptr;  // borrowed
  Clock* clock = nullptr;              // borrowed; null: the machine's
};

// What happened to one model.
struct ModelOutcome {
  std::string model;
  std::string mode;                     // full, incremental, view, dropped
  std::string reason;                   // why it was stale
  std::optional<int64_t> row_count;     // none for a view
  std::optional<int64_t> rows_written;  // inserted or updated
  int64_t quarantined = 0;              // rows held back now
  int64_t released = 0;                 // rows let in again
  int64_t bytes = 0;                    // of its pages, once it was made whole
  // Whether rows that others may reference left the table.
  bool lost_rows = false;
  double seconds = 0;
  std::string query_plan;
};

// What a check found.
struct CheckOutcome {
  std::string name;
  std::string model;
  bool warn = false;
  bool info = false;     // of those that warn: only to be known
  std::string category;  // as declared; empty: none
  std::string scope;     // all or touched
  std::string outcome;   // pass, fail, not applicable
  int64_t failing_count = 0;
  std::optional<std::string> value;  // what was measured
  std::string message;               // empty when it passed
  double seconds = 0;
};

struct BuildReport {
  std::vector<ModelOutcome> models;  // in the order of the build
  std::vector<CheckOutcome> checks;  // that were run
  std::vector<std::string> notes;    // for the summary, for people
  int64_t unchanged = 0;             // models that were not stale
  int64_t state = 0;  // the state's number; 0: no content changed
};

// Rebuilds what is stale and checks it, all in one transaction: afterwards the
// file holds the new state whole, or the old one. Rows that broke a rule are
// in ls_failure either way.
//
// REQUIRES: a connection from OpenWarehouse without foreign keys, not in a
// transaction.
// Errors: kInvalid when the models are wrong (every finding is told), kGate
// when rows break a rule, a check or a view fails, kBusy, kCancelled, kIo.
Result<BuildReport> Build(Connection* connection, const ModelSet& set,
                          const BuildOptions& options);

// Runs all checks (or those in `select`, and those of the models in it) on what
// is built. No other table than ls_check and ls_failure changes. Errors: as
// Build; kGate is left to the caller, who sees the outcomes.
Result<std::vector<CheckOutcome>> RunChecks(Connection* connection,
                                            const ModelSet& set,
                                            const BuildOptions& options);

// What is wrong, doubtful or not documented, also where no error stops a build.
std::vector<Finding> Lint(const ModelSet& set);

}  // namespace learnsql
