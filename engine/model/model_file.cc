#include "engine/model/model_file.h"

#include <algorithm>
#include <charconv>

#include "engine/base/suggest.h"
#include "engine/model/export_file.h"
#include "engine/model/header.h"
#include "engine/model/statements.h"

namespace learnsql {
namespace {

constexpr std::string_view kModelSettings[] = {
    "owner", "incremental", "history",     "on orphan", "tag",
    "tags",  "expect",      "expect warn", "file"};
constexpr std::string_view kRawSettings[] = {"kind", "owner"};
constexpr std::string_view kCheckSettings[] = {"check", "severity", "scope",
                                               "category"};

constexpr const char* kOneModelRule =
    "a file holds one model: its `create table`, its indexes, then its query";
constexpr const char* kViewShapeRule =
    "a view lists its columns: create view NAME (COLUMN, ...) as QUERY";

std::vector<Token> Between(const std::vector<Token>& tokens, const Token& open,
                           const Token& close) {
  std::vector<Token> between;
  for (const Token& token : tokens) {
    if (token.offset > open.offset && token.offset < close.offset) {
      between.push_back(token);
    }
  }
  return between;
}

// Walks over the tokens of one statement.
class Cursor {
 public:
  Cursor(const SqlText& script, const std::vector<Token>& tokens)
      : script_(script), tokens_(tokens) {}

  bool AtEnd() const { return at_ >= tokens_.size(); }
  // The current token, or the last one at the end.
  const Token& Peek() const {
    return tokens_[std::min(at_, tokens_.size() - 1)];
  }
  size_t index() const { return at_; }
  void MoveTo(size_t index) { at_ = index; }

  bool TakeWord(std::string_view word) {
    if (AtEnd() || !script_.IsWord(Peek(), word)) return false;
    ++at_;
    return true;
  }
  bool AtMark(std::string_view mark) const {
    return !AtEnd() && script_.IsMark(Peek(), mark);
  }
  bool TakeMark(std::string_view mark) {
    const bool there = AtMark(mark);
    at_ += there;
    return there;
  }
  bool TakeName(Token* name) {
    if (AtEnd() || !IsNameToken(Peek())) return false;
    *name = tokens_[at_++];
    return true;
  }

 private:
  const SqlText& script_;
  const std::vector<Token>& tokens_;
  size_t at_ = 0;
};

// What a `create table` says about itself before its columns.
struct TableHead {
  Token name;
  size_t open = 0;  // index of the parenthesis before the columns
  size_t close = 0;
};

// Reads `create table NAME ( ... ) strict`; false once a finding was added.
class TableReader {
 public:
  TableReader(const SqlText& script, const StatementText& statement,
              std::vector<Finding>* findings)
      : script_(script),
        statement_(statement),
        cursor_(script, statement.tokens),
        findings_(findings) {}

  bool Read(TableHead* head) {
    cursor_.TakeWord("create");
    if (cursor_.TakeWord("temp") || cursor_.TakeWord("temporary")) {
      return Fail("a temporary table is no model", "create table NAME (...)");
    }
    cursor_.TakeWord("table");
    if (cursor_.TakeWord("if")) {
      return Fail("'if not exists' would hide that the table is another one",
                  "create table NAME (...)");
    }
    if (!cursor_.TakeName(&head->name)) return Fail("a table needs a name", "");
    if (cursor_.AtMark(".")) {
      return Fail("a name with a schema: one file has one schema",
                  "create table NAME (...)");
    }
    if (cursor_.TakeWord("as")) return FailCreateAs(head->name);
    return ReadBody(head);
  }

 private:
  bool ReadBody(TableHead* head) {
    if (!cursor_.AtMark("(")) return Fail("the columns are missing", "");
    head->open = cursor_.index();
    head->close = ClosingOf(script_, statement_.tokens, head->open);
    if (head->close == statement_.tokens.size()) {
      return Fail("this parenthesis is never closed", "");
    }
    cursor_.MoveTo(head->close + 1);
    return ReadOptions();
  }

