#include "engine/model/forget.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>

#include "engine/store/connection.h"

namespace learnsql {
namespace {

// The traces are put into a temporary table, so that statements need no list.
// What is not looked for within longer texts is known by its whole value only.
constexpr std::string_view kTraceTable =
    "create temp table if not exists forgotten_trace (value text, "
    "column_name text, is_looked_for integer, primary key (value, "
    "column_name))";

constexpr std::string_view kRejectSql =
    "delete from ls_reject where exists (select 1 from forgotten_trace where "
    "is_looked_for and instr(lower(cast(raw as text)), value) > 0)";

constexpr std::string_view kFailureSql =
    "delete from ls_failure where exists (select 1 from forgotten_trace where "
    "is_looked_for and (instr(lower(row_json), value) > 0 or "
    "instr(lower(key_json), value) > 0 or instr(lower(cause), value) > 0))";

// What people read of a run may quote a row.
constexpr std::string_view kMessageSql[] = {
    "update ls_check set message = 'struck out: a person was forgotten' where "
    "exists (select 1 from forgotten_trace where is_looked_for and "
    "instr(lower(coalesce(message, '')), value) > 0)",
    "update ls_run set message = 'struck out: a person was forgotten' where "
    "exists (select 1 from forgotten_trace where is_looked_for and "
    "instr(lower(coalesce(message, '')), value) > 0)",
    "update ls_run set arguments = 'struck out: a person was forgotten' where "
    "exists (select 1 from forgotten_trace where is_looked_for and "
    "instr(lower(arguments), value) > 0)",
    "update ls_slice set error = 'struck out: a person was forgotten' where "
    "exists (select 1 from forgotten_trace where is_looked_for and "
    "instr(lower(coalesce(error, '')), value) > 0)",
    "update ls_column set example = null where exists (select 1 from "
    "forgotten_trace where column_name = '' and lower(coalesce(example, '')) = "
    "value)"};

// The slices that hold rows of `table` that are about to go.
std::string SlicesSql(const std::string& table, const std::string& condition) {
  return "select distinct ls_slice.source || '/' || ls_slice.object || '/' || "
         "ls_slice.name from " +
         QuoteName(table) +
         " inner join ls_slice on ls_slice.load_id = " + QuoteName(table) +
         ".row_id >> 28 where " + condition;
}

bool IsTrace(const Column& column) {
  return column.pii && (*column.pii == "email" || *column.pii == "login" ||
                        *column.pii == "id");
}

// "lower(trim("email")) in (select ...) or ..."; empty without such columns.
std::string Condition(const std::vector<Column>& columns,
                      const std::vector<std::string>& own_columns) {
  std::string condition;
  for (const Column& column : columns) {
    if (!IsTrace(column) || column.generated) continue;
    const bool own = std::find(own_columns.begin(), own_columns.end(),
                               column.name) != own_columns.end();
    if (!condition.empty()) condition += " or ";
    condition += "lower(trim(cast(" + QuoteName(column.name) +
                 " as text))) in (select value from forgotten_trace where "
                 "column_name = '" +
                 (own ? column.name : "") + "')";
  }
  return condition;
}

Status TakeOut(Connection* connection, const std::string& table,
               const std::string& condition, bool raw, Forgotten* forgotten) {
  if (condition.empty()) return {};
  LEARNSQL_TRY_SET(
      const std::optional<int64_t> there,
      connection->QueryInteger(
          "select 1 from sqlite_schema where type = 'table' and name = ?",
          std::array{Value::Text(table)}));
  if (!there) return {};
  if (raw) {
    LEARNSQL_TRY_SET(Statement slices,
                     connection->Prepare(SlicesSql(table, condition)));
    while (true) {
      LEARNSQL_TRY_SET(const bool row, slices.Step());
      if (!row) break;
      forgotten->slices.emplace_back(slices.text(0));
    }
  }
  LEARNSQL_TRY(connection->Execute("delete from " + QuoteName(table) +
                                   " where " + condition));
  if (connection->changes() > 0) {
    forgotten->tables.push_back({table, connection->changes()});
  }
  return {};
}

bool IsLookedFor(const Trace& trace) {
  return trace.column.empty() && trace.value.size() >= 6 &&
         !std::all_of(trace.value.begin(), trace.value.end(),
                      [](unsigned char c) { return std::isdigit(c) != 0; });
}

Status FillTraces(Connection* connection, const std::vector<Trace>& traces) {
  LEARNSQL_TRY(connection->Execute(kTraceTable));
  LEARNSQL_TRY(connection->Execute("delete from forgotten_trace"));
  for (const Trace& trace : traces) {
    LEARNSQL_TRY(connection->Execute(
        "insert or ignore into forgotten_trace values (?, ?, ?)",
        std::array{Value::Text(trace.value), Value::Text(trace.column),
                   Value::Integer(IsLookedFor(trace))}));
  }
  return {};
}

// Occurrences of `word` that begin before `end`. Values lie side by side in a
// database, so there are no ends of words to look for.
int64_t CountIn(const std::string& text, size_t end, const std::string& word) {
  int64_t count = 0;
  size_t at = text.find(word);
  for (; at != std::string::npos && at < end; at = text.find(word, at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace

Result<std::vector<Trace>> TracesOf(Connection* connection,
                                    const std::string& key) {
  LEARNSQL_TRY_SET(const std::optional<int64_t> there,
                   connection->QueryInteger("select 1 from sqlite_schema where "
                                            "name = 'learner_traces'"));
  if (!there) {
    return Status(Code::kNotFound,
                  "this warehouse has no learner_traces, so it cannot tell who "
                  "is who; 'learnsql build' makes it");
  }
  LEARNSQL_TRY_SET(
      Statement find,
      connection->Prepare(
          "select distinct lower(trim(trace_value)), case when trace_class in "
          "('email', 'login', 'id') then '' else trace_class end from "
          "learner_traces where learner_id in (select learner_id from "
          "learner_traces where trace_class in ('email', 'login', 'id') and "
          "lower(trim(trace_value)) = lower(trim(?1)))"));
  LEARNSQL_TRY(find.Bind(1, Value::Text(key)));
  std::vector<Trace> traces;
  while (true) {
    LEARNSQL_TRY_SET(const bool row, find.Step());
    if (!row) break;
    traces.push_back({std::string(find.text(0)), std::string(find.text(1))});
  }
  if (!traces.empty()) return traces;
  return Status(Code::kNotFound,
                "nobody has this key; it may be an e-mail address, a "
                "learner_id, a person_id or an account's number");
}

Result<std::vector<std::string>> TraceColumns(Connection* connection) {
  LEARNSQL_TRY_SET(
      Statement find,
      connection->Prepare("select distinct trace_class from learner_traces "
                          "where trace_class not in ('email', 'login', 'id')"));
  std::vector<std::string> columns;
  while (true) {
    LEARNSQL_TRY_SET(const bool row, find.Step());
    if (!row) return columns;
    columns.emplace_back(find.text(0));
  }
}

Result<Forgotten> Forget(Connection* connection, const ModelSet& models,
                         const std::vector<Trace>& traces,
                         const std::vector<std::string>& own_columns) {
  Forgotten forgotten;
  LEARNSQL_TRY(FillTraces(connection, traces));
  LEARNSQL_TRY_SET(Transaction transaction, Transaction::Begin(connection));
  for (const RawTable& table : models.raw_tables) {
    LEARNSQL_TRY(TakeOut(connection, table.name,
                         Condition(table.columns, own_columns), true,
                         &forgotten));
  }
  for (const Model& model : models.models) {
    if (!model.stored()) continue;
    LEARNSQL_TRY(TakeOut(connection, model.name,
                         Condition(model.columns, own_columns), false,
                         &forgotten));
  }
  LEARNSQL_TRY(connection->Execute(kRejectSql));
  forgotten.rejects = connection->changes();
  LEARNSQL_TRY(connection->Execute(kFailureSql));
  forgotten.failures = connection->changes();
  for (const std::string_view sql : kMessageSql) {
    LEARNSQL_TRY(connection->Execute(sql));
  }
  LEARNSQL_TRY(transaction.Commit());
  LEARNSQL_TRY(connection->Execute("drop table forgotten_trace"));
  std::sort(forgotten.slices.begin(), forgotten.slices.end());
  forgotten.slices.erase(
      std::unique(forgotten.slices.begin(), forgotten.slices.end()),
      forgotten.slices.end());
  return forgotten;
}

Result<int64_t> CountTraces(const std::string& path,
                            const std::vector<Trace>& traces) {
  constexpr size_t kWindow = 1 << 20;
  constexpr size_t kOverlap = 1 << 10;
  std::ifstream file(path, std::ios::binary);
  if (!file) return Status(Code::kNotFound, "cannot be read", {path});
  int64_t count = 0;
  std::string window;
  std::string fresh(kWindow, '\0');
  while (file.read(fresh.data(), kWindow), file.gcount() > 0) {
    window.append(fresh, 0, static_cast<size_t>(file.gcount()));
    for (char& c : window) {
      c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    // What begins in the last stretch is counted with the next window.
    const bool more = window.size() > kOverlap && file.good();
    const size_t end = more ? window.size() - kOverlap : window.size();
    for (const Trace& trace : traces) {
      if (IsLookedFor(trace)) count += CountIn(window, end, trace.value);
    }
    window.erase(0, end);
  }
  return count;
}

}  // namespace learnsql
