#include "engine/model/build.h"

#include <algorithm>
#include <array>
#include <set>

#include "engine/base/cancel.h"
#include "engine/base/clock.h"
#include "engine/model/check_runner.h"
#include "engine/model/documents.h"
#include "engine/model/model_runner.h"
#include "engine/model/model_sql.h"
#include "engine/model/question.h"
#include "engine/model/records.h"
#include "engine/model/schedule.h"
#include "engine/model/source_trace.h"
#include "engine/model/space.h"
#include "engine/model/wal.h"
#include "engine/store/connection.h"
#include "engine/store/ensure_table.h"
#include "engine/store/hooks.h"

namespace learnsql {
namespace {

// How many rows of a view or question a build looks at, and for how many steps
// of SQLite's machine (some 4 ms): its joins and expressions run, and one over
// a long table stays cheap. `--full` looks at all.
constexpr int64_t kViewRowsLookedAt = 1000;
constexpr int kStepsBetweenLooks = 1000;
constexpr int kLooks = 100;

// The page cache of a build that folds rows in: it goes over the pages that it
// changes several times for each model, and those of the model before are in
// the cache still. A full step sorts instead, and a sort may hold as much as
// the cache again: there OpenWarehouse's is enough.
constexpr std::string_view kWideCacheSql = "pragma main.cache_size = -131072";

constexpr std::string_view kOrphansSql = R"(
select "table", parent, count(*)
from pragma_foreign_key_check
group by "table", parent)";

// What all questions were when they were last asked, and on what.
constexpr std::string_view kAskedSql =
    "select value from ls_meta where key = 'asked_questions'";
constexpr std::string_view kWriteAskedSql =
    "insert or replace into ls_meta (key, value) values ('asked_questions', ?)";

constexpr std::string_view kForeignKeysOnSql =
    "select foreign_keys from pragma_foreign_keys";

// What each check was last asked of, and how it ended. A check that stopped a
// build has ''.
constexpr std::string_view kLastChecksSql = R"(
select name, fingerprint, outcome
from ls_check
where (run_id, name) in (select max(run_id), name from ls_check group by name)
)";

class Builder {
 public:
  Builder(Connection* connection, const ModelSet& set,
          const BuildOptions& options, std::string as_of, Clock* clock)
      : connection_(connection),
        set_(set),
        options_(options),
        as_of_(std::move(as_of)),
        clock_(clock),
        now_(FormatUtc(clock->NowSeconds())),
        runner_(connection, set, as_of_, options.run_id, now_),
        records_(connection, options.run_id, as_of_, now_) {}

  Result<BuildReport> Run() {
    const Status built = BuildInTransaction();
    if (built.ok()) return Finish();
    // The transaction is rolled back by now; what was found out stays.
    if (!failures_.empty() || !failed_checks_.empty()) {
      LEARNSQL_TRY(KeepEvidence());
    }
    return built;
  }

 private:
  // The log is as long as all that was built: its room is given back, and who
  // keeps it from that is named.
  Result<BuildReport> Finish() {
    if (report_.models.empty()) return std::move(report_);
    LEARNSQL_TRY_SET(const WalOutcome wal, TruncateWal(connection_));
    if (wal.truncated) return std::move(report_);
    std::string note = "the log " + connection_->path() + "-wal stays at " +
                       std::to_string(wal.bytes >> 20) +
                       " MiB until those who read the state before are done";
    for (const std::string& reader : wal.readers) note += "; " + reader;
    report_.notes.push_back(std::move(note));
    return std::move(report_);
  }

