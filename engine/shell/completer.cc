#include "engine/shell/completer.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "engine/query/loose_tokens.h"
#include "engine/query/render.h"
#include "engine/query/value_text.h"
#include "engine/shell/dot_commands.h"
#include "engine/shell/function_forms.h"
#include "engine/shell/keywords.h"

namespace learnsql {
namespace {

// Words behind which a table is named, and behind which a clause of columns
// begins.
constexpr std::string_view kTableWords[] = {"from",   "join",  "into",
                                            "update", "table", "view"};

bool IsOneOf(std::string_view word, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view w) { return SameName(w, word); });
}

// A name that needs quotes to be one.
std::string AsWritten(const std::string& name) {
  const bool plain =
      !name.empty() && !IsSqlKeyword(name) &&
      std::all_of(name.begin(), name.end(),
                  [](char c) {
                    return std::isalnum(static_cast<unsigned char>(c)) ||
                           c == '_';
                  }) &&
      !std::isdigit(static_cast<unsigned char>(name[0]));
  return plain ? name : QuoteName(name);
}

// A table that the statement names, under the name it goes by there.
struct Source {
  std::string alias;
  const Catalog::Table* table = nullptr;
};

// The tokens of the statement around the cursor and what they say.
class StatementText {
 public:
  StatementText(const Catalog& catalog, std::string_view text, size_t cursor)
      : catalog_(catalog), text_(text), cursor_(cursor) {
    for (const LooseToken& token : CutLoosely(text)) Add(token);
  }

  // The cursor is inside a string, a comment or a quoted name.
  bool IsInQuotes() const { return in_quotes_; }

  // The cursor is in a string that does not end; the word is what stands of it.
  bool IsInOpenString() const { return in_open_string_; }

  // The bare word that ends at the cursor; empty when there is none.
  std::string_view Word() const {
    return text_.substr(word_begin_, cursor_ - word_begin_);
  }
  size_t word_begin() const { return word_begin_; }

  // Token number `back` before the word, 0 the nearest; empty when none.
  std::string_view Before(size_t back) const {
    if (back >= before_) return "";
    return LooseText(text_, tokens_[before_ - 1 - back]);
  }
  std::string NameBefore(size_t back) const {
    return back < before_ ? LooseName(text_, tokens_[before_ - 1 - back]) : "";
  }

  // The column, with its qualifier or "", that what stands at the cursor is
  // compared with: `a.b = `, `b <> `, `b in ('x', `, `b like `.
  std::optional<std::pair<std::string, std::string>> ComparedColumn() const {
    size_t end = before_;
    if (end > 0 && (Is(end - 1, ",") || Is(end - 1, "("))) {
      end = ListBegin(end);
      if (end == 0 || !Is(end - 1, "in")) return std::nullopt;
    }
    constexpr std::string_view kComparisons[] = {
        "=", "<", ">", "!", "is", "not", "in", "like", "glob", "between"};
    size_t column = end;
    while (column > 0 &&
           IsOneOf(LooseText(text_, tokens_[column - 1]), kComparisons)) {
      --column;
    }
    if (column == end || column == 0 || !IsName(column - 1)) {
      return std::nullopt;
    }
    const bool qualified =
        column >= 3 && Is(column - 2, ".") && IsName(column - 3);
    return std::pair(qualified ? NameAt(column - 3) : "", NameAt(column - 1));
  }

  // The last word before the cursor that begins a clause.
  std::string Clause() const {
    constexpr std::string_view kClauses[] = {
        "select", "from",   "join",   "on",     "where",  "group",
        "order",  "having", "set",    "values", "insert", "into",
        "limit",  "using",  "update", "by",     "table",  "with"};
    for (size_t i = before_; i > 0; --i) {
      const std::string_view word = LooseText(text_, tokens_[i - 1]);
      if (tokens_[i - 1].kind == LooseKind::kWord && IsOneOf(word, kClauses)) {
        return LowerName(word);
      }
    }
    return "";
  }

