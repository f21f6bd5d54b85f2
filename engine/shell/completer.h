#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/shell/catalog.h"
#include "engine/shell/column_values.h"

namespace learnsql {

struct Candidate {
  std::string text;  // what takes the place of the word
  std::string note;  // for the list: "(X, Y)", "fct_events"; may be empty
};

struct Completion {
  size_t begin = 0;  // of the word in the text, in bytes; it ends at the cursor
  std::vector<Candidate> candidates;  // the likeliest first
};

// What completion may look at besides the names.
struct CompletionAccess {
  bool may_see_files = true;  // false in a safe session
  ColumnValues values;        // empty: none are offered
};

// What may stand at byte `cursor` of an unfinished `text`: keywords, tables,
// columns, functions; join conditions along foreign keys after `on`; dot
// commands, their arguments and paths; behind `column =`, also in the string
// begun there, texts that the column holds. Nothing in other strings and in
// comments.
// REQUIRES: cursor <= text.size().
Completion Complete(const Catalog& catalog, std::string_view text,
                    size_t cursor, const CompletionAccess& access);

}  // namespace learnsql
