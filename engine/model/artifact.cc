#include "engine/model/artifact.h"

#include <array>

#include "engine/model/json.h"
#include "engine/store/connection.h"

namespace learnsql {
namespace {

constexpr std::string_view kRunSql = R"(
select
    run_id, kind, arguments, learnsql_version, sqlite_version, as_of,
    started_at, finished_at, outcome, message
from ls_run
where run_id = ?1)";

constexpr std::string_view kModelsSql = R"(
select
    model, mode, reason, row_count, rows_written, seconds, query_plan
from ls_model_run
where run_id = ?1
order by position)";

constexpr std::string_view kChecksSql = R"(
select
    name, model, severity, scope, outcome, failing_count, value, message,
    seconds
from ls_check
where run_id = ?1
order by name)";

constexpr std::string_view kFailuresSql = R"(
select model, rule, kind, state, count(*) as row_count
from ls_failure
where last_run_id = ?1
group by model, rule, kind, state
order by model, rule, kind, state)";

void AppendRow(const Statement& row, JsonList* object) {
  for (int i = 0; i < row.column_count(); ++i) {
    AppendJsonValue(row.column(i), object->Member(row.column_name(i)));
  }
}

Status AppendRows(Connection* connection, std::string_view sql, int64_t run_id,
                  std::string* json) {
  LEARNSQL_TRY_SET(Statement rows, connection->Prepare(sql));
  LEARNSQL_TRY(rows.BindAll(std::array{Value::Integer(run_id)}));
  JsonList list('[', ']', json);
  while (true) {
    LEARNSQL_TRY_SET(const bool row, rows.Step());
    if (!row) return {};
    JsonList object('{', '}', list.Item());
    AppendRow(rows, &object);
  }
}

}  // namespace

Result<std::string> RunArtifact(Connection* connection, int64_t run_id) {
  LEARNSQL_TRY_SET(Statement run, connection->Prepare(kRunSql));
  LEARNSQL_TRY(run.BindAll(std::array{Value::Integer(run_id)}));
  LEARNSQL_TRY_SET(const bool found, run.Step());
  if (!found) {
    return Status(Code::kNotFound, "no run " + std::to_string(run_id));
  }
  std::string json;
  {
    JsonList object('{', '}', &json);
    object.Integer("format", 1);
    AppendRow(run, &object);
    run.Reset();
    for (const auto& [name, sql] : {std::pair{"models", kModelsSql},
                                    {"checks", kChecksSql},
                                    {"failures", kFailuresSql}}) {
      LEARNSQL_TRY(AppendRows(connection, sql, run_id, object.Member(name)));
    }
  }
  return json + "\n";
}

}  // namespace learnsql
