#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/question.h"

namespace learnsql {

// Case tests: rows in, models, rows out, in one short text.
//
//   -- case: the_last_name_counts
//   -- as_of: 2015-01-02T00:00:00Z
//   given stg_gharchive__events:
//   row_id, event_id, actor_id, actor_login
//   1, 10, 7, ann
//   2, 11, 7, 'ann, the second'
//
//   expect dim_actors:
//   actor_id, last_login
//   7, 'ann, the second'
//
// A block goes on to an empty line. tests/cases/README.md is the manual.

// A row of values as the text has them, in their one spelling: `null`, a
// number, or text, in quotes where it could be taken for another thing.
struct CaseRow {
  std::vector<std::string> values;
  uint64_t line = 0;
};

// `given NAME:` or `expect NAME [name=value ...] [in order]:` with its rows, or
// `given NAME as SELECT ...;`.
struct CaseTable {
  std::string name;
  uint64_t line = 0;
  std::vector<std::string> columns;
  std::vector<CaseRow> rows;
  std::string sql;                 // in place of columns and rows
  std::vector<GivenValue> values;  // of a question's parameters
  bool in_order = false;
};

struct TestCase {
  std::string name;
  std::string file;
  uint64_t line = 0;
  std::string as_of = "2000-01-01T00:00:00Z";
  std::string fails;  // a part of the error that is wanted; empty for none
  std::vector<CaseTable> given;
  std::vector<CaseTable> expected;
};

// The cases of a file.
// Errors: kInvalid at file and line.
Result<std::vector<TestCase>> ReadCases(const std::string& file,
                                        std::string_view text);

// A value in its one spelling.
std::string SpellInteger(int64_t value);
std::string SpellReal(double value);
std::string SpellText(std::string_view value);
// `text` without quotes when it is spelled as text.
bool IsSpelledNumber(std::string_view text);
std::string UnspellText(std::string_view text);

}  // namespace learnsql
