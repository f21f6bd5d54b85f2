#include "engine/model/rules.h"

#include <algorithm>
#include <array>

namespace learnsql {
namespace {

constexpr const char* kClockRule =
    "a build gives the same rows for the same input: the clock is :as_of";
constexpr std::string_view kClockWords[] = {"current_timestamp", "current_date",
                                            "current_time"};
// Functions that mean the current moment when no time is given, and the number
// of arguments with which they still do.
struct ClockFunction {
  std::string_view name;
  int arguments;
};
constexpr ClockFunction kClockFunctions[] = {{"date", 0},      {"time", 0},
                                             {"datetime", 0},  {"julianday", 0},
                                             {"unixepoch", 0}, {"strftime", 1}};
constexpr std::string_view kUnsteadyFunctions[] = {
    "random",        "randomblob",        "changes",
    "total_changes", "last_insert_rowid", "load_extension"};

template <typename List>
bool Contains(const List& list, std::string_view word) {
  return std::any_of(
      std::begin(list), std::end(list),
      [word](std::string_view w) { return EqualNames(w, word); });
}

std::vector<Token> CodeTokens(const SqlText& script) {
  std::vector<Token> code;
  for (const Token& token : script.tokens()) {
    if (token.kind != TokenKind::kComment) code.push_back(token);
  }
  return code;
}

// The index past the parenthesis that closes the one at `open`.
size_t PastClosing(const std::vector<Token>& tokens, size_t open) {
  int depth = 0;
  for (size_t i = open; i < tokens.size(); ++i) {
    if (tokens[i].kind == TokenKind::kOpen) ++depth;
    if (tokens[i].kind == TokenKind::kClose && --depth == 0) return i + 1;
  }
  return tokens.size();
}

// How many arguments the call whose parenthesis is at `open` has.
int Arguments(const std::vector<Token>& tokens, size_t open) {
  const size_t end = PastClosing(tokens, open);
  if (end <= open + 2) return 0;
  int depth = 0;
  int count = 1;
  for (size_t i = open; i < end; ++i) {
    depth += tokens[i].kind == TokenKind::kOpen;
    depth -= tokens[i].kind == TokenKind::kClose;
    count += depth == 1 && tokens[i].kind == TokenKind::kComma;
  }
  return count;
}

bool IsClockCall(const SqlText& script, const std::vector<Token>& tokens,
                 size_t at) {
  for (const ClockFunction& function : kClockFunctions) {
    if (script.IsWord(tokens[at], function.name)) {
      return Arguments(tokens, at + 1) <= function.arguments;
    }
  }
  return false;
}

void CheckToken(const SqlText& script, const std::vector<Token>& tokens,
                size_t at, std::vector<Finding>* findings) {
  const Token& token = tokens[at];
  const std::string written(script.Of(token));
  const bool member = at > 0 && script.IsMark(tokens[at - 1], ".");
  const bool call =
      at + 1 < tokens.size() && tokens[at + 1].kind == TokenKind::kOpen;
  if (token.kind == TokenKind::kString && EqualNames(written, "'now'")) {
    findings->push_back(
        FindingAt(script, token, "'now' is refused", kClockRule, ":as_of"));
  } else if (token.kind != TokenKind::kName || member) {
    return;
  } else if (Contains(kClockWords, written)) {
    findings->push_back(FindingAt(script, token, written + " is refused",
                                  kClockRule, ":as_of"));
  } else if (call && Contains(kUnsteadyFunctions, written)) {
    findings->push_back(
        FindingAt(script, token, written + "() is refused",
                  "a build gives the same rows for the same input"));
  } else if (call && IsClockCall(script, tokens, at)) {
    findings->push_back(FindingAt(
        script, token, written + "() without a time is refused", kClockRule,
        EqualNames(written, "date") ? "date(:as_of)" : ":as_of"));
  }
}

// Whether a name at `at` is read as a table there.
bool StandsAsTable(const SqlText& script, const std::vector<Token>& tokens,
                   size_t at) {
  if (at == 0) return false;
  const Token& before = tokens[at - 1];
  return script.IsWord(before, "from") || script.IsWord(before, "join") ||
         script.IsWord(before, "in") || before.kind == TokenKind::kComma ||
         before.kind == TokenKind::kOpen;
}

// `tokens[at]` follows `with` or the comma between two common tables.
bool TakeCommonTable(const SqlText& script, const std::vector<Token>& tokens,
                     size_t* at, std::vector<CommonTable>* tables) {
  size_t i = *at;
  if (i + 2 >= tokens.size() || !IsNameToken(tokens[i])) return false;
  CommonTable table{.name = script.Unquoted(tokens[i]), .token = tokens[i]};
  ++i;
  if (tokens[i].kind == TokenKind::kOpen) i = PastClosing(tokens, i);
  if (i >= tokens.size() || !script.IsWord(tokens[i], "as")) return false;
  ++i;
  while (i < tokens.size() && (script.IsWord(tokens[i], "not") ||
                               script.IsWord(tokens[i], "materialized"))) {
    ++i;
  }
  if (i >= tokens.size() || tokens[i].kind != TokenKind::kOpen) return false;
  table.begin = i;
  table.end = PastClosing(tokens, i);
  *at = table.end;
  tables->push_back(std::move(table));
  return true;
}

bool IsRead(const SqlText& script, const std::vector<Token>& tokens,
            const CommonTable& table) {
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (i >= table.begin && i < table.end) continue;
    if (!IsNameToken(tokens[i]) || tokens[i].offset == table.token.offset ||
        !EqualNames(script.Unquoted(tokens[i]), table.name)) {
      continue;
    }
    if (StandsAsTable(script, tokens, i)) return true;
  }
  return false;
}

bool IsLowerSnake(std::string_view name) {
  if (name.empty() || name.front() < 'a' || name.front() > 'z') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// The folder below sql/staging/ in which a file stands.
std::string StagingSource(const std::string& path) {
  constexpr std::string_view kFolder = "sql/staging/";
  const size_t end = path.find('/', kFolder.size());
  if (end == std::string::npos) return "";
  return path.substr(kFolder.size(), end - kFolder.size());
}

constexpr const char* kNoPrefixRule = "what people ask has no prefix";
constexpr const char* kCaseRule =
    "names are lower case letters, digits and underscores";

bool HasLayerPrefix(std::string_view name) {
  constexpr std::string_view kPrefixes[] = {"dim_", "fct_", "int_", "stg_",
                                            "raw_"};
  return std::any_of(
      std::begin(kPrefixes), std::end(kPrefixes),
      [name](std::string_view p) { return name.starts_with(p); });
}

std::string WantedName(const Model& model) {
  const std::string& path = model.script->name();
  const std::string& name = model.name;
  if (name.starts_with("ls_") || name.starts_with("sqlite_")) {
    return "these prefixes are taken by the file itself";
  }
  if (model.layer == Layer::kStaging) {
    const std::string source = StagingSource(path);
    if (source.empty()) return "staging stands in sql/staging/SOURCE/";
    if (name.starts_with("stg_" + source + "__")) return "";
    return "staging of this source is named stg_" + source + "__THINGS";
  }
  if (model.layer == Layer::kView) {
    return HasLayerPrefix(name) ? kNoPrefixRule : "";
  }
  if (!path.starts_with("sql/curated/")) return "";
  if (name.starts_with("dim_") || name.starts_with("fct_")) return "";
  return "curated models are named dim_THINGS or fct_EVENTS";
}

}  // namespace

std::vector<Token> TokensOf(const SqlText& script, const SqlPiece& piece) {
  const auto all = script.tokens();
  auto at = std::partition_point(
      all.begin(), all.end(),
      [&piece](const Token& t) { return t.offset < piece.offset; });
  std::vector<Token> tokens;
  for (; at != all.end() && at->offset < piece.offset + piece.sql.size();
       ++at) {
    if (at->kind != TokenKind::kComment) tokens.push_back(*at);
  }
  return tokens;
}

std::vector<CommonTable> CommonTablesOf(const SqlText& script,
                                        const std::vector<Token>& tokens) {
  std::vector<CommonTable> tables;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (!script.IsWord(tokens[i], "with")) continue;
    size_t at = i + 1;
    if (at < tokens.size() && script.IsWord(tokens[at], "recursive")) ++at;
    while (TakeCommonTable(script, tokens, &at, &tables) &&
           at < tokens.size() && tokens[at].kind == TokenKind::kComma) {
      ++at;
    }
  }
  return tables;
}

