#pragma once

#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/project.h"

namespace learnsql {

class Connection;

// Something people ask that would no longer run after a build.
struct BrokenQuery {
  std::string name;
  std::string kind;   // view, question, or foreign: a view not of the project
  std::string owner;  // '' where nobody is named
  Place place;        // in the project's files; empty for a foreign view
  std::string why;    // "unknown column 'score' (did you mean ...?)"
};

// Whether an error is about a view or question of the project alone, so that
// the rest can be planned.
bool IsAboutQuery(const ModelSet& set, const Finding& finding);

// The views and questions of the project that do not fit its contracts, and
// the views of the file that others made and that would not prepare against
// them. Reads the schema only: not a row is computed.
// Errors: of the store.
Result<std::vector<BrokenQuery>> FindBroken(Connection* connection,
                                            const ModelSet& set);

}  // namespace learnsql
