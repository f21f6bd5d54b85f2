#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace learnsql {

// Finds where reading goes on after a damaged record.
//
// Threads: any thread.
class RecordFinder {
 public:
  explicit RecordFinder(std::vector<std::string> starts);

  // What must be held back to tell a start, and one that runs into an error:
  // at least the longest of them, in bytes.
  size_t longest() const { return longest_; }

  // Whether one of the known record starts is at `at`.
  bool StartsAt(std::string_view text, size_t at) const;

  // The record that begins inside text[1, error], `text` being a record whose
  // damage shows at `error` (or that the stream's end cut, when error is the
  // size). It may have been written over the middle of the damaged one, or
  // stand in a line of its own while the scanner still took it for a part.
  std::optional<size_t> FindInside(std::string_view text, size_t error) const;

  // The same without a look at whole values, for text that is not held: only
  // a record start that runs into the error, or a new line at it.
  std::optional<size_t> FindAtError(std::string_view text, size_t error) const;

  // The first line end or record start in text[from, size - longest() + 1), or
  // up to the end when `at_end`; else how far the search came.
  struct Found {
    bool found;
    size_t at;
  };
  Found FindAfter(std::string_view text, size_t from, bool at_end) const;

 private:
  bool IsNext(std::string_view text, size_t at, size_t error, int* tries) const;

  std::vector<std::string> starts_;
  size_t longest_ = 4;
};

}  // namespace learnsql