  // The tables named anywhere in the statement, in order.
  std::vector<Source> Sources() const {
    std::vector<Source> sources;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (!IsName(i)) continue;
      const Catalog::Table* table = catalog_.Find(NameAt(i));
      if (table == nullptr || !NamesTable(i)) continue;
      sources.push_back({AliasAfter(i, table->name), table});
    }
    return sources;
  }

  // Names of common table expressions: `with NAME as (`.
  std::vector<std::string> WithNames() const {
    std::vector<std::string> names;
    for (size_t i = 0; i + 2 < tokens_.size(); ++i) {
      const bool opens =
          Is(i + 1, "as") &&
          (Is(i + 2, "(") || Is(i + 2, "not") || Is(i + 2, "materialized"));
      const bool starts = i > 0 && (Is(i - 1, "with") || Is(i - 1, ",") ||
                                    Is(i - 1, "recursive"));
      if (IsName(i) && opens && starts) names.push_back(NameAt(i));
    }
    return names;
  }

 private:
  void Add(const LooseToken& token) {
    const bool at_cursor = token.begin < cursor_ && cursor_ <= token.end;
    if (token.kind == LooseKind::kBlank) return;
    if (token.kind == LooseKind::kComment) {
      const bool open = !token.closed || text_[token.end - 1] != '\n';
      in_quotes_ |= at_cursor && (cursor_ < token.end || open);
      return;
    }
    if (at_cursor && (token.kind == LooseKind::kString ||
                      token.kind == LooseKind::kQuotedName)) {
      in_quotes_ |= cursor_ < token.end || !token.closed;
    }
    if (LooseText(text_, token) == ";") return EndStatement(token);
    if (done_) return;
    in_open_string_ |= at_cursor && token.kind == LooseKind::kString &&
                       !token.closed && text_[token.begin] == '\'';
    if (at_cursor && (token.kind == LooseKind::kWord || in_open_string_)) {
      word_begin_ = token.begin;
      before_ = tokens_.size();
      has_word_ = true;
      return;  // the word itself names nothing yet
    }
    if (!has_word_ && token.begin < cursor_) {
      before_ = tokens_.size() + 1;
      word_begin_ = cursor_;
    }
    tokens_.push_back(token);
  }

  // Statements before the cursor's are forgotten, those behind not looked at.
  void EndStatement(const LooseToken& semicolon) {
    if (semicolon.begin >= cursor_) {
      done_ = true;
    } else {
      tokens_.clear();
      before_ = 0;
      word_begin_ = cursor_;
    }
  }

  // How many tokens stand before the `(` of a list of constants that goes to
  // `end`; 0 when it is something else.
  size_t ListBegin(size_t end) const {
    while (end > 0 &&
           (Is(end - 1, ",") || tokens_[end - 1].kind == LooseKind::kString ||
            tokens_[end - 1].kind == LooseKind::kNumber)) {
      --end;
    }
    return end > 0 && Is(end - 1, "(") ? end - 1 : 0;
  }

  bool Is(size_t i, std::string_view word) const {
    return SameName(LooseText(text_, tokens_[i]), word);
  }
  bool IsName(size_t i) const {
    return tokens_[i].kind == LooseKind::kQuotedName ||
           (tokens_[i].kind == LooseKind::kWord &&
            !IsSqlKeyword(LooseText(text_, tokens_[i])));
  }
  std::string NameAt(size_t i) const { return LooseName(text_, tokens_[i]); }

  // Behind from, join, into, update or a comma, or before such a word's schema.
  bool NamesTable(size_t i) const {
    if (i >= 2 && Is(i - 1, ".")) i -= 2;
    if (i == 0) return false;
    return Is(i - 1, ",") ||
           IsOneOf(LooseText(text_, tokens_[i - 1]), kTableWords);
  }

  std::string AliasAfter(size_t i, const std::string& name) const {
    size_t alias = i + 1;
    if (alias < tokens_.size() && Is(alias, "as")) ++alias;
    return alias < tokens_.size() && IsName(alias) ? NameAt(alias) : name;
  }

  const Catalog& catalog_;
  const std::string_view text_;
  const size_t cursor_;
  std::vector<LooseToken> tokens_;  // without blanks, comments and the word
  size_t before_ = 0;               // how many stand before the word
  size_t word_begin_ = cursor_;
  bool has_word_ = false;
  bool in_quotes_ = false;
  bool in_open_string_ = false;
  bool done_ = false;
};

