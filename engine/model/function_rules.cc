#include <algorithm>
#include <span>

#include "engine/model/dialect.h"
#include "engine/model/statements.h"
#include "engine/store/functions.h"

namespace learnsql {
namespace {

constexpr const char* kFunctionRule =
    "models keep to functions that SQLite 3.40 and Trino both have, and "
    "learnsql's: sql/functions.md";
constexpr const char* kStoredRule =
    "what is stored runs in every sqlite3: views, constraints and indexes call "
    "no function of learnsql";
constexpr const char* kQuestionRule =
    "the shell runs questions too, with SQLite's own meaning of that name";

// What both engines have under one name with one meaning, and what SQLite 3.40
// lets a view call that a stranger wrote.
constexpr std::string_view kShared[] = {
    "abs",       "avg",        "ceil",         "coalesce",    "count",
    "cume_dist", "dense_rank", "exp",          "first_value", "floor",
    "lag",       "last_value", "lead",         "length",      "ln",
    "log10",     "ltrim",      "max",          "min",         "nth_value",
    "ntile",     "nullif",     "percent_rank", "power",       "rank",
    "replace",   "row_number", "rtrim",        "sign",        "sqrt",
    "substr",    "substring",  "sum",          "trim"};

// Told by another rule: the clock and chance.
constexpr std::string_view kUnsteady[] = {
    "current_date",  "current_time",      "current_timestamp",
    "random",        "randomblob",        "changes",
    "total_changes", "last_insert_rowid", "load_extension"};

struct Replacement {
  std::string_view name;
  const char* advice;
};

// Names of SQLite, of Trino or of other engines, and what to write instead.
constexpr Replacement kReplacements[] = {
    {"char", "the characters themselves, as text"},
    {"datetime", "instants stay text: date_add('hour', n, x)"},
    {"extract", "year(x), month(x), day(x), hour(x), day_of_week(x), week(x)"},
    {"format", "cast(x as varchar) and ||"},
    {"glob", "regexp_like(x, pattern)"},
    {"group_concat", "array_join(array_sort(array_agg(x)), ',')"},
    {"hex", "to_hex(to_utf8(x))"},
    {"if", "case when ... then ... else ... end"},
    {"ifnull", "coalesce(x, y)"},
    {"iif", "case when ... then ... else ... end"},
    {"instr", "strpos(x, y)"},
    {"json", "json_text(x, '$')"},
    {"json_array", "array_agg(x), or text made by ||"},
    {"json_each",
     "let the connector land the items as a table, or write NAME.trino.sql"},
    {"json_exists", "json_extract_scalar(x, '$.a') is not null"},
    {"json_extract", "json_extract_scalar(x, '$.a'), or json_text(x, '$.a')"},
    {"json_group_array", "array_agg(x)"},
    {"json_object", "text made by ||"},
    {"json_query", "json_text(x, '$.a')"},
    {"json_tree",
     "let the connector land the items as a table, or write NAME.trino.sql"},
    {"json_type", "json_extract_scalar(x, '$.a') is not null"},
    {"json_valid", "json_text(x, '$') is not null"},
    {"json_value", "json_extract_scalar(x, '$.a')"},
    {"julianday", "date_diff('day', x, y)"},
    {"likelihood", "the condition alone"},
    {"likely", "the condition alone"},
    {"listagg", "array_join(array_sort(array_agg(x)), ',')"},
    {"log", "ln(x) or log10(x)"},
    {"log2", "ln(x) / ln(2)"},
    {"match", "regexp_like(x, pattern)"},
    {"nvl", "coalesce(x, y)"},
    {"pow", "power(x, y)"},
    {"position", "strpos(x, y)"},
    {"printf", "cast(x as varchar) and ||"},
    {"quote", "cast(x as varchar)"},
    {"regexp", "regexp_like(x, pattern)"},
    {"strftime", "date_format(x, '%Y-%m')"},
    {"string_agg", "array_join(array_sort(array_agg(x)), ',')"},
    {"time", "instants stay text: substr(x, 12, 8)"},
    {"total", "coalesce(sum(x), 0)"},
    {"try", "nullif(x, 0) below a division, try_bigint(x) for a cast"},
    {"try_cast", "try_bigint(x), try_double(x) or try_date(x)"},
    {"typeof", "a column of the contract has one type"},
    {"unixepoch", "date_diff('second', x, y)"},
    {"unlikely", "the condition alone"},
};

// What to write where a function of learnsql may not be called.
constexpr Replacement kStock[] = {
    {"concat", "x || y"},
    {"date", "substr(x, 1, 10)"},
    {"greatest", "case when x > y then x else y end"},
    {"least", "case when x < y then x else y end"},
    {"like", "substr(x, 1, n) = '...'"},
    {"mod", "x - x / y * y"},
    {"round", "the number as it is: who shows it rounds"},
    {"starts_with", "substr(x, 1, n) = '...'"},
};

constexpr Replacement kForQuestions[] = {
    {"concat", "x || y, or concat_ws('', x, y)"},
    {"date", "try_date(x)"},
    {"like", "starts_with(x, y) or regexp_like(x, pattern)"},
    {"mod", "x - x / y * y"},
    {"round", "the number as it is: who shows it rounds"},
};

bool Contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const char* AdviceOf(std::span<const Replacement> replacements,
                     std::string_view name) {
  for (const Replacement& each : replacements) {
    if (each.name == name) return each.advice;
  }
  return nullptr;
}

// Judges the functions of one statement.
class FunctionJudge {
 public:
  FunctionJudge(const SqlText& script, const std::vector<Token>& tokens,
                SqlPlace place, std::vector<Finding>* findings)
      : script_(script), tokens_(tokens), place_(place), findings_(findings) {}

