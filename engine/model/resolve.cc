#include "engine/model/resolve.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/base/suggest.h"
#include "engine/model/dialect.h"
#include "engine/model/documents.h"
#include "engine/model/explain.h"
#include "engine/model/graph.h"
#include "engine/model/incremental_rules.h"
#include "engine/model/model_sql.h"
#include "engine/model/origins.h"
#include "engine/model/rules.h"
#include "engine/model/table_facts.h"
#include "engine/store/connection.h"
#include "engine/store/functions.h"
#include "engine/store/hooks.h"
#include "engine/store/ls_schema.h"

namespace learnsql {
namespace {

using Reads = std::set<std::pair<std::string, std::string>>;

// Collects the columns that a query reads while it is prepared. A table of
// which no column is read comes with an empty column.
bool Collect(const SqlRequest& request, Reads* reads,
             std::set<std::string>* called) {
  if (request.action == SqlAction::kFunction && request.second != nullptr) {
    called->insert(LowerCase(request.second));
  }
  if (request.action == SqlAction::kRead && request.first != nullptr) {
    reads->emplace(request.first, request.second ? request.second : "");
  }
  return true;
}

// What one query turned out to be.
struct QueryFacts {
  Reads reads;
  std::vector<std::string> columns;
  std::vector<std::string> parameters;
  std::vector<ColumnOrigin> origins;
};

// What a query reads of the project.
struct Sources {
  std::set<std::string> objects;  // also those whose changes it reads
  std::set<std::string> changes;  // models whose changes it reads
  Reads columns;                  // of the objects
};

class Resolver {
 public:
  Resolver(ModelSet* set, Connection* db)
      : set_(set), db_(db), explainer_(*set, columns_, db) {}

  Status Run() {
    LEARNSQL_TRY(db_->Execute("begin"));
    ListObjects();
    const Authorizer collector(db_, [this](const SqlRequest& request) {
      return Collect(request, &reads_, &called_);
    });
    LEARNSQL_TRY(MakeTables());
    IndexModels();
    LEARNSQL_TRY(ReadTableFacts(db_, set_, &columns_));
    LEARNSQL_TRY(MakeChangeTables());
    for (Model& model : set_->models) CheckContract(&model);
    ResolveQueries();
    OrderModels(set_);
    FollowRawTables();
    InheritDocuments(set_);
    for (const Model& model : set_->models) {
      if (!Stands(model)) continue;
      CheckIncremental(*set_, model, prepared_.contains(LowerCase(model.name)),
                       &set_->findings);
    }
    return {};
  }

 private:
  void ResolveQueries() {
    for (Model& model : set_->models) ResolveModel(&model);
    for (Check& check : set_->checks) ResolveCheck(&check);
    for (Question& question : set_->questions) ResolveQuestion(&question);
  }

  void Add(Finding finding) { set_->findings.push_back(std::move(finding)); }

  // ---- objects

  void ListObjects() {
    for (const RawTable& raw : set_->raw_tables) {
      Announce(raw.name, Layer::kRaw, *raw.script, raw.name_token);
    }
    for (const Model& model : set_->models) {
      Announce(model.name, model.layer, *model.script, model.name_token);
    }
    for (const LsTable& table : LsTables()) {
      objects_.emplace(table.name);
    }
  }

  void Announce(const std::string& name, Layer layer, const SqlText& script,
                const Token& token) {
    objects_.insert(LowerCase(name));
    const auto [first, added] = layers_.emplace(LowerCase(name), layer);
    names_.push_back(name);
    if (added) {
      homes_[LowerCase(name)] = script.name();
      return;
    }
    Add(FindingAt(script, token,
                  "'" + name + "' is also made by " + homes_[LowerCase(name)],
                  "a name belongs to one file"));
  }

  Status MakeTables() {
    for (const LsTable& table : LsTables()) {
      LEARNSQL_TRY(db_->Execute(table.ddl));
    }
    for (const RawTable& raw : set_->raw_tables) {
      Make(*raw.script, raw.definition);
      CheckFunctions(*raw.script, TokensOf(*raw.script, raw.definition),
                     SqlPlace::kRaw, called_, &set_->findings);
    }
    for (const Model& model : set_->models) {
      if (model.definition.sql.empty()) continue;
      if (!model.stored()) {
        MakeViewTable(model);
      } else if (Make(*model.script, model.definition)) {
        CheckStored(model, model.definition);
        for (const IndexText& index : model.indexes) {
          Make(*model.script, index.text);
          CheckStored(model, index.text);
        }
      }
    }
    return {};
  }

