#pragma once

#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "engine/model/build.h"
#include "engine/model/offenders.h"

namespace learnsql {

class Clock;
class Connection;
class Statement;

// Asks checks of what is built. Changes nothing.
//
// Lifetime: borrows the connection and the clock.
class CheckRunner {
 public:
  CheckRunner(Connection* connection, std::string as_of, Clock* clock)
      : connection_(connection), as_of_(std::move(as_of)), clock_(clock) {}

  // How much a check looks at: all, or what its model's last step brought.
  struct Range {
    const Model* touched = nullptr;  // its name means its touched rows
    int64_t since_row = 0;           // what :since_row is
    bool changes = false;            // MODEL__changes has not all rows
  };

  // Runs one check. Its failing rows are in evidence() afterwards; of a value
  // that is not as expected, one row whose key is what was measured.
  // Errors: kCancelled and errors of the store; a check that fails is none.
  Result<CheckOutcome> Run(const Check& check, const Range& range);
  Result<CheckOutcome> Run(const Check& check) { return Run(check, Range()); }

  const Evidence& evidence() const { return evidence_; }

 private:
  Status Ask(const Check& check, const Range& range, CheckOutcome* outcome);
  Status Measure(const Check& check, Statement* query, CheckOutcome* outcome);
  Status FindRows(const Check& check, Statement* query, CheckOutcome* outcome);

  Connection* connection_;
  std::string as_of_;
  Clock* clock_;
  Evidence evidence_;
};

// "error", "warn" or "info": how much it means when the check fails.
std::string_view SeverityName(const CheckOutcome& outcome);

// "fct_x.every_row_is_kept fails with 3 rows: ...".
std::string FailureText(const CheckOutcome& outcome);

}  // namespace learnsql
