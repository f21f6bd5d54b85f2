#include "engine/model/dialect.h"

#include <algorithm>
#include <optional>

#include "engine/model/rules.h"
#include "engine/model/statements.h"

namespace learnsql {
namespace {

constexpr const char* kDialectRule =
    "models keep to what SQLite 3.40 and Trino both take: sql/README.md";

bool IsOneOf(std::string_view word, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Words that stand before a parenthesis and call nothing.
constexpr std::string_view kNoCalls[] = {
    "all",      "and",    "as",   "between",     "by",     "case",
    "distinct", "else",   "end",  "except",      "exists", "filter",
    "from",     "having", "in",   "intersect",   "is",     "join",
    "like",     "limit",  "not",  "on",          "or",     "order",
    "over",     "select", "then", "union",       "using",  "values",
    "when",     "where",  "with", "materialized"};

// ---- spelling

class SpellingReader {
 public:
  SpellingReader(const SqlText& script, const std::vector<Token>& tokens,
                 std::vector<Finding>* findings)
      : script_(script), tokens_(tokens), findings_(findings) {}

  void Read() {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      const Token& token = tokens_[i];
      if (token.kind == TokenKind::kOperator) ReadOperator(i);
      if (token.kind == TokenKind::kQuotedName) ReadQuotedName(i);
      if (token.kind == TokenKind::kOpen) ReadOpen(i);
      if (token.kind == TokenKind::kName) ReadRowId(i);
      if (token.kind == TokenKind::kName && !Mark(i - 1, ".")) ReadWord(i);
    }
    CheckSetOperators();
  }

 private:
  // ---- looking around; an index outside of the tokens is nothing

  bool Inside(size_t i) const { return i < tokens_.size(); }
  bool Word(size_t i, std::string_view word) const {
    return Inside(i) && script_.IsWord(tokens_[i], word);
  }
  bool AnyWord(size_t i, std::span<const std::string_view> words) const {
    return Inside(i) && tokens_[i].kind == TokenKind::kName &&
           IsOneOf(LowerCase(script_.Of(tokens_[i])), words);
  }
  bool Mark(size_t i, std::string_view mark) const {
    return Inside(i) && script_.IsMark(tokens_[i], mark);
  }
  bool Kind(size_t i, TokenKind kind) const {
    return Inside(i) && tokens_[i].kind == kind;
  }
  std::string Text(size_t i) const {
    return Inside(i) ? std::string(script_.Of(tokens_[i])) : "";
  }
  // The index of the parenthesis that closes the one at `open`.
  size_t Closing(size_t open) const {
    return ClosingOf(script_, tokens_, open);
  }
  // Whether a value may end at this token.
  bool EndsValue(size_t i) const {
    constexpr std::string_view kWords[] = {
        "and",   "or", "not", "when", "then",   "else",    "select",
        "where", "on", "by",  "as",   "having", "distinct"};
    if (!Inside(i) || AnyWord(i, kWords)) return false;
    const TokenKind kind = tokens_[i].kind;
    return kind != TokenKind::kOperator && kind != TokenKind::kOpen &&
           kind != TokenKind::kComma && kind != TokenKind::kSemicolon;
  }
  // Indexes from `begin` to before `end` that stand in no parenthesis there.
  std::vector<size_t> Level(size_t begin, size_t end) const {
    std::vector<size_t> level;
    for (size_t i = begin; i < std::min(end, tokens_.size()); ++i) {
      level.push_back(i);
      if (tokens_[i].kind == TokenKind::kOpen) i = Closing(i) - 1;
    }
    return level;
  }

  void Fail(size_t i, const std::string& what, const std::string& advice,
            const std::string& why = "") {
    findings_->push_back(FindingAt(
        script_, tokens_[i], what + " is refused",
        why.empty() ? kDialectRule : why + "; " + kDialectRule, advice));
  }

  // ---- tokens

  void ReadOperator(size_t i) {
    struct Spelling {
      std::string_view mark;
      const char* advice;
    };
    constexpr Spelling kSpellings[] = {
        {"&", "bitwise_and(x, y)"},
        {"|", "bitwise_or(x, y)"},
        {"~", "bitwise_not(x)"},
        {"<<", "x * 2, 4, 8, ..."},
        {">>", "x / 2, 4, 8, ..."},
        {"==", "="},
        {"->", "json_extract_scalar(x, '$.name')"},
        {"->>", "json_extract_scalar(x, '$.name')"}};
    for (const Spelling& spelling : kSpellings) {
      if (Mark(i, spelling.mark)) {
        Fail(i, "'" + Text(i) + "'", spelling.advice);
      }
    }
  }

  void ReadQuotedName(size_t i) {
    if (Text(i).front() == '"') return;
    Fail(i, "the name " + Text(i), "\"" + script_.Unquoted(tokens_[i]) + "\"",
         "names are quoted by double quotes");
  }

  void ReadOpen(size_t i) {
    if (i == 0 || !Kind(i - 1, TokenKind::kName) || AnyWord(i - 1, kNoCalls)) {
      if (Word(i + 1, "values") &&
          (Word(i - 1, "from") || Word(i - 1, "join"))) {
        Fail(i + 1, "'(values ...)' as a table",
             "with v (a, b) as (values ...) select ... from v");
      }
      return;
    }
    ReadCall(i - 1, i);
  }

  // ---- calls: `name` stands before `open`

  void ReadCall(size_t name, size_t open) {
    const size_t close = Closing(open);
    if (Word(name, "cast")) return ReadCast(open, close);
    if (Word(name, "substr") || Word(name, "substring")) {
      ReadSubstring(name, open, close);
    }
    if (Word(name, "trim")) ReadTrim(name, open, close);
    CheckAggregate(name, open, close);
  }

  void ReadCast(size_t open, size_t close) {
    for (const size_t i : Level(open + 1, close)) {
      if (!Word(i, "as") || i + 1 >= close) continue;
      const std::string type = LowerCase(Text(i + 1));
      const bool bare = i + 2 == close;
      if (bare && (type == "bigint" || type == "double" || type == "varchar")) {
        continue;
      }
      Fail(i + 1, "a cast to " + type + (bare ? "" : " " + Text(i + 2) + "..."),
           CastAdvice(type), "casts are to bigint, double and varchar");
    }
  }

  static std::string CastAdvice(const std::string& type) {
    constexpr std::string_view kWhole[] = {"integer", "int", "smallint",
                                           "tinyint"};
    constexpr std::string_view kReal[] = {"real", "float"};
    constexpr std::string_view kExact[] = {"decimal", "numeric"};
    if (IsOneOf(type, kWhole)) return "cast(x as bigint)";
    if (IsOneOf(type, kReal) || type == "double") return "cast(x as double)";
    if (IsOneOf(type, kExact)) {
      return "cast(x as bigint), money in its smallest unit";
    }
    if (type == "date") return "date(x)";
    if (type == "timestamp" || type == "time") {
      return "instants stay text; epoch_ms(n) makes one of a number";
    }
    if (type == "boolean") return "x = 'true'";
    if (type == "json") return "json stays text: json_extract_scalar(x, '$.a')";
    return "cast(x as varchar)";
  }

  void ReadSubstring(size_t name, size_t open, size_t close) {
    int comma = 0;
    for (const size_t i : Level(open + 1, close)) {
      if (Word(i, "from")) {
        Fail(i, "'" + Text(name) + "(x from ...)'", "substr(x, start, length)");
      }
      comma += Kind(i, TokenKind::kComma);
      if (comma == 1 && Kind(i - 1, TokenKind::kComma) && Text(i) == "0" &&
          (i + 1 == close || Kind(i + 1, TokenKind::kComma))) {
        Fail(i, "'" + Text(name) + "' from 0", "1",
             "characters are counted from 1, and the engines differ at 0");
      }
    }
  }

  void ReadTrim(size_t name, size_t open, size_t close) {
    constexpr std::string_view kWords[] = {"both", "leading", "trailing",
                                           "from"};
    for (const size_t i : Level(open + 1, close)) {
      if (!AnyWord(i, kWords)) continue;
      return Fail(i, "'" + Text(name) + "(" + LowerCase(Text(i)) + " ...)'",
                  "trim(x), ltrim(x) or rtrim(x)");
    }
  }

  void CheckAggregate(size_t name, size_t open, size_t close) {
    const bool distinct = Word(open + 1, "distinct");
    for (const size_t i : Level(open + 1, close)) {
      if (Word(i, "order") && Word(i + 1, "by")) {
        Fail(i, "'order by' inside " + Text(name) + "()",
             "array_join(array_sort(array_agg(x)), ','), max_by(x, y) or "
             "min_by(x, y)");
      }
      if (distinct && Kind(i, TokenKind::kComma)) {
        return Fail(i, "'distinct' of several columns",
                    Text(name) + "(distinct sk(a, b))");
      }
    }
    if (Word(close + 1, "within") && Word(close + 2, "group")) {
      Fail(close + 1, "'within group'",
           "array_join(array_sort(array_agg(x)), ',')");
    }
  }

  // ---- words

  void ReadWord(size_t i) {
    ReadOperatorWord(i);
    ReadIs(i);
    ReadLiteral(i);
    ReadJoin(i);
    ReadClause(i);
    ReadCondition(i);
    ReadSetWord(i);
    ReadWindowWord(i);
  }

  void ReadOperatorWord(size_t i) {
    constexpr std::string_view kMatches[] = {"glob", "regexp", "match"};
    if (AnyWord(i, kMatches) && !Mark(i + 1, "(") &&
        (EndsValue(i - 1) || Word(i - 1, "not")) && Inside(i + 1) &&
        !Kind(i + 1, TokenKind::kComma) && !Kind(i + 1, TokenKind::kClose)) {
      Fail(i, "'" + Text(i) + "'", "regexp_like(x, pattern)");
    }
    if (Word(i, "collate")) {
      Fail(i, "'collate'", "lower(x) on both sides",
           "texts are compared by their bytes");
    }
  }

  void ReadRowId(size_t i) {
    constexpr std::string_view kRowIds[] = {"rowid", "_rowid_"};
    if (AnyWord(i, kRowIds) && !Word(i - 1, "without")) {
      Fail(i, "'" + Text(i) + "'", "a column of the contract",
           "an implicit row number changes from file to file");
    }
  }

  void ReadIs(size_t i) {
    if (Word(i, "isnull") && !Mark(i + 1, "(")) Fail(i, "'isnull'", "is null");
    if (Word(i, "notnull")) Fail(i, "'notnull'", "is not null");
    if (Word(i, "not") && Word(i + 1, "null") && EndsValue(i - 1) &&
        !Word(i - 1, "is")) {
      Fail(i, "'not null' behind a value", "is not null");
    }
    if (!Word(i, "is")) return;
    const bool negated = Word(i + 1, "not");
    const size_t next = i + 1 + negated;
    if (Word(next, "null") || Word(next, "distinct")) return;
    const std::string is = negated ? "'is not " : "'is ";
    if (Word(next, "true") || Word(next, "false")) {
      const std::string value = LowerCase(Text(next));
      return Fail(i, is + value + "'",
                  negated ? "x is distinct from " + value : "x = " + value);
    }
    Fail(i, is + Text(next) + "'",
         negated ? "x is distinct from y" : "x is not distinct from y");
  }

  void ReadLiteral(size_t i) {
    if (!Kind(i + 1, TokenKind::kString)) return;
    if (Word(i, "date")) {
      Fail(i, "'date " + Text(i + 1) + "'", "date(" + Text(i + 1) + ")");
    } else if (Word(i, "timestamp") || Word(i, "time")) {
      Fail(i, "'" + LowerCase(Text(i)) + " " + Text(i + 1) + "'",
           "'2015-01-31T05:00:00Z', as text");
    } else if (Word(i, "interval")) {
      Fail(i, "'interval'", "date_add('day', n, x)");
    }
  }

  void ReadJoin(size_t i) {
    constexpr std::string_view kKinds[] = {"join", "inner", "left", "right",
                                           "full", "cross", "outer"};
    if (Word(i, "natural") && AnyWord(i + 1, kKinds)) {
      Fail(i, "'natural'", "join ... on a.x = b.x");
    } else if (Word(i, "using") && Mark(i + 1, "(")) {
      Fail(i, "'using (...)'", "on a.x = b.x", "Trino has no a.x behind it");
    } else if (Word(i, "join") && !Word(i - 1, "cross") &&
               !Word(i - 1, "natural") && !HasCondition(i)) {
      Fail(i, "'join' without 'on'", "cross join, or join ... on a.x = b.x");
    }
  }

  bool HasCondition(size_t join) const {
    constexpr std::string_view kEnds[] = {
        "join",  "where",  "group",     "order",  "having", "limit",
        "union", "except", "intersect", "window", "inner",  "left",
        "right", "full",   "cross",     "natural"};
    for (size_t i = join + 1; i < tokens_.size(); ++i) {
      if (Word(i, "on") || Word(i, "using")) return true;
      if (Kind(i, TokenKind::kClose) || AnyWord(i, kEnds)) return false;
      if (Kind(i, TokenKind::kOpen)) i = Closing(i);
    }
    return false;
  }

  void ReadClause(size_t i) {
    constexpr const char* kPage =
        "limit alone; pages by row_number() over (order by ...)";
    if (Word(i, "with") && Word(i + 1, "recursive")) {
      Fail(i + 1, "'recursive'", "a seed, such as a table of all days",
           "Trino goes ten deep at most");
    } else if (Word(i, "offset") && (Kind(i - 1, TokenKind::kNumber) ||
                                     Kind(i - 1, TokenKind::kParameter) ||
                                     Kind(i - 1, TokenKind::kClose))) {
      Fail(i, "'offset'", kPage);
    } else if (Word(i, "fetch") &&
               (Word(i + 1, "first") || Word(i + 1, "next"))) {
      Fail(i, "'fetch first'", "limit n");
    } else if (Word(i, "limit") && Word(i + 1, "all")) {
      Fail(i, "'limit all'", "no limit");
    } else if (Word(i, "limit") && Kind(i + 2, TokenKind::kComma) &&
               (Kind(i + 1, TokenKind::kNumber) ||
                Kind(i + 1, TokenKind::kParameter))) {
      Fail(i, "'limit a, b'", kPage);
    } else if (Word(i, "distinct") && Word(i + 1, "on") && Mark(i + 2, "(")) {
      Fail(i, "'distinct on'", "row_number() over (...) = 1 in a common table");
    } else if (Word(i, "qualify") && EndsValue(i - 1) && Inside(i + 1) &&
               !Kind(i + 1, TokenKind::kComma)) {
      Fail(i, "'qualify'", "row_number() in a common table, then where");
    }
    ReadGrouping(i);
  }

  void ReadGrouping(size_t i) {
    const bool sets = Word(i, "grouping") && Word(i + 1, "sets");
    const bool call = (Word(i, "rollup") || Word(i, "cube")) &&
                      Mark(i + 1, "(") &&
                      (Word(i - 1, "by") || Mark(i - 1, ","));
    if (sets || call) {
      Fail(i, "'" + Text(i) + "'", "one query each, joined by union all");
    }
  }

  // `where 1`: a number is no condition.
  void ReadCondition(size_t i) {
    constexpr std::string_view kWords[] = {"where", "having", "on", "when"};
    constexpr std::string_view kNext[] = {"and",   "or",    "group", "order",
                                          "limit", "union", "then",  "window"};
    if (!AnyWord(i, kWords) || !Kind(i + 1, TokenKind::kNumber)) return;
    if (Inside(i + 2) && !Kind(i + 2, TokenKind::kClose) &&
        !Kind(i + 2, TokenKind::kSemicolon) && !AnyWord(i + 2, kNext)) {
      return;
    }
    // `case x when 1` compares.
    if (Word(i, "when") && !Word(i - 1, "case")) return;
    Fail(i + 1, "a number as a condition", "1 = 1, or the comparison meant");
  }

  void ReadSetWord(size_t i) {
    constexpr std::string_view kSets[] = {"union", "except", "intersect"};
    if (!AnyWord(i, kSets)) return;
    const bool all = Word(i + 1, "all");
    if (all && !Word(i, "union")) {
      Fail(i, "'" + LowerCase(Text(i)) + " all'",
           LowerCase(Text(i)) + ", or row_number() to tell copies apart");
    }
    if (Mark(i + 1 + all, "(")) {
      Fail(i + 1 + all,
           "a parenthesis around a part of '" + LowerCase(Text(i)) + "'",
           "a common table for the part");
    }
  }

  void ReadWindowWord(size_t i) {
    constexpr std::string_view kExcluded[] = {"current", "group", "ties", "no"};
    if (Word(i, "exclude") && AnyWord(i + 1, kExcluded)) {
      Fail(i, "'exclude' in a window", "a condition in a common table");
    }
    if ((Word(i, "ignore") || Word(i, "respect")) && Word(i + 1, "nulls")) {
      Fail(i, "'" + LowerCase(Text(i)) + " nulls'",
           "filter (where x is not null)");
    }
  }

  // ---- several set operators in one query: the engines bind them differently

  void CheckSetOperators() {
    std::vector<std::string> first = {""};  // per open parenthesis
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (Kind(i, TokenKind::kOpen)) first.emplace_back();
      if (Kind(i, TokenKind::kClose) && first.size() > 1) first.pop_back();
      constexpr std::string_view kSets[] = {"union", "except", "intersect"};
      if (!AnyWord(i, kSets) || Mark(i - 1, ".")) continue;
      const std::string word = LowerCase(Text(i));
      if (first.back().empty()) {
        first.back() = word;
      } else if (first.back() != word) {
        Fail(i, "'" + word + "' beside '" + first.back() + "'",
             "a common table for each step",
             "the engines take them in another order");
      }
    }
  }