  bool ReadOptions() {
    bool strict = false;
    while (!cursor_.AtEnd()) {
      strict = strict || script_.IsWord(cursor_.Peek(), "strict");
      cursor_.MoveTo(cursor_.index() + 1);
    }
    if (strict) return true;
    cursor_.MoveTo(statement_.tokens.size() - 1);
    return Fail("this table is not strict, so any type fits any column",
                ") strict;");
  }

  bool FailCreateAs(const Token& name) {
    findings_->push_back(FindingAt(
        script_, name, "'create table as' is refused",
        "a contract says its keys, types and rules, which this form drops",
        "create table " + script_.Unquoted(name) +
            " (COLUMN TYPE, ...) strict; then the query alone"));
    return false;
  }

  bool Fail(std::string message, std::string advice) {
    findings_->push_back(FindingAt(
        script_, cursor_.Peek(), std::move(message),
        "a contract is: create table NAME (...) strict", std::move(advice)));
    return false;
  }

  const SqlText& script_;
  const StatementText& statement_;
  Cursor cursor_;
  std::vector<Finding>* findings_;
};

// Reads one model file, statement by statement.
class ModelReader {
 public:
  ModelReader(std::shared_ptr<const SqlText> script, FileRole role,
              std::vector<Finding>* findings)
      : script_(*script), role_(role), findings_(findings) {
    model_.script = std::move(script);
    model_.name = StemOf(script_.name());
    model_.layer = role == FileRole::kStaging ? Layer::kStaging
                   : role == FileRole::kView  ? Layer::kView
                                              : Layer::kCurated;
  }

  Model Read() {
    const std::vector<StatementText> statements = SplitStatements(script_);
    if (statements.empty() || statements.front().tokens.empty()) {
      Fail(Token(), "this file holds no statement", kOneModelRule);
      return std::move(model_);
    }
    ReadSettings(statements.front());
    for (const StatementText& statement : statements) {
      if (!statement.tokens.empty()) ReadStatement(statement);
    }
    Conclude();
    return std::move(model_);
  }

 private:
  void Fail(const Token& token, std::string message, std::string rule,
            std::string advice = "") {
    findings_->push_back(FindingAt(script_, token, std::move(message),
                                   std::move(rule), std::move(advice)));
  }

  void ReadSettings(const StatementText& first) {
    const Header header = ReadHeader(script_, first.comments, model_.name,
                                     kModelSettings, findings_);
    model_.header_token =
        first.comments.empty() ? first.tokens.front() : first.comments.front();
    if (!header.name.empty() && header.name != model_.name) {
      Fail(model_.header_token,
           "this header is of '" + header.name + "', the file of '" +
               model_.name + "'",
           "a file is named after its model");
    }
    model_.version = header.version.value_or(1);
    model_.document = header.document;
    for (const Setting& setting : header.settings) ReadSetting(setting);
  }

  void ReadSetting(const Setting& setting) {
    if (setting.value.empty()) {
      Fail(setting.token, "'" + setting.key + ":' has no value", "");
    } else if (setting.key == "owner") {
      model_.owner = setting.value;
    } else if (setting.key == "tag" || setting.key == "tags") {
      for (std::string& tag : SplitList(setting.value)) {
        model_.tags.push_back(std::move(tag));
      }
    } else if (setting.key == "incremental") {
      model_.incremental_key = SplitList(setting.value);
    } else if (setting.key == "history") {
      ReadHistory(setting);
    } else if (setting.key.starts_with("on orphan")) {
      ReadOrphan(setting);
    } else if (setting.key == "file") {
      ReadFile(setting);
    } else {
      ReadExpectation(setting);
    }
  }

  // The export reads the name again; here it is only held to be one.
  void ReadFile(const Setting& setting) {
    const Status name = CheckExportFile(setting.value);
    if (name.ok()) return;
    Fail(setting.token, name.message(), "file: NAME", "-- file: totals.csv");
  }