  // The dialect of a contract or an index that was just made. The authorizer
  // never sees a default, so all that an expression calls counts as seen.
  void CheckStored(const Model& model, const SqlPiece& piece) {
    const SqlText& script = *model.script;
    const std::vector<Token> tokens = TokensOf(script, piece);
    for (const std::vector<Token>& part : ExpressionsOf(script, tokens)) {
      CheckSpelling(script, part, &set_->findings);
      for (size_t i = 0; i + 1 < part.size(); ++i) {
        if (part[i + 1].kind == TokenKind::kOpen &&
            FindFunction(script.Of(part[i])) != nullptr) {
          called_.insert(LowerCase(script.Of(part[i])));
        }
      }
    }
    CheckFunctions(script, tokens, SqlPlace::kStored, called_, &set_->findings);
  }

  // What only SQLite takes stands beside a text of the same name for Trino.
  bool HasTwin(const SqlText& script) const {
    const std::string& path = script.name();
    const std::string file = path.substr(path.find_last_of('/') + 1);
    return set_->trino_twins.contains(file.substr(0, file.find('.')));
  }

  // Prepares a query and holds it to the dialect. `*told`: its error needs no
  // telling, because the spelling behind it was refused already.
  Status LookInDialect(const SqlText& script, const SqlPiece& query,
                       SqlPlace place, QueryFacts* facts, bool* told) {
    const std::vector<Token> tokens = TokensOf(script, query);
    const size_t before = set_->findings.size();
    const bool twin = HasTwin(script);
    if (!twin) CheckSpelling(script, tokens, &set_->findings);
    const Status prepared = Look(query.sql, facts);
    if (twin && place == SqlPlace::kStored) place = SqlPlace::kRaw;
    if (!twin || place != SqlPlace::kBuild) {
      CheckFunctions(script, tokens, place, called_, &set_->findings);
    }
    *told = set_->findings.size() > before &&
            (prepared.message().starts_with("near ") ||
             prepared.message().starts_with("no such function"));
    return prepared;
  }

  // False when it cannot be prepared, which is a finding then.
  bool LookAt(const SqlText& script, const SqlPiece& query, SqlPlace place,
              QueryFacts* facts) {
    bool told = false;
    const Status prepared = LookInDialect(script, query, place, facts, &told);
    if (!prepared.ok() && !told) {
      Add(explainer_.Explain(script, query, prepared));
    }
    return prepared.ok();
  }

  bool Make(const SqlText& script, const SqlPiece& piece) {
    called_.clear();
    const Status made = db_->Execute(piece.sql);
    // The second of two equal names was reported by Announce.
    if (!made.ok() &&
        made.message().find("already exists") == std::string::npos) {
      Add(explainer_.Explain(script, piece, made));
    }
    return made.ok();
  }

  // A temporary table: for each table that is made, SQLite reads the whole list
  // of its schema, and two short lists take half the time of a long one.
  void MakeViewTable(const Model& model) {
    std::vector<std::string> columns;
    for (const Column& column : model.columns) columns.push_back(column.name);
    const Status made = db_->Execute(MakeTempSql(model.name, columns));
    if (made.ok()) {
      columns_[LowerCase(model.name)] = std::move(columns);
      return;
    }
    if (made.message().find("already exists") != std::string::npos) return;
    Add(FindingAt(*model.script, model.name_token, made.message()));
  }

  // ---- models and their changes

  Model* FindModel(std::string_view name) {
    const auto found = by_name_.find(LowerCase(name));
    return found == by_name_.end() ? nullptr : &set_->models[found->second];
  }

  void IndexModels() {
    for (size_t i = 0; i < set_->models.size(); ++i) {
      by_name_.emplace(LowerCase(set_->models[i].name), i);
    }
  }