// Collects candidates that begin with the word, each once.
class Collector {
 public:
  Collector(std::string_view word, std::vector<Candidate>* candidates)
      : word_(word), candidates_(candidates) {}

  void Offer(std::string text, std::string note = "") {
    std::string_view begins = text;
    if (begins.starts_with('"') && !word_.starts_with('"')) {
      begins.remove_prefix(1);
    }
    if (!StartsWithName(begins, word_) || !seen_.insert(text).second) return;
    candidates_->push_back({std::move(text), std::move(note)});
  }

 private:
  const std::string_view word_;
  std::vector<Candidate>* const candidates_;
  std::set<std::string> seen_;
};

class SqlCompleter {
 public:
  SqlCompleter(const Catalog& catalog, std::string_view text, size_t cursor,
               const ColumnValues& values)
      : catalog_(catalog),
        values_(values),
        text_(catalog, text, cursor),
        collector_(text_.Word(), &completion_.candidates) {
    completion_.begin = text_.word_begin();
  }

  Completion Complete() {
    if (text_.IsInOpenString()) OfferValues();
    if (text_.IsInQuotes()) return completion_;
    if (text_.Before(0) == ".") {
      OfferQualified(text_.NameBefore(1));
      return completion_;
    }
    if (IsOneOf(text_.Before(0), kTableWords) || IsInTableList()) {
      OfferTables();
    } else if (SameName(text_.Before(0), "on")) {
      OfferJoins();
      OfferColumns();
    } else {
      if (text_.Word().empty()) OfferValues();
      OfferExpression();
    }
    OfferKeywords();
    return completion_;
  }

 private:
  bool IsInTableList() const {
    return text_.Before(0) == "," && text_.Clause() == "from";
  }

  // Texts that the column on the other side of a comparison holds.
  void OfferValues() {
    const auto compared = text_.ComparedColumn();
    if (!compared || !values_) return;
    const auto& [qualifier, column] = *compared;
    for (const Source& source : text_.Sources()) {
      if (!qualifier.empty() && !SameName(source.alias, qualifier)) continue;
      if (!HasColumn(*source.table, column)) continue;
      for (const std::string& text :
           values_(source.table->name, column, TypedText())) {
        collector_.Offer(SqlLiteral(Value::Text(text)));
      }
      return;
    }
  }

  // What is typed of the string, without quotes.
  std::string TypedText() const {
    std::string typed;
    const std::string_view word = text_.Word();
    for (size_t i = 1; i < word.size(); ++i) {
      typed += word[i];
      if (word[i] == '\'') ++i;  // a doubled one
    }
    return typed;
  }

  static bool HasColumn(const Catalog::Table& table, const std::string& name) {
    return std::any_of(table.columns.begin(), table.columns.end(),
                       [&](const std::string& c) { return SameName(c, name); });
  }

  // `alias.` or `table.`
  void OfferQualified(const std::string& name) {
    for (const Source& source : text_.Sources()) {
      if (SameName(source.alias, name)) return OfferColumnsOf(*source.table);
    }
    const Catalog::Table* table = catalog_.Find(name);
    if (table != nullptr) return OfferColumnsOf(*table);
    if (SameName(name, "main") || SameName(name, "temp")) OfferTables();
  }

  void OfferColumnsOf(const Catalog::Table& table) {
    for (const std::string& column : table.columns) {
      collector_.Offer(AsWritten(column), table.name);
    }
  }

  void OfferTables() {
    for (const std::string& name : text_.WithNames()) {
      collector_.Offer(AsWritten(name), "with");
    }
    // The file's own records last: they are rarely meant.
    for (const bool own : {false, true}) {
      for (const Catalog::Table& table : catalog_.tables) {
        if (table.name.starts_with("ls_") != own) continue;
        collector_.Offer(AsWritten(table.name), table.is_view ? "view" : "");
      }
    }
  }

  // Join conditions between the last table and those before it.
  void OfferJoins() {
    const std::vector<Source> sources = text_.Sources();
    for (size_t i = sources.size(); i > 1; --i) {
      for (size_t j = i - 1; j > 0; --j) {
        OfferJoin(sources[i - 1], sources[j - 1]);
        OfferJoin(sources[j - 1], sources[i - 1]);
      }
    }
  }