  Status BuildInTransaction() {
    LEARNSQL_TRY_SET(Transaction transaction, Transaction::Begin(connection_));
    LEARNSQL_TRY(MakeRawTables());
    LEARNSQL_TRY_SET(schedule_, MakeSchedule(connection_, set_,
                                             {.as_of = as_of_,
                                              .functions_version =
                                                  options_.functions_version,
                                              .full = options_.full,
                                              .select = options_.select,
                                              .exclude = options_.exclude}));
    if (options_.check_space) {
      LEARNSQL_TRY(CheckSpace(connection_, schedule_));
    }
    CountSteps();
    if (total_ > 0 || !schedule_.removed.empty()) LEARNSQL_TRY(BuildStale());
    if (options_.prove) LEARNSQL_TRY(ProveIncremental());
    LEARNSQL_TRY(AskQuestions());
    LEARNSQL_TRY(RunStaleChecks());
    LEARNSQL_TRY(runner_.DropTouched());
    documents_hash_ = HashDocuments(set_);
    LEARNSQL_TRY_SET(documents_changed_,
                     records_.DocumentsChanged(documents_hash_));
    if (report_.models.empty() && report_.checks.empty() && !refreshed_ &&
        !documents_changed_ && !made_raw_) {
      return {};
    }
    LEARNSQL_TRY(WriteRecords());
    return transaction.Commit();
  }

  void CountSteps() {
    for (const Step& step : schedule_.steps) {
      const bool idle = step.mode == StepMode::kNone;
      report_.unchanged += idle;
      total_ += !idle && step.mode != StepMode::kRefresh;
      refreshed_ = refreshed_ || step.mode == StepMode::kRefresh;
    }
  }

  Status BuildStale() {
    LEARNSQL_TRY(DropRemoved());
    const auto folds = [](const Step& step) {
      return step.mode == StepMode::kIncremental;
    };
    if (std::any_of(schedule_.steps.begin(), schedule_.steps.end(), folds)) {
      LEARNSQL_TRY(connection_->Execute(kWideCacheSql));
    }
    for (Step& step : schedule_.steps) {
      if (step.mode == StepMode::kNone || step.mode == StepMode::kRefresh) {
        continue;
      }
      if (options_.cancel != nullptr) LEARNSQL_TRY(options_.cancel->Check());
      LEARNSQL_TRY(BuildStep(&step));
    }
    LEARNSQL_TRY(VerifyChildren());
    if (options_.full) LEARNSQL_TRY(CheckAllForeignKeys());
    return LookAtViews();
  }

  // SQLite's own word on the whole file, tables of no model included.
  Status CheckAllForeignKeys() {
    LEARNSQL_TRY_SET(Statement broken, connection_->Prepare(kOrphansSql));
    LEARNSQL_TRY_SET(const bool row, broken.Step());
    if (!row) return {};
    return Status(Code::kGate,
                  "foreign_key_check: " + std::string(broken.text(2)) +
                      " rows of " + std::string(broken.text(0)) +
                      " have no row of " + std::string(broken.text(1)));
  }

  // Every model that can be folded in equals what a full build would make.
  Status ProveIncremental() {
    for (const Step& step : schedule_.steps) {
      if (!step.model->folds()) continue;
      if (options_.cancel != nullptr) LEARNSQL_TRY(options_.cancel->Check());
      Say(step.model->name + " (proof)", 0);
      const Status proven = runner_.Prove(step);
      if (!proven.ok()) return Fail(proven, *step.model);
    }
    return {};
  }

  Status DropRemoved() {
    for (const std::string& name : schedule_.removed) {
      LEARNSQL_TRY(runner_.Drop(name));
      LEARNSQL_TRY(records_.RemoveModel(name));
      ModelOutcome outcome;
      outcome.model = name;
      outcome.mode = "dropped";
      outcome.reason = "no longer in the project";
      report_.models.push_back(std::move(outcome));
    }
    return {};
  }

  // Staging must be readable before anything was loaded, with the columns that
  // the contract has gained.
  Status MakeRawTables() {
    for (const RawTable& raw : set_.raw_tables) {
      LEARNSQL_TRY_SET(const bool made,
                       EnsureTable(connection_, raw.name, raw.definition.sql));
      made_raw_ = made_raw_ || made;
    }
    return {};
  }

