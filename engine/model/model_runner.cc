#include "engine/model/model_runner.h"

#include <algorithm>

#include "engine/model/model_sql.h"
#include "engine/model/offenders.h"
#include "engine/model/space.h"
#include "engine/store/connection.h"

namespace learnsql {
namespace {

constexpr std::string_view kObjectTypeSql =
    "select type from sqlite_schema where lower(name) = lower(?1) and type in "
    "('table', 'view')";

constexpr const char* kNew = "ls_new";
constexpr const char* kObserved = "ls_observed";
constexpr const char* kProof = "ls_proof";
constexpr const char* kKeysTables = "ls_keys_";

// An error of a model's own SQL is told with the model's name and file.
Status AtModel(const Status& status, const Model& model) {
  const Code code = status.code();
  if (status.ok() || code == Code::kCancelled || code == Code::kGate) {
    return status;
  }
  return status.Annotate(model.name).At({model.script->name()});
}

std::string TableOf(const Model& model) {
  return "main." + QuoteName(model.name);
}

}  // namespace

Result<ModelOutcome> ModelRunner::Run(Step* step) {
  const Model& model = *step->model;
  ModelOutcome outcome;
  outcome.model = model.name;
  if (step->mode == StepMode::kIncremental && ReadsMadeAnew(model)) {
    step->mode = StepMode::kFull;
    step->reason += "; what it reads the changes of was made anew";
  }
  LEARNSQL_TRY(MakeChanges(model, step->mode == StepMode::kIncremental));
  LEARNSQL_TRY(AtModel(RunStep(step, &outcome), model));
  LEARNSQL_TRY(DropChanges(model));
  if (step->mode == StepMode::kFull) made_anew_.insert(model.name);
  outcome.mode = StepModeName(step->mode);
  outcome.reason = step->reason;
  if (outcome.lost_rows) lost_rows_.insert(LowerCase(model.name));
  return outcome;
}

Status ModelRunner::RunStep(Step* step, ModelOutcome* outcome) {
  switch (step->mode) {
    case StepMode::kView:
      return RunView(*step->model);
    case StepMode::kIncremental:
      return RunIncremental(step, outcome);
    default:
      return RunFull(*step, outcome);
  }
}

// ---- changes

bool ModelRunner::ReadsMadeAnew(const Model& model) const {
  return std::any_of(
      model.change_reads.begin(), model.change_reads.end(),
      [this](const std::string& name) { return made_anew_.contains(name); });
}

bool ModelRunner::TellsChanges(const Model& model) const {
  const auto reads = [&model](const Model& other) {
    const std::vector<std::string>& names = other.change_reads;
    return std::find(names.begin(), names.end(), model.name) != names.end();
  };
  return std::any_of(set_.models.begin(), set_.models.end(), reads) ||
         std::any_of(set_.checks.begin(), set_.checks.end(),
                     [&model](const Check& check) {
                       return check.reads_changes &&
                              EqualNames(check.model, model.name);
                     });
}

Status ModelRunner::MakeChanges(const Model& model, bool folded) {
  for (const std::string& name : model.change_reads) {
    LEARNSQL_TRY(connection_->Execute(DropChangesViewSql(name)));
    const Changes changes = !folded                   ? Changes::kAll
                            : changed_.contains(name) ? Changes::kFolded
                                                      : Changes::kNone;
    LEARNSQL_TRY(
        connection_->Execute(MakeChangesViewSql(*set_.Find(name), changes)));
  }
  return {};
}

Status ModelRunner::DropChanges(const Model& model) {
  for (const std::string& name : model.change_reads) {
    LEARNSQL_TRY(connection_->Execute(DropChangesViewSql(name)));
  }
  return {};
}

Status ModelRunner::MakeChangesFor(const Model& model, bool touched) {
  LEARNSQL_TRY(connection_->Execute(DropChangesViewSql(model.name)));
  const bool folded = touched && changed_.contains(model.name);
  return connection_->Execute(
      MakeChangesViewSql(model, folded ? Changes::kFolded : Changes::kAll));
}

Status ModelRunner::Drop(const std::string& name) {
  const Value value = Value::Text(name);
  LEARNSQL_TRY_SET(const std::optional<std::string> type,
                   connection_->QueryText(kObjectTypeSql, {&value, 1}));
  if (!type) return {};
  return connection_->Execute("drop " + *type + " " + QuoteName(name));
}

Status ModelRunner::DropTouched() {
  for (const std::string& name : touched_) {
    LEARNSQL_TRY(connection_->Execute(DropTempSql("ls_touched__" + name)));
  }
  touched_.clear();
  for (const std::string& name : changed_) {
    LEARNSQL_TRY(connection_->Execute(DropChangesViewSql(name)));
    LEARNSQL_TRY(connection_->Execute(DropTempSql("ls_changes__" + name)));
  }
  changed_.clear();
  return {};
}

Status ModelRunner::RunView(const Model& model) {
  LEARNSQL_TRY(Drop(model.name));
  return connection_->Execute(model.definition.sql);
}

// ---- made anew

Status ModelRunner::RunFull(const Step& step, ModelOutcome* outcome) {
  const Model& model = *step.model;
  LEARNSQL_TRY_SET(const bool kept, KeepKeys(model));
  LEARNSQL_TRY(MakeTable(step));
  LEARNSQL_TRY_SET(const int64_t before, UsedBytes(connection_));
  Status filled = Fill(step, outcome);
  if (filled.ok()) filled = MakeIndexes(model);
  if (BreaksRule(filled)) return CollectOffenders(step);
  LEARNSQL_TRY(filled);
  LEARNSQL_TRY(CheckForeignKeys(model, /*touched_only=*/false, outcome));
  outcome->row_count = outcome->rows_written;
  LEARNSQL_TRY(CloseQuarantine(model, outcome));
  outcome->lost_rows = !kept;
  if (kept) {
    LEARNSQL_TRY_SET(outcome->lost_rows, LostKeys(model));
  }
  LEARNSQL_TRY_SET(const int64_t after, UsedBytes(connection_));
  outcome->bytes = std::max<int64_t>(0, after - before);
  return {};
}

// A table that stands is emptied where it has no indexes to be made after it is
// filled: the schema's pages, which many models would write, stay as they are.
Status ModelRunner::MakeTable(const Step& step) {
  const Model& model = *step.model;
  if (step.contract_stands && model.indexes.empty()) {
    return connection_->Execute("delete from " + TableOf(model));
  }
  LEARNSQL_TRY(Drop(model.name));
  return connection_->Execute(model.definition.sql);
}

Status ModelRunner::MakeIndexes(const Model& model) {
  for (const IndexText& index : model.indexes) {
    LEARNSQL_TRY(connection_->Execute(index.text.sql));
  }
  return {};
}

Status ModelRunner::Fill(const Step& step, ModelOutcome* outcome) {
  const std::string sql = FillSql(*step.model);
  LEARNSQL_TRY_SET(outcome->query_plan, QueryPlan(step, sql));
  LEARNSQL_TRY(Execute(step, sql));
  outcome->rows_written = connection_->changes();
  return {};
}

Status ModelRunner::CollectOffenders(const Step& step) {
  const Model& model = *step.model;
  LEARNSQL_TRY(MakeTable(step));
  LEARNSQL_TRY(MakeIndexes(model));
  LEARNSQL_TRY_SET(Statement select, Bound(step, SelectRowsSql(model)));
  LEARNSQL_TRY_SET(evidence_, FindOffenders(connection_, model, &select));
  return evidence_.ToStatus();
}

// ---- folded in

Status ModelRunner::RunIncremental(Step* step, ModelOutcome* outcome) {
  const Model& model = *step->model;
  LEARNSQL_TRY_SET(const bool splits, SplitsSpan(*step));
  if (splits) {
    step->mode = StepMode::kFull;
    step->since_row = 0;
    step->reason += "; it changes the inside of a span, so all are made anew";
    return RunFull(*step, outcome);
  }
  LEARNSQL_TRY(PrepareNew(*step, outcome));
  const Status folded = FoldNew(model, outcome);
  if (BreaksRule(folded)) return CollectNewOffenders(model);
  LEARNSQL_TRY(folded);
  LEARNSQL_TRY(CheckForeignKeys(model, /*touched_only=*/true, outcome));
  LEARNSQL_TRY(CloseQuarantine(model, outcome));
  LEARNSQL_TRY_SET(const bool lost, MayLoseKeys(model));
  outcome->lost_rows = lost || outcome->quarantined > 0;
  LEARNSQL_TRY(connection_->Execute(DropTempSql(kNew)));
  return connection_->Execute(DropTempSql(kObserved));
}

// Fills ls_observed for a history, and says whether it must be made anew.
Result<bool> ModelRunner::SplitsSpan(const Step& step) {
  const Model& model = *step.model;
  if (!model.history) return false;
  LEARNSQL_TRY(MakeTemp(kObserved, model.QueryColumns()));
  LEARNSQL_TRY(Execute(step, FillObservedSql(model)));
  LEARNSQL_TRY_SET(const std::optional<int64_t> split,
                   connection_->QueryInteger(SplitsSpanSql(model)));
  return split.has_value();
}

// Puts the rows that are to stand in the table into ls_new.
Status ModelRunner::PrepareNew(const Step& step, ModelOutcome* outcome) {
  const Model& model = *step.model;
  outcome->row_count = step.rows_before;
  outcome->bytes = step.bytes_before;
  LEARNSQL_TRY(MakeTemp(TouchedTable(model), FoldKey(model)));
  touched_.insert(model.name);
  if (!model.quarantined.empty()) {
    LEARNSQL_TRY_SET(const int64_t waiting, quarantine_.PutBack(model));
    *outcome->row_count += waiting;
  }
  LEARNSQL_TRY(MakeTemp(kNew, NewColumns(model)));
  const std::string fill = FillNewSql(model);
  LEARNSQL_TRY_SET(outcome->query_plan, QueryPlan(step, fill));
  LEARNSQL_TRY(Execute(step, fill));
  if (TellsRows(model)) {
    if (TellsGroups(model)) {
      LEARNSQL_TRY(connection_->Execute(FillGoneSql(model)));
    }
    LEARNSQL_TRY(connection_->Execute(DropSameSql(model)));
  }
  LEARNSQL_TRY(connection_->Execute(FillTouchedSql(model)));
  if (TellsChanges(model)) {
    LEARNSQL_TRY(MakeTemp(ChangesTable(model), ChangesColumns(model)));
    for (const std::string& sql : FillChangesSql(model)) {
      LEARNSQL_TRY(connection_->Execute(sql));
    }
    changed_.insert(model.name);
  }
  return {};
}

// Puts the rows of ls_new into the table, in place of those with their keys.
Status ModelRunner::FoldNew(const Model& model, ModelOutcome* outcome) {
  LEARNSQL_TRY_SET(outcome->rows_written, UpdateInPlace(model));
  LEARNSQL_TRY(connection_->Execute(DeleteReplacedSql(model)));
  *outcome->row_count -= connection_->changes();
  LEARNSQL_TRY(connection_->Execute(InsertNewSql(model)));
  *outcome->row_count += connection_->changes();
  *outcome->rows_written += connection_->changes();
  return {};
}

// Rows whose keys and indexed columns stay are changed where they stand, and
// leave ls_new: no index is written for them. Returns their number.
Result<int64_t> ModelRunner::UpdateInPlace(const Model& model) {
  const std::string update = TellsRows(model) ? UpdateSql(model) : "";
  if (update.empty()) return 0;
  // Of two rows with one key, the insert says which rule they break.
  LEARNSQL_TRY_SET(const std::optional<int64_t> twice,
                   connection_->QueryInteger(TwiceNewSql(model)));
  if (twice) return 0;
  LEARNSQL_TRY(connection_->Execute(update));
  const int64_t updated = connection_->changes();
  if (updated > 0) LEARNSQL_TRY(connection_->Execute(DropSameSql(model)));
  return updated;
}

Status ModelRunner::MakeTemp(const std::string& table,
                             const std::vector<std::string>& columns) {
  LEARNSQL_TRY(connection_->Execute(DropTempSql(table)));
  return connection_->Execute(MakeTempSql(table, columns));
}

// What broke a rule is still in ls_new, with all that came after it; some rows
// that came before may stand in the table already.
Status ModelRunner::CollectNewOffenders(const Model& model) {
  LEARNSQL_TRY(connection_->Execute(DeleteReplacedSql(model)));
  LEARNSQL_TRY_SET(Statement select, connection_->Prepare(SelectNewSql(model)));
  LEARNSQL_TRY_SET(evidence_, FindOffenders(connection_, model, &select));
  return evidence_.ToStatus();
}

// ---- foreign keys

Status ModelRunner::VerifyForeignKeys(const Model& model) {
  ModelOutcome ignored;
  return CheckForeignKeys(model, /*touched_only=*/false, &ignored);
}

std::vector<std::vector<std::string>> ModelRunner::ReferencedKeys(
    const Model& model) const {
  std::vector<std::vector<std::string>> keys;
  for (const Model& child : set_.models) {
    for (const ForeignKey& key : child.foreign_keys) {
      if (!EqualNames(key.parent, model.name)) continue;
      if (std::find(keys.begin(), keys.end(), key.parent_columns) ==
          keys.end()) {
        keys.push_back(key.parent_columns);
      }
    }
  }
  return keys;
}

Result<bool> ModelRunner::KeepKeys(const Model& model) {
  const Value name = Value::Text(model.name);
  LEARNSQL_TRY_SET(const std::optional<std::string> type,
                   connection_->QueryText(kObjectTypeSql, {&name, 1}));
  if (type != "table") return false;
  const auto keys = ReferencedKeys(model);
  for (size_t i = 0; i < keys.size(); ++i) {
    const std::string table = kKeysTables + std::to_string(i);
    // A contract that changed may have other columns.
    const Result<Statement> readable = connection_->Prepare(
        "select " + QuotedList(keys[i]) + " from " + TableOf(model));
    if (!readable.ok()) return false;
    LEARNSQL_TRY(MakeTemp(table, keys[i]));
    LEARNSQL_TRY(connection_->Execute(CopyKeysSql(model, keys[i], table)));
  }
  return true;
}

Result<bool> ModelRunner::LostKeys(const Model& model) {
  const auto keys = ReferencedKeys(model);
  bool lost = false;
  for (size_t i = 0; i < keys.size(); ++i) {
    const std::string table = kKeysTables + std::to_string(i);
    LEARNSQL_TRY_SET(
        const std::optional<int64_t> row,
        connection_->QueryInteger(LostKeysSql(model, keys[i], table)));
    lost = lost || row.has_value();
    LEARNSQL_TRY(connection_->Execute(DropTempSql(table)));
  }
  return lost;
}

Result<bool> ModelRunner::MayLoseKeys(const Model& model) {
  const auto keys = ReferencedKeys(model);
  if (keys.empty()) return false;
  if (!FoldsSingleRows(model)) return true;
  if (!model.change_reads.empty()) {
    LEARNSQL_TRY_SET(const std::optional<int64_t> gone,
                     connection_->QueryInteger(GoneNewSql(model)));
    if (gone) return true;
  }
  // A row that is replaced keeps the columns of its key, no others.
  const std::vector<std::string> fold = FoldKey(model);
  const auto stays = [&fold](const std::string& column) {
    return std::any_of(
        fold.begin(), fold.end(),
        [&column](const std::string& f) { return EqualNames(f, column); });
  };
  return std::any_of(keys.begin(), keys.end(), [&stays](const auto& key) {
    return !std::all_of(key.begin(), key.end(), stays);
  });
}

Status ModelRunner::CheckForeignKeys(const Model& model, bool touched_only,
                                     ModelOutcome* outcome) {
  evidence_ = Evidence(model.name, model.script->name());
  for (const ForeignKey& key : model.foreign_keys) {
    const bool whole =
        !touched_only || lost_rows_.contains(LowerCase(key.parent));
    const std::string child = whole ? TableOf(model) : TouchedRows(model);
    if (!key.quarantine) {
      LEARNSQL_TRY(FindOrphans(model, key, child));
      continue;
    }
    LEARNSQL_TRY_SET(const int64_t held,
                     quarantine_.HoldBack(model, key, child));
    outcome->quarantined += held;
  }
  if (evidence_.offenders.empty()) return {};
  return evidence_.ToStatus();
}

Status ModelRunner::CloseQuarantine(const Model& model, ModelOutcome* outcome) {
  *outcome->row_count -= outcome->quarantined;
  if (model.quarantined.empty()) return {};
  LEARNSQL_TRY_SET(outcome->released, quarantine_.Close(model));
  return {};
}

Status ModelRunner::FindOrphans(const Model& model, const ForeignKey& key,
                                const std::string& child) {
  LEARNSQL_TRY_SET(Statement orphans,
                   connection_->Prepare(OrphansSql(model, key, child)));
  const std::vector<std::string> primary = model.PrimaryKey();
  while (true) {
    LEARNSQL_TRY_SET(const bool row, orphans.Step());
    if (!row) return {};
    Offender offender = OffenderOf(orphans, primary);
    offender.rule = key.Rule();
    offender.kind = "foreign key";
    offender.cause = "no row of " + key.parent + " has this (" +
                     JoinNames(key.parent_columns) + ")";
    evidence_.Add(std::move(offender));
  }
}

// ---- proof

Status ModelRunner::Prove(const Step& step) {
  const Model& model = *step.model;
  LEARNSQL_TRY(connection_->Execute("savepoint proof"));
  LEARNSQL_TRY(MakeTemp(kProof, model.StoredColumns()));
  const std::string columns = QuotedList(model.StoredColumns());
  LEARNSQL_TRY(connection_->Execute("insert into temp.ls_proof select " +
                                    columns + " from " + TableOf(model)));
  Step full = step;
  full.mode = StepMode::kFull;
  full.since_row = 0;
  ModelOutcome ignored;
  LEARNSQL_TRY(MakeChanges(model, /*folded=*/false));
  LEARNSQL_TRY(AtModel(RunFull(full, &ignored), model));
  LEARNSQL_TRY(DropChanges(model));
  LEARNSQL_TRY(CompareProof(model));
  LEARNSQL_TRY(connection_->Execute("rollback to proof"));
  return connection_->Execute("release proof");
}

Status ModelRunner::CompareProof(const Model& model) {
  evidence_ = Evidence(model.name, model.script->name());
  const std::string columns = QuotedList(model.StoredColumns());
  const std::string folded = "select " + columns + " from temp.ls_proof";
  const std::string anew = "select " + columns + " from " + TableOf(model);
  LEARNSQL_TRY(CompareRows(folded + " except " + anew, model,
                           "folded in, but a full build does not have it"));
  LEARNSQL_TRY(CompareRows(anew + " except " + folded, model,
                           "a full build has it, but it was not folded in"));
  if (evidence_.offenders.empty()) return {};
  return evidence_.ToStatus();
}

Status ModelRunner::CompareRows(const std::string& sql, const Model& model,
                                const std::string& cause) {
  LEARNSQL_TRY_SET(Statement rows, connection_->Prepare(sql));
  while (true) {
    LEARNSQL_TRY_SET(const bool row, rows.Step());
    if (!row) return {};
    Offender offender = OffenderOf(rows, model.PrimaryKey());
    offender.rule = "incremental equals full";
    offender.kind = "data check";
    offender.cause = cause;
    evidence_.Add(std::move(offender));
  }
}

// ---- statements with parameters

Result<Statement> ModelRunner::Bound(const Step& step, const std::string& sql) {
  LEARNSQL_TRY_SET(Statement statement, connection_->Prepare(sql));
  for (int i = 1; i <= statement.parameter_count(); ++i) {
    const std::string_view name = statement.parameter_name(i);
    const std::string_view day = std::string_view(as_of_).substr(0, 10);
    LEARNSQL_TRY(statement.Bind(i, name == ":as_of" ? Value::Text(as_of_)
                                   : name == ":as_of_date"
                                       ? Value::Text(day)
                                       : Value::Integer(step.since_row)));
  }
  return statement;
}

Status ModelRunner::Execute(const Step& step, const std::string& sql) {
  LEARNSQL_TRY_SET(Statement statement, Bound(step, sql));
  return statement.Run();
}

Result<std::string> ModelRunner::QueryPlan(const Step& step,
                                           const std::string& sql) {
  LEARNSQL_TRY_SET(Statement rows, Bound(step, "explain query plan " + sql));
  std::string plan;
  while (true) {
    LEARNSQL_TRY_SET(const bool row, rows.Step());
    if (!row) return plan;
    if (!plan.empty()) plan += "\n";
    plan += rows.text(3);
  }
}

}  // namespace learnsql
