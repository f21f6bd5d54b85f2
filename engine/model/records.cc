#include "engine/model/records.h"

#include <array>

#include "engine/model/check_runner.h"
#include "engine/model/column_stats.h"
#include "engine/model/json.h"
#include "engine/store/connection.h"
#include "engine/store/warehouse.h"

namespace learnsql {
namespace {

constexpr std::string_view kWriteModelSql = R"(
insert or replace into ls_model (
    model, kind, path, script, version, fingerprint, script_hash, inputs,
    as_of, seen_row, row_count, byte_count, query_plan, run_id, built_at
)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))";

constexpr std::string_view kRefreshModelSql =
    "update ls_model set script = ?, path = ? where model = ?";

constexpr std::string_view kWriteModelRunSql = R"(
insert into ls_model_run (
    run_id, model, position, mode, reason, row_count, rows_written, seconds,
    query_plan
)
values (?, ?, ?, ?, ?, ?, ?, ?, ?))";

constexpr std::string_view kWriteCheckSql = R"(
insert or replace into ls_check (
    run_id, name, model, severity, scope, outcome, failing_count, value,
    message, seconds, fingerprint
)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))";

constexpr std::string_view kCloseFailuresSql = R"(
update ls_failure
set state = 'gone', closed_at = ?3
where state = 'open' and model = ?1 and last_run_id < ?4
    and instr(?2, '|' || kind || '|') > 0)";

constexpr std::string_view kClosePassedSql = R"(
update ls_failure
set state = 'gone', closed_at = ?2
where state = 'open' and kind = 'data check' and rule = ?1)";

constexpr std::string_view kMetaSql =
    "insert or replace into ls_meta (key, value) values (?, ?)";

constexpr std::string_view kWriteStateSql = R"(
insert into ls_state (state, model, run_id, row_count, cause, committed_at)
values (?, ?, ?, ?, ?, ?))";

constexpr std::string_view kWriteTableSql = R"(
insert or replace into ls_table (
    table_name, kind, document, owner, tags, version, path
)
values (?, ?, ?, ?, ?, ?, ?))";

constexpr std::string_view kWriteColumnSql = R"(
insert into ls_column (
    table_name, column_name, position, type, is_nullable, is_key, document,
    unit, pii
)
values (?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict (table_name, column_name) do update set
    position = excluded.position,
    type = excluded.type,
    is_nullable = excluded.is_nullable,
    is_key = excluded.is_key,
    document = excluded.document,
    unit = excluded.unit,
    pii = excluded.pii,
    example = case when excluded.pii is null then example end)";

// ?2 is JSON: the names that stay.
constexpr std::string_view kDropColumnsSql = R"(
delete from ls_column
where table_name = ?1 and column_name not in (select value from json_each(?2)))";

constexpr std::string_view kWriteStatsSql = R"(
update ls_column
set null_share = ?3, distinct_estimate = ?4, example = ?5
where table_name = ?1 and column_name = ?2)";

constexpr std::string_view kUnmeasuredSql = R"(
select count(*) from ls_column where table_name = ? and null_share is null)";

// An incremental model is measured again when a tenth of its rows came new:
// less moves the shares little, and a build stays as cheap as what is new.
constexpr int64_t kWorthMeasuring = 10;

constexpr std::string_view kWriteLineageSql = R"(
insert or ignore into ls_lineage (model, output_column, source, source_column)
values (?, ?, ?, ?))";

constexpr std::string_view kAsOfSql =
    "update ls_run set as_of = ? where run_id = ?";

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

Value TextOrNull(const std::string& text) {
  return text.empty() ? Value::Null() : Value::Text(text);
}

}  // namespace

Status BuildRecords::WriteModel(const Step& step, const ModelOutcome& outcome) {
  const Model& model = *step.model;
  const std::string inputs = JsonOfTexts(step.inputs);
  LEARNSQL_TRY(connection_->Execute(
      kWriteModelSql,
      std::array{
          Value::Text(model.name), Value::Text(KindName(model.kind)),
          Value::Text(model.script->name()), Value::Text(model.script->text()),
          Value::Integer(model.version), Value::Text(step.fingerprint),
          Value::Text(step.script_hash), Value::Text(inputs),
          model.AsOfRead(as_of_).empty() ? Value::Null()
                                         : Value::Text(model.AsOfRead(as_of_)),
          Value::IntegerOrNull(step.seen_row),
          Value::IntegerOrNull(outcome.row_count),
          model.stored() ? Value::Integer(outcome.bytes) : Value::Null(),
          Value::Text(outcome.query_plan), Value::Integer(run_id_),
          Value::Text(now_)}));
  LEARNSQL_TRY(WriteDictionary(model));
  return Measure(step, outcome);
}

