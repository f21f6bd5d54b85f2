#include "engine/base/suggest.h"
#include "engine/query/describe.h"
#include "engine/query/loose_tokens.h"
#include "engine/query/parameters.h"
#include "engine/shell/dot_commands.h"
#include "engine/shell/screen.h"
#include "engine/shell/session.h"
#include "engine/shell/some_rows.h"

namespace learnsql {
namespace {

Result<bool> HasTable(Session* session, const std::string& table) {
  const Value values[] = {Value::Text(table)};
  LEARNSQL_TRY_SET(
      const std::optional<int64_t> count,
      session->connection().QueryInteger(
          "select count(*) from sqlite_schema where name = ?1", values));
  return count.value_or(0) > 0;
}

Status RequireTable(Session* session, const std::string& table) {
  LEARNSQL_TRY_SET(const bool has, HasTable(session, table));
  if (has) return {};
  return Status(Code::kInvalid, "this file has no " + table +
                                    ": it is not a learnsql warehouse, or"
                                    " nothing was built yet");
}

// The one text that a query over `table` gives; empty for NULL and no row.
Result<std::string> TextOf(Session* session, std::string_view sql,
                           const std::string& table) {
  const Value values[] = {Value::Text(table)};
  LEARNSQL_TRY_SET(const std::optional<std::string> text,
                   session->connection().QueryText(sql, values));
  return text.value_or("");
}

constexpr const char* kTableFacts = R"(
select
    ls_table.table_name || ' (' || ls_table.kind
    || ', version ' || ls_table.version || ')'
    || case when ls_table.owner = '' then ''
        else ' · owner ' || ls_table.owner end
    || coalesce(' · ' || ls_model.row_count || ' rows', '')
    || coalesce(' · built ' || ls_model.built_at, '')
    || case when ls_table.document = '' then ''
        else char(10) || ls_table.document end
from ls_table
left join ls_model on ls_model.model = ls_table.table_name
where ls_table.table_name = ?1
)";

constexpr const char* kReads = R"(
select 'reads ' || group_concat(source, ', ')
from (
    select distinct source from ls_lineage where model = ?1 and source <> ''
    order by source
)
)";

constexpr const char* kReadBy = R"(
select 'read by ' || group_concat(model, ', ')
from (select distinct model from ls_lineage where source = ?1 order by model)
)";

constexpr const char* kChecks = R"(
select
    'checks: ' || sum(outcome = 'pass') || ' pass, '
    || sum(outcome = 'fail') || ' fail'
from ls_check as last
where
    model = ?1
    and run_id = (
        select max(run_id) from ls_check where ls_check.name = last.name)
)";

constexpr const char* kKnownColumns = R"(
select
    columns.name as column_name,
    columns.type,
    case
        when columns.pk > 0 then 'key'
        when columns."notnull" then 'not null'
        else ''
    end as rule,
    (
        select "table" || coalesce('.' || "to", '')
        from pragma_foreign_key_list(?1) where "from" = columns.name
    ) as "references",
    ls_column.unit,
    ls_column.pii,
    ls_column.null_share,
    ls_column.example,
    ls_column.document
from pragma_table_xinfo(?1) as columns
left join ls_column
    on ls_column.table_name = ?1 and ls_column.column_name = columns.name
order by columns.cid
)";

constexpr const char* kBareColumns = R"(
select
    columns.name as column_name,
    columns.type,
    case
        when columns.pk > 0 then 'key'
        when columns."notnull" then 'not null'
        else ''
    end as rule,
    (
        select "table" || coalesce('.' || "to", '')
        from pragma_foreign_key_list(?1) where "from" = columns.name
    ) as "references"
from pragma_table_xinfo(?1) as columns
order by columns.cid
)";

Status DescribeTable(Session* session, const std::string& table) {
  LEARNSQL_TRY_SET(const bool known, HasTable(session, "ls_column"));
  const Value values[] = {Value::Text(table)};
  if (!known) return session->Show(kBareColumns, values);
  std::string facts;
  for (const char* sql : {kTableFacts, kReads, kReadBy, kChecks}) {
    LEARNSQL_TRY_SET(const std::string fact, TextOf(session, sql, table));
    if (!fact.empty()) facts += fact + "\n";
  }
  if (!facts.empty()) {
    FileSink sink(session->output().file());
    LEARNSQL_TRY(sink.Write(facts));
  }
  return session->Show(kKnownColumns, values);
}

}  // namespace

Status DotDescribe(Session* session, DotArguments arguments) {
  const GuardPause pause(&session->guard());
  if (!arguments.empty()) {
    const Result<std::string> table =
        FindTable(&session->connection(), arguments[0]);
    if (table.ok()) return DescribeTable(session, *table);
    // A column or a source, as `learnsql describe` takes them too.
    const Result<std::string> text =
        Describe(&session->connection(), arguments[0], DescribeForm::kText);
    if (text.ok()) return session->Print(*text);
    const bool column = arguments[0].find('.') != std::string::npos;
    return column ? text.status() : table.status();
  }
  LEARNSQL_TRY(RequireTable(session, "ls_table"));
  return session->Show(
      "select table_name, kind, owner, document from ls_table"
      " order by table_name");
}

