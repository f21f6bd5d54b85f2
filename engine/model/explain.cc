#include "engine/model/explain.h"

#include "engine/base/suggest.h"
#include "engine/model/model_sql.h"
#include "engine/model/project.h"
#include "engine/model/rules.h"
#include "engine/store/connection.h"

namespace learnsql {
namespace {

constexpr std::string_view kFunctionsSql =
    "select distinct name from pragma_function_list order by name";

// What SQLite's message is about: the text after its first ": ".
std::string Subject(const std::string& message) {
  const size_t colon = message.find(": ");
  return colon == std::string::npos ? "" : message.substr(colon + 2);
}

Finding ExplainType(const SqlText& script, const SqlPiece& piece,
                    const std::string& message) {
  const std::vector<std::string> types = {"integer", "real", "text", "blob",
                                          "any"};
  const size_t quote = message.find('"');
  const std::string type =
      quote == std::string::npos
          ? ""
          : message.substr(quote + 1, message.size() - quote - 2);
  return FindingAt(script, FindTableToken(script, piece, type),
                   "unknown type '" + type + "'" + DidYouMean(type, types),
                   "a strict table has integer, real, text, blob and any");
}

// The first token named `name` at `from` or behind it.
Token FindColumnToken(const SqlText& script, const SqlPiece& piece,
                      const Token& from, const std::string& name) {
  for (const Token& token : TokensOf(script, piece)) {
    if (token.offset >= from.offset && IsNameToken(token) &&
        EqualNames(script.Unquoted(token), name)) {
      return token;
    }
  }
  return from;
}

// Why nobody can read the changes of a model.
std::string WhyNoChanges(const Model& model) {
  if (!model.quarantined.empty()) {
    return "'" + model.name + "' holds rows back in quarantine";
  }
  if (!model.tells_changes()) {
    return "'" + model.name + "' is neither incremental nor a history";
  }
  return "'" + model.name + "' has a column '" + kChangeColumn + "' of its own";
}

}  // namespace

Finding Explainer::Explain(const SqlText& script, const SqlPiece& piece,
                           const Status& error) const {
  const std::string& message = error.message();
  const std::string subject = Subject(message);
  const Token token =
      script.TokenAt(piece.offset + error.place().byte.value_or(0));
  if (message.starts_with("no such table")) {
    return ExplainTable(script, piece, subject);
  }
  if (message.starts_with("no such column")) {
    return ExplainColumn(script, piece, subject, token);
  }
  if (message.starts_with("no such function")) {
    return FindingAt(script, FindTableToken(script, piece, subject),
                     "unknown function '" + subject + "'" +
                         DidYouMean(subject, FunctionNames()));
  }
  if (message.starts_with("unknown datatype")) {
    return ExplainType(script, piece, message);
  }
  return FindingAt(script, token, message);
}

Finding Explainer::ExplainExpectation(const Check& check,
                                      const Status& error) const {
  const std::string subject = Subject(error.message());
  std::string message = error.message();
  if (message.starts_with("no such column")) {
    message = "unknown column '" + subject + "'" +
              DidYouMean(subject, ColumnsOf(check.model));
  } else if (message.starts_with("no such table")) {
    message = "unknown table '" + subject + "'" +
              DidYouMean(subject, set_.ObjectNames());
  }
  return FindingAt(*check.script, check.name_token, message);
}

Finding Explainer::ExplainTable(const SqlText& script, const SqlPiece& piece,
                                std::string name) const {
  name = name.substr(name.find('.') + 1);
  const Token token = FindTableToken(script, piece, name);
  const std::string parent = ModelOfChanges(name);
  const Model* const changed = parent.empty() ? nullptr : set_.Find(parent);
  if (changed != nullptr) {
    return FindingAt(script, token,
                     "unknown table '" + name + "': " + WhyNoChanges(*changed),
                     "NAME__changes is there for incremental models and "
                     "histories that quarantine nothing",
                     "read " + changed->name);
  }
  std::vector<std::string> candidates = set_.ObjectNames();
  for (const Model& model : set_.models) {
    if (model.tells_changes()) candidates.push_back(ChangesOf(model.name));
  }
  for (const CommonTable& table :
       CommonTablesOf(script, TokensOf(script, piece))) {
    candidates.push_back(table.name);
  }
  return FindingAt(
      script, token,
      "unknown table '" + name + "'" + DidYouMean(name, candidates),
      "a query reads models and views of this project, and its own common "
      "tables");
}

Finding Explainer::ExplainColumn(const SqlText& script, const SqlPiece& piece,
                                 const std::string& subject,
                                 Token token) const {
  const size_t dot = subject.rfind('.');
  const std::string name =
      dot == std::string::npos ? subject : subject.substr(dot + 1);
  const std::string table =
      dot == std::string::npos ? "" : subject.substr(0, dot);
  if (!EqualNames(script.Unquoted(token), name)) {
    token = FindColumnToken(script, piece, token, name);
  }
  std::vector<std::string> near = ColumnsNear(script, piece, table);
  // A table that is only mentioned may have it.
  std::erase_if(near, [&](const std::string& column) {
    return EqualNames(column, name);
  });
  return FindingAt(script, token,
                   "unknown column '" + subject + "'" + DidYouMean(name, near));
}

std::vector<std::string> Explainer::ColumnsNear(
    const SqlText& script, const SqlPiece& piece,
    const std::string& table) const {
  const auto known = columns_.find(LowerCase(table));
  if (known != columns_.end()) return known->second;
  std::vector<std::string> names;
  const std::vector<Token> tokens = TokensOf(script, piece);
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (!IsNameToken(tokens[i])) continue;
    const std::string word = script.Unquoted(tokens[i]);
    const auto object = columns_.find(LowerCase(word));
    if (object != columns_.end()) {
      names.insert(names.end(), object->second.begin(), object->second.end());
    } else if (i > 0 && script.IsWord(tokens[i - 1], "as")) {
      names.push_back(word);
    }
  }
  return names;
}

std::vector<std::string> Explainer::ColumnsOf(const std::string& object) const {
  const auto known = columns_.find(LowerCase(object));
  return known == columns_.end() ? std::vector<std::string>() : known->second;
}

std::vector<std::string> Explainer::FunctionNames() const {
  std::vector<std::string> names;
  Result<Statement> rows = db_->Prepare(kFunctionsSql);
  while (rows.ok()) {
    const Result<bool> row = rows->Step();
    if (!row.ok() || !*row) break;
    names.emplace_back(rows->text(0));
  }
  return names;
}

}  // namespace learnsql
