#include "engine/model/expectation.h"

#include <algorithm>
#include <array>

#include "engine/base/suggest.h"
#include "engine/model/header.h"
#include "engine/store/connection.h"

namespace learnsql {
namespace {

struct Unit {
  std::string_view name;
  std::string_view plural;
};
constexpr Unit kUnits[] = {
    {"minute", "minutes"}, {"hour", "hours"}, {"day", "days"}};

// Walks over the words of an expectation.
class Words {
 public:
  explicit Words(const SqlText& text) : text_(text) {
    for (const Token& token : text.tokens()) {
      if (token.kind != TokenKind::kComment) tokens_.push_back(token);
    }
  }

  bool AtEnd() const { return at_ == tokens_.size(); }

  bool Take(std::string_view word) {
    if (AtEnd()) return false;
    if (!text_.IsWord(tokens_[at_], word) &&
        !text_.IsMark(tokens_[at_], word)) {
      return false;
    }
    ++at_;
    return true;
  }

  bool TakeName(std::string* name) {
    if (AtEnd() || !IsNameToken(tokens_[at_])) return false;
    *name = text_.Unquoted(tokens_[at_++]);
    return true;
  }

  // A number that is not negative, as it is written.
  bool TakeNumber(std::string* number) {
    if (AtEnd() || tokens_[at_].kind != TokenKind::kNumber) return false;
    *number = text_.Of(tokens_[at_++]);
    return true;
  }

  bool TakeComparison(std::string* comparison) {
    for (const char* mark : {">=", "<=", "<", ">", "="}) {
      if (!Take(mark)) continue;
      *comparison = mark;
      return true;
    }
    return false;
  }

  // What stands between the next parenthesis and the one that closes it.
  bool TakeParentheses(std::string* inside) {
    if (AtEnd() || tokens_[at_].kind != TokenKind::kOpen) return false;
    const size_t begin = tokens_[at_].offset + 1;
    int depth = 0;
    for (size_t i = at_; i < tokens_.size(); ++i) {
      depth += tokens_[i].kind == TokenKind::kOpen;
      depth -= tokens_[i].kind == TokenKind::kClose;
      if (depth > 0) continue;
      *inside = text_.text().substr(begin, tokens_[i].offset - begin);
      at_ = i + 1;
      return true;
    }
    return false;
  }

  std::string First() const {
    return tokens_.empty() ? "" : std::string(text_.Of(tokens_.front()));
  }

 private:
  const SqlText& text_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
};

// A query that measures one value returns it with 1 where it is as expected.
std::string Measured(const std::string& value, const std::string& holds,
                     const std::string& from) {
  return "select value, " + holds + " as holds from (select " + value +
         " as value from " + from + ")";
}

class ExpectationReader {
 public:
  ExpectationReader(const Model& model, const SqlText& text)
      : table_(QuoteName(model.name)), name_(model.name), words_(text) {}

  // False when the words make no expectation.
  bool Read() {
    if (words_.Take("rows")) return ReadRows() && words_.AtEnd();
    if (words_.Take("unique")) return ReadUnique() && words_.AtEnd();
    if (words_.Take("share")) return ReadShare() && words_.AtEnd();
    if (words_.Take("fresh")) return ReadFresh() && words_.AtEnd();
    if (words_.Take("drop")) return ReadDrop() && words_.AtEnd();
    return ReadIn() && words_.AtEnd();
  }

  bool measures() const { return measures_; }
  const std::string& sql() const { return sql_; }
  std::string FirstWord() const { return words_.First(); }

 private:
  void Measure(const std::string& value, const std::string& holds,
               const std::string& from) {
    measures_ = true;
    sql_ = Measured(value, holds, from);
  }

  // "1..9" reads as the numbers "1." and ".9".
  bool ReadRows() {
    std::string low;
    std::string high;
    std::string comparison;
    if (words_.TakeComparison(&comparison)) {
      if (!words_.TakeNumber(&low)) return false;
      Measure("count(*)", "value " + comparison + " " + low, table_);
      return true;
    }
    if (!words_.TakeNumber(&low) || !words_.TakeNumber(&high)) return false;
    if (!low.ends_with('.') || !high.starts_with('.')) return false;
    low.pop_back();
    high.erase(0, 1);
    Measure("count(*)", "value between " + low + " and " + high, table_);
    return true;
  }

