#include <algorithm>

#include "engine/query/text_width.h"
#include "engine/query/value_text.h"
#include "engine/shell/dot_commands.h"
#include "engine/shell/session.h"
#include "engine/shell/terminal.h"

namespace learnsql {
namespace {

Value PatternOrAll(DotArguments arguments) {
  return arguments.empty() ? Value::Text("%") : Value::Text(arguments[0]);
}

Result<std::vector<std::string>> TextColumn(Connection* connection,
                                            std::string_view sql,
                                            std::span<const Value> values) {
  LEARNSQL_TRY_SET(Statement statement, connection->Prepare(sql));
  LEARNSQL_TRY(statement.BindAll(values));
  std::vector<std::string> texts;
  while (true) {
    LEARNSQL_TRY_SET(const bool row, statement.Step());
    if (!row) return texts;
    texts.emplace_back(statement.text(0));
  }
}

// Names in columns, downwards, as `ls` lays them out.
std::string InColumns(const std::vector<std::string>& names, size_t width) {
  size_t widest = 1;
  for (const std::string& name : names) {
    widest = std::max(widest, TextWidth(name));
  }
  const size_t columns = std::max<size_t>(1, (width + 2) / (widest + 2));
  const size_t lines = (names.size() + columns - 1) / columns;
  std::string text;
  for (size_t line = 0; line < lines; ++line) {
    for (size_t at = line; at < names.size(); at += lines) {
      text += names[at];
      const bool last = at + lines >= names.size();
      if (!last) text.append(widest + 2 - TextWidth(names[at]), ' ');
    }
    text += '\n';
  }
  return text;
}

Status ShowNames(Session* session, std::string_view sql, Value pattern) {
  const Value values[] = {pattern};
  LEARNSQL_TRY_SET(const std::vector<std::string> names,
                   TextColumn(&session->connection(), sql, values));
  return session->Print(
      InColumns(names, LookAtTerminal(session->options().out).width));
}

// The statements that make a table's rows again.
Status DumpRows(Session* session, const std::string& table) {
  Connection& connection = session->connection();
  LEARNSQL_TRY_SET(Statement rows, connection.Prepare("select * from main." +
                                                      QuoteName(table)));
  while (true) {
    LEARNSQL_TRY_SET(const bool row, rows.Step());
    if (!row) return {};
    std::string line = "INSERT INTO " + QuoteName(table) + " VALUES(";
    for (int i = 0; i < rows.column_count(); ++i) {
      line += (i > 0 ? "," : "") + SqlLiteral(rows.column(i));
    }
    line += ");\n";
    FileSink sink(session->output().file());
    LEARNSQL_TRY(sink.Write(line));
  }
}

Status DumpObjects(Session* session, const std::string& where,
                   DotArguments arguments, bool tables) {
  LEARNSQL_TRY_SET(
      Statement objects,
      session->connection().Prepare(
          "select name, sql from sqlite_schema where sql is not null and"
          " name not like 'sqlite\\_%' escape '\\' and tbl_name like ?1 and " +
          where + " order by rowid"));
  LEARNSQL_TRY(objects.Bind(1, PatternOrAll(arguments)));
  while (true) {
    LEARNSQL_TRY_SET(const bool row, objects.Step());
    if (!row) return {};
    FileSink sink(session->output().file());
    LEARNSQL_TRY(sink.Write(std::string(objects.text(1)) + ";\n"));
    if (tables) LEARNSQL_TRY(DumpRows(session, std::string(objects.text(0))));
  }
}

}  // namespace

Status DotTables(Session* session, DotArguments arguments) {
  return ShowNames(session,
                   "select name from sqlite_schema where type in"
                   " ('table', 'view') and name not like 'sqlite\\_%' escape"
                   " '\\' and name like ?1 order by name",
                   PatternOrAll(arguments));
}

Status DotIndexes(Session* session, DotArguments arguments) {
  return ShowNames(session,
                   "select name from sqlite_schema where type = 'index' and"
                   " tbl_name like ?1 order by name",
                   PatternOrAll(arguments));
}

Status DotSchema(Session* session, DotArguments arguments) {
  const Value values[] = {PatternOrAll(arguments)};
  LEARNSQL_TRY_SET(
      const std::vector<std::string> statements,
      TextColumn(&session->connection(),
                 "select sql from sqlite_schema where sql is not null and"
                 " (tbl_name like ?1 or name like ?1) and name not like"
                 " 'sqlite\\_%' escape '\\' order by rowid",
                 values));
  if (statements.empty() && !arguments.empty()) {
    return Status(Code::kInvalid,
                  "there is no table " + arguments[0] + "; .tables lists them");
  }
  std::string text;
  for (const std::string& statement : statements) text += statement + ";\n";
  return session->Print(text);
}

Status DotDatabases(Session* session, DotArguments) {
  return session->Show(
      "select name, file, case when name = 'main' then " +
      std::string(session->CanWrite() ? "'read and write'" : "'read only'") +
      " else '' end as access from pragma_database_list");
}

Status DotDump(Session* session, DotArguments arguments) {
  const GuardPause pause(&session->guard());
  FileSink sink(session->output().file());
  LEARNSQL_TRY(sink.Write("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n"));
  LEARNSQL_TRY(DumpObjects(session, "type = 'table'", arguments, true));
  LEARNSQL_TRY(DumpObjects(session, "type <> 'table'", arguments, false));
  return session->Print("COMMIT;\n");
}

}  // namespace learnsql
