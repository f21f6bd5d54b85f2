#pragma once

#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/cancel.h"
#include "engine/query/guard.h"
#include "engine/query/runner.h"
#include "engine/shell/history.h"
#include "engine/shell/kept_result.h"
#include "engine/shell/output.h"
#include "engine/shell/progress.h"
#include "engine/shell/shell.h"
#include "engine/store/connection.h"

namespace learnsql {

// What dot commands change.
struct ShellSettings {
  std::optional<Format> format;  // none: boxes on a terminal, else tables
  bool header = true;
  std::optional<std::string> null_text;
  std::string separator;
  std::string insert_table = "table";
  std::optional<size_t> max_rows;  // on the screen; none: what fits, to 40
  bool timer = false;
  bool echo = false;
  bool bail = true;  // of scripts
  bool pager = true;
  std::string pager_command;  // empty: of the environment
  bool vi_keys = false;
};

// One open file and all that a session knows: settings, parameters, the last
// result, where output goes.
//
// Threads:  one thread at a time; it owns the process's Ctrl-C meanwhile.
class Session {
 public:
  // Errors: of opening the file.
  static Result<std::unique_ptr<Session>> Open(const ShellOptions& options);
  ~Session();

  // Runs the statements of `text`, which begins at line `first_line` of `name`.
  // Errors: the first statement's that failed; the rest is not run.
  Status RunSql(std::string_view text, const std::string& name,
                uint64_t first_line);

  // Runs the first statement of `text` from byte `*at` on, if there is one, and
  // moves `*at` behind it, also when it fails.
  Status RunNext(std::string_view text, const std::string& name,
                 uint64_t first_line, size_t* at);

  // Runs `sql`, ours, and shows its rows as those of a typed statement.
  Status Show(const std::string& sql, std::span<const Value> values = {});

  // What a text of statements needs before it is read: values for its
  // parameters, asked for on a terminal, and the table `_`. `run` gets name and
  // line besides. Errors: kInvalid for what is missing.
  Status Begin(std::string_view text, const std::string& name,
               uint64_t first_line, RunOptions* run);

  // Runs a statement under the session's limits, and gives its rows to nobody.
  Result<uint64_t> CountRows(Statement* statement);

  // Notes which indexes a plan of `text` makes for itself, because the file has
  // none. REQUIRES: the columns of `explain query plan`.
  void AdviseIndexes(const KeptResult& plan, std::string_view text);

  // For work that makes its own Progress: what it may take, and the error of
  // what it did under that.
  Progress::Options Limits() const;
  Status Limited(const Status& ran, const Progress& progress) const;
  // kInvalid when a safe session has given `rows` rows and must not give more.
  Status CheckRowLimit(uint64_t rows) const;

  // Opens another file in place of this one, in the same mode. The old one
  // stays when that fails.
  Status Reopen(const std::string& path);

  // Shows the last result again: every row, column and text.
  Status ShowLast();

  // A line for the person, not for the data.
  void Note(std::string_view line) const;
  void PrintError(const Status& error) const;

  // Writes to where results go.
  Status Print(std::string_view text);
  // The same, with colours where that is a terminal that has them.
  Status PrintSql(std::string_view text);

  bool IsSafe() const { return options_.mode == ShellMode::kSafe; }
  bool CanWrite() const { return options_.mode == ShellMode::kWrite; }

  const ShellOptions& options() const { return options_; }
  ShellSettings& settings() { return settings_; }
  Connection& connection() { return *connection_; }
  Guard& guard() { return *guard_; }
  CancelFlag& cancel() { return cancel_; }
  Output& output() { return output_; }
  KeptResult& last() { return last_; }
  History& history() { return history_; }
  std::map<std::string, Parameter>& parameters() { return parameters_; }

  // True once a warning about the data was given.
  bool warned() const { return warned_; }
  bool interactive = false;
  bool quit = false;

 private:
  explicit Session(const ShellOptions& options);

  Status UseConnection(Connection connection);
  Status AskParameters(std::string_view text);
  Status BindSession(std::string_view text, RunOptions* run) const;
  Status RunOne(Statement* statement, std::string_view text);
  void NoteOutcome(const Status& ran, int64_t changes, int64_t micros);
  Status Present(Statement* statement, std::string_view text,
                 Progress* progress);
  Status PresentOnScreen(Statement* statement, std::string_view text,
                         Progress* progress, bool plan);
  size_t RowsOnScreen(size_t height) const;
  Status WriteScreen(bool fit);
  Status Stream(const std::string& text, Format format);
  Status FillUnderscore(std::string_view text);
  Status FillHistory(std::string_view text);
  void WarnAboutData(std::string_view text);
  uint64_t RowLimit() const;
  bool OnScreen() const;
  Format CurrentFormat() const;
  RenderOptions Rendering() const;

  const ShellOptions options_;
  ShellSettings settings_;
  CancelFlag cancel_;
  std::optional<Connection> connection_;
  std::optional<Guard> guard_;
  Output output_;
  KeptResult last_;
  History history_;
  std::map<std::string, Parameter> parameters_;
  bool warned_ = false;
};

}  // namespace learnsql