  // All words of the project that may name a table of changes, lower case.
  std::set<std::string> NamedChanges() const {
    std::set<const SqlText*> scripts;
    for (const Model& model : set_->models) scripts.insert(model.script.get());
    for (const Check& check : set_->checks) scripts.insert(check.script.get());
    for (const Question& question : set_->questions) {
      scripts.insert(question.script.get());
    }
    const size_t shortest = ChangesOf("").size();
    std::set<std::string> names;
    for (const SqlText* const script : scripts) {
      for (const Token& token : script->tokens()) {
        // Most words are short, and none of them is copied.
        if (!IsNameToken(token) || token.size < shortest) continue;
        const std::string name = script->Unquoted(token);
        if (!ModelOfChanges(name).empty()) names.insert(LowerCase(name));
      }
    }
    return names;
  }

  // What builds change in a model, for others to read. A model's own table, or
  // column, of that name comes first.
  Status MakeChangeTables() {
    const std::set<std::string> named = NamedChanges();
    for (const Model& model : set_->models) {
      const std::string table = ChangesOf(model.name);
      if (!model.tells_changes() || !Stands(model) ||
          objects_.contains(LowerCase(table)) ||
          model.FindColumn(kChangeColumn) != nullptr) {
        continue;
      }
      std::vector<std::string> columns = ChangesColumns(model);
      // Each table that is made costs the length of the list of all.
      if (named.contains(LowerCase(table))) {
        LEARNSQL_TRY(db_->Execute(MakeTempSql(table, columns)));
      }
      columns_[LowerCase(table)] = std::move(columns);
      changes_.emplace(LowerCase(table), model.name);
    }
    return {};
  }

  // The model whose changes the table has; null for any other table.
  const std::string* ChangedModel(const std::string& table) const {
    const auto found = changes_.find(LowerCase(table));
    return found == changes_.end() ? nullptr : &found->second;
  }

  // ---- contracts

  void CheckContract(Model* model) {
    CheckNames(*model, &set_->findings);
    CheckDeterminism(*model->script, &set_->findings);
    if (!model->stored() || !Stands(*model)) return;
    CheckKeys(*model);
    // SQLite lists foreign keys from the last to the first.
    std::reverse(model->foreign_keys.begin(), model->foreign_keys.end());
    for (ForeignKey& key : model->foreign_keys) CheckForeignKey(*model, &key);
    for (const auto& [column, token] : model->quarantined) {
      CheckQuarantine(model, column, token);
    }
  }

  // Whether its table could be made, so that SQLite knows its columns.
  bool Stands(const Model& model) const {
    return columns_.contains(LowerCase(model.name));
  }

  void CheckKeys(const Model& model) {
    const std::vector<std::string> key = model.PrimaryKey();
    if (key.empty() && model.layer != Layer::kView && !model.columns.empty()) {
      Add(FindingAt(*model.script, model.name_token,
                    "'" + model.name + "' has no primary key",
                    "every curated table says what one of its rows is"));
    }
  }

  void CheckForeignKey(const Model& model, ForeignKey* key) {
    const Token token =
        FindTableToken(*model.script, model.definition, key->parent);
    Model* const parent = FindModel(key->parent);
    if (parent == nullptr || !parent->stored()) {
      Add(FindingAt(*model.script, token,
                    "no model makes the parent '" + key->parent + "'" +
                        DidYouMean(key->parent, names_),
                    "a foreign key references a table of this project"));
      return;
    }
    if (key->parent_columns.empty()) key->parent_columns = parent->PrimaryKey();
    if (key->parent_columns.size() == key->columns.size() &&
        IsUnique(*parent, key->parent_columns)) {
      return;
    }
    std::string message = "(" + JoinNames(key->parent_columns) +
                          ") is no key of '" + parent->name + "'";
    if (key->parent_columns.size() != key->columns.size()) {
      message = "(" + JoinNames(key->columns) + ") references (" +
                JoinNames(key->parent_columns) + "), another number of columns";
    }
    Add(FindingAt(*model.script, token, message,
                  "a foreign key references a primary key or unique columns"));
  }

