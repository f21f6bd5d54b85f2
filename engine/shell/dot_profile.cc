#include <sys/resource.h>

#include <cstdio>

#include "engine/base/clock.h"
#include "engine/query/value_text.h"
#include "engine/shell/column_values.h"
#include "engine/shell/dot_commands.h"
#include "engine/shell/explain_tree.h"
#include "engine/shell/screen.h"
#include "engine/shell/script.h"
#include "engine/shell/session.h"
#include "engine/shell/some_rows.h"
#include "engine/shell/terminal.h"
#include "engine/store/hooks.h"

namespace learnsql {
namespace {

// ---------- the columns of a table

// Of a longer table so many rows are looked at, spread over it.
constexpr int64_t kMostRows = 100'000;
constexpr size_t kMostColumns = 400;  // SQLite joins at most 500 selects

// A value as it is shown, cut with a mark.
std::string Short(const std::string& value) {
  return "case when typeof(" + value + ") = 'blob' then 'blob of ' || length(" +
         value + ") || ' bytes' when length(" + value + ") > 40 then substr(" +
         value + ", 1, 39) || '…' else " + value + " end";
}

// The select that tells of one column, from a query of its values alone.
std::string ColumnFacts(const std::string& name, const std::string& type,
                        const std::string& rows, bool open) {
  const std::string texts =
      open ? Short("min(v)") + ", " + Short("max(v)") +
                 ", (select group_concat(" + Short("v") +
                 " || ' ' || round(100.0 * n / (select count(*) from seen), 1)"
                 " || '%', ', ') from tops where n > 1)"
           : "null, null, 'not shown: personal, or not in the dictionary'";
  return "select * from (with seen (v) as materialized (" + rows +
         "), tops as (select v, count(*) as n from seen where v is not null"
         " group by v order by n desc, v limit 3) select " +
         SqlLiteral(Value::Text(name)) + " as column_name, " +
         SqlLiteral(Value::Text(type)) +
         " as type, round(100.0 * (count(*) - count(v)) / max(count(*), 1), 2)"
         " as null_percent, count(distinct v) as distinct_count, " +
         texts + " from seen)";
}

// How many rows the table has, up to one more than are looked at.
Result<int64_t> CountUpTo(Session* session, const std::string& table) {
  const Progress progress(&session->connection(), &session->cancel(),
                          session->Limits());
  const Result<std::optional<int64_t>> count =
      session->connection().QueryInteger(
          "select count(*) from (select 1 from " + QuoteName(table) +
          " limit " + std::to_string(kMostRows + 1) + ")");
  LEARNSQL_TRY(session->Limited(StatusOf(count), progress));
  return count->value_or(0);
}

Result<std::string> TableFacts(Connection* connection, const std::string& table,
                               bool all) {
  const Value values[] = {Value::Text(table)};
  LEARNSQL_TRY_SET(Statement columns,
                   connection->Prepare("select name, type from"
                                       " pragma_table_xinfo(?1) where hidden"
                                       " <> 1 order by cid"));
  LEARNSQL_TRY(columns.BindAll(values));
  std::string sql;
  for (size_t count = 0;; ++count) {
    LEARNSQL_TRY_SET(const bool row, columns.Step());
    if (!row) break;
    if (count == kMostColumns) {
      return Status(Code::kInvalid, table + " has more than " +
                                        std::to_string(kMostColumns) +
                                        " columns: profile a view of some");
    }
    const std::string name(columns.text(0));
    LEARNSQL_TRY_SET(const bool open, MayShowValues(connection, table, name));
    std::string rows =
        "select " + QuoteName(name) + " from " + QuoteName(table);
    if (!all) {
      LEARNSQL_TRY_SET(rows,
                       SomeRows(connection, table, QuoteName(name), kMostRows));
    }
    sql += (sql.empty() ? "select column_name, type, null_percent,"
                          " distinct_count, least, greatest, common from ("
                          "select '' as column_name, '' as type, 0 as"
                          " null_percent, 0 as distinct_count, '' as least, ''"
                          " as greatest, '' as common where false union all "
                        : " union all ") +
           ColumnFacts(name, std::string(columns.text(1)), rows, open);
  }
  return sql + ")";
}

Status ProfileTable(Session* session, const std::string& table) {
  const GuardPause pause(&session->guard());
  Connection* const connection = &session->connection();
  LEARNSQL_TRY_SET(const int64_t rows, CountUpTo(session, table));
  const bool all = rows <= kMostRows;
  LEARNSQL_TRY_SET(const std::string sql, TableFacts(connection, table, all));
  session->Note(all ? table + ": " + GroupDigits(static_cast<uint64_t>(rows)) +
                          (rows == 1 ? " row" : " rows")
                    : table + ": estimated from " + GroupDigits(kMostRows) +
                          " rows over all of it");
  return session->Show(sql);
}

// ---------- what a statement costs

int64_t ProcessorMicros() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const auto micros = [](const timeval& time) {
    return int64_t{time.tv_sec} * 1'000'000 + time.tv_usec;
  };
  return micros(usage.ru_utime) + micros(usage.ru_stime);
}

// `name` and `value` as a line; a count of 0 says nothing and is left out.
void AddCount(const char* name, int64_t value, std::string* text) {
  if (value == 0) return;
  *text += std::string(name) + ": " +
           GroupDigits(static_cast<uint64_t>(value)) + "\n";
}

std::string CostText(const StatementCost& cost, uint64_t rows, int64_t micros,
                     int64_t processor_micros) {
  char time[96];
  std::snprintf(time, sizeof(time), "run time: %.3f s (%.3f s processor)\n",
                static_cast<double>(micros) / 1e6,
                static_cast<double>(processor_micros) / 1e6);
  std::string text = time;
  text += "rows found: " + GroupDigits(rows) + "\n";
  AddCount("rows read by scans", cost.scanned_rows, &text);
  AddCount("rows put into automatic indexes", cost.indexed_rows, &text);
  AddCount("sorts", cost.sorts, &text);
  AddCount("steps of the virtual machine", cost.machine_steps, &text);
  AddCount("pages found in the cache", cost.cached_pages, &text);
  AddCount("pages read", cost.read_pages, &text);
  return text;
}

// The plan of the statement `text` as a tree.
Result<std::string> PlanTree(Session* session, const RunOptions& run,
                             const std::string& text) {
  StatementReader plans(&session->connection(), &session->guard(), text, run);
  LEARNSQL_TRY_SET(std::optional<Statement> plan, plans.Next());
  KeptResult steps;
  steps.Begin({"id", "parent", "notused", "detail"}, text);
  while (plan) {
    LEARNSQL_TRY_SET(const bool row, plan->Step());
    if (!row) break;
    const Value values[] = {plan->column(0), plan->column(1), plan->column(2),
                            plan->column(3)};
    steps.Add(values);
  }
  session->AdviseIndexes(steps, text);
  const Terminal terminal = LookAtTerminal(session->options().out);
  return ExplainTree(steps,
                     terminal.color && !session->output().is_redirected());
}

// Whether nothing but blanks stands behind `statement`, a piece of `text`.
bool IsLast(std::string_view text, std::string_view statement) {
  const size_t end =
      static_cast<size_t>(statement.data() - text.data()) + statement.size();
  std::string_view rest = text.substr(end);
  if (rest.starts_with(';')) rest.remove_prefix(1);
  return IsBlankSql(rest);
}

Status ProfileStatement(Session* session, const std::string& text) {
  RunOptions run;
  LEARNSQL_TRY(session->Begin(text, "profile", 1, &run));
  Connection& connection = session->connection();
  StatementReader statements(&connection, &session->guard(), text, run);
  LEARNSQL_TRY_SET(std::optional<Statement> statement, statements.Next());
  const bool query_alone = statement &&
                           IsLast(text, statements.statement_text()) &&
                           statement->column_count() > 0 &&
                           OnlyReads(*statement) && !IsQueryPlan(*statement);
  if (!query_alone) {
    return Status(Code::kUsage,
                  ".profile takes a table, or one query, which it runs");
  }
  const std::string query(statements.statement_text());
  LEARNSQL_TRY_SET(const std::string tree,
                   PlanTree(session, run, "explain query plan " + query));
  ForgetPages(&connection);
  const int64_t started = Clock::System()->MonotonicMicros();
  const int64_t processor = ProcessorMicros();
  const Result<uint64_t> rows = session->CountRows(&*statement);
  if (!rows.ok()) return statements.Explain(rows.status());
  return session->Print(tree +
                        CostText(CostOf(connection, *statement), *rows,
                                 Clock::System()->MonotonicMicros() - started,
                                 ProcessorMicros() - processor));
}

}  // namespace

Status DotProfile(Session* session, DotArguments arguments) {
  if (arguments.empty()) {
    if (session->last().columns().empty()) {
      return Status(Code::kInvalid,
                    "there is no last result yet; .profile TABLE or .profile"
                    " SELECT ...");
    }
    return ProfileStatement(session, std::string(session->last().text()));
  }
  const Result<std::vector<std::string>> words = SplitArguments(arguments[0]);
  if (words.ok() && words->size() == 1) {
    LEARNSQL_TRY_SET(const std::string table,
                     FindTable(&session->connection(), words->front()));
    return ProfileTable(session, table);
  }
  return ProfileStatement(session, arguments[0]);
}

}  // namespace learnsql
