#include "engine/shell/session.h"

#include <algorithm>

#include "engine/query/data_warnings.h"
#include "engine/query/loose_tokens.h"
#include "engine/query/value_text.h"
#include "engine/shell/ask_parameters.h"
#include "engine/shell/explain_advice.h"
#include "engine/shell/explain_tree.h"
#include "engine/shell/highlight.h"
#include "engine/shell/progress.h"
#include "engine/shell/safe_mode.h"
#include "engine/shell/screen.h"
#include "engine/shell/script.h"
#include "engine/shell/terminal.h"
#include "engine/store/functions.h"
#include "engine/store/hooks.h"

namespace learnsql {
namespace {

Access AccessOf(ShellMode mode) {
  switch (mode) {
    case ShellMode::kWrite:
      return Access::kReadWrite;
    case ShellMode::kSafe:
      return Access::kSafe;
    case ShellMode::kRead:
      break;
  }
  return Access::kReadTemp;
}

Result<Connection> OpenFile(const std::string& path, ShellMode mode) {
  Connection::Options options;
  // Between two looks at Ctrl-C SQLite sorts as much as its cache holds. With
  // 8 MiB that took up to 0.2 s on a busy machine, with 2 MiB at most 0.06 s,
  // and sorting 5 M rows was 4 % slower.
  options.cache_kib = 2000;
  if (mode == ShellMode::kWrite) {
    options.mode = Connection::Mode::kReadWrite;
  }
  if (path == ":memory:") options.mode = Connection::Mode::kCreate;
  LEARNSQL_TRY_SET(Connection connection, Connection::Open(path, options));
  LEARNSQL_TRY(RegisterFunctions(&connection, FunctionSet::kNewNames));
  return connection;
}

bool Mentions(std::string_view text, std::string_view name) {
  for (const LooseToken& token : CutLoosely(text)) {
    if (token.kind == LooseKind::kWord && LooseText(text, token) == name) {
      return true;
    }
  }
  return false;
}

// Passes rows on and keeps a copy.
class KeepingRenderer final : public Renderer {
 public:
  KeepingRenderer(Renderer* renderer, KeptResult* kept, std::string text)
      : renderer_(renderer), kept_(kept), text_(std::move(text)) {}

  Status Begin(std::span<const std::string> columns) override {
    kept_->Begin({columns.begin(), columns.end()}, text_);
    return renderer_->Begin(columns);
  }
  Status Row(std::span<const Value> values) override {
    kept_->Add(values);
    return renderer_->Row(values);
  }
  Status End() override { return renderer_->End(); }

 private:
  Renderer* const renderer_;
  KeptResult* const kept_;
  const std::string text_;
};

// Takes rows and nothing else: the screen lays them out when all are there.
class NullRenderer final : public Renderer {
 public:
  Status Begin(std::span<const std::string>) override { return {}; }
  Status Row(std::span<const Value>) override { return {}; }
  Status End() override { return {}; }
};

// Counts rows for the progress line, and holds safe sessions to their limit.
class CountingRenderer final : public Renderer {
 public:
  CountingRenderer(Renderer* renderer, Progress* progress,
                   const Session* session)
      : renderer_(renderer), progress_(progress), session_(session) {}

  Status Begin(std::span<const std::string> columns) override {
    return renderer_->Begin(columns);
  }
  Status Row(std::span<const Value> values) override {
    LEARNSQL_TRY(session_->CheckRowLimit(progress_->rows()));
    progress_->CountRow();
    return renderer_->Row(values);
  }
  Status End() override { return renderer_->End(); }

