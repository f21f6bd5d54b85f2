#include "engine/model/case_file.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "engine/base/clock.h"
#include "engine/model/header.h"
#include "engine/model/tokenizer.h"

namespace learnsql {
namespace {

bool IsQuoted(std::string_view text) {
  return text.size() >= 2 && (text.front() == '\'' || text.front() == '"') &&
         text.back() == text.front();
}

// Cuts a line at its commas; quotes hold commas, and are doubled inside.
// nullopt where a quote does not end.
std::optional<std::vector<std::string>> CutLine(std::string_view line) {
  std::vector<std::string> parts;
  char quote = 0;
  size_t begin = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      const bool doubled =
          c == quote && i + 1 < line.size() && line[i + 1] == c;
      if (doubled) ++i;
      if (c == quote && !doubled) quote = 0;
    } else if (c == ',') {
      parts.push_back(TrimBlanks(line.substr(begin, i - begin)));
      begin = i + 1;
    } else if ((c == '\'' || c == '"') &&
               TrimBlanks(line.substr(begin, i - begin)).empty()) {
      quote = c;
    }
  }
  if (quote != 0) return std::nullopt;
  parts.push_back(TrimBlanks(line.substr(begin)));
  return parts;
}

template <typename T>
std::optional<T> NumberOf(std::string_view text) {
  T value = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

// A value as somebody wrote it, in its one spelling.
std::string Respell(std::string_view text) {
  if (text == "null") return "null";
  if (IsQuoted(text)) return SpellText(UnspellText(text));
  if (const auto whole = NumberOf<int64_t>(text)) return SpellInteger(*whole);
  const bool digit =
      !text.empty() &&
      text.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
  if (const auto real = NumberOf<double>(text); digit && real) {
    return SpellReal(*real);
  }
  return SpellText(text);
}

class CaseReader {
 public:
  CaseReader(const std::string& file, std::string_view text)
      : file_(file), text_(text) {}

  Result<std::vector<TestCase>> Read() {
    while (begin_ < text_.size()) {
      const size_t end = std::min(text_.find('\n', begin_), text_.size());
      ++line_;
      LEARNSQL_TRY(ReadLine(text_.substr(begin_, end - begin_)));
      begin_ = end + 1;
    }
    LEARNSQL_TRY(EndCase());
    if (cases_.empty()) return Fail("no case: '-- case: NAME' begins one");
    return std::move(cases_);
  }

 private:
  Status Fail(const std::string& message, uint64_t line = 0) const {
    return Status(Code::kInvalid, message,
                  {.name = file_, .line = line == 0 ? line_ : line});
  }

  Status ReadLine(std::string_view raw) {
    const std::string line = TrimBlanks(raw);
    if (in_sql_) return ReadSql(line);
    if (line.starts_with("--")) return ReadComment(TrimBlanks(line.substr(2)));
    if (line.empty()) {
      table_ = nullptr;
      return {};
    }
    if (table_ == nullptr) return ReadHead(line);
    const auto values = CutLine(line);
    if (!values) return Fail("a quote in this line does not end");
    if (table_->columns.empty()) {
      table_->columns = *values;
      return {};
    }
    return ReadRow(*values);
  }

  Status ReadComment(std::string_view text) {
    constexpr std::string_view kCase = "case:";
    constexpr std::string_view kAsOf = "as_of:";
    constexpr std::string_view kFails = "fails:";
    if (text.starts_with(kCase)) {
      return BeginCase(TrimBlanks(text.substr(kCase.size())));
    }
    const bool as_of = text.starts_with(kAsOf);
    if (!as_of && !text.starts_with(kFails)) return {};
    if (cases_.empty()) return Fail("'-- case: NAME' stands before this");
    if (as_of) return ReadAsOf(TrimBlanks(text.substr(kAsOf.size())));
    cases_.back().fails = TrimBlanks(text.substr(kFails.size()));
    if (!cases_.back().fails.empty()) return {};
    return Fail("'-- fails:' needs a part of the error");
  }

  Status BeginCase(std::string name) {
    LEARNSQL_TRY(EndCase());
    if (name.empty()) return Fail("a case needs a name");
    for (const TestCase& before : cases_) {
      if (before.name == name) {
        return Fail("a second case '" + name + "' in this file");
      }
    }
    TestCase begun;
    begun.name = std::move(name);
    begun.file = file_;
    begun.line = line_;
    cases_.push_back(std::move(begun));
    table_ = nullptr;
    return {};
  }

  Status ReadAsOf(const std::string& text) {
    const auto as_of = ParseUtc(text);
    if (!as_of) {
      return Fail("as_of is a UTC time, such as 2015-01-02T00:00:00Z");
    }
    cases_.back().as_of = FormatUtc(*as_of);
    return {};
  }

  Status ReadHead(const std::string& line) {
    const std::vector<std::string> words = Words(line);
    const bool given = words[0] == "given";
    if (!given && words[0] != "expect") {
      return Fail("'" + words[0] +
                  "' begins no block: 'given NAME:' or 'expect NAME:'");
    }
    if (cases_.empty()) return Fail("'-- case: NAME' stands before its blocks");
    CaseTable table;
    table.line = line_;
    if (given && words.size() > 2 && words[2] == "as") {
      table.name = words[1];
      LEARNSQL_TRY(AddTable(std::move(table), given));
      in_sql_ = true;
      return ReadSql(TrimBlanks(line.substr(line.find(" as") + 3)));
    }
    if (!line.ends_with(':')) {
      return Fail(given
                      ? "'given NAME:' and rows, or 'given NAME as SELECT ...;'"
                      : "'expect NAME:' and rows");
    }
    LEARNSQL_TRY(ReadSubject(Words(line.substr(0, line.size() - 1)), &table));
    return AddTable(std::move(table), given);
  }

  // NAME [name=value ...] [in order]
  Status ReadSubject(const std::vector<std::string>& words, CaseTable* table) {
    if (words.size() < 2) return Fail("'" + words[0] + "' needs a name");
    const bool expected = words[0] == "expect";
    table->name = words[1];
    for (size_t i = 2; i < words.size(); ++i) {
      const size_t equals = words[i].find('=');
      if (expected && words[i] == "in" && i + 2 == words.size() &&
          words[i + 1] == "order") {
        table->in_order = true;
        return {};
      }
      if (!expected || equals == std::string::npos || equals == 0) {
        return Fail("'" + words[i] +
                    "' means nothing here: 'expect NAME "
                    "[parameter=value ...] [in order]:'");
      }
      table->values.push_back(
          {words[i].substr(0, equals), words[i].substr(equals + 1)});
    }
    return {};
  }

  // A table is given once; a question may be asked with several values.
  Status AddTable(CaseTable table, bool given) {
    auto& list = given ? cases_.back().given : cases_.back().expected;
    const bool twice =
        given && std::any_of(list.begin(), list.end(), [&](const CaseTable& t) {
          return EqualNames(t.name, table.name);
        });
    if (twice) return Fail("'" + table.name + "' is given twice");
    list.push_back(std::move(table));
    table_ = &list.back();
    return {};
  }

  static std::vector<std::string> Words(std::string_view text) {
    std::vector<std::string> words;
    for (std::string_view rest = text; !rest.empty();) {
      const size_t end = std::min(rest.find(' '), rest.size());
      if (end > 0) words.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return words;
  }

  Status ReadSql(std::string_view line) {
    table_->sql += std::string(line) + "\n";
    if (!TrimBlanks(line).ends_with(';')) return {};
    in_sql_ = false;
    table_ = nullptr;
    return {};
  }

  Status ReadRow(const std::vector<std::string>& values) {
    if (values.size() != table_->columns.size()) {
      return Fail(std::to_string(values.size()) + " values, but " +
                  std::to_string(table_->columns.size()) + " columns");
    }
    CaseRow row;
    row.line = line_;
    for (const std::string& value : values)
      row.values.push_back(Respell(value));
    table_->rows.push_back(std::move(row));
    return {};
  }

  Status EndCase() const {
    if (in_sql_) return Fail("this query does not end with ';'");
    if (cases_.empty()) return {};
    const TestCase& last = cases_.back();
    if (last.expected.empty() && last.fails.empty()) {
      return Fail("case " + last.name + " expects nothing", last.line);
    }
    for (const CaseTable& table : last.expected) {
      if (table.columns.empty()) {
        return Fail("'expect " + table.name + ":' names no columns",
                    table.line);
      }
    }
    return {};
  }

  const std::string& file_;
  std::string_view text_;
  size_t begin_ = 0;
  uint64_t line_ = 0;
  bool in_sql_ = false;
  CaseTable* table_ = nullptr;  // the block being read, in the last case
  std::vector<TestCase> cases_;
};

}  // namespace

Result<std::vector<TestCase>> ReadCases(const std::string& file,
                                        std::string_view text) {
  return CaseReader(file, text).Read();
}

std::string SpellInteger(int64_t value) { return std::to_string(value); }

std::string SpellReal(double value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value);
  return std::string(digits, end.ptr);
}

bool IsSpelledNumber(std::string_view text) {
  return !text.empty() && text.front() != '\'' && text != "null" &&
         text.find_first_not_of("0123456789.eE+-") == std::string_view::npos &&
         NumberOf<double>(text).has_value();
}

std::string SpellText(std::string_view value) {
  const bool bare =
      !value.empty() && value != "null" && !IsSpelledNumber(value) &&
      value.find_first_of(",'\"\n") == std::string_view::npos &&
      TrimBlanks(value).size() == value.size() && !value.starts_with("--");
  if (bare) return std::string(value);
  std::string quoted = "'";
  for (const char c : value) {
    quoted += c;
    if (c == '\'') quoted += c;
  }
  return quoted + "'";
}

std::string UnspellText(std::string_view text) {
  if (!IsQuoted(text)) return std::string(text);
  const char quote = text.front();
  std::string inside;
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    inside += text[i];
    if (text[i] == quote && i + 2 < text.size() && text[i + 1] == quote) ++i;
  }
  return inside;
}

}  // namespace learnsql