void CheckCommonTables(const SqlText& script, const SqlPiece& query,
                       const std::set<std::string>& objects,
                       std::vector<Finding>* findings) {
  const std::vector<Token> tokens = TokensOf(script, query);
  for (const CommonTable& table : CommonTablesOf(script, tokens)) {
    if (objects.contains(LowerCase(table.name))) {
      findings->push_back(FindingAt(
          script, table.token,
          "'" + table.name + "' hides the table or view of that name",
          "a common table has a name of its own, or a reader cannot tell "
          "which is read"));
    } else if (!IsRead(script, tokens, table)) {
      findings->push_back(
          FindingAt(script, table.token, "nothing reads '" + table.name + "'",
                    "every common table is read, or SQLite never looks at it",
                    "remove it, or read it"));
    }
  }
}

void CheckDeterminism(const SqlText& script, std::vector<Finding>* findings) {
  const std::vector<Token> tokens = CodeTokens(script);
  for (size_t i = 0; i < tokens.size(); ++i) {
    CheckToken(script, tokens, i, findings);
  }
}

Token FindTableToken(const SqlText& script, const SqlPiece& query,
                     std::string_view name) {
  const std::vector<Token> tokens = TokensOf(script, query);
  const Token* any = nullptr;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (!IsNameToken(tokens[i]) ||
        !EqualNames(script.Unquoted(tokens[i]), name)) {
      continue;
    }
    if (StandsAsTable(script, tokens, i)) return tokens[i];
    if (any == nullptr) any = &tokens[i];
  }
  if (any != nullptr) return *any;
  return tokens.empty() ? Token() : tokens.front();
}

void CheckQuestionName(const Question& question,
                       std::vector<Finding>* findings) {
  const bool prefixed = HasLayerPrefix(question.name);
  if (!prefixed && IsLowerSnake(question.name)) return;
  findings->push_back(FindingAt(*question.script, question.header_token,
                                "the name '" + question.name + "'",
                                prefixed ? kNoPrefixRule : kCaseRule,
                                "rename the file"));
}

void CheckNames(const Model& model, std::vector<Finding>* findings) {
  const std::string wanted = WantedName(model);
  if (!wanted.empty()) {
    findings->push_back(
        FindingAt(*model.script, model.name_token,
                  "'" + model.name + "' is no name for this folder", wanted));
  }
  if (!IsLowerSnake(model.name)) {
    findings->push_back(FindingAt(*model.script, model.name_token,
                                  "the name '" + model.name + "'", kCaseRule,
                                  LowerCase(model.name)));
  }
  for (const Column& column : model.columns) {
    if (IsLowerSnake(column.name)) continue;
    findings->push_back(FindingAt(*model.script, column.token,
                                  "the column name '" + column.name + "'",
                                  kCaseRule, LowerCase(column.name)));
  }
}

}  // namespace learnsql