  static bool IsUnique(const Model& model, std::vector<std::string> columns) {
    for (std::string& column : columns) column = LowerCase(column);
    std::sort(columns.begin(), columns.end());
    for (std::vector<std::string> key : model.unique_keys) {
      for (std::string& column : key) column = LowerCase(column);
      std::sort(key.begin(), key.end());
      if (key == columns) return true;
    }
    return false;
  }

  void CheckQuarantine(Model* model, const std::string& column,
                       const Token& token) {
    bool found = false;
    for (ForeignKey& key : model->foreign_keys) {
      for (const std::string& part : key.columns) {
        if (!EqualNames(part, column)) continue;
        key.quarantine = true;
        found = true;
      }
    }
    if (found) return;
    Add(FindingAt(*model->script, token,
                  "'" + column + "' is in no foreign key of this model" +
                      DidYouMean(column, ColumnNames(*model)),
                  "on orphan COLUMN names a column that `references`"));
  }

  static std::vector<std::string> ColumnNames(const Model& model) {
    std::vector<std::string> names;
    for (const Column& column : model.columns) names.push_back(column.name);
    return names;
  }

  // ---- queries

  void ResolveModel(Model* model) {
    if (model->query.sql.empty()) return;
    CheckCommonTables(*model->script, model->query, objects_, &set_->findings);
    CheckReserved(*model->script, TokensOf(*model->script, model->query),
                  model->columns, &set_->findings);
    QueryFacts facts;
    const SqlPlace place =
        model->stored() ? SqlPlace::kBuild : SqlPlace::kStored;
    if (!LookAt(*model->script, model->query, place, &facts)) return;
    prepared_.insert(LowerCase(model->name));
    CheckParameters(model, facts);
    TakeReads(model, facts.reads);
    for (ColumnOrigin& origin : facts.origins) {
      const std::string* const changed = ChangedModel(origin.source);
      if (changed != nullptr) origin.source = *changed;
    }
    TakeOrigins(std::move(facts.origins), model);
    CheckColumns(*model, facts);
    CheckLayers(*model);
  }

  Status Look(const std::string& sql, QueryFacts* facts) {
    reads_.clear();
    called_.clear();
    LEARNSQL_TRY_SET(const Statement query, db_->Prepare(sql));
    for (int i = 0; i < query.column_count(); ++i) {
      facts->columns.emplace_back(query.column_name(i));
      const Statement::Origin origin = query.column_origin(i);
      facts->origins.push_back({facts->columns.back(),
                                std::string(origin.table),
                                std::string(origin.column)});
    }
    for (int i = 1; i <= query.parameter_count(); ++i) {
      facts->parameters.emplace_back(query.parameter_name(i));
    }
    facts->reads = reads_;
    return {};
  }

  // The changes of a model count as the model itself, too. Common tables of
  // which only the count is read show up among the reads, and are passed over.
  Sources SourcesOf(const Reads& reads) const {
    Sources sources;
    for (const auto& [table, column] : reads) {
      const std::string* const changed = ChangedModel(table);
      if (changed == nullptr && !objects_.contains(LowerCase(table))) continue;
      const std::string& object = changed == nullptr ? table : *changed;
      sources.objects.insert(object);
      if (changed != nullptr) sources.changes.insert(object);
      const bool own = changed != nullptr && EqualNames(column, kChangeColumn);
      sources.columns.emplace(object, own ? "" : column);
    }
    return sources;
  }

  void TakeReads(Model* model, const Reads& reads) {
    Sources sources = SourcesOf(reads);
    const auto is_own = [model](const std::string& name) {
      return EqualNames(name, model->name);
    };
    model->reads_itself = std::erase_if(sources.objects, is_own) > 0;
    std::erase_if(sources.columns,
                  [&](const auto& read) { return is_own(read.first); });
    model->reads.assign(sources.objects.begin(), sources.objects.end());
    model->change_reads.assign(sources.changes.begin(), sources.changes.end());
    model->column_reads.assign(sources.columns.begin(), sources.columns.end());
  }

  void CheckParameters(Model* model, const QueryFacts& facts) {
    const bool by_rows = !model->incremental_key.empty() || model->history;
    for (const std::string& parameter : facts.parameters) {
      if (parameter == ":as_of" && model->stored()) {
        model->reads_as_of = true;
      } else if (parameter == ":as_of_date" && model->stored()) {
        model->reads_as_of_date = true;
      } else if (parameter == ":since_row" && by_rows) {
        model->reads_since_row = true;
      } else {
        AddParameterFinding(*model->script, model->query, parameter,
                            model->stored(), by_rows);
      }
    }
  }