  void OfferJoin(const Source& child, const Source& parent) {
    for (const Catalog::ForeignKey& key : catalog_.foreign_keys) {
      if (!SameName(key.child, child.table->name) ||
          !SameName(key.parent, parent.table->name)) {
        continue;
      }
      std::string condition;
      for (size_t i = 0; i < key.columns.size(); ++i) {
        condition += (condition.empty() ? "" : " and ") +
                     AsWritten(parent.alias) + "." +
                     AsWritten(key.parent_columns[i]) + " = " +
                     AsWritten(child.alias) + "." + AsWritten(key.columns[i]);
      }
      collector_.Offer(std::move(condition), "foreign key");
    }
  }

  void OfferExpression() {
    OfferColumns();
    OfferFunctions();
  }

  // Columns of the statement's tables; while it names none, of all tables, the
  // commonest first.
  void OfferColumns() {
    const std::vector<Source> sources = text_.Sources();
    for (const Source& source : sources) {
      OfferColumnsOf(*source.table);
      collector_.Offer(AsWritten(source.alias), "table");
    }
    if (sources.empty() && !text_.Before(0).empty()) OfferAllColumns();
  }

  void OfferAllColumns() {
    std::map<std::string, int> uses;
    std::map<std::string, std::string> places;
    for (const Catalog::Table& table : catalog_.tables) {
      const bool own = table.name.starts_with("ls_");
      for (const std::string& column : table.columns) {
        uses[column] += own ? 0 : 1;
        std::string& place = places[column];
        place = place.empty() ? table.name : place == table.name ? place : "…";
      }
    }
    std::vector<std::pair<std::string, int>> ranked(uses.begin(), uses.end());
    std::stable_sort(
        ranked.begin(), ranked.end(),
        [](const auto& a, const auto& b) { return a.second > b.second; });
    for (const auto& [column, count] : ranked) {
      collector_.Offer(AsWritten(column), places[column]);
    }
  }

  void OfferFunctions() {
    std::map<std::string, std::string> forms;
    for (const Catalog::Function& function : catalog_.functions) {
      std::string& form = forms[function.name];
      if (!form.empty()) form += " or ";
      form += Form(function.arguments);
    }
    if (text_.Word().empty()) return;  // all of them would drown the columns
    for (const auto& [name, form] : forms) {
      const std::string_view known = FunctionForm(name);
      collector_.Offer(name + "(", known.empty() ? form : std::string(known));
    }
  }

  static std::string Form(int arguments) {
    if (arguments < 0) return "(...)";
    std::string form = "(";
    for (int i = 0; i < arguments; ++i) {
      form +=
          (i > 0 ? ", " : "") + std::string(1, static_cast<char>('x' + i % 3));
    }
    return form + ")";
  }

  void OfferKeywords() {
    if (text_.Word().empty() && !completion_.candidates.empty()) return;
    const bool upper =
        !text_.Word().empty() &&
        std::isupper(static_cast<unsigned char>(text_.Word()[0]));
    for (const std::string_view keyword : SqlKeywords()) {
      std::string word(keyword);
      if (upper) {
        std::transform(word.begin(), word.end(), word.begin(), [](char c) {
          return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        });
      }
      collector_.Offer(std::move(word));
    }
  }

  const Catalog& catalog_;
  const ColumnValues& values_;
  Completion completion_;
  const StatementText text_;
  Collector collector_;
};

// ---------- dot commands

// Which kind of word the arguments of a command are.
enum class ArgumentKind {
  kNone,
  kTable,
  kFormat,
  kPath,
  kSwitch,
  kChart,
  kKeys,
  kParameter,
};