  void ReadHistory(const Setting& setting) {
    const size_t by = setting.value.find(" by ");
    if (by == std::string::npos) {
      Fail(setting.token, "a history needs its key and its time",
           "history: KEY by TIME", "-- history: actor_id by created_at");
      return;
    }
    HistoryRule rule;
    rule.key = SplitList(std::string_view(setting.value).substr(0, by));
    rule.time = TrimBlanks(std::string_view(setting.value).substr(by + 4));
    model_.history = std::move(rule);
  }

  void ReadOrphan(const Setting& setting) {
    constexpr std::string_view kWords = "on orphan";
    const std::string column =
        TrimBlanks(std::string_view(setting.key).substr(kWords.size()));
    if (column.empty()) {
      Fail(setting.token, "the column of the foreign key is missing",
           "on orphan COLUMN: block | quarantine");
    } else if (setting.value == "quarantine") {
      model_.quarantined.emplace_back(column, setting.token);
    } else if (setting.value != "block") {
      Fail(setting.token,
           "unknown policy '" + setting.value + "' (block or quarantine)",
           "on orphan COLUMN: block | quarantine");
    }
  }

  void ReadExpectation(const Setting& setting) {
    if (setting.key != "expect" && setting.key != "expect warn") {
      Fail(setting.token, "unknown setting '" + setting.key + "'",
           "expect: ... or expect warn: ...");
      return;
    }
    model_.expectations.push_back({.text = setting.value,
                                   .warn = setting.key == "expect warn",
                                   .token = setting.token});
  }

  void ReadStatement(const StatementText& statement) {
    const Token& first = statement.tokens.front();
    if (!model_.query.sql.empty()) {
      Fail(first, "nothing may follow the query", kOneModelRule);
    } else if (BeginsQuery(script_, first)) {
      model_.query = PieceOf(script_, first, statement.tokens.back());
    } else if (script_.IsWord(first, "create")) {
      ReadCreate(statement);
    } else {
      Fail(first,
           "'" + std::string(script_.Of(first)) + "' begins no part of a model",
           kOneModelRule);
    }
  }

  void ReadCreate(const StatementText& statement) {
    Cursor cursor(script_, statement.tokens);
    cursor.TakeWord("create");
    if (cursor.TakeWord("view")) return ReadView(statement, &cursor);
    const bool unique = cursor.TakeWord("unique");
    if (cursor.TakeWord("index")) return ReadIndex(statement, &cursor);
    if (!unique && (script_.IsWord(cursor.Peek(), "table") ||
                    script_.IsWord(cursor.Peek(), "temp") ||
                    script_.IsWord(cursor.Peek(), "temporary"))) {
      return ReadTable(statement);
    }
    Fail(cursor.Peek(),
         "a model creates a table, its indexes or a view, nothing else",
         kOneModelRule);
  }

  void ReadTable(const StatementText& statement) {
    if (!model_.definition.sql.empty()) {
      return Fail(statement.tokens.front(), "a second table in one file",
                  kOneModelRule);
    }
    if (role_ == FileRole::kStaging) {
      return Fail(statement.tokens.front(), "staging is views, not tables",
                  kViewShapeRule);
    }
    TableHead head;
    if (!TableReader(script_, statement, findings_).Read(&head)) {
      return Spoil();
    }
    Define(statement, head.name);
    model_.columns = ReadColumns(
        script_, Between(statement.with_comments, statement.tokens[head.open],
                         statement.tokens[head.close]));
  }

  // A definition that could not be read must not be reported as missing.
  void Spoil() { spoilt_ = true; }

  void Define(const StatementText& statement, const Token& name) {
    model_.name_token = name;
    model_.definition =
        PieceOf(script_, statement.tokens.front(), statement.tokens.back());
    const std::string written = script_.Unquoted(name);
    if (written == model_.name) return;
    Fail(name, "'" + written + "' stands in the file of '" + model_.name + "'",
         "a file is named after its model",
         "rename the file to " + written + ".sql, or the model");
  }