  void AddParameterFinding(const SqlText& script, const SqlPiece& query,
                           const std::string& parameter, bool stored,
                           bool by_rows) {
    std::vector<std::string> known;
    if (stored) known.insert(known.end(), {":as_of", ":as_of_date"});
    if (by_rows) known.push_back(":since_row");
    const std::string rule =
        !stored ? "a view has no parameters: every shell can read it"
        : parameter == ":since_row"
            ? ":since_row is for models with `-- incremental: KEY`"
            : "a model may use :as_of, an incremental one :since_row too";
    const Token at = ParameterToken(script, query, parameter);
    Add(FindingAt(script, at,
                  "unknown parameter '" + std::string(script.Of(at)) + "'" +
                      DidYouMean(parameter, known),
                  rule));
  }

  // Where a parameter stands; the last one for a bare `?`.
  static Token ParameterToken(const SqlText& script, const SqlPiece& query,
                              const std::string& parameter) {
    Token at;
    for (const Token& token : TokensOf(script, query)) {
      if (token.kind != TokenKind::kParameter) continue;
      at = token;
      if (script.Of(token) == parameter) break;
    }
    return at;
  }

  void CheckColumns(const Model& model, const QueryFacts& facts) {
    if (!model.stored()) {
      if (facts.columns.size() == model.columns.size()) return;
      return Add(FindingAt(
          *model.script, model.name_token,
          "the view lists " + std::to_string(model.columns.size()) +
              " columns, its query returns " +
              std::to_string(facts.columns.size()),
          "a view lists every column of its query, in the same order"));
    }
    if (!Stands(model)) return;
    CompareColumns(model, model.QueryColumns(), facts.columns);
  }

  void CompareColumns(const Model& model,
                      const std::vector<std::string>& wanted,
                      const std::vector<std::string>& got) {
    std::map<std::string, int> returned;
    for (const std::string& name : got) ++returned[LowerCase(name)];
    std::set<std::string> promised;
    for (const std::string& name : wanted) {
      promised.insert(LowerCase(name));
      if (returned.contains(LowerCase(name))) continue;
      const Column* const column = model.FindColumn(name);
      Add(FindingAt(
          *model.script, column ? column->token : model.name_token,
          "the query does not return '" + name + "'" + DidYouMean(name, got),
          "contract and query have the same columns, by name"));
    }
    for (const auto& [name, count] : returned) {
      if (!promised.contains(name)) AddExtraColumn(model, name, wanted);
      if (count > 1) {
        Add(FindingAt(*model.script, LastWord(model, name),
                      "the query returns '" + name + "' " +
                          std::to_string(count) + " times",
                      "columns are inserted by name, so each is there once"));
      }
    }
  }

  void AddExtraColumn(const Model& model, const std::string& name,
                      const std::vector<std::string>& wanted) {
    Add(FindingAt(*model.script, LastWord(model, name),
                  "the query returns '" + name +
                      "', which the contract does not have" +
                      DidYouMean(name, wanted),
                  "contract and query have the same columns, by name"));
  }

  // Where the query last says a name; its first token when it never does.
  static Token LastWord(const Model& model, const std::string& name) {
    const std::vector<Token> tokens = TokensOf(*model.script, model.query);
    for (auto token = tokens.rbegin(); token != tokens.rend(); ++token) {
      if (IsNameToken(*token) &&
          EqualNames(model.script->Unquoted(*token), name)) {
        return *token;
      }
    }
    return tokens.front();
  }

  // ---- who may read whom

  void CheckLayers(const Model& model) {
    for (const std::string& name : model.reads) {
      const std::string why = Refusal(model, name);
      if (why.empty()) continue;
      Add(FindingAt(*model.script,
                    FindTableToken(*model.script, model.query, name),
                    "'" + name + "' is not for this model to read", why));
    }
    if (model.reads_itself && model.incremental_key.empty()) {
      Add(FindingAt(*model.script,
                    FindTableToken(*model.script, model.query, model.name),
                    "the model reads itself",
                    "only an incremental model has a state before"));
    }
    for (const std::string& name : model.change_reads) {
      if (!model.incremental_key.empty() && !EqualNames(name, model.name)) {
        continue;
      }
      RefuseChanges(*model.script, model.query, name);
    }
  }