  bool ReadUnique() {
    std::vector<std::string> columns;
    do {
      std::string column;
      if (!words_.TakeName(&column)) return false;
      columns.push_back(QuoteName(column));
    } while (words_.Take(","));
    const std::string list = JoinNames(columns);
    sql_ = "select " + list + ", count(*) as row_count from " + table_ +
           " group by " + list + " having count(*) > 1";
    return true;
  }

  bool ReadIn() {
    std::string column;
    std::string values;
    if (!words_.TakeName(&column) || !words_.Take("in")) return false;
    const std::string quoted = QuoteName(column);
    const std::string rows = "select * from " + table_ + " where " + quoted +
                             " is not null and " + quoted + " not in (";
    if (words_.TakeParentheses(&values)) {
      sql_ = rows + values + ")";
      return !values.empty();
    }
    std::string parent;
    std::string key;
    if (!words_.TakeName(&parent) || !words_.Take(".") ||
        !words_.TakeName(&key)) {
      return false;
    }
    sql_ = rows + "select " + QuoteName(key) + " from " + QuoteName(parent) +
           " where " + QuoteName(key) + " is not null)";
    return true;
  }

  bool ReadShare() {
    std::string condition;
    std::string comparison;
    std::string limit;
    if (!words_.TakeParentheses(&condition) ||
        !words_.TakeComparison(&comparison) || !words_.TakeNumber(&limit)) {
      return false;
    }
    Measure("avg(case when " + condition + " then 1.0 else 0.0 end)",
            "value is not null and value " + comparison + " " + limit, table_);
    return true;
  }

  bool ReadFresh() {
    std::string column;
    std::string count;
    std::string unit;
    if (!words_.TakeName(&column) || !words_.Take("within") ||
        !words_.TakeNumber(&count) || !words_.TakeName(&unit)) {
      return false;
    }
    const std::string since = OldestMoment(count, unit);
    if (since.empty()) return false;
    Measure("max(" + QuoteName(column) + ")",
            "value is not null and value >= substr(" + since +
                ", 1, length(value))",
            table_);
    return true;
  }

  static std::string OldestMoment(const std::string& count,
                                  const std::string& unit) {
    for (const Unit& known : kUnits) {
      if (!EqualNames(unit, known.name) && !EqualNames(unit, known.plural)) {
        continue;
      }
      return "strftime('%Y-%m-%dT%H:%M:%SZ', :as_of, '-" + count + " " +
             std::string(known.plural) + "')";
    }
    return "";
  }

  // Against the last state; nothing can drop in the first.
  bool ReadDrop() {
    std::string comparison;
    std::string percent;
    if (!words_.TakeComparison(&comparison) || !words_.TakeNumber(&percent) ||
        !words_.Take("%") || (comparison != "<" && comparison != "<=")) {
      return false;
    }
    const std::string last =
        "(select row_count from ls_state where model = " + QuoteText(name_) +
        " order by state desc limit 1)";
    Measure("100.0 * (" + last + " - count(*)) / nullif(" + last + ", 0)",
            "value is null or value " + comparison + " " + percent, table_);
    return true;
  }

  std::string table_;
  std::string name_;
  Words words_;
  bool measures_ = false;
  std::string sql_;
};

// The nearest first word, unless it is right and the rest is not.
std::string Suggestion(const std::string& word) {
  const std::array<std::string, 5> words = {"rows", "unique", "share", "fresh",
                                            "drop"};
  if (std::find(words.begin(), words.end(), word) != words.end()) return "";
  return DidYouMean(word, words);
}

}  // namespace

const char* const kExpectationForms =
    "expect: rows 1..9 | rows >= 1 | unique COLUMN, ... | COLUMN in ('a', ...) "
    "| COLUMN in TABLE.COLUMN | share(CONDITION) >= 0.5 | fresh COLUMN within "
    "2 days | drop < 20%";

Result<Check> CheckOf(const Model& model, const Expectation& expectation) {
  LEARNSQL_TRY_SET(const SqlText text, SqlText::Make("", expectation.text));
  ExpectationReader reader(model, text);
  if (!reader.Read()) {
    return Status(Code::kInvalid, "'" + expectation.text +
                                      "' is nothing to expect" +
                                      Suggestion(reader.FirstWord()));
  }
  Check check;
  check.name = model.name + ": " + expectation.text;
  check.model = model.name;
  check.document = "expected: " + expectation.text;
  check.warn = expectation.warn;
  check.measures = reader.measures();
  check.script = model.script;
  check.name_token = expectation.token;
  check.query.sql = reader.sql();
  check.expectation = true;
  return check;
}

}  // namespace learnsql