  void ReadView(const StatementText& statement, Cursor* cursor) {
    if (role_ == FileRole::kCurated) {
      Spoil();
      return Fail(statement.tokens.front(), "a curated model is a table",
                  "views stand in sql/staging/ and in views/");
    }
    Token name;
    if (!cursor->TakeName(&name) || !cursor->AtMark("(")) {
      Spoil();
      return Fail(cursor->Peek(), "the list of columns is missing",
                  kViewShapeRule);
    }
    const size_t open = cursor->index();
    const size_t close = ClosingOf(script_, statement.tokens, open);
    cursor->MoveTo(close + 1);
    if (!cursor->TakeWord("as") || cursor->AtEnd()) {
      Spoil();
      return Fail(cursor->Peek(), "'as QUERY' is missing", kViewShapeRule);
    }
    Define(statement, name);
    model_.kind =
        role_ == FileRole::kStaging ? ModelKind::kStaging : ModelKind::kView;
    model_.columns = ReadColumns(
        script_, Between(statement.with_comments, statement.tokens[open],
                         statement.tokens[close]));
    model_.query = PieceOf(script_, cursor->Peek(), statement.tokens.back());
  }

  void ReadIndex(const StatementText& statement, Cursor* cursor) {
    Token name;
    Token table;
    if (!cursor->TakeName(&name) || !cursor->TakeWord("on") ||
        !cursor->TakeName(&table)) {
      return Fail(cursor->Peek(),
                  "an index is: create index NAME on TABLE (...)",
                  kOneModelRule);
    }
    if (!EqualNames(script_.Unquoted(table), model_.name)) {
      return Fail(table, "an index on another table", kOneModelRule,
                  "move it to " + script_.Unquoted(table) + ".sql");
    }
    model_.indexes.push_back(
        {script_.Unquoted(name),
         PieceOf(script_, statement.tokens.front(), statement.tokens.back())});
  }

  void Conclude() {
    if (spoilt_) return;
    if (model_.definition.sql.empty()) {
      return Fail(model_.header_token, "the contract is missing",
                  role_ == FileRole::kStaging ? kViewShapeRule : kOneModelRule,
                  "create table " + model_.name + " (...) strict;");
    }
    if (model_.query.sql.empty()) {
      return Fail(model_.name_token, "the query is missing", kOneModelRule);
    }
    if (!model_.stored()) return ConcludeView();
    if (model_.history) {
      model_.kind = ModelKind::kHistory;
    } else if (!model_.incremental_key.empty()) {
      model_.kind = ModelKind::kIncremental;
    }
  }

  void ConcludeView() {
    if (model_.indexes.empty() && model_.incremental_key.empty() &&
        !model_.history && model_.quarantined.empty()) {
      return;
    }
    Fail(model_.name_token,
         "a view stores nothing: it has no index, no key "
         "and no offenders",
         "these belong to a `create table`");
  }