  Status BuildStep(Step* planned) {
    const Step& step = *planned;
    Say(step.model->name, 0);
    const int64_t begin = clock_->MonotonicMicros();
    Result<ModelOutcome> outcome = runner_.Run(planned);
    if (!outcome.ok()) return Fail(outcome.status(), *step.model);
    if (outcome->quarantined > 0) {
      LEARNSQL_TRY(TraceQuarantine(connection_, set_, *step.model,
                                   step.since_row, options_.run_id));
    }
    outcome->seconds = clock_->SecondsSince(begin);
    ++done_;
    Say(step.model->name, outcome->row_count.value_or(0));
    LEARNSQL_TRY(records_.CloseFailures(
        step.model->name, "|not null|check|unique|foreign key|type|"));
    if (step.mode == StepMode::kFull) NoteUnindexed(*step.model);
    if (step.model->stored()) rebuilt_.insert(LowerCase(step.model->name));
    if (outcome->lost_rows) lost_rows_.insert(LowerCase(step.model->name));
    report_.models.push_back(*std::move(outcome));
    made_.push_back(&step);
    return {};
  }

  // Joins along an unindexed key scan the child for every parent.
  void NoteUnindexed(const Model& model) {
    std::vector<std::string> columns;
    for (const ForeignKey& key : model.foreign_keys) {
      if (!model.IsIndexed(key.columns)) {
        columns.push_back(JoinNames(key.columns));
      }
    }
    if (columns.empty()) return;
    report_.notes.push_back(model.name +
                            ": no index begins with the foreign key " +
                            JoinNames(columns));
  }

  void Say(const std::string& model, int64_t rows) const {
    if (!options_.progress) return;
    options_.progress(
        {.model = model, .done = done_, .total = total_, .rows = rows});
  }

  // Remembers evidence for after the rollback, while its sources can still be
  // looked up.
  Status Fail(const Status& status, const Model& model) {
    if (status.code() != Code::kGate) return status;
    failures_.push_back(runner_.evidence());
    LEARNSQL_TRY(TraceSources(connection_, set_, model, 0, &failures_.back()));
    return status;
  }

  // A child that stands as it was may have lost its parents.
  Status VerifyChildren() {
    for (const Model& model : set_.models) {
      if (rebuilt_.contains(LowerCase(model.name)) ||
          !schedule_.built.contains(model.name)) {
        continue;
      }
      const bool concerned =
          std::any_of(model.foreign_keys.begin(), model.foreign_keys.end(),
                      [this](const ForeignKey& key) {
                        return lost_rows_.contains(LowerCase(key.parent));
                      });
      if (!concerned) continue;
      const Status verified = runner_.VerifyForeignKeys(model);
      if (!verified.ok()) return Fail(verified, model);
    }
    return {};
  }

  Status LookAtViews() {
    for (const Step& step : schedule_.steps) {
      const Model& model = *step.model;
      const bool stands = step.selected || schedule_.built.contains(model.name);
      if (model.stored() || !stands) continue;
      const Status looked = LookAt(model);
      if (looked.ok() || looked.code() == Code::kCancelled) continue;
      return Status(
          Code::kGate,
          "view " + model.name + " fails: " + looked.message() +
              (model.owner.empty() ? "" : "; its owner is " + model.owner),
          {model.script->name()});
    }
    return {};
  }

  Status LookAt(const Model& view) {
    LEARNSQL_TRY_SET(
        Statement query,
        connection_->Prepare("select * from " + QuoteName(view.name)));
    if (view.kind == ModelKind::kStaging) return {};
    return LookAtRows(&query);
  }