Status BuildRecords::RefreshModel(const Step& step) {
  const Model& model = *step.model;
  LEARNSQL_TRY(connection_->Execute(
      kRefreshModelSql,
      std::array{Value::Text(model.script->text()),
                 Value::Text(model.script->name()), Value::Text(model.name)}));
  return WriteDictionary(model);
}

Status BuildRecords::WriteModelRun(const ModelOutcome& outcome,
                                   int64_t position) {
  return connection_->Execute(
      kWriteModelRunSql,
      std::array{
          Value::Integer(run_id_), Value::Text(outcome.model),
          Value::Integer(position), Value::Text(outcome.mode),
          Value::Text(outcome.reason), Value::IntegerOrNull(outcome.row_count),
          Value::IntegerOrNull(outcome.rows_written),
          Value::Real(outcome.seconds), Value::Text(outcome.query_plan)});
}

Status BuildRecords::RemoveModel(const std::string& name) {
  const std::array key{Value::Text(name)};
  for (const char* sql : {"delete from ls_model where model = ?",
                          "delete from ls_column where table_name = ?",
                          "delete from ls_table where table_name = ?",
                          "delete from ls_lineage where model = ?"}) {
    LEARNSQL_TRY(connection_->Execute(sql, key));
  }
  return CloseFailures(name,
                       "|not null|check|unique|foreign key|type|data check|"
                       "quarantine|");
}

Status BuildRecords::WriteCheck(const CheckOutcome& check,
                                const std::string& fingerprint) {
  if (check.outcome == "pass") {
    LEARNSQL_TRY(connection_->Execute(
        kClosePassedSql,
        std::array{Value::Text(check.name), Value::Text(now_)}));
  }
  return connection_->Execute(
      kWriteCheckSql,
      std::array{Value::Integer(run_id_), Value::Text(check.name),
                 Value::Text(check.model), Value::Text(SeverityName(check)),
                 Value::Text(check.scope), Value::Text(check.outcome),
                 Value::Integer(check.failing_count),
                 Value::TextOrNull(check.value), TextOrNull(check.message),
                 Value::Real(check.seconds), Value::Text(fingerprint)});
}

Status BuildRecords::CloseFailures(const std::string& model,
                                   const std::string& kinds) {
  return connection_->Execute(
      kCloseFailuresSql,
      std::array{Value::Text(model), Value::Text(kinds), Value::Text(now_),
                 Value::Integer(run_id_)});
}

Status BuildRecords::WriteLedger(const Schedule& schedule) {
  LEARNSQL_TRY(connection_->Execute(
      kMetaSql,
      std::array{Value::Text("built_ledger"), Value::Text(schedule.ledger)}));
  const Inputs states(schedule.raw_states.begin(), schedule.raw_states.end());
  const std::string json = JsonOfTexts(states);
  return connection_->Execute(
      kMetaSql, std::array{Value::Text("built_loads"), Value::Text(json)});
}

Result<int64_t> BuildRecords::WriteState(const BuildReport& report) {
  LEARNSQL_TRY_SET(const int64_t state,
                   NextNumber(connection_, "state_counter"));
  for (const ModelOutcome& outcome : report.models) {
    if (!outcome.row_count) continue;
    LEARNSQL_TRY(connection_->Execute(
        kWriteStateSql,
        std::array{Value::Integer(state), Value::Text(outcome.model),
                   Value::Integer(run_id_), Value::Integer(*outcome.row_count),
                   Value::Text(outcome.reason), Value::Text(now_)}));
  }
  return state;
}

Status BuildRecords::WriteAsOf() {
  return connection_->Execute(
      kAsOfSql, std::array{Value::Text(as_of_), Value::Integer(run_id_)});
}

Status BuildRecords::WriteDictionary(const Model& model) {
  LEARNSQL_TRY(DropOtherColumns(model.name, model.columns));
  const std::string tags = Joined(model.tags);
  LEARNSQL_TRY(connection_->Execute(
      kWriteTableSql,
      std::array{Value::Text(model.name), Value::Text(KindName(model.kind)),
                 Value::Text(model.document), Value::Text(model.owner),
                 Value::Text(tags), Value::Integer(model.version),
                 Value::Text(model.script->name())}));
  for (size_t i = 0; i < model.columns.size(); ++i) {
    LEARNSQL_TRY(WriteColumn(model.name, model.columns[i], i));
  }
  return WriteLineage(model);
}

