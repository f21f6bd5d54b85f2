#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/project.h"
#include "engine/model/schedule.h"

namespace learnsql {

class Connection;

// Selectors: which parts of a project a command is about. README.md has their
// language ("+fct_events", "tag:daily,path:sql/curated", "state:failed");
// build, plan, check, lint, list and export all read it here.

// What was typed. Each text may hold several terms with blanks between them.
struct SelectorTexts {
  std::vector<std::string> select;   // none: everything
  std::vector<std::string> exclude;  // taken out of it

  bool all() const { return select.empty() && exclude.empty(); }
};

// The parts selected. Checks come with the models that they are about.
//
// Lifetime: borrows the set.
struct Selection {
  std::vector<const RawTable*> raw_tables;  // by name
  std::vector<const Model*> models;         // in the order of the set
  std::vector<const Check*> checks;         // by name
  std::vector<const Question*> questions;   // by name
};

// What the terms of `state:` stand for: names in lower case, as one warehouse
// has them.
struct ProjectState {
  std::set<std::string> added;     // models that are not built yet
  std::set<std::string> modified;  // those, and those whose script changed
  std::set<std::string> stale;     // what a build would make anew
  std::set<std::string> failed;    // models and checks that failed last
};

// Looks at all of it and changes nothing; `options.select` is not used.
// Errors: those of MakeSchedule.
Result<ProjectState> ReadProjectState(Connection* connection,
                                      const ModelSet& set,
                                      const ScheduleOptions& options);

// Whether a term asks for a state, so that Select needs one.
bool AsksForState(const SelectorTexts& texts);

// Finds what the texts select. `state` may be null when none asks for it.
// Errors: kUsage for a text that is no selector, for a name, tag, path, source
// or owner that nothing has (with the nearest that exists), and for a selection
// that is empty.
Result<Selection> Select(const ModelSet& set, const SelectorTexts& texts,
                         const ProjectState* state);

// The names to give as BuildOptions::select: the models selected, and for a raw
// table the models that read it.
// Errors: kUsage when there are none.
Result<std::vector<std::string>> BuildTargets(const ModelSet& set,
                                              const Selection& selection);

}  // namespace learnsql