  // Every question is asked with its defaults: one that fails does so here, and
  // not in front of who asks it. Where nothing that they read changed, they
  // were asked before.
  Status AskQuestions() {
    questions_hash_ = HashQuestions();
    LEARNSQL_TRY_SET(const std::optional<std::string> last,
                     connection_->QueryText(kAskedSql));
    if (!options_.full && last == questions_hash_) return {};
    for (const Question& question : set_.questions) {
      if (options_.cancel != nullptr) LEARNSQL_TRY(options_.cancel->Check());
      const Status asked = Ask(question);
      if (asked.ok() || asked.code() == Code::kCancelled) continue;
      return Status(
          Code::kGate,
          "question " + question.name + " fails: " + asked.message() +
              (question.owner.empty() ? ""
                                      : "; its owner is " + question.owner),
          {question.script->name()});
    }
    return {};
  }

  std::string HashQuestions() const {
    std::vector<std::string> parts;
    for (const Question& question : set_.questions) {
      parts.push_back(question.script->text());
      for (const std::string& name : question.reads) {
        const auto content = schedule_.content.find(LowerCase(name));
        parts.push_back(content == schedule_.content.end() ? ""
                                                           : content->second);
      }
    }
    return HashTexts(parts);
  }

  Status Ask(const Question& question) {
    for (const std::string& name : question.reads) {
      LEARNSQL_TRY_SET(const std::optional<int64_t> there,
                       connection_->QueryInteger(
                           "select 1 from sqlite_schema where name = ?",
                           std::array{Value::Text(name)}));
      if (!there) return {};  // a selection left it unbuilt
    }
    LEARNSQL_TRY_SET(const std::vector<QuestionValue> values,
                     ValuesOf(question, {}));
    LEARNSQL_TRY_SET(Statement query, connection_->Prepare(question.query.sql));
    for (size_t i = 0; i < values.size(); ++i) {
      const int at = query.parameter_index(":" + question.parameters[i].name);
      LEARNSQL_TRY(query.Bind(at, values[i].ToValue()));
    }
    return LookAtRows(&query);
  }

  Status LookAtRows(Statement* query) const {
    int looks = 0;
    const auto is_cancelled = [this] {
      return options_.cancel != nullptr && !options_.cancel->Check().ok();
    };
    const StepHook hook(connection_, kStepsBetweenLooks, [&] {
      return is_cancelled() || (!options_.full && ++looks > kLooks);
    });
    for (int64_t i = 0; options_.full || i < kViewRowsLookedAt; ++i) {
      const Result<bool> row = query->Step();
      const bool seen_enough =
          row.status().code() == Code::kCancelled && !is_cancelled();
      if (seen_enough) break;
      LEARNSQL_TRY(StatusOf(row));
      if (!*row) break;
    }
    return {};
  }

  // ---- checks

  // What was asked, of which state of its model, and of which of all it reads:
  // three hashes.
  std::string FingerprintOf(const Check& check) const {
    const auto model = schedule_.content.find(LowerCase(check.model));
    return QuestionOf(check) + ":" +
           (model == schedule_.content.end() ? "" : model->second) + ":" +
           InputsOf(check);
  }

  // How a fingerprint begins whose check may look at less than all rows: the
  // same was asked of the state that this build began with. No check without
  // a model has one.
  std::string AskedBefore(const Check& check) const {
    const auto built = schedule_.built.find(check.model);
    if (built == schedule_.built.end()) return "";
    return QuestionOf(check) + ":" + built->second.fingerprint + ":";
  }

  std::string QuestionOf(const Check& check) const {
    const char* const severity = check.info   ? "info"
                                 : check.warn ? "warn"
                                              : "error";
    std::vector<std::string> parts = {check.query.sql, severity,
                                      check.not_applicable};
    if (check.reads_as_of) parts.push_back(as_of_);
    return HashTexts(parts);
  }

