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

// By what a person is known: the values of the view learner_traces for the one
// learner that `key` names, in lower case. The view has the columns learner_id
// and trace_value.
// Errors: kNotFound when nobody has that key, or the view is not built.
Result<std::vector<std::string>> TracesOf(Connection* connection,
                                          const std::string& key);

// Deletes every row of a raw or built table of `models` of which a column of
// personal data (pii: email, login or id) is one of `traces`, and what
// ls_reject and ls_failure hold of them; in messages of checks and runs the
// traces are struck out, as far as CountTraces looks for them. The ledger
// stays as it is: it says what was loaded. One transaction.
// REQUIRES: foreign keys are off, and the models are built anew afterwards.
Result<Forgotten> Forget(Connection* connection, const ModelSet& models,
                         const std::vector<std::string>& traces);

// How often one of `traces` stands in the bytes of a file, in any case, also
// within a longer word. Traces that are plain numbers or shorter than six
// characters are not looked for: they stand everywhere.
// Memory: a window of 1 MiB.
Result<int64_t> CountTraces(const std::string& path,
                            const std::vector<std::string>& traces);

}  // namespace learnsql