Result<bool> BuildRecords::DocumentsChanged(const std::string& hash) {
  LEARNSQL_TRY_SET(const std::optional<std::string> last,
                   connection_->QueryText("select value from ls_meta where key "
                                          "= 'built_documents'"));
  return last != hash;
}

Status BuildRecords::WriteDocumentsHash(const std::string& hash) {
  return connection_->Execute(
      kMetaSql, std::array{Value::Text("built_documents"), Value::Text(hash)});
}

Status BuildRecords::WriteRawTables(const std::vector<RawTable>& raw_tables) {
  LEARNSQL_TRY(connection_->Execute(
      "delete from ls_column where table_name in (select table_name from "
      "ls_table where kind = 'raw')"));
  LEARNSQL_TRY(connection_->Execute("delete from ls_table where kind = 'raw'"));
  for (const RawTable& raw : raw_tables) LEARNSQL_TRY(WriteRawTable(raw));
  return {};
}

Status BuildRecords::WriteRawTable(const RawTable& raw) {
  LEARNSQL_TRY(connection_->Execute(
      kWriteTableSql,
      std::array{Value::Text(raw.name), Value::Text("raw"),
                 Value::Text(raw.document), Value::Text(""), Value::Text(""),
                 Value::Integer(1), Value::Text(raw.script->name())}));
  for (size_t i = 0; i < raw.columns.size(); ++i) {
    LEARNSQL_TRY(WriteColumn(raw.name, raw.columns[i], i));
  }
  return {};
}

Status BuildRecords::DropOtherColumns(const std::string& table,
                                      const std::vector<Column>& columns) {
  std::string names;
  AppendJsonArray(
      columns,
      [](const Column& column, std::string* json) {
        AppendJsonText(column.name, json);
      },
      &names);
  return connection_->Execute(
      kDropColumnsSql, std::array{Value::Text(table), Value::Text(names)});
}

Status BuildRecords::Measure(const Step& step, const ModelOutcome& outcome) {
  const Model& model = *step.model;
  if (!model.stored() || !outcome.row_count) return {};
  if (step.mode == StepMode::kIncremental) {
    LEARNSQL_TRY_SET(const std::optional<int64_t> unmeasured,
                     connection_->QueryInteger(
                         kUnmeasuredSql, std::array{Value::Text(model.name)}));
    const bool worth = outcome.rows_written.value_or(0) * kWorthMeasuring >=
                       *outcome.row_count;
    if (!worth && unmeasured.value_or(0) == 0) return {};
  }
  LEARNSQL_TRY_SET(const std::vector<ColumnStats> stats,
                   MeasureColumns(connection_, model, *outcome.row_count));
  for (size_t i = 0; i < stats.size(); ++i) {
    LEARNSQL_TRY(connection_->Execute(
        kWriteStatsSql,
        std::array{Value::Text(model.name), Value::Text(model.columns[i].name),
                   stats[i].null_share ? Value::Real(*stats[i].null_share)
                                       : Value::Null(),
                   Value::IntegerOrNull(stats[i].distinct_estimate),
                   Value::TextOrNull(stats[i].example)}));
  }
  return {};
}

Status BuildRecords::WriteColumn(const std::string& table, const Column& column,
                                 size_t position) {
  const bool key = column.key_position > 0;
  return connection_->Execute(
      kWriteColumnSql,
      std::array{Value::Text(table), Value::Text(column.name),
                 Value::Integer(static_cast<int64_t>(position) + 1),
                 Value::Text(column.type),
                 Value::Integer(!column.not_null && !key), Value::Integer(key),
                 Value::Text(column.document), Value::TextOrNull(column.unit),
                 Value::TextOrNull(column.pii)});
}

Status BuildRecords::WriteLineage(const Model& model) {
  const std::array name{Value::Text(model.name)};
  LEARNSQL_TRY(
      connection_->Execute("delete from ls_lineage where model = ?", name));
  for (const auto& [source, column] : model.column_reads) {
    LEARNSQL_TRY(connection_->Execute(
        kWriteLineageSql,
        std::array{Value::Text(model.name), Value::Text(""),
                   Value::Text(source), Value::Text(column)}));
  }
  for (const ColumnOrigin& origin : model.origins) {
    LEARNSQL_TRY(connection_->Execute(
        kWriteLineageSql,
        std::array{Value::Text(model.name), Value::Text(origin.column),
                   Value::Text(origin.source),
                   Value::Text(origin.source_column)}));
  }
  return {};
}

}  // namespace learnsql