  std::string InputsOf(const Check& check) const {
    std::vector<std::string> parts;
    for (const std::string& name : check.reads) {
      parts.push_back(name);
      const auto content = schedule_.content.find(LowerCase(name));
      if (content != schedule_.content.end()) {
        parts.push_back(content->second);
      } else {
        const auto raw = schedule_.raw_states.find(name);
        parts.push_back(raw == schedule_.raw_states.end() ? schedule_.ledger
                                                          : raw->second);
      }
    }
    return HashTexts(parts);
  }

  struct LastCheck {
    std::string fingerprint;
    std::string outcome;
  };

  Result<std::map<std::string, LastCheck>> LastChecks() {
    std::map<std::string, LastCheck> last;
    LEARNSQL_TRY_SET(Statement rows, connection_->Prepare(kLastChecksSql));
    while (true) {
      LEARNSQL_TRY_SET(const bool row, rows.Step());
      if (!row) return last;
      last.emplace(rows.text(0), LastCheck{std::string(rows.text(1)),
                                           std::string(rows.text(2))});
    }
  }

  // Whether what was folded into its model is enough for the check: all else
  // was asked before, and passed.
  bool IsEnough(const Check& check, const LastCheck& last) const {
    const Model* const model = set_.Find(check.model);
    if (model == nullptr || !runner_.HasTouched(*model)) return false;
    const std::string before = AskedBefore(check);
    return last.outcome == "pass" && !before.empty() &&
           last.fingerprint.starts_with(before);
  }

  // Asks a check of as little as is enough.
  Result<CheckOutcome> AskCheck(const Check& check, const LastCheck& last,
                                CheckRunner* runner) {
    const bool enough = IsEnough(check, last);
    const Model* const model = set_.Find(check.model);
    if (check.reads_changes && model != nullptr) {
      LEARNSQL_TRY(runner_.MakeChangesFor(*model, enough));
    }
    CheckRunner::Range range;
    if (enough && check.scope == Check::Scope::kTouched) range.touched = model;
    if (enough && check.reads_since_row) {
      const auto step =
          std::find_if(schedule_.steps.begin(), schedule_.steps.end(),
                       [model](const Step& s) { return s.model == model; });
      range.since_row = step->since_row;
    }
    range.changes = enough && check.reads_changes;
    return runner->Run(check, range);
  }

  // A check may hold a model that stays as it is against rows that are newer:
  // it waits for a build of all that it reads.
  bool IsAsked(const Check& check) const {
    return std::all_of(
        schedule_.steps.begin(), schedule_.steps.end(), [&](const Step& step) {
          return step.selected ||
                 std::none_of(check.reads.begin(), check.reads.end(),
                              [&](const std::string& name) {
                                return EqualNames(name, step.model->name);
                              });
        });
  }

  Status RememberRows(const Check& check, const Evidence& evidence) {
    failed_checks_.push_back(evidence);
    const Model* const model = set_.Find(check.model);
    // A measured value is of all rows, and so of no source record.
    if (model == nullptr || !model->stored() || check.measures) return {};
    return TraceSources(connection_, set_, *model, 0, &failed_checks_.back());
  }

  Status RunStaleChecks() {
    LEARNSQL_TRY_SET(const auto last, LastChecks());
    CheckRunner runner(connection_, as_of_, clock_);
    std::string failed;
    for (const Check& check : set_.checks) {
      const std::string fingerprint = FingerprintOf(check);
      if (!IsAsked(check)) continue;
      const auto found = last.find(check.name);
      if (!options_.full && found != last.end() &&
          found->second.fingerprint == fingerprint) {
        continue;
      }
      if (options_.cancel != nullptr) LEARNSQL_TRY(options_.cancel->Check());
      LEARNSQL_TRY_SET(
          CheckOutcome outcome,
          AskCheck(check, found == last.end() ? LastCheck{} : found->second,
                   &runner));
      const bool stops = outcome.outcome == "fail" && !outcome.warn;
      if (stops) failed += (failed.empty() ? "" : "\n") + FailureText(outcome);
      if (outcome.outcome == "fail") {
        LEARNSQL_TRY(RememberRows(check, runner.evidence()));
      }
      report_.checks.push_back(std::move(outcome));
      fingerprints_.push_back(fingerprint);
    }
    if (failed.empty()) return {};
    checks_stopped_ = true;
    return Status(Code::kGate,
                  failed + "\nnothing changed; the rows are in ls_failure");
  }

