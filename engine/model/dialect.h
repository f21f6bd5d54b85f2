#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/model/finding.h"
#include "engine/model/model.h"

namespace learnsql {

// One dialect for two engines: what SQLite 3.40 and Trino both take, with the
// same meaning. The tokenizer finds spelling, SQLite's authorizer the functions
// that a statement calls. sql/README.md is the users' list.

// Where SQL runs, which decides what it may call.
enum class SqlPlace {
  kBuild,     // models and checks: every function that learnsql offers
  kQuestion,  // also the shell runs it: none that overrides one of SQLite's
  kStored,    // views, constraints, indexes: what any sqlite3 has
  kRaw,       // contracts of raw tables: the same, never sent to Trino
};

// Spelling that one of the two engines refuses, or reads as something else.
void CheckSpelling(const SqlText& script, const std::vector<Token>& tokens,
                   std::vector<Finding>* findings);

// Functions that may not be called there, or not with so many arguments.
// `called` is what the authorizer saw; names that SQLite does not know, but
// other engines do, are found by their calls.
void CheckFunctions(const SqlText& script, const std::vector<Token>& tokens,
                    SqlPlace place, const std::set<std::string>& called,
                    std::vector<Finding>* findings);

// Names that a model gives (columns, common tables, `as NAME`) and that Trino
// reserves.
void CheckReserved(const SqlText& script, const std::vector<Token>& tokens,
                   const std::vector<Column>& columns,
                   std::vector<Finding>* findings);

// The expressions in a `create table`: its checks, defaults and generated
// columns, each one's tokens.
std::vector<std::vector<Token>> ExpressionsOf(const SqlText& script,
                                              const std::vector<Token>& table);

}  // namespace learnsql