Status DotSample(Session* session, DotArguments arguments) {
  const GuardPause pause(&session->guard());
  LEARNSQL_TRY_SET(const std::string table,
                   FindTable(&session->connection(), arguments[0]));
  const std::string count = arguments.size() > 1 ? arguments[1] : "10";
  LEARNSQL_TRY_SET(const Parameter number, ParseParameter("n", count));
  if (number.kind != Value::Kind::kInteger || number.integer < 1 ||
      number.integer > 10'000) {
    return Status(Code::kUsage, ".sample shows 1 to 10 000 rows");
  }
  LEARNSQL_TRY_SET(const std::string sql, SomeRows(&session->connection(),
                                                   table, "*", number.integer));
  return session->Show(sql);
}

Status DotModels(Session* session, DotArguments) {
  LEARNSQL_TRY(RequireTable(session, "ls_model"));
  return session->Show(R"(
select model, kind, row_count, built_at, path
from ls_model
order by model
)");
}

Status DotStatus(Session* session, DotArguments arguments) {
  LEARNSQL_TRY(RequireTable(session, "ls_slice"));
  const Value values[] = {arguments.empty() ? Value::Null()
                                            : Value::Text(arguments[0])};
  return session->Show(R"(
select
    source,
    object,
    count(*) as slices,
    sum(state in ('loaded', 'empty')) as loaded,
    sum(state in ('missing', 'expected')) as missing,
    sum(state = 'failed') as failed,
    sum(rows_loaded) as row_count,
    sum(rows_rejected) as rejected,
    min(slice_start) as first_start,
    max(case when state in ('loaded', 'empty') then slice_end end)
        as loaded_to,
    max(loaded_at) as last_loaded_at
from ls_slice
where ?1 is null or source = ?1
group by source, object
order by source, object
)",
                       values);
}

Status DotFailures(Session* session, DotArguments arguments) {
  LEARNSQL_TRY(RequireTable(session, "ls_failure"));
  const Value values[] = {arguments.empty() ? Value::Null()
                                            : Value::Text(arguments[0])};
  LEARNSQL_TRY(session->Show(R"(
select name, model, severity, failing_count, message
from ls_check as last
where
    outcome = 'fail'
    and (?1 is null or model = ?1)
    and run_id = (
        select max(run_id) from ls_check where ls_check.name = last.name)
order by severity = 'info', severity, name
)",
                             values));
  return session->Show(R"(
select model, rule, kind, key_json, cause, row_json, first_seen_at
from ls_failure
where state = 'open' and (?1 is null or model = ?1)
order by model, rule, failure_id
)",
                       values);
}

Status DotRejects(Session* session, DotArguments arguments) {
  LEARNSQL_TRY(RequireTable(session, "ls_reject"));
  const Value values[] = {arguments.empty() ? Value::Null()
                                            : Value::Text(arguments[0])};
  return session->Show(R"(
select
    ls_slice.source,
    ls_slice.name as slice,
    ls_reject.line,
    ls_reject.byte_offset,
    ls_reject.reason,
    ls_reject.detail,
    ls_reject.column_name,
    cast(ls_reject.raw as text) as raw
from ls_reject
left join ls_slice on ls_slice.load_id = ls_reject.load_id
where ?1 is null or ls_slice.source = ?1
order by ls_slice.source, ls_slice.slice_start, ls_reject.sequence
)",
                       values);
}

namespace {

std::vector<std::string> QuestionNames(Session* session) {
  const auto& names = session->options().question_names;
  return names ? names() : std::vector<std::string>();
}

bool IsQuestionName(Session* session, const std::string& name) {
  for (const std::string& known : QuestionNames(session)) {
    if (SameName(known, name)) return true;
  }
  return false;
}

Status ListViews(Session* session) {
  LEARNSQL_TRY_SET(const bool known, HasTable(session, "ls_table"));
  LEARNSQL_TRY(session->Show(
      known ? "select table_name as view, document from ls_table where kind"
              " = 'view' or path like 'views/%' order by table_name"
            : "select name as view from sqlite_schema where type = 'view'"
              " order by name"));
  std::string list;
  for (const std::string& name : QuestionNames(session)) {
    list += (list.empty() ? "" : ", ") + name;
  }
  if (!list.empty()) {
    session->Note("questions, .view NAME name=value: " + list);
  }
  return {};
}

// Its parameters stay, so that .last and .parameter list know them.
Status RunQuestion(Session* session, DotArguments arguments) {
  LEARNSQL_TRY_SET(
      const ShellQuestion question,
      session->options().find_question(arguments[0], arguments.subspan(1)));
  for (const Parameter& parameter : question.parameters) {
    session->parameters()[parameter.name] = parameter;
  }
  return session->RunSql(question.sql, question.file, question.first_line);
}

}  // namespace

Status DotView(Session* session, DotArguments arguments) {
  if (arguments.empty()) return ListViews(session);
  const Result<std::string> found =
      FindTable(&session->connection(), arguments[0]);
  const bool question = !found.ok() && (arguments.size() > 1 ||
                                        IsQuestionName(session, arguments[0]));
  if (question && session->options().find_question) {
    return RunQuestion(session, arguments);
  }
  LEARNSQL_TRY_SET(const std::string view, found);
  if (arguments.size() > 1) {
    return Status(Code::kUsage, view + " is a view, without parameters");
  }
  return session->RunSql("select * from " + QuoteName(view), ".view", 1);
}

}  // namespace learnsql
