#pragma once

#include <memory>
#include <optional>
#include <string>

namespace learnsql {

class Session;

// Reads entries from a terminal with libedit: Enter submits what is complete
// and else begins a line; the arrows move inside the entry and at its ends
// through the history; pasted text is taken as it is; Tab completes.
//
// Threads:  one thread at a time.
// Lifetime: borrows the session.
class LineEditor {
 public:
  explicit LineEditor(Session* session);
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;
  ~LineEditor();

  // The next entry, without its last line end; nullopt when the person leaves
  // (Ctrl-D on an empty line). Ctrl-C drops what was typed and asks again.
  std::optional<std::string> Read();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace learnsql