  // What a build changes is known to that build alone.
  void RefuseChanges(const SqlText& script, const SqlPiece& query,
                     const std::string& model) {
    const std::string table = ChangesOf(model);
    Add(FindingAt(script, FindTableToken(script, query, table),
                  "'" + table + "' is not for this query to read",
                  "what came into a model and went out of it is for models "
                  "with `-- incremental: KEY`, and for checks beside it",
                  "read " + model));
  }

  std::string Refusal(const Model& model, const std::string& name) {
    const auto found = layers_.find(LowerCase(name));
    if (found == layers_.end()) {
      // One of the file's own records.
      return model.stored() ? "records of the file itself (ls_*) are for views"
                            : "";
    }
    const Layer layer = found->second;
    if (layer == Layer::kRaw && model.layer != Layer::kStaging) {
      return "only staging reads raw tables: add a view in sql/staging/";
    }
    if (layer > model.layer) {
      return model.layer == Layer::kStaging
                 ? "staging reads raw tables and staging"
                 : "views/ stand last: curated models do not read them";
    }
    if (layer == Layer::kStaging && model.layer == Layer::kView) {
      return "what people ask reads curated tables only";
    }
    return "";
  }

  void FollowRawTables() {
    std::map<std::string, std::set<std::string>> raw;
    for (Model& model : set_->models) {
      std::set<std::string>& own = raw[LowerCase(model.name)];
      for (const std::string& name : model.reads) {
        const auto layer = layers_.find(LowerCase(name));
        if (layer == layers_.end()) {
          if (model.layer == Layer::kStaging) own.insert(name);
          continue;
        }
        if (layer->second == Layer::kRaw) own.insert(name);
        if (layer->second == Layer::kStaging) {
          own.insert(raw[LowerCase(name)].begin(), raw[LowerCase(name)].end());
        }
      }
      model.raw_reads.assign(own.begin(), own.end());
    }
  }

  // ---- checks

  void ResolveCheck(Check* check) {
    CheckDeterminism(*check->script, &set_->findings);
    CheckCommonTables(*check->script, check->query, objects_, &set_->findings);
    QueryFacts facts;
    bool told = false;
    const Status prepared =
        check->expectation ? Look(check->query.sql, &facts)
                           : LookInDialect(*check->script, check->query,
                                           SqlPlace::kBuild, &facts, &told);
    if (told) return;
    if (!prepared.ok()) return RefuseCheck(check, prepared);
    for (const std::string& parameter : facts.parameters) {
      if (parameter == ":as_of" || parameter == ":as_of_date") {
        check->reads_as_of = true;
      } else if (parameter == ":since_row" && IsFolded(check->model)) {
        check->reads_since_row = true;
      } else {
        AddParameterFinding(*check->script, check->query, parameter, true,
                            IsFolded(check->model));
      }
    }
    const Sources sources = SourcesOf(facts.reads);
    check->reads.assign(sources.objects.begin(), sources.objects.end());
    check->reads_changes = !sources.changes.empty();
    for (const std::string& changed : sources.changes) {
      if (EqualNames(changed, check->model)) continue;
      RefuseChanges(*check->script, check->query, changed);
    }
  }

  // Whether new raw rows are folded into the model of that name.
  bool IsFolded(const std::string& name) {
    const Model* const model = FindModel(name);
    return model != nullptr && model->reads_since_row;
  }

  // A check of something that is not there is no error: it is reported as not
  // applicable, and never as passed.
  void RefuseCheck(Check* check, const Status& error) {
    Finding finding =
        check->expectation
            ? explainer_.ExplainExpectation(*check, error)
            : explainer_.Explain(*check->script, check->query, error);
    if (error.message().starts_with("no such column") ||
        error.message().starts_with("no such table")) {
      check->not_applicable = finding.message;
      finding.severity = Finding::Severity::kWarning;
      finding.rule = "a check that cannot be asked is 'not applicable'";
    }
    Add(std::move(finding));
  }