ArgumentKind KindOf(std::string_view command) {
  constexpr std::pair<std::string_view, ArgumentKind> kKinds[] = {
      {"bail", ArgumentKind::kSwitch},
      {"chart", ArgumentKind::kChart},
      {"describe", ArgumentKind::kTable},
      {"dump", ArgumentKind::kTable},
      {"echo", ArgumentKind::kSwitch},
      {"failures", ArgumentKind::kTable},
      {"headers", ArgumentKind::kSwitch},
      {"import", ArgumentKind::kPath},
      {"indexes", ArgumentKind::kTable},
      {"keys", ArgumentKind::kKeys},
      {"mode", ArgumentKind::kFormat},
      {"once", ArgumentKind::kPath},
      {"open", ArgumentKind::kPath},
      {"output", ArgumentKind::kPath},
      {"pager", ArgumentKind::kSwitch},
      {"parameter", ArgumentKind::kParameter},
      {"profile", ArgumentKind::kTable},
      {"read", ArgumentKind::kPath},
      {"sample", ArgumentKind::kTable},
      {"schema", ArgumentKind::kTable},
      {"tables", ArgumentKind::kTable},
      {"timer", ArgumentKind::kSwitch},
      {"view", ArgumentKind::kTable}};
  for (const auto& [name, kind] : kKinds) {
    if (name == command) return kind;
  }
  return ArgumentKind::kNone;
}

void OfferPaths(std::string_view word, Collector* collector) {
  const size_t slash = word.rfind('/');
  const std::string folder(
      slash == std::string_view::npos ? "" : word.substr(0, slash + 1));
  std::error_code error;
  std::vector<std::string> names;
  for (std::filesystem::directory_iterator
           entry(folder.empty() ? "." : folder, error),
       end;
       !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const bool hidden = name.starts_with('.');
    if (hidden && !word.substr(folder.size()).starts_with('.')) continue;
    names.push_back(folder + name + (entry->is_directory(error) ? "/" : ""));
  }
  std::sort(names.begin(), names.end());
  for (std::string& name : names) collector->Offer(std::move(name));
}

void OfferArguments(const Catalog& catalog, std::string_view command,
                    std::string_view word, bool may_see_files,
                    Collector* collector) {
  switch (KindOf(command)) {
    case ArgumentKind::kTable:
      for (const Catalog::Table& table : catalog.tables) {
        collector->Offer(table.name);
      }
      break;
    case ArgumentKind::kFormat:
      for (int f = 0; f <= static_cast<int>(Format::kHtml); ++f) {
        collector->Offer(std::string(NameOfFormat(static_cast<Format>(f))));
      }
      collector->Offer("auto");
      break;
    case ArgumentKind::kPath:
      if (may_see_files) OfferPaths(word, collector);
      break;
    case ArgumentKind::kSwitch:
      for (const char* choice : {"on", "off"}) collector->Offer(choice);
      break;
    case ArgumentKind::kChart:
      for (const char* kind : {"bar", "line", "hist", "spark"}) {
        collector->Offer(kind);
      }
      break;
    case ArgumentKind::kKeys:
      for (const char* keys : {"emacs", "vi"}) collector->Offer(keys);
      break;
    case ArgumentKind::kParameter:
      for (const char* action : {"set", "unset", "list", "clear"}) {
        collector->Offer(action);
      }
      break;
    case ArgumentKind::kNone:
      break;
  }
}

Completion CompleteDot(const Catalog& catalog, std::string_view text,
                       size_t cursor, bool may_see_files) {
  Completion completion;
  const std::string_view line = text.substr(0, cursor);
  const size_t blank = line.find_last_of(" \t");
  completion.begin = blank == std::string_view::npos ? 0 : blank + 1;
  const std::string_view word = line.substr(completion.begin);
  Collector collector(word, &completion.candidates);
  if (completion.begin == 0) {
    for (const DotCommand& command : DotCommands()) {
      collector.Offer("." + std::string(command.name), command.arguments);
    }
    return completion;
  }
  const std::string_view command = line.substr(1, line.find(' ') - 1);
  OfferArguments(catalog, command, word, may_see_files, &collector);
  return completion;
}

}  // namespace

Completion Complete(const Catalog& catalog, std::string_view text,
                    size_t cursor, const CompletionAccess& access) {
  if (text.starts_with('.')) {
    return CompleteDot(catalog, text, cursor, access.may_see_files);
  }
  return SqlCompleter(catalog, text, cursor, access.values).Complete();
}

}  // namespace learnsql
