#include "engine/query/sql_error.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "engine/base/suggest.h"
#include "engine/query/loose_tokens.h"
#include "engine/query/text_width.h"

namespace learnsql {
namespace {

// Bytes of a long line shown before and after the caret.
constexpr size_t kBytesAround = 60;

// What stands behind "no such table: " in a message of SQLite.
std::optional<std::string> NameBehind(std::string_view message,
                                      std::string_view start) {
  if (!message.starts_with(start)) return std::nullopt;
  return std::string(message.substr(start.size()));
}

std::string LastPart(const std::string& dotted) {
  return dotted.substr(dotted.rfind('.') + 1);
}

bool IsName(const LooseToken& token) {
  return token.kind == LooseKind::kWord || token.kind == LooseKind::kQuotedName;
}

// The byte where `name` is first used in `text` from `begin` on.
std::optional<size_t> FindName(std::string_view text, size_t begin,
                               const std::string& name) {
  const std::string_view statement = text.substr(begin);
  for (const LooseToken& token : CutLoosely(statement)) {
    if (IsName(token) && SameName(LooseName(statement, token), name)) {
      return begin + token.begin;
    }
  }
  return std::nullopt;
}

std::vector<std::string> Column(Connection* connection, std::string_view sql,
                                std::span<const Value> values = {}) {
  std::vector<std::string> texts;
  Result<Statement> statement = connection->Prepare(sql);
  if (!statement.ok() || !statement->BindAll(values).ok()) return texts;
  while (true) {
    const Result<bool> row = statement->Step();
    if (!row.ok() || !*row) return texts;
    texts.emplace_back(statement->text(0));
  }
}

std::vector<std::string> TableNames(Connection* connection) {
  return Column(connection,
                "select name from pragma_table_list"
                " where name not like 'sqlite\\_%' escape '\\'");
}

// Columns of the tables whose names stand in the statement.
std::vector<std::string> ColumnNames(Connection* connection,
                                     std::string_view statement) {
  const std::vector<std::string> tables = TableNames(connection);
  std::vector<std::string> names;
  for (const LooseToken& token : CutLoosely(statement)) {
    if (!IsName(token)) continue;
    const std::string word = LooseName(statement, token);
    for (const std::string& table : tables) {
      if (!SameName(table, word)) continue;
      const Value values[] = {Value::Text(table)};
      std::vector<std::string> columns =
          Column(connection, "select name from pragma_table_xinfo(?)", values);
      names.insert(names.end(), columns.begin(), columns.end());
    }
  }
  return names;
}

struct Advice {
  std::string text;                 // behind the message
  std::optional<std::string> name;  // to point at
};

Advice AdviseOnTable(const std::string& table, Connection* connection,
                     const KnowsModel& knows_model) {
  if (knows_model && knows_model(table)) {
    return {
        "; it is a model of this project that is not built yet: run"
        " learnsql build",
        table};
  }
  return {DidYouMean(table, TableNames(connection)), table};
}

Advice AdviseOn(const std::string& message, Connection* connection,
                std::string_view statement, const KnowsModel& knows_model) {
  if (const auto table = NameBehind(message, "no such table: ")) {
    return AdviseOnTable(LastPart(*table), connection, knows_model);
  }
  if (const auto column = NameBehind(message, "no such column: ")) {
    const std::string name = LastPart(*column);
    return {DidYouMean(name, ColumnNames(connection, statement)), name};
  }
  if (const auto function = NameBehind(message, "no such function: ")) {
    const std::vector<std::string> functions =
        Column(connection, "select distinct name from pragma_function_list");
    return {DidYouMean(*function, functions), *function};
  }
  return {};
}

// Moves to the beginning of the code point that `at` is inside.
size_t CharacterStart(std::string_view line, size_t at) {
  while (at > 0 && at < line.size() &&
         (static_cast<unsigned char>(line[at]) & 0xc0) == 0x80) {
    --at;
  }
  return at;
}

}  // namespace

Place PlaceInText(std::string name, std::string_view text, size_t byte) {
  const std::string_view before = text.substr(0, byte);
  const size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  uint64_t column = 1;
  for (size_t at = line_begin; at < before.size(); ++column) {
    NextCodePoint(text, &at);
  }
  const auto lines = std::count(before.begin(), before.end(), '\n');
  return {std::move(name), static_cast<uint64_t>(lines) + 1, column,
          std::nullopt};
}

std::string ShowLine(std::string_view text, size_t byte) {
  byte = std::min(byte, text.size());
  const size_t line_begin = text.substr(0, byte).rfind('\n') + 1;
  const size_t line_end = std::min(text.find('\n', byte), text.size());
  const std::string_view line = text.substr(line_begin, line_end - line_begin);
  const size_t at = byte - line_begin;
  const size_t from =
      CharacterStart(line, at > kBytesAround ? at - kBytesAround : 0);
  const size_t to =
      CharacterStart(line, std::min(at + kBytesAround, line.size()));
  const std::string before =
      (from > 0 ? "…" : "") + VisibleText(line.substr(from, at - from));
  return "  " + before + VisibleText(line.substr(at, to - at)) +
         (to < line.size() ? "…" : "") + "\n  " +
         std::string(TextWidth(before), ' ') + "^";
}

Status ExplainSqlError(const Status& error, Connection* connection,
                       const std::string& name, std::string_view text,
                       size_t statement_begin, const KnowsModel& knows_model) {
  const Advice advice = AdviseOn(error.message(), connection,
                                 text.substr(statement_begin), knows_model);
  std::optional<size_t> byte;
  if (error.place().byte) byte = statement_begin + *error.place().byte;
  if (!byte && advice.name)
    byte = FindName(text, statement_begin, *advice.name);
  const std::string message = error.message() + advice.text;
  if (!byte) {
    const size_t begin = text.find_first_not_of(" \t\r\n", statement_begin);
    return Status(error.code(), message,
                  PlaceInText(name, text, std::min(begin, text.size())));
  }
  return Status(error.code(), message + "\n" + ShowLine(text, *byte),
                PlaceInText(name, text, *byte));
}

}  // namespace learnsql
