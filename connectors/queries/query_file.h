#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace learnsql {

// How a query is cut into slices.
enum class QuerySlice {
  kSnapshot,  // the whole table, as of the day of asking
  kDay,
  kMonth,
};

// An extraction query: a text in the language of the system that it is for,
// whose first comment lines say what it is, and in `key: value` lines how it is
// run. README.md has the keys.
struct QueryFile {
  std::string name;  // of the file without its extension, and of the object
  std::string text;  // with its comments
  QuerySlice slice = QuerySlice::kSnapshot;
  // The system keeps so many days; 0: all.
  int64_t hot_days = 0;
  bool by_default = true;
  std::map<std::string, std::string> keys;  // all of them: "database", ...

  // Empty when the file does not have it.
  const std::string& Key(const std::string& key) const;
};

// `comment` begins a comment line: "//" or "--"; `known` are the keys that the
// connector has besides those above.
// Errors: kInvalid with the line: an unknown key, a value that it cannot have,
// a file without `slice`.
Result<QueryFile> ParseQueryFile(const std::string& path, std::string_view text,
                                 std::string_view comment,
                                 const std::vector<std::string>& known);

// A query file that travels inside the program.
struct BuiltinQuery {
  std::string_view name;  // "exam_results"
  std::string_view text;
};

}  // namespace learnsql
