#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace learnsql {

// Where results go: the standard output, a file (.output FILE), a program
// (.output |PROGRAM), each until told otherwise or for one result (.once).
//
// Threads:  one thread at a time.
// Lifetime: borrows the standard output.
class Output {
 public:
  explicit Output(std::FILE* standard) : standard_(standard) {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output();

  // `target` is a path, or a command line after '|', or empty for the standard
  // output. Errors: kIo.
  Status Redirect(const std::string& target, bool once);

  // Ends a result: what was redirected once goes back. Errors: kIo of the
  // file's last bytes; kInvalid when the program failed.
  Status EndResult();

  std::FILE* file() const { return redirected_ ? redirected_ : standard_; }
  bool is_redirected() const { return redirected_ != nullptr; }
  // "csv" of out.csv; empty without one.
  const std::string& extension() const { return extension_; }

 private:
  Status Close();

  std::FILE* standard_;
  std::FILE* redirected_ = nullptr;
  bool is_program_ = false;
  bool once_ = false;
  std::string target_;
  std::string extension_;
};

// Shows `text` through a pager, or writes it to `out` where the pager cannot be
// run. Leaving the pager early is no error.
Status Page(std::string_view text, const std::string& pager, std::FILE* out);

// The pager to run: `set` where it is not empty, else that of
// $LEARNSQL_PAGER, $PAGER, else less.
std::string PagerCommand(const std::string& set);

}  // namespace learnsql
