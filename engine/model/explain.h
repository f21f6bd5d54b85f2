#pragma once

#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/finding.h"
#include "engine/model/model.h"
#include "engine/model/table_facts.h"

namespace learnsql {

class Connection;

// Tells SQLite's errors to the person who wrote the text: at the word that is
// meant, with the nearest right one.
//
// Threads:  the thread of the connection.
// Lifetime: borrows all that it is made of.
class Explainer {
 public:
  // `db` is the check database, which knows the functions.
  Explainer(const ModelSet& set, const ColumnsByObject& columns, Connection* db)
      : set_(set), columns_(columns), db_(db) {}

  // An error of preparing `piece`.
  Finding Explain(const SqlText& script, const SqlPiece& piece,
                  const Status& error) const;
  // An error of what an expectation was made into, at its line.
  Finding ExplainExpectation(const Check& check, const Status& error) const;

 private:
  Finding ExplainTable(const SqlText& script, const SqlPiece& piece,
                       std::string name) const;
  Finding ExplainColumn(const SqlText& script, const SqlPiece& piece,
                        const std::string& subject, Token token) const;
  // Columns that could be meant: of `table` when it is an object, else of all
  // objects that the text names, and what it calls its own columns.
  std::vector<std::string> ColumnsNear(const SqlText& script,
                                       const SqlPiece& piece,
                                       const std::string& table) const;
  std::vector<std::string> ColumnsOf(const std::string& object) const;
  std::vector<std::string> FunctionNames() const;

  const ModelSet& set_;
  const ColumnsByObject& columns_;
  Connection* db_;
};

}  // namespace learnsql
