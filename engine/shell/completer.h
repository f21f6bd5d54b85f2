#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/shell/catalog.h"

namespace learnsql {

struct Candidate {
  std::string text;  // what takes the place of the word
  std::string note;  // for the list: "(X, Y)", "fct_events"; may be empty
};

struct Completion {
  size_t begin = 0;  // of the word in the text, in bytes; it ends at the cursor
  std::vector<Candidate> candidates;  // the likeliest first
};

// What may stand at byte `cursor` of an unfinished `text`: keywords, tables,
// columns, functions; join conditions along foreign keys after `on`; dot
// commands, their arguments and paths. Nothing inside strings and comments.
// `may_see_files` is false in a safe session.
// REQUIRES: cursor <= text.size().
Completion Complete(const Catalog& catalog, std::string_view text,
                    size_t cursor, bool may_see_files);

}  // namespace learnsql
