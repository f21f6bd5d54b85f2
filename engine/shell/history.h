#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace learnsql {

// What a person typed, kept for the next session in a file that only they can
// read: $XDG_STATE_HOME/learnsql/history, else ~/.local/state/learnsql/history.
// Format: UTF-8, an entry a line, `\n` for a line break and `\\` for a
// backslash inside one. What begins with a blank is not kept, nor what is the
// same as the entry before.
//
// Threads: one thread at a time; several sessions may append to one file.
class History {
 public:
  static constexpr size_t kMostEntries = 5'000;

  // A history that is nowhere kept.
  History() = default;

  // Reads the file at `path`, making its folders (0700) and later the file
  // (0600). A file that cannot be read is an empty history.
  static History Open(std::string path);

  // The file of the person who runs this; empty without a home.
  static std::string DefaultPath();

  // Keeps `entry`, and appends it to the file. Errors: kIo; the entry is kept
  // for this session all the same.
  Status Add(std::string_view entry);

  const std::vector<std::string>& entries() const { return entries_; }

 private:
  std::string path_;
  std::vector<std::string> entries_;
};

}  // namespace learnsql
