#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/model.h"

namespace learnsql {

class Connection;
class Statement;

// A row that breaks a rule.
struct Offender {
  std::string rule;          // "score_in_range", "learner_id not null", ...
  std::string kind;          // as ls_failure.kind
  std::string key;           // JSON
  std::string row;           // JSON
  std::string cause;         // for people
  std::string source_table;  // the raw table it came from; empty: unknown
  int64_t source_row_id = 0;
};

// The rows of one model, or of one check, that break rules: the first of them
// in full, the rest counted.
//
// Memory: kMostRows rows of at most kMostRowBytes.
struct Evidence {
  static constexpr int64_t kMostRows = 1000;
  static constexpr size_t kMostRowBytes = 64 * 1024;

  Evidence() = default;
  Evidence(std::string of_model, std::string at_path)
      : model(std::move(of_model)), path(std::move(at_path)) {}

  std::string model;
  std::string path;  // of the script
  std::vector<Offender> offenders;
  std::map<std::string, int64_t> counts;  // by rule

  int64_t total() const;
  void Add(Offender offender);
  // "fct_x breaks 'score_in_range' in 3 rows: 17, 18, 19", a line a rule.
  std::string ToString() const;
  Status ToStatus() const;
};

// Whether a row was refused. Which of them it was is found out only by trying.
bool BreaksRule(const Status& status);

// The rule of SQLite's message about a broken constraint: its name and kind.
struct BrokenRule {
  std::string rule;
  std::string kind;
};
BrokenRule RuleOf(const std::string& message, const Model& model);

// The row that `statement` stands on as an offender, all its columns by name,
// with `key` its key columns (none: the whole row is the key).
Offender OffenderOf(const Statement& statement,
                    const std::vector<std::string>& key);

// Inserts row by row what `select_sql` returns into a table made from the
// model's contract, to learn which rows break which rule. Leaves the table with
// the good rows. REQUIRES: the table exists and is empty.
Result<Evidence> FindOffenders(Connection* connection, const Model& model,
                               Statement* select);

// Writes evidence into ls_failure: a row seen before is seen again.
Status WriteEvidence(Connection* connection, const Evidence& evidence,
                     int64_t run_id, const std::string& now);

}  // namespace learnsql