  void Judge(const std::set<std::string>& called) {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (IsCall(i)) JudgeCall(i, called);
      if (script_.IsWord(tokens_[i], "like")) JudgeLike(i);
    }
    for (const std::string& name : called) JudgeUnseen(LowerCase(name));
  }

 private:
  bool IsCall(size_t i) const {
    return tokens_[i].kind == TokenKind::kName && i + 1 < tokens_.size() &&
           tokens_[i + 1].kind == TokenKind::kOpen;
  }

  // A call is one that SQLite reported, or that it never could: a name that it
  // does not know, or calls in another way (json_each is a table to it).
  void JudgeCall(size_t i, const std::set<std::string>& called) {
    const std::string name = LowerCase(script_.Of(tokens_[i]));
    if (Contains(kUnsteady, name)) return;
    const bool reported = called.contains(name);
    if (!reported && AdviceOf(kReplacements, name) == nullptr &&
        !name.starts_with("pragma_")) {
      return;
    }
    seen_.insert(name);
    const FunctionSpec* const spec = FindFunction(name);
    if (spec != nullptr && reported) {
      JudgeOffered(i, *spec);
    } else if (place_ == SqlPlace::kRaw) {
      JudgeRaw(i, name);
    } else if (Contains(kShared, name)) {
      JudgeShared(i, name);
    } else {
      Refuse(i, name);
    }
  }

  // SQLite 3.40 holds its own functions of JSON for unsafe in a schema that it
  // does not trust.
  void JudgeRaw(size_t i, const std::string& name) {
    if (!name.starts_with("json")) return;
    Fail(i, name + "() is refused here",
         "a plain sqlite3 may refuse to read a table with it: unsafe use",
         "check it in a curated table");
  }

  void JudgeOffered(size_t i, const FunctionSpec& spec) {
    const std::string name(spec.name);
    if (place_ == SqlPlace::kStored || place_ == SqlPlace::kRaw) {
      return Fail(i, name + "() is refused here", kStoredRule,
                  WithDefault(AdviceOf(kStock, name)));
    }
    if (place_ == SqlPlace::kQuestion && spec.overrides) {
      return Fail(i, name + "() is refused here", kQuestionRule,
                  WithDefault(AdviceOf(kForQuestions, name)));
    }
    const int count = Arguments(i);
    if (spec.Takes(count)) return;
    Fail(i, name + "() with " + std::to_string(count) + " arguments is refused",
         kFunctionRule, std::string(spec.signature));
  }

  static std::string WithDefault(const char* advice) {
    return advice != nullptr ? advice : "a column of a curated table for it";
  }