 private:
  Renderer* const renderer_;
  Progress* const progress_;
  const Session* const session_;
};

}  // namespace

Session::Session(const ShellOptions& options)
    : options_(options), output_(options.out) {
  settings_.format = options.format;
  settings_.bail = !options.keep_going;
}

Session::~Session() = default;

Result<std::unique_ptr<Session>> Session::Open(const ShellOptions& options) {
  LEARNSQL_TRY_SET(Connection connection, OpenFile(options.path, options.mode));
  LEARNSQL_TRY_SET(const std::vector<Parameter> parameters,
                   ParseParameters(options.parameters));
  std::unique_ptr<Session> session(new Session(options));
  for (const Parameter& parameter : parameters) {
    session->parameters_[parameter.name] = parameter;
  }
  LEARNSQL_TRY(session->UseConnection(std::move(connection)));
  return session;
}

Status Session::UseConnection(Connection connection) {
  guard_.reset();
  connection_.reset();
  connection_.emplace(std::move(connection));
  if (IsSafe()) LEARNSQL_TRY(MakeSafe(&*connection_));
  guard_.emplace(&*connection_, AccessOf(options_.mode));
  return {};
}

Status Session::Reopen(const std::string& path) {
  LEARNSQL_TRY_SET(Connection connection, OpenFile(path, options_.mode));
  return UseConnection(std::move(connection));
}

void Session::Note(std::string_view line) const {
  std::fflush(options_.out);
  std::fprintf(options_.err, "%.*s\n", static_cast<int>(line.size()),
               line.data());
}

void Session::PrintError(const Status& error) const {
  if (error.code() == Code::kUnread) return;  // the pager or program was left
  Note("error: " + error.ToString());
}

Status Session::Print(std::string_view text) {
  FileSink sink(output_.file());
  LEARNSQL_TRY(sink.Write(text));
  LEARNSQL_TRY(sink.Flush());
  return output_.EndResult();
}

Status Session::PrintSql(std::string_view text) {
  const bool color =
      !output_.is_redirected() && LookAtTerminal(options_.out).color;
  return color ? Print(Painted(text)) : Print(text);
}

Format Session::CurrentFormat() const {
  if (settings_.format) return *settings_.format;
  if (!output_.extension().empty()) {
    const Result<Format> format = ParseFormat(output_.extension());
    if (format.ok()) return *format;
  }
  const bool terminal =
      !output_.is_redirected() && LookAtTerminal(options_.out).is_terminal;
  return terminal ? Format::kBox : Format::kTable;
}

RenderOptions Session::Rendering() const {
  return {.format = CurrentFormat(),
          .header = settings_.header,
          .null_text = settings_.null_text,
          .separator = settings_.separator,
          .insert_table = settings_.insert_table};
}

// The screen's rules hold for aligned formats on a terminal and nowhere else.
bool Session::OnScreen() const {
  const Format format = CurrentFormat();
  return !output_.is_redirected() && LookAtTerminal(options_.out).is_terminal &&
         (format == Format::kBox || format == Format::kTable ||
          format == Format::kColumn);
}

Status Session::BindSession(std::string_view text, RunOptions* run) const {
  for (const auto& [name, parameter] : parameters_) {
    run->parameters.push_back(parameter);
  }
  run->access = AccessOf(options_.mode);
  if (options_.model_names) {
    run->knows_model = [this](std::string_view name) {
      const std::vector<std::string> names = options_.model_names();
      return std::find(names.begin(), names.end(), name) != names.end();
    };
  }
  const Status missing = CheckNoneMissing(text, run->parameters);
  if (missing.ok() || !interactive) return missing;
  return Status(missing.code(),
                missing.message() + ", or type .parameter set NAME VALUE");
}

// What a person answers stays, so that .last and .parameter list know it.
Status Session::AskParameters(std::string_view text) {
  std::vector<Parameter> given;
  for (const auto& [name, parameter] : parameters_) given.push_back(parameter);
  const Result<std::vector<Parameter>> asked =
      AskForMissing(text, given, options_.in, options_.err, &cancel_);
  // BindSession says better what is missing.
  if (!asked.ok() && asked.status().code() != Code::kCancelled) return {};
  LEARNSQL_TRY(StatusOf(asked));
  for (const Parameter& parameter : *asked) {
    parameters_[parameter.name] = parameter;
    if (!interactive) continue;
    Note(":" + parameter.name + " is " + SqlLiteral(parameter.ToValue()) +
         " from now on; .parameter unset " + parameter.name + " forgets it");
  }
  return {};
}

Status Session::Begin(std::string_view text, const std::string& name,
                      uint64_t first_line, RunOptions* run) {
  run->name = name;
  run->first_line = first_line;
  LEARNSQL_TRY(AskParameters(text));
  LEARNSQL_TRY(BindSession(text, run));
  LEARNSQL_TRY(FillHistory(text));
  return FillUnderscore(text);
}

Status Session::RunSql(std::string_view text, const std::string& name,
                       uint64_t first_line) {
  for (size_t at = 0; at < text.size();) {
    LEARNSQL_TRY(RunNext(text, name, first_line, &at));
  }
  return {};
}

Status Session::RunNext(std::string_view text, const std::string& name,
                        uint64_t first_line, size_t* at) {
  const size_t begin = *at;
  *at = StatementEnd(text, begin);
  RunOptions run;
  LEARNSQL_TRY(Begin(text.substr(begin, *at - begin), name, first_line, &run));
  StatementReader statements(&*connection_, &*guard_, text, run, begin);
  LEARNSQL_TRY_SET(std::optional<Statement> statement, statements.Next());
  *at = statements.end();  // as SQLite reads it
  if (!statement) return {};
  WarnAboutData(statements.statement_text());
  const Status ran = RunOne(&*statement, statements.statement_text());
  if (ran.ok()) return {};
  LEARNSQL_TRY(output_.EndResult());
  return statements.Explain(ran);
}

Status Session::Show(const std::string& sql, std::span<const Value> values) {
  const GuardPause pause(&*guard_);
  LEARNSQL_TRY_SET(Statement statement, connection_->Prepare(sql));
  for (int i = 1; i <= statement.parameter_count(); ++i) {
    LEARNSQL_TRY(statement.Bind(i, values[static_cast<size_t>(i) - 1]));
  }
  return RunOne(&statement, sql);
}

Progress::Options Session::Limits() const {
  const bool tells = interactive && LookAtTerminal(options_.err).is_terminal;
  return {.terminal = tells ? options_.err : nullptr,
          .limit_micros = IsSafe() ? options_.safe_seconds * 1'000'000 : 0};
}

Status Session::Limited(const Status& ran, const Progress& progress) const {
  if (IsSafe() && ran.message() == "out of memory") {
    return Status(ran.code(), "stopped at " + std::to_string(kStrangerHeapMib) +
                                  " MiB of memory, the limit of --safe");
  }
  if (!progress.timed_out()) return ran;
  return Status(Code::kInvalid, "stopped after " +
                                    std::to_string(options_.safe_seconds) +
                                    " seconds, the limit of --safe");
}

Status Session::RunOne(Statement* statement, std::string_view text) {
  Progress progress(&*connection_, &cancel_, Limits());
  progress.Watch(statement);
  const int64_t changes_before = TotalChanges(*connection_);
  const Status ran = Limited(Present(statement, text, &progress), progress);
  const int64_t changes = TotalChanges(*connection_) - changes_before;
  NoteOutcome(ran, changes, progress.micros());
  return ran;
}

Result<uint64_t> Session::CountRows(Statement* statement) {
  Progress progress(&*connection_, &cancel_, Limits());
  progress.Watch(statement);
  NullRenderer nowhere;
  CountingRenderer counting(&nowhere, &progress, this);
  RunTotals totals;
  LEARNSQL_TRY(Limited(StreamRows(statement, &counting, &totals), progress));
  return totals.rows;
}

void Session::NoteOutcome(const Status& ran, int64_t changes, int64_t micros) {
  if (ran.ok() && interactive && changes > 0) {
    Note(GroupDigits(static_cast<uint64_t>(changes)) +
         (changes == 1 ? " row changed" : " rows changed"));
  }
  if (settings_.timer) {
    char line[64];
    std::snprintf(line, sizeof(line), "run time: %.3f s",
                  static_cast<double>(micros) / 1e6);
    Note(line);
  }
}

Status Session::Present(Statement* statement, std::string_view text,
                        Progress* progress) {
  RunTotals totals;
  const bool plan =
      IsQueryPlan(*statement) && (!settings_.format || OnScreen());
  if (plan || OnScreen()) {
    return PresentOnScreen(statement, text, progress, plan);
  }
  FileSink sink(output_.file());
  const std::unique_ptr<Renderer> renderer = MakeRenderer(Rendering(), &sink);
  KeepingRenderer keeping(renderer.get(), &last_, std::string(text));
  CountingRenderer counting(&keeping, progress, this);
  LEARNSQL_TRY(StreamRows(statement, &counting, &totals));
  if (totals.results == 0) return {};
  // Its last row ends with a separator, and the prompt has to begin a line.
  const bool bare = CurrentFormat() == Format::kAscii;
  if (bare && interactive && !output_.is_redirected()) Note("");
  return output_.EndResult();
}

Status Session::CheckRowLimit(uint64_t rows) const {
  if (RowLimit() == 0 || rows < RowLimit()) return {};
  return Status(Code::kInvalid, "stopped after " + GroupDigits(RowLimit()) +
                                    " rows, the limit of --safe");
}

uint64_t Session::RowLimit() const { return IsSafe() ? options_.safe_rows : 0; }

void Session::AdviseIndexes(const KeptResult& plan, std::string_view text) {
  const GuardPause pause(&*guard_);
  const Result<std::vector<std::string>> missing =
      MissingIndexes(plan, text, &*connection_);
  if (!missing.ok()) return;  // the plan stands without advice
  for (const std::string& advice : *missing) Note(advice);
}

Status Session::PresentOnScreen(Statement* statement, std::string_view text,
                                Progress* progress, bool plan) {
  if (statement->column_count() == 0) return statement->Run();
  KeptResult fresh;
  NullRenderer nowhere;
  KeepingRenderer keeping(&nowhere, &fresh, std::string(text));
  CountingRenderer counting(&keeping, progress, this);
  RunTotals totals;
  const Status ran = StreamRows(statement, &counting, &totals);
  if (!ran.ok() && fresh.total_rows() == 0) return ran;
  last_ = std::move(fresh);
  if (plan) {
    const bool color =
        !output_.is_redirected() && LookAtTerminal(options_.out).color;
    LEARNSQL_TRY(Print(ExplainTree(last_, color)));
    AdviseIndexes(last_, text);
    return {};
  }
  progress->Hide();
  LEARNSQL_TRY(WriteScreen(true));
  return ran;
}

// The prompt and the lines around the rows should stay in sight too.
size_t Session::RowsOnScreen(size_t height) const {
  constexpr size_t kLinesAround = 9;
  constexpr size_t kFewest = 6;
  constexpr size_t kMost = 40;
  if (settings_.max_rows) return *settings_.max_rows;
  return std::clamp(height - std::min(height, kLinesAround), kFewest, kMost);
}

Status Session::WriteScreen(bool fit) {
  const Terminal terminal = LookAtTerminal(options_.out);
  const std::string text =
      RenderScreen(last_, {.format = CurrentFormat(),
                           .width = terminal.width,
                           .max_rows = fit ? RowsOnScreen(terminal.height) : 0,
                           .fit = fit,
                           .header = settings_.header,
                           .color = terminal.color,
                           .null_text = settings_.null_text.value_or("NULL")});
  const bool tall = static_cast<size_t>(std::count(text.begin(), text.end(),
                                                   '\n')) >= terminal.height;
  const bool wide = !fit;  // lines may be longer than the screen
  if (interactive && settings_.pager && !IsSafe() && (tall || wide)) {
    return Page(text, PagerCommand(settings_.pager_command), options_.out);
  }
  return Print(text);
}

Status Session::ShowLast() {
  if (last_.columns().empty()) {
    return Status(Code::kInvalid, "there is no last result yet");
  }
  if (!last_.is_whole()) {
    // Not everything was kept, so it is asked again and streamed.
    const std::string text = last_.text();
    const std::optional<Format> format = settings_.format;
    return Stream(text, format.value_or(Format::kBox));
  }
  if (OnScreen()) return WriteScreen(false);
  FileSink sink(output_.file());
  const std::unique_ptr<Renderer> renderer = MakeRenderer(Rendering(), &sink);
  LEARNSQL_TRY(renderer->Begin(last_.columns()));
  for (size_t r = 0; r < last_.kept_rows(); ++r) {
    LEARNSQL_TRY(renderer->Row(last_.Row(r)));
  }
  LEARNSQL_TRY(renderer->End());
  return output_.EndResult();
}

Status Session::Stream(const std::string& text, Format format) {
  RunOptions run;
  run.name = "last";
  LEARNSQL_TRY(BindSession(text, &run));
  StatementReader statements(&*connection_, &*guard_, text, run);
  LEARNSQL_TRY_SET(std::optional<Statement> statement, statements.Next());
  if (!statement) return {};
  Progress progress(&*connection_, &cancel_, Limits());
  RenderOptions rendering = Rendering();
  rendering.format = format;
  FileSink sink(output_.file());
  const std::unique_ptr<Renderer> renderer = MakeRenderer(rendering, &sink);
  CountingRenderer counting(renderer.get(), &progress, this);
  RunTotals totals;
  const Status streamed =
      Limited(StreamRows(&*statement, &counting, &totals), progress);
  if (!streamed.ok()) return statements.Explain(streamed);
  return output_.EndResult();
}

// Makes the last result the temporary table `_` when a statement asks for it.
Status Session::FillUnderscore(std::string_view text) {
  if (!Mentions(text, "_") || last_.columns().empty()) return {};
  if (!last_.is_whole()) {
    return Status(Code::kInvalid,
                  "the last result has " + GroupDigits(last_.total_rows()) +
                      " rows, too many to be kept as _: use its query as a"
                      " subquery");
  }
  const GuardPause pause(&*guard_);
  std::string columns;
  std::string marks;
  for (const std::string& name : UniqueNames(last_.columns())) {
    columns += (columns.empty() ? "" : ", ") + QuoteName(name);
    marks += marks.empty() ? "?" : ", ?";
  }
  LEARNSQL_TRY(
      connection_->Execute("drop table if exists temp._;"
                           "create temp table _ (" +
                           columns + ")"));
  LEARNSQL_TRY_SET(
      Statement insert,
      connection_->Prepare("insert into temp._ values (" + marks + ")"));
  for (size_t r = 0; r < last_.kept_rows(); ++r) {
    LEARNSQL_TRY(insert.BindAll(last_.Row(r)));
    LEARNSQL_TRY(insert.Run());
  }
  return {};
}

// Makes what was typed the temporary table ls_history when a statement asks for
// it, so that people search it with SQL.
Status Session::FillHistory(std::string_view text) {
  if (!interactive || IsSafe() || !Mentions(text, "ls_history")) return {};
  const GuardPause pause(&*guard_);
  LEARNSQL_TRY(
      connection_->Execute("drop table if exists temp.ls_history;"
                           "create temp table ls_history (entry_number integer"
                           " primary key, entry text not null)"));
  LEARNSQL_TRY_SET(
      Statement insert,
      connection_->Prepare("insert into temp.ls_history (entry) values (?1)"));
  for (const std::string& entry : history_.entries()) {
    LEARNSQL_TRY(insert.Bind(1, Value::Text(entry)));
    LEARNSQL_TRY(insert.Run());
  }
  return {};
}

void Session::WarnAboutData(std::string_view text) {
  std::vector<Parameter> parameters;
  for (const auto& [name, parameter] : parameters_) {
    parameters.push_back(parameter);
  }
  const std::set<std::string> tables = guard_->tables_read();
  const GuardPause pause(&*guard_);
  const Result<std::vector<std::string>> warnings =
      DataWarnings(&*connection_, tables, FindAskedTimes(text, parameters));
  // A ledger that cannot be read is no reason to refuse the question.
  if (!warnings.ok() || warnings->empty()) return;
  std::string line = "-- warning: ";
  for (const std::string& warning : *warnings) {
    if (&warning != &warnings->front()) line += "; ";
    line += warning;
  }
  warned_ = true;
  const bool color = LookAtTerminal(options_.err).color;
  Note(color ? "\x1b[33m" + line + "\x1b[0m" : line);
}

}  // namespace learnsql