  // ---- questions

  void ResolveQuestion(Question* question) {
    const SqlText& script = *question->script;
    AnnounceQuestion(*question);
    if (question->query.sql.empty()) return;
    CheckDeterminism(script, &set_->findings);
    CheckCommonTables(script, question->query, objects_, &set_->findings);
    QueryFacts facts;
    if (!LookAt(script, question->query, SqlPlace::kQuestion, &facts)) return;
    CheckQuestionParameters(*question, facts);
    const Sources sources = SourcesOf(facts.reads);
    question->reads.assign(sources.objects.begin(), sources.objects.end());
    question->column_reads.assign(sources.columns.begin(),
                                  sources.columns.end());
    for (const std::string& changed : sources.changes) {
      RefuseChanges(script, question->query, changed);
    }
    question->columns = std::move(facts.columns);
    CheckQuestionLayers(*question);
  }

  // A question is asked by its name, so no table has it.
  void AnnounceQuestion(const Question& question) {
    const std::string& path = question.script->name();
    const auto [home, added] = homes_.emplace(LowerCase(question.name), path);
    if (!added) {
      Add(FindingAt(*question.script, question.header_token,
                    "'" + question.name + "' is also made by " + home->second,
                    "a name belongs to one file"));
    }
    CheckQuestionName(question, &set_->findings);
  }

  void CheckQuestionParameters(const Question& question,
                               const QueryFacts& facts) {
    std::vector<std::string> declared;
    for (const QuestionParameter& parameter : question.parameters) {
      declared.push_back(":" + parameter.name);
      const auto& used = facts.parameters;
      if (std::find(used.begin(), used.end(), declared.back()) == used.end()) {
        Add(FindingAt(*question.script, parameter.token,
                      "the query does not use ':" + parameter.name + "'" +
                          DidYouMean(declared.back(), used),
                      "every parameter that is declared is used"));
      }
    }
    for (const std::string& name : facts.parameters) {
      if (std::find(declared.begin(), declared.end(), name) == declared.end()) {
        AddUndeclared(question, name, declared);
      }
    }
  }

  void AddUndeclared(const Question& question, const std::string& name,
                     const std::vector<std::string>& declared) {
    const SqlText& script = *question.script;
    const Token at = ParameterToken(script, question.query, name);
    const std::string written(script.Of(at));
    Add(FindingAt(
        script, at,
        "the parameter '" + written + "' is not declared" +
            DidYouMean(written, declared),
        "a question declares each :name in its header",
        "-- param " +
            (written.size() > 1 && written[0] == ':' ? written.substr(1)
                                                     : "NAME") +
            ": TYPE = DEFAULT (integer, real, text, boolean, date, time)"));
  }

  void CheckQuestionLayers(const Question& question) {
    for (const std::string& name : question.reads) {
      const auto found = layers_.find(LowerCase(name));
      if (found == layers_.end() || found->second >= Layer::kCurated) continue;
      Add(FindingAt(*question.script,
                    FindTableToken(*question.script, question.query, name),
                    "'" + name + "' is not for a question to read",
                    "what people ask reads curated tables and views only"));
    }
  }

  ModelSet* set_;
  Connection* db_;
  Reads reads_;
  std::set<std::string> called_;              // by the last statement
  std::set<std::string> objects_;             // lower case, ls_* too
  std::vector<std::string> names_;            // as written, without ls_*
  std::map<std::string, Layer> layers_;       // by lower case name
  std::map<std::string, std::string> homes_;  // the file that makes it
  std::map<std::string, size_t> by_name_;     // models, before they are ordered
  ColumnsByObject columns_;
  Explainer explainer_;
  std::map<std::string, std::string> changes_;  // models, by lower case table
  std::set<std::string> prepared_;  // models whose query is right, lower case
};

}  // namespace

Status Resolve(ModelSet* set, const LoadOptions& options) {
  LEARNSQL_TRY_SET(Connection db, Connection::OpenInMemory());
  if (options.register_functions) {
    LEARNSQL_TRY(options.register_functions(&db));
  }
  return Resolver(set, &db).Run();
}

}  // namespace learnsql