  // ---- records

  // All at the end: a page that was written to the log once, because the cache
  // was full, and changes again costs reading the whole log (SQLite computes
  // the checksums behind it anew).
  Status WriteRecords() {
    LEARNSQL_TRY(WriteModels());
    int64_t position = 0;
    for (const ModelOutcome& outcome : report_.models) {
      LEARNSQL_TRY(records_.WriteModelRun(outcome, ++position));
    }
    for (const Step& step : schedule_.steps) {
      if (step.mode == StepMode::kRefresh) {
        LEARNSQL_TRY(records_.RefreshModel(step));
      }
    }
    if (documents_changed_) LEARNSQL_TRY(RefreshDictionary());
    LEARNSQL_TRY(WriteChecks());
    LEARNSQL_TRY(records_.WriteLedger(schedule_));
    LEARNSQL_TRY(records_.WriteAsOf());
    LEARNSQL_TRY(connection_->Execute(
        kWriteAskedSql, std::array{Value::Text(questions_hash_)}));
    if (!rebuilt_.empty() || !schedule_.removed.empty()) {
      LEARNSQL_TRY_SET(report_.state, records_.WriteState(report_));
    }
    return {};
  }

  Status WriteModels() {
    // Models that were dropped come first, and have no step.
    size_t at = report_.models.size() - made_.size();
    for (const Step* step : made_) {
      if (options_.cancel != nullptr) LEARNSQL_TRY(options_.cancel->Check());
      const ModelOutcome& outcome = report_.models[at++];
      Say(outcome.model + " (columns)", outcome.row_count.value_or(0));
      LEARNSQL_TRY(records_.WriteModel(*step, outcome));
    }
    return {};
  }

  // A document may have come from a raw table, far from the model's script.
  Status RefreshDictionary() {
    LEARNSQL_TRY(records_.WriteRawTables(set_.raw_tables));
    for (const Step& step : schedule_.steps) {
      const bool stands = schedule_.built.contains(step.model->name);
      if (step.mode != StepMode::kNone || !stands) continue;
      LEARNSQL_TRY(records_.WriteDictionary(*step.model));
    }
    return records_.WriteDocumentsHash(documents_hash_);
  }

  // Evidence first, so that what it names is not taken for gone.
  Status WriteChecks() {
    for (const Evidence& evidence : failed_checks_) {
      LEARNSQL_TRY(WriteEvidence(connection_, evidence, options_.run_id, now_));
    }
    for (size_t i = 0; i < report_.checks.size(); ++i) {
      LEARNSQL_TRY(records_.WriteCheck(report_.checks[i], fingerprints_[i]));
    }
    return {};
  }

  // After the rollback: the evidence, in a transaction of its own.
  Status KeepEvidence() {
    LEARNSQL_TRY_SET(Transaction transaction, Transaction::Begin(connection_));
    for (const Evidence& evidence : failures_) {
      LEARNSQL_TRY(WriteEvidence(connection_, evidence, options_.run_id, now_));
    }
    if (checks_stopped_) {
      // The outcomes are of a state that never was: no later build may trust
      // them.
      std::fill(fingerprints_.begin(), fingerprints_.end(), "");
      LEARNSQL_TRY(WriteChecks());
    }
    return transaction.Commit();
  }

