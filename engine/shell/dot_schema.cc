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

// Writes a file as the SQL that makes it again, in one snapshot, under the
// session's limits.
class Dump {
 public:
  explicit Dump(Session* session)
      : session_(session),
        connection_(&session->connection()),
        sink_(session->output().file()),
        progress_(connection_, &session->cancel(), session->Limits()) {}

  Status Run(const Value& pattern) {
    const bool outside = !connection_->in_transaction();
    if (outside) LEARNSQL_TRY(connection_->Execute("begin"));
    const Status written = session_->Limited(Write(pattern), progress_);
    if (outside) LEARNSQL_TRY(connection_->Execute("rollback"));
    return written;
  }

 private:
  Status Write(const Value& pattern) {
    LEARNSQL_TRY(sink_.Write("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n"));
    LEARNSQL_TRY(WriteObjects("type = 'table'", pattern, true));
    LEARNSQL_TRY(WriteSequences(pattern));
    LEARNSQL_TRY(WriteObjects("type <> 'table'", pattern, false));
    return sink_.Write("COMMIT;\n");
  }

  Status WriteObjects(const std::string& where, const Value& pattern,
                      bool tables) {
    LEARNSQL_TRY_SET(
        Statement objects,
        connection_->Prepare(
            "select name, sql from sqlite_schema where sql is not null and"
            " name not like 'sqlite\\_%' escape '\\' and tbl_name like ?1 "
            "and " +
            where + " order by rowid"));
    LEARNSQL_TRY(objects.Bind(1, pattern));
    while (true) {
      LEARNSQL_TRY_SET(const bool row, objects.Step());
      if (!row) return {};
      LEARNSQL_TRY(sink_.Write(std::string(objects.text(1)) + ";\n"));
      const std::string name(objects.text(0));
      if (tables) LEARNSQL_TRY(WriteRows(name));
    }
  }

  // Generated columns are left out: they come from the others.
  Status WriteRows(const std::string& table) {
    const Value values[] = {Value::Text(table)};
    LEARNSQL_TRY_SET(
        const std::vector<std::string> columns,
        TextColumn(
            connection_,
            "select name from pragma_table_info(?1, 'main') order by cid",
            values));
    std::string list;
    for (const std::string& column : columns) {
      list += (list.empty() ? "" : ",") + QuoteName(column);
    }
    LEARNSQL_TRY_SET(
        const std::optional<int64_t> all,
        connection_->QueryInteger(
            "select count(*) from pragma_table_xinfo(?1, 'main')", values));
    const bool generated =
        all.value_or(0) != static_cast<int64_t>(columns.size());
    return WriteSelected(
        "select " + list + " from main." + QuoteName(table),
        QuoteName(table) + (generated ? "(" + list + ")" : ""));
  }

  // Where `autoincrement` goes on.
  Status WriteSequences(const Value& pattern) {
    const Value values[] = {pattern};
    LEARNSQL_TRY_SET(
        const std::vector<std::string> tables,
        TextColumn(connection_,
                   "select name from sqlite_schema where type = 'table' and"
                   " tbl_name like ?1 and exists (select 1 from"
                   " sqlite_schema where name = 'sqlite_sequence')",
                   values));
    for (const std::string& table : tables) {
      const std::string literal = SqlLiteral(Value::Text(table));
      LEARNSQL_TRY(WriteSelected(
          "select name, seq from sqlite_sequence where name = " + literal,
          "sqlite_sequence",
          "DELETE FROM sqlite_sequence WHERE name = " + literal + ";\n"));
    }
    return {};
  }

  // An insert into `target` for each row of `select`, `before` before each.
  Status WriteSelected(const std::string& select, const std::string& target,
                       const std::string& before = "") {
    LEARNSQL_TRY_SET(Statement rows, connection_->Prepare(select));
    while (true) {
      LEARNSQL_TRY(session_->cancel().Check());
      LEARNSQL_TRY_SET(const bool row, rows.Step());
      if (!row) return {};
      LEARNSQL_TRY(session_->CheckRowLimit(progress_.rows()));
      progress_.CountRow();
      std::string line = before + "INSERT INTO " + target + " VALUES(";
      for (int i = 0; i < rows.column_count(); ++i) {
        line += (i > 0 ? "," : "") + SqlLiteral(rows.column(i));
      }
      LEARNSQL_TRY(sink_.Write(line + ");\n"));
    }
  }

  Session* const session_;
  Connection* const connection_;
  FileSink sink_;
  Progress progress_;
};

}  // namespace

Status DotTables(Session* session, DotArguments arguments) {
  return ShowNames(session,
                   "select name from (select type, name from sqlite_schema"
                   " union select type, name from sqlite_temp_schema)"
                   " where type in ('table', 'view') and name not like"
                   " 'sqlite\\_%' escape '\\' and name like ?1 order by name",
                   PatternOrAll(arguments));
}

Status DotIndexes(Session* session, DotArguments arguments) {
  return ShowNames(session,
                   "select name from (select type, name, tbl_name from"
                   " sqlite_schema union select type, name, tbl_name from"
                   " sqlite_temp_schema) where type = 'index' and tbl_name"
                   " like ?1 order by name",
                   PatternOrAll(arguments));
}

Status DotSchema(Session* session, DotArguments arguments) {
  const Value values[] = {PatternOrAll(arguments)};
  LEARNSQL_TRY_SET(
      const std::vector<std::string> statements,
      TextColumn(&session->connection(),
                 "select sql from (select 0 as temporary, rowid as place, *"
                 " from sqlite_schema union all select 1, rowid, * from"
                 " sqlite_temp_schema) where sql is not null and"
                 " (tbl_name like ?1 or name like ?1) and name not like"
                 " 'sqlite\\_%' escape '\\' order by temporary, place",
                 values));
  if (statements.empty() && !arguments.empty()) {
    return Status(Code::kInvalid,
                  "there is no table " + arguments[0] + "; .tables lists them");
  }
  std::string text;
  for (const std::string& statement : statements) text += statement + ";\n";
  return session->PrintSql(text);
}

Status DotDatabases(Session* session, DotArguments) {
  return session->Show(
      "select name, file, case when name = 'main' then " +
      std::string(session->CanWrite() ? "'read and write'" : "'read only'") +
      " else '' end as access from pragma_database_list");
}

Status DotDump(Session* session, DotArguments arguments) {
  const GuardPause pause(&session->guard());
  LEARNSQL_TRY(Dump(session).Run(PatternOrAll(arguments)));
  return session->Print("");
}

}  // namespace learnsql
