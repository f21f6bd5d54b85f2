#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/query/parameters.h"
#include "engine/query/render.h"

namespace learnsql {

enum class ShellMode {
  kRead,   // the file is never changed; temporary tables may be made
  kWrite,  // statements may change the file
  kSafe,   // kRead without temporary tables, files and processes, with limits
};

// A text to run instead of what is typed.
struct ShellInput {
  enum class Kind { kCommand, kFile };
  Kind kind = Kind::kCommand;
  std::string text;  // SQL and dot commands, or a path; - is `in`
};

// A question of the project with values for its parameters, ready to be run.
struct ShellQuestion {
  std::string file;  // where it stands, for errors
  std::string sql;
  uint64_t first_line = 1;
  std::vector<Parameter> parameters;
};

struct ShellOptions {
  std::string path;  // the SQLite file; ":memory:" for an empty one
  ShellMode mode = ShellMode::kRead;
  std::vector<ShellInput> inputs;       // in order; none: stdin
  std::vector<std::string> parameters;  // "name=value", as in parameters.h
  // How results are written. None: fitted boxes on a terminal, else tables.
  std::optional<Format> format;
  bool use_init = true;     // run the init file before an interactive session
  bool keep_going = false;  // scripts go on after an error
  bool strict = false;      // a warning about the data makes the outcome kGate
  // Names of the project's models, built or not; asked when a table is missing.
  std::function<std::vector<std::string>()> model_names;
  // Names of the project's questions, and the one of a name with "name=value"
  // parameters. Empty where there is no project.
  std::function<std::vector<std::string>()> question_names;
  std::function<Result<ShellQuestion>(const std::string& name,
                                      std::span<const std::string> values)>
      find_question;
  // Limits of kSafe.
  int64_t safe_seconds = 30;
  uint64_t safe_rows = 100'000;

  std::FILE* in = stdin;
  std::FILE* out = stdout;
  std::FILE* err = stderr;
};

// Runs a session to its end: the inputs, or stdin, line by line. With a
// terminal on both ends it is interactive: errors are printed and the session
// goes on; Ctrl-C stops a statement and not the session. Otherwise it is a
// script and ends at its first error.
//
// Errors: of opening the file; of a script, its first error, not printed
// (keep_going prints every error and returns the first one's code);
// kGate when strict and a warning was given.
Status RunShell(const ShellOptions& options);

}  // namespace learnsql
