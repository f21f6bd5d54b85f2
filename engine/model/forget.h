#pragma once

#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/project.h"

namespace learnsql {

class Connection;

// What Forget took out.
struct Forgotten {
  struct Table {
    std::string name;
    int64_t rows = 0;
  };
  std::vector<Table> tables;  // those that had rows of the person, by name
  int64_t rejects = 0;
  int64_t failures = 0;
  // The slices whose raw rows went, "source/object/name": there the person is
  // still known, and loading them again would bring the rows back.
  std::vector<std::string> slices;
};

// A value by which a person is known, in lower case. Without a column it is
// looked for in all personal columns; with one, in those of that name alone:
// numbers that a system counts from 1 are in other columns somebody else's.
struct Trace {
  std::string value;
  std::string column;
};

// By what a person is known: the rows of the view learner_traces for the one
// learner that `key` names. The view has the columns learner_id, trace_class
// (email, login, id, or the name of a column) and trace_value.
// Errors: kNotFound when nobody has that key, or the view is not built.
Result<std::vector<Trace>> TracesOf(Connection* connection,
                                    const std::string& key);

// The names of the columns that traces of anybody keep to.
// Errors: those of the view.
Result<std::vector<std::string>> TraceColumns(Connection* connection);

// Deletes every row of a raw or built table of `models` of which a column of
// personal data (pii: email, login or id) is one of `traces`, and what
// ls_reject and ls_failure hold of them; in messages of checks and runs the
// traces are struck out, as far as CountTraces looks for them. Columns named
// in `own_columns` are held against traces of their name only. The ledger
// stays as it is: it says what was loaded. One transaction.
// REQUIRES: foreign keys are off, and the models are built anew afterwards.
Result<Forgotten> Forget(Connection* connection, const ModelSet& models,
                         const std::vector<Trace>& traces,
                         const std::vector<std::string>& own_columns);

// How often one of `traces` stands in the bytes of a file, in any case, also
// within a longer word. Traces that are plain numbers, shorter than six
// characters or of one column are not looked for: they stand everywhere.
// Memory: a window of 1 MiB.
Result<int64_t> CountTraces(const std::string& path,
                            const std::vector<Trace>& traces);

}  // namespace learnsql