  const SqlText& script_;
  FileRole role_;
  std::vector<Finding>* findings_;
  Model model_;
  bool spoilt_ = false;
};

bool HasSuffix(const std::string& text, std::string_view suffix) {
  return text.ends_with(suffix) && text.size() > suffix.size();
}

void ReadCheckSettings(const SqlText& script, const Header& header,
                       Check* check, std::vector<Finding>* findings) {
  for (const Setting& setting : header.settings) {
    const bool severity = setting.key == "severity";
    if (setting.key == "check") {
      check->name = setting.value;
      check->name_token = setting.token;
    } else if (setting.key == "category") {
      check->category = setting.value;
    } else if (severity &&
               (setting.value == "warn" || setting.value == "info")) {
      check->warn = true;
      check->info = setting.value == "info";
    } else if (!severity && setting.value == "touched") {
      check->scope = Check::Scope::kTouched;
    } else if (setting.value != (severity ? "error" : "all")) {
      findings->push_back(FindingAt(
          script, setting.token,
          "unknown " + setting.key + " '" + setting.value + "' (" +
              (severity ? "error, warn or info)" : "all or touched)")));
    }
  }
}

RawTable ReadRawTable(const std::shared_ptr<const SqlText>& script,
                      const StatementText& statement, const TableHead& head,
                      std::vector<Finding>* findings) {
  RawTable table;
  table.name = script->Unquoted(head.name);
  table.script = script;
  table.name_token = head.name;
  table.definition =
      PieceOf(*script, statement.tokens.front(), statement.tokens.back());
  const Header header =
      ReadHeader(*script, statement.comments, StemOf(script->name()),
                 kRawSettings, findings);
  table.document = header.document;
  for (const Setting& setting : header.settings) {
    if (setting.key == "kind") table.kind = setting.value;
  }
  table.columns = ReadColumns(
      *script, Between(statement.with_comments, statement.tokens[head.open],
                       statement.tokens[head.close]));
  if (!table.name.starts_with("raw_") ||
      table.name.find("__") == std::string::npos) {
    findings->push_back(FindingAt(*script, head.name,
                                  "'" + table.name + "' is no raw table's name",
                                  "raw tables are named raw_SOURCE__THINGS"));
  }
  return table;
}

}  // namespace

FileRole RoleOf(const std::string& path) {
  if (!path.ends_with(".sql") || path.ends_with(".trino.sql")) {
    return FileRole::kOther;
  }
  if (path.ends_with(".check.sql") || path.starts_with("sql/checks/")) {
    return FileRole::kChecks;
  }
  if (path.starts_with("sql/raw/")) return FileRole::kRaw;
  if (path.starts_with("sql/staging/")) return FileRole::kStaging;
  if (path.starts_with("sql/")) return FileRole::kCurated;
  return path.starts_with("views/") ? FileRole::kView : FileRole::kOther;
}

std::string StemOf(const std::string& path) {
  std::string stem = path.substr(path.find_last_of('/') + 1);
  if (HasSuffix(stem, ".sql")) stem.resize(stem.size() - 4);
  if (HasSuffix(stem, ".check")) stem.resize(stem.size() - 6);
  return stem;
}

Model ReadModel(std::shared_ptr<const SqlText> script, FileRole role,
                std::vector<Finding>* findings) {
  return ModelReader(std::move(script), role, findings).Read();
}

std::vector<RawTable> ReadRawTables(std::shared_ptr<const SqlText> script,
                                    std::vector<Finding>* findings) {
  std::vector<RawTable> tables;
  for (const StatementText& statement : SplitStatements(*script)) {
    if (statement.tokens.empty()) continue;
    Cursor cursor(*script, statement.tokens);
    if (!cursor.TakeWord("create") || !script->IsWord(cursor.Peek(), "table")) {
      findings->push_back(
          FindingAt(*script, statement.tokens.front(),
                    "only `create table raw_SOURCE__THINGS` stands here",
                    "sql/raw/ declares what arrives; models transform it"));
      continue;
    }
    TableHead head;
    if (!TableReader(*script, statement, findings).Read(&head)) continue;
    tables.push_back(ReadRawTable(script, statement, head, findings));
  }
  return tables;
}

std::vector<Check> ReadChecks(std::shared_ptr<const SqlText> script,
                              std::vector<Finding>* findings) {
  const bool beside = script->name().ends_with(".check.sql") &&
                      !script->name().starts_with("sql/checks/");
  std::vector<Check> checks;
  for (const StatementText& statement : SplitStatements(*script)) {
    if (statement.tokens.empty()) continue;
    const Token& first = statement.tokens.front();
    Check check;
    check.script = script;
    check.name_token = first;
    if (beside) check.model = StemOf(script->name());
    const Header header =
        ReadHeader(*script, statement.comments, "", kCheckSettings, findings);
    check.document = header.document;
    ReadCheckSettings(*script, header, &check, findings);
    if (check.name.empty()) {
      findings->push_back(FindingAt(*script, first, "this check has no name",
                                    "each query is headed by its name",
                                    "-- check: what_must_hold"));
      continue;
    }
    if (!BeginsQuery(*script, first)) {
      findings->push_back(FindingAt(*script, first, "a check is a query",
                                    "a check returns no rows"));
      continue;
    }
    if (beside) check.name = check.model + "." + check.name;
    check.query = PieceOf(*script, first, statement.tokens.back());
    checks.push_back(std::move(check));
  }
  return checks;
}

}  // namespace learnsql