  Connection* connection_;
  const ModelSet& set_;
  const BuildOptions& options_;
  std::string as_of_;
  Clock* clock_;
  std::string now_;
  ModelRunner runner_;
  BuildRecords records_;
  Schedule schedule_;
  BuildReport report_;
  std::vector<const Step*> made_;    // the last of report_.models, in order
  std::set<std::string> rebuilt_;    // tables, lower case
  std::set<std::string> lost_rows_;  // those that may have fewer rows
  std::vector<Evidence> failures_;   // of models
  std::vector<Evidence> failed_checks_;
  std::vector<std::string> fingerprints_;  // of report_.checks
  bool checks_stopped_ = false;
  bool refreshed_ = false;
  std::string documents_hash_;
  std::string questions_hash_;
  bool documents_changed_ = false;
  bool made_raw_ = false;
  size_t done_ = 0;
  size_t total_ = 0;
};

bool IsSelected(const Check& check, const std::vector<std::string>& select) {
  return select.empty() || std::any_of(select.begin(), select.end(),
                                       [&check](const std::string& name) {
                                         return EqualNames(name, check.model) ||
                                                EqualNames(name, check.name);
                                       });
}

Status CheckConnection(Connection* connection) {
  LEARNSQL_TRY_SET(const std::optional<int64_t> on,
                   connection->QueryInteger(kForeignKeysOnSql));
  if (on.value_or(0) == 0) return {};
  return Status(Code::kInvalid,
                "a build needs a connection without foreign keys");
}

}  // namespace

Result<BuildReport> Build(Connection* connection, const ModelSet& set,
                          const BuildOptions& options) {
  LEARNSQL_TRY(ErrorsOf(set.findings));
  LEARNSQL_TRY(CheckConnection(connection));
  Clock* const clock = options.clock ? options.clock : Clock::System();
  const std::string as_of =
      options.as_of.empty() ? FormatUtc(clock->NowSeconds()) : options.as_of;
  return Builder(connection, set, options, as_of, clock).Run();
}

Result<std::vector<CheckOutcome>> RunChecks(Connection* connection,
                                            const ModelSet& set,
                                            const BuildOptions& options) {
  LEARNSQL_TRY(ErrorsOf(set.findings));
  Clock* const clock = options.clock ? options.clock : Clock::System();
  const std::string now = FormatUtc(clock->NowSeconds());
  const std::string as_of = options.as_of.empty() ? now : options.as_of;
  LEARNSQL_TRY_SET(Transaction transaction, Transaction::Begin(connection));
  CheckRunner runner(connection, as_of, clock);
  BuildRecords records(connection, options.run_id, as_of, now);
  std::vector<CheckOutcome> outcomes;
  for (const Check& check : set.checks) {
    if (!IsSelected(check, options.select)) continue;
    if (options.cancel != nullptr) LEARNSQL_TRY(options.cancel->Check());
    const Model* const model = set.Find(check.model);
    if (check.reads_changes && model != nullptr) {
      LEARNSQL_TRY(connection->Execute(DropChangesViewSql(model->name)));
      LEARNSQL_TRY(
          connection->Execute(MakeChangesViewSql(*model, Changes::kAll)));
    }
    LEARNSQL_TRY_SET(CheckOutcome outcome, runner.Run(check));
    if (check.reads_changes) {
      LEARNSQL_TRY(connection->Execute(DropChangesViewSql(check.model)));
    }
    LEARNSQL_TRY(
        WriteEvidence(connection, runner.evidence(), options.run_id, now));
    // Asked of what stands, whatever that is: the next build asks again.
    LEARNSQL_TRY(records.WriteCheck(outcome, ""));
    outcomes.push_back(std::move(outcome));
  }
  LEARNSQL_TRY(transaction.Commit());
  return outcomes;
}

std::vector<Finding> Lint(const ModelSet& set) {
  std::vector<Finding> findings = set.findings;
  std::vector<Finding> undocumented = FindUndocumented(set);
  std::move(undocumented.begin(), undocumented.end(),
            std::back_inserter(findings));
  return findings;
}

}  // namespace learnsql
