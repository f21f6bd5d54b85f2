#include "engine/model/model_runner.h"

#include "engine/model/model_sql.h"
#include "engine/store/connection.h"

namespace learnsql {
namespace {

constexpr std::string_view kObjectTypeSql =
    "select type from sqlite_schema where lower(name) = lower(?1) and type in "
    "('table', 'view')";

bool BreaksRule(const Status& status) {
  return status.code() == Code::kConstraint ||
         status.message() == "datatype mismatch";
}

// An error of a model's own SQL is told with the model's name and file.
Status AtModel(const Status& status, const Model& model) {
  const Code code = status.code();
  if (status.ok() || code == Code::kCancelled || code == Code::kGate) {
    return status;
  }
  return status.Annotate(model.name).At({model.script->name()});
}

}  // namespace

Result<ModelOutcome> ModelRunner::Run(const Step& step) {
  const Model& model = *step.model;
  ModelOutcome outcome;
  outcome.model = model.name;
  outcome.mode = StepModeName(step.mode);
  outcome.reason = step.reason;
  if (step.mode == StepMode::kView) {
    LEARNSQL_TRY(AtModel(RunView(model), model));
  } else {
    LEARNSQL_TRY(AtModel(RunFull(step, &outcome), model));
  }
  return outcome;
}

Status ModelRunner::Drop(const std::string& name) {
  const Value value = Value::Text(name);
  LEARNSQL_TRY_SET(const std::optional<std::string> type,
                   connection_->QueryText(kObjectTypeSql, {&value, 1}));
  if (!type) return {};
  return connection_->Execute("drop " + *type + " " + QuoteName(name));
}

Status ModelRunner::RunView(const Model& model) {
  LEARNSQL_TRY(Drop(model.name));
  return connection_->Execute(model.definition.sql);
}

Status ModelRunner::RunFull(const Step& step, ModelOutcome* outcome) {
  const Model& model = *step.model;
  LEARNSQL_TRY(connection_->Execute("savepoint model"));
  LEARNSQL_TRY(MakeTable(model));
  Status filled = Fill(step, outcome);
  if (filled.ok()) filled = MakeIndexes(model);
  if (BreaksRule(filled)) {
    LEARNSQL_TRY(connection_->Execute("rollback to model"));
    return CollectOffenders(step);
  }
  LEARNSQL_TRY(filled);
  LEARNSQL_TRY(VerifyForeignKeys(model));
  return connection_->Execute("release model");
}

Status ModelRunner::MakeTable(const Model& model) {
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
  LEARNSQL_TRY_SET(Statement fill, connection_->Prepare(sql));
  LEARNSQL_TRY(BindParameters(step, &fill));
  LEARNSQL_TRY(fill.Run());
  outcome->rows_written = connection_->changes();
  outcome->row_count = outcome->rows_written;
  return {};
}

Status ModelRunner::CollectOffenders(const Step& step) {
  const Model& model = *step.model;
  LEARNSQL_TRY(MakeTable(model));
  LEARNSQL_TRY(MakeIndexes(model));
  LEARNSQL_TRY_SET(Statement select,
                   connection_->Prepare(SelectRowsSql(model)));
  LEARNSQL_TRY(BindParameters(step, &select));
  LEARNSQL_TRY_SET(evidence_, FindOffenders(connection_, model, &select));
  return evidence_.ToStatus();
}

Status ModelRunner::BindParameters(const Step& step,
                                   Statement* statement) const {
  for (int i = 1; i <= statement->parameter_count(); ++i) {
    const bool clock = statement->parameter_name(i) == ":as_of";
    LEARNSQL_TRY(statement->Bind(
        i, clock ? Value::Text(as_of_) : Value::Integer(step.since_row)));
  }
  return {};
}

Status ModelRunner::VerifyForeignKeys(const Model& model) {
  evidence_ = Evidence(model.name, model.script->name());
  for (const ForeignKey& key : model.foreign_keys) {
    LEARNSQL_TRY(FindOrphans(model, key));
  }
  if (evidence_.offenders.empty()) return {};
  return evidence_.ToStatus();
}

Status ModelRunner::FindOrphans(const Model& model, const ForeignKey& key) {
  const std::string child = "main." + QuoteName(model.name);
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

Result<std::string> ModelRunner::QueryPlan(const Step& step,
                                           const std::string& sql) {
  LEARNSQL_TRY_SET(Statement rows,
                   connection_->Prepare("explain query plan " + sql));
  LEARNSQL_TRY(BindParameters(step, &rows));
  std::string plan;
  while (true) {
    LEARNSQL_TRY_SET(const bool row, rows.Step());
    if (!row) return plan;
    if (!plan.empty()) plan += "\n";
    plan += rows.text(3);
  }
}

}  // namespace learnsql