  void JudgeShared(size_t i, const std::string& name) {
    const int count = Arguments(i);
    if ((name == "max" || name == "min") && count > 1) {
      const char* const advice =
          name == "max" ? "greatest(a, b)" : "least(a, b)";
      Fail(i, name + "() of several values is refused", kFunctionRule,
           place_ == SqlPlace::kStored
               ? WithDefault(
                     AdviceOf(kStock, name == "max" ? "greatest" : "least"))
               : advice);
    }
    const bool trims = name == "trim" || name == "ltrim" || name == "rtrim";
    if (!trims || count < 2) return;
    // Trino's manual does not promise it, though it takes a literal today.
    Fail(i, name + "() with " + std::to_string(count) + " arguments",
         kFunctionRule, name + "(x), or replace(x, y, '')",
         Finding::Severity::kWarning);
  }

  void Refuse(size_t i, const std::string& name) {
    const char* const found = AdviceOf(kReplacements, name);
    std::string advice = found == nullptr ? "" : found;
    const FunctionSpec* const offered =
        FindFunction(advice.substr(0, advice.find('(')));
    if (place_ == SqlPlace::kStored && offered != nullptr) {
      advice = "in a curated table: " + advice;
    }
    Fail(i, name + "() is refused", kFunctionRule, advice);
  }

  // The operator; like() as a call is an offered function.
  void JudgeLike(size_t i) {
    seen_.insert("like");
    if (place_ == SqlPlace::kBuild || IsCall(i)) return;
    const bool question = place_ == SqlPlace::kQuestion;
    Fail(i, "'like' is refused here",
         question ? kQuestionRule
                  : "a plain sqlite3 takes 'A' and 'a' for the same there",
         question ? AdviceOf(kForQuestions, "like") : AdviceOf(kStock, "like"));
  }

  // What a spelling calls without its name, such as the operator `->`, is the
  // tokenizer's to refuse.
  void JudgeUnseen(const std::string& name) {
    if (place_ == SqlPlace::kRaw || seen_.contains(name) ||
        Contains(kShared, name) || Contains(kUnsteady, name) ||
        FindFunction(name) != nullptr || tokens_.empty()) {
      return;
    }
    constexpr std::string_view kByOperators[] = {"->", "->>", "glob", "regexp",
                                                 "match"};
    if (!Contains(kByOperators, name)) Refuse(0, name);
  }

  // The rule of the clock looks at some of the same calls.
  bool WasTold(const Token& token) const {
    const Place place = script_.PlaceOf(token);
    return std::any_of(findings_->begin(), findings_->end(),
                       [&place](const Finding& finding) {
                         return finding.place.name == place.name &&
                                finding.place.byte == place.byte &&
                                finding.place.line == place.line &&
                                finding.place.column == place.column;
                       });
  }

  int Arguments(size_t i) const {
    const size_t close = ClosingOf(script_, tokens_, i + 1);
    if (close == i + 2) return 0;
    int depth = 0;
    int count = 1;
    for (size_t at = i + 2; at < close; ++at) {
      depth += tokens_[at].kind == TokenKind::kOpen;
      depth -= tokens_[at].kind == TokenKind::kClose;
      count += depth == 0 && tokens_[at].kind == TokenKind::kComma;
    }
    return count;
  }

  void Fail(size_t i, std::string message, std::string rule, std::string advice,
            Finding::Severity severity = Finding::Severity::kError) {
    if (WasTold(tokens_[i])) return;
    findings_->push_back(FindingAt(script_, tokens_[i], std::move(message),
                                   std::move(rule), std::move(advice)));
    findings_->back().severity = severity;
  }

  const SqlText& script_;
  const std::vector<Token>& tokens_;
  SqlPlace place_;
  std::vector<Finding>* findings_;
  std::set<std::string> seen_;
};

}  // namespace

void CheckFunctions(const SqlText& script, const std::vector<Token>& tokens,
                    SqlPlace place, const std::set<std::string>& called,
                    std::vector<Finding>* findings) {
  FunctionJudge(script, tokens, place, findings).Judge(called);
}

}  // namespace learnsql
