#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/load/row_sink.h"

namespace learnsql {

// A learner as the roster has it.
struct RosterLearner {
  int64_t id = 0;  // Codetrack's; 0 and less: no account
  std::string email;
  std::string name;
  std::string cohort;       // "11.30" is not "11.3"
  std::string leetcode_id;  // empty: none
};

// What a row of the roster has wrong.
struct RosterFault {
  std::string_view reason;  // of the reject; empty: nothing is wrong
  std::string_view column;
  std::string detail;
};

// A row of the roster, good or not.
//
// Lifetime: `text` is into the roster's own text.
struct RosterRow {
  RosterLearner learner;
  RosterFault fault;
  std::string_view text;
  RecordPlace place;
};

// A roster is a list of learners: JSON objects with id, email, name and cohort,
// and leetcode_id where there is one. Each row is judged by itself, but that an
// address or an account belongs to the first row that has it.
struct Roster {
  std::string text;
  std::vector<RosterRow> rows;

  // The good rows with an account, by id.
  std::vector<RosterLearner> WithAccount() const;
  // The good rows without one.
  size_t without_account() const;
  size_t faulty() const;
};

// Errors: kNotFound, kIo; kCorrupt with line and byte when it is no JSON list.
// Memory: twice the file, of at most 32 MiB.
Result<Roster> ReadRoster(const std::string& path);

// Writes the rows into raw_codetrack__learners, faulty ones as rejects.
Status AddRoster(const Roster& roster, const std::string& seen_at,
                 RowSink* sink);

}  // namespace learnsql