  const SqlText& script_;
  const std::vector<Token>& tokens_;
  std::vector<Finding>* findings_;
};

// ---- reserved names

// What Trino reserves and SQLite takes as a name.
constexpr std::string_view kReserved[] = {
    "cube",           "deallocate", "describe",   "execute",     "extract",
    "false",          "grouping",   "json_array", "json_exists", "json_object",
    "json_query",     "json_table", "json_value", "listagg",     "localtime",
    "localtimestamp", "normalize",  "prepare",    "recursive",   "rollup",
    "skip",           "trim",       "true",       "uescape",     "unnest"};

void AddReserved(const SqlText& script, const Token& token,
                 std::vector<Finding>* findings) {
  if (token.kind != TokenKind::kName ||
      !IsOneOf(LowerCase(script.Of(token)), kReserved)) {
    return;
  }
  const std::string name(script.Of(token));
  findings->push_back(
      FindingAt(script, token, "the name '" + name + "' is refused",
                "Trino reserves it; " + std::string(kDialectRule),
                "another name, such as " + name + "_value"));
}

}  // namespace

void CheckSpelling(const SqlText& script, const std::vector<Token>& tokens,
                   std::vector<Finding>* findings) {
  SpellingReader(script, tokens, findings).Read();
}

void CheckReserved(const SqlText& script, const std::vector<Token>& tokens,
                   const std::vector<Column>& columns,
                   std::vector<Finding>* findings) {
  for (const Column& column : columns) {
    AddReserved(script, column.token, findings);
  }
  for (const CommonTable& table : CommonTablesOf(script, tokens)) {
    AddReserved(script, table.token, findings);
  }
  for (size_t i = 1; i < tokens.size(); ++i) {
    if (script.IsWord(tokens[i - 1], "as")) {
      AddReserved(script, tokens[i], findings);
    }
  }
}

std::vector<std::vector<Token>> ExpressionsOf(const SqlText& script,
                                              const std::vector<Token>& table) {
  std::vector<std::vector<Token>> expressions;
  for (size_t i = 0; i + 1 < table.size(); ++i) {
    const bool begins = script.IsWord(table[i], "check") ||
                        script.IsWord(table[i], "default") ||
                        script.IsWord(table[i], "as");
    if (!begins || table[i + 1].kind != TokenKind::kOpen) continue;
    const size_t close = ClosingOf(script, table, i + 1);
    expressions.emplace_back(table.begin() + static_cast<long>(i) + 2,
                             table.begin() + static_cast<long>(close));
    i = close;
  }
  return expressions;
}

}  // namespace learnsql
