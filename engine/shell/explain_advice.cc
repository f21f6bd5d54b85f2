#include "engine/shell/explain_advice.h"

#include <algorithm>
#include <optional>

#include "engine/query/loose_tokens.h"

namespace learnsql {
namespace {

// "SEARCH e USING AUTOMATIC COVERING INDEX (a=? AND b=?)"
struct MadeIndex {
  std::string
      name;  // of the table in the statement: its alias where it has one
  std::vector<std::string> columns;
};

std::optional<MadeIndex> ReadStep(std::string_view detail) {
  constexpr std::string_view kSearch = "SEARCH ";
  constexpr std::string_view kUsing = " USING AUTOMATIC ";
  const size_t uses = detail.find(kUsing);
  const size_t open = detail.find('(', uses);
  if (!detail.starts_with(kSearch) || uses == std::string_view::npos ||
      open == std::string_view::npos) {
    return std::nullopt;
  }
  MadeIndex made;
  made.name = detail.substr(kSearch.size(), uses - kSearch.size());
  std::string_view terms = detail.substr(open + 1);
  while (true) {
    const size_t end = terms.find_first_of("=<>");
    if (end == std::string_view::npos) break;
    made.columns.emplace_back(terms.substr(0, end));
    const size_t next = terms.find(" AND ");
    if (next == std::string_view::npos) break;
    terms.remove_prefix(next + 5);
  }
  if (made.columns.empty()) return std::nullopt;
  return made;
}

Result<std::optional<std::string>> TableNamed(Connection* connection,
                                              const std::string& name) {
  const Value values[] = {Value::Text(name)};
  return connection->QueryText(
      "select name from main.sqlite_schema where type = 'table' and name = ?1"
      " collate nocase",
      values);
}

// The table of the file that goes by `name` in the statement.
Result<std::optional<std::string>> TableOf(Connection* connection,
                                           std::string_view text,
                                           const std::string& name) {
  LEARNSQL_TRY_SET(std::optional<std::string> table,
                   TableNamed(connection, name));
  if (table) return table;
  std::vector<LooseToken> tokens = CutLoosely(text);
  std::erase_if(tokens, [](const LooseToken& token) {
    return token.kind == LooseKind::kBlank || token.kind == LooseKind::kComment;
  });
  for (size_t i = 1; i < tokens.size(); ++i) {
    if (!SameName(LooseName(text, tokens[i]), name)) continue;
    const bool as = SameName(LooseText(text, tokens[i - 1]), "as");
    if (as && i < 2) continue;
    LEARNSQL_TRY_SET(
        table,
        TableNamed(connection, LooseName(text, tokens[i - (as ? 2 : 1)])));
    if (table) return table;
  }
  return std::optional<std::string>();
}

// Where the model that makes the table is written; empty when it is not known.
Result<std::string> PathOf(Connection* connection, const std::string& table) {
  LEARNSQL_TRY_SET(const std::optional<std::string> known,
                   TableNamed(connection, "ls_table"));
  if (!known) return std::string();
  const Value values[] = {Value::Text(table)};
  LEARNSQL_TRY_SET(
      const std::optional<std::string> path,
      connection->QueryText("select path from ls_table where table_name = ?1",
                            values));
  return path.value_or("");
}

std::string Advice(const std::string& table, const MadeIndex& made,
                   const std::string& path) {
  std::string name = table + "_";
  std::string columns;
  for (const std::string& column : made.columns) {
    name += "_" + column;
    columns += (columns.empty() ? "" : ", ") + QuoteName(column);
  }
  return "an index would spare this: create index " + QuoteName(name) + " on " +
         QuoteName(table) + " (" + columns + ");" +
         (path.empty() ? "" : " in " + path);
}

}  // namespace

Result<std::vector<std::string>> MissingIndexes(const KeptResult& plan,
                                                std::string_view text,
                                                Connection* connection) {
  std::vector<std::string> lines;
  for (size_t r = 0; r < plan.kept_rows(); ++r) {
    const std::optional<MadeIndex> made = ReadStep(plan.Row(r)[3].bytes);
    if (!made) continue;
    LEARNSQL_TRY_SET(const std::optional<std::string> table,
                     TableOf(connection, text, made->name));
    if (!table) continue;  // what the statement itself made: a subquery
    LEARNSQL_TRY_SET(const std::string path, PathOf(connection, *table));
    std::string line = Advice(*table, *made, path);
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) {
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

}  // namespace learnsql
