#include "engine/model/resolve.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/base/suggest.h"
#include "engine/model/dialect.h"
#include "engine/model/documents.h"
#include "engine/model/graph.h"
#include "engine/model/incremental_rules.h"
#include "engine/model/model_sql.h"
#include "engine/model/origins.h"
#include "engine/model/rules.h"
#include "engine/store/connection.h"
#include "engine/store/functions.h"
#include "engine/store/hooks.h"
#include "engine/store/ls_schema.h"

namespace learnsql {
namespace {

constexpr std::string_view kColumnsSql = R"(
select s.name, x.name, x.type, x."notnull", x.pk, x.hidden
from sqlite_schema as s inner join pragma_table_xinfo(s.name) as x
where s.type = 'table'
order by s.name, x.cid)";

constexpr std::string_view kForeignKeysSql = R"(
select s.name, f.id, f."table", f."from", f."to"
from sqlite_schema as s inner join pragma_foreign_key_list(s.name) as f
where s.type = 'table'
order by s.name, f.id, f.seq)";

constexpr std::string_view kIndexesSql = R"(
select s.name, i.name, c.name, i."unique"
from sqlite_schema as s
    inner join pragma_index_list(s.name) as i
    inner join pragma_index_info(i.name) as c
where s.type = 'table' and i.partial = 0
order by s.name, i.name, c.seqno)";

constexpr std::string_view kFunctionsSql =
    "select distinct name from pragma_function_list order by name";

// The column of NAME__changes that tells what came from what went.
constexpr const char* kChange = "change";

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

// The text between single quotes or after the last ": " of SQLite's message.
std::string Subject(const std::string& message) {
  const size_t colon = message.find(": ");
  return colon == std::string::npos ? "" : message.substr(colon + 2);
}

class Resolver {
 public:
  Resolver(ModelSet* set, Connection* db) : set_(set), db_(db) {}

  Status Run() {
    LEARNSQL_TRY(db_->Execute("begin"));
    ListObjects();
    const Authorizer collector(db_, [this](const SqlRequest& request) {
      return Collect(request, &reads_, &called_);
    });
    LEARNSQL_TRY(MakeTables());
    LEARNSQL_TRY(ReadTableFacts());
    LEARNSQL_TRY(MakeChangeTables());
    for (Model& model : set_->models) CheckContract(&model);
    ResolveQueries();
    OrderModels(set_);
    FollowRawTables();
    InheritDocuments(set_);
    for (const Model& model : set_->models) {
      if (Stands(model)) CheckIncremental(*set_, model, &set_->findings);
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
    if (!prepared.ok() && !told) Add(Explain(script, query, prepared));
    return prepared.ok();
  }

  bool Make(const SqlText& script, const SqlPiece& piece) {
    called_.clear();
    const Status made = db_->Execute(piece.sql);
    // The second of two equal names was reported by Announce.
    if (!made.ok() &&
        made.message().find("already exists") == std::string::npos) {
      Add(Explain(script, piece, made));
    }
    return made.ok();
  }

  // A temporary table: for each table that is made, SQLite reads the whole list
  // of its schema, and two short lists take half the time of a long one.
  void MakeViewTable(const Model& model) {
    std::vector<std::string> columns;
    for (const Column& column : model.columns) columns.push_back(column.name);
    const Status made =
        db_->Execute("create temp table " + QuoteName(model.name) + " (" +
                     QuotedList(columns) + ")");
    if (made.ok()) {
      columns_[LowerCase(model.name)] = std::move(columns);
      return;
    }
    if (made.message().find("already exists") != std::string::npos) return;
    Add(FindingAt(*model.script, model.name_token, made.message()));
  }

  // ---- what SQLite knows of the tables

  Model* FindModel(std::string_view name) {
    const auto found = by_name_.find(LowerCase(name));
    return found == by_name_.end() ? nullptr : &set_->models[found->second];
  }

  Status ReadTableFacts() {
    for (size_t i = 0; i < set_->models.size(); ++i) {
      by_name_.emplace(LowerCase(set_->models[i].name), i);
    }
    LEARNSQL_TRY(ReadColumnFacts());
    LEARNSQL_TRY(ReadIndexes());
    return ReadForeignKeys();
  }

  Status ReadColumnFacts() {
    LEARNSQL_TRY_SET(Statement rows, db_->Prepare(kColumnsSql));
    while (true) {
      LEARNSQL_TRY_SET(const bool row, rows.Step());
      if (!row) return {};
      const std::string table(rows.text(0));
      const std::string name(rows.text(1));
      columns_[LowerCase(table)].push_back(name);
      Model* const model = FindModel(table);
      if (model == nullptr) {
        ReadRawColumn(table, name, rows);
        continue;
      }
      for (Column& column : model->columns) {
        if (!EqualNames(column.name, name)) continue;
        ReadColumnFact(rows, &column);
      }
    }
  }

  static void ReadColumnFact(const Statement& row, Column* column) {
    column->type = row.text(2);
    column->not_null = row.integer(3) != 0;
    column->key_position = static_cast<int>(row.integer(4));
    column->generated = row.integer(5) > 1;
  }

  void ReadRawColumn(const std::string& table, const std::string& name,
                     const Statement& row) {
    for (RawTable& raw : set_->raw_tables) {
      if (!EqualNames(raw.name, table)) continue;
      for (Column& column : raw.columns) {
        if (EqualNames(column.name, name)) ReadColumnFact(row, &column);
      }
    }
  }

  Status ReadIndexes() {
    for (Model& model : set_->models) {
      std::vector<std::string> key = model.PrimaryKey();
      if (key.empty()) continue;
      model.indexed.push_back(key);
      model.unique_keys.push_back(std::move(key));
    }
    LEARNSQL_TRY_SET(Statement rows, db_->Prepare(kIndexesSql));
    std::string last;
    while (true) {
      LEARNSQL_TRY_SET(const bool row, rows.Step());
      if (!row) return {};
      Model* const model = FindModel(rows.text(0));
      if (model == nullptr) continue;
      const std::string index(rows.text(1));
      const bool unique = rows.integer(3) != 0;
      if (index != last) {
        model->indexed.emplace_back();
        if (unique) model->unique_keys.emplace_back();
      }
      last = index;
      // An expression has no name: such a key matches no foreign key.
      model->indexed.back().emplace_back(rows.text(2));
      if (unique) model->unique_keys.back().emplace_back(rows.text(2));
    }
  }

  Status ReadForeignKeys() {
    LEARNSQL_TRY_SET(Statement rows, db_->Prepare(kForeignKeysSql));
    std::string last;
    while (true) {
      LEARNSQL_TRY_SET(const bool row, rows.Step());
      if (!row) return {};
      Model* const model = FindModel(rows.text(0));
      if (model == nullptr) continue;
      const std::string id =
          model->name + " " + std::to_string(rows.integer(1));
      if (id != last) {
        model->foreign_keys.emplace_back();
        model->foreign_keys.back().parent = rows.text(2);
      }
      last = id;
      ForeignKey& key = model->foreign_keys.back();
      key.columns.emplace_back(rows.text(3));
      if (!rows.is_null(4)) key.parent_columns.emplace_back(rows.text(4));
    }
  }

  // What builds change in a model, for others to read. A model's own table of
  // that name comes first.
  Status MakeChangeTables() {
    for (const Model& model : set_->models) {
      const std::string table = ChangesOf(model.name);
      if (!model.tells_changes() || !Stands(model) ||
          objects_.contains(LowerCase(table))) {
        continue;
      }
      LEARNSQL_TRY(db_->Execute(
          "create temp table " + QuoteName(table) + " as select " +
          QuotedList(model.StoredColumns()) + ", 1 as change from " +
          QuoteName(model.name) + " where 0"));
      std::vector<std::string>& columns = columns_[LowerCase(table)];
      columns = model.StoredColumns();
      columns.emplace_back(kChange);
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
    CheckParameters(model, facts);
    TakeReads(model, facts);
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

  void TakeReads(Model* model, QueryFacts& facts) {
    std::set<std::string> reads;
    std::set<std::string> changes;
    for (const auto& [table, column] : facts.reads) {
      if (const std::string* const changed = ChangedModel(table)) {
        reads.insert(*changed);
        changes.insert(*changed);
        const bool own = EqualNames(column, kChange);
        model->column_reads.emplace_back(*changed, own ? "" : column);
        continue;
      }
      // A common table of which only the count is read shows up here too.
      if (!objects_.contains(LowerCase(table))) continue;
      if (EqualNames(table, model->name)) {
        model->reads_itself = true;
        continue;
      }
      reads.insert(table);
      model->column_reads.emplace_back(table, column);
    }
    model->reads.assign(reads.begin(), reads.end());
    model->change_reads.assign(changes.begin(), changes.end());
    std::sort(model->column_reads.begin(), model->column_reads.end());
    model->column_reads.erase(
        std::unique(model->column_reads.begin(), model->column_reads.end()),
        model->column_reads.end());
    for (ColumnOrigin& origin : facts.origins) {
      const std::string* const changed = ChangedModel(origin.source);
      if (changed != nullptr) origin.source = *changed;
    }
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
    std::set<std::string> reads;
    std::set<std::string> changes;
    for (const auto& [table, column] : facts.reads) {
      if (const std::string* const changed = ChangedModel(table)) {
        changes.insert(*changed);
        reads.insert(*changed);
      } else if (objects_.contains(LowerCase(table))) {
        reads.insert(table);
      }
    }
    check->reads.assign(reads.begin(), reads.end());
    check->reads_changes = !changes.empty();
    for (const std::string& changed : changes) {
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
    Finding finding = check->expectation
                          ? ExplainExpectation(*check, error)
                          : Explain(*check->script, check->query, error);
    if (error.message().starts_with("no such column") ||
        error.message().starts_with("no such table")) {
      check->not_applicable = finding.message;
      finding.severity = Finding::Severity::kWarning;
      finding.rule = "a check that cannot be asked is 'not applicable'";
    }
    Add(std::move(finding));
  }

  Finding ExplainExpectation(const Check& check, const Status& error) {
    const std::string subject = Subject(error.message());
    std::string message = error.message();
    if (message.starts_with("no such column")) {
      message = "unknown column '" + subject + "'" +
                DidYouMean(subject, columns_[LowerCase(check.model)]);
    } else if (message.starts_with("no such table")) {
      message = "unknown table '" + subject + "'" + DidYouMean(subject, names_);
    }
    return FindingAt(*check.script, check.name_token, message);
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
    std::set<std::string> reads;
    std::set<std::string> changes;
    for (const auto& [table, column] : facts.reads) {
      if (const std::string* const changed = ChangedModel(table)) {
        changes.insert(*changed);
      }
      if (!objects_.contains(LowerCase(table))) continue;
      reads.insert(table);
      question->column_reads.emplace_back(table, column);
    }
    for (const std::string& changed : changes) {
      RefuseChanges(script, question->query, changed);
    }
    question->reads.assign(reads.begin(), reads.end());
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

  // ---- errors of SQLite, told at their place

  Finding Explain(const SqlText& script, const SqlPiece& piece,
                  const Status& error) {
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

  static Finding ExplainType(const SqlText& script, const SqlPiece& piece,
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

  Finding ExplainTable(const SqlText& script, const SqlPiece& piece,
                       std::string name) {
    name = name.substr(name.find('.') + 1);
    std::vector<std::string> candidates = names_;
    for (const CommonTable& table :
         CommonTablesOf(script, TokensOf(script, piece))) {
      candidates.push_back(table.name);
    }
    return FindingAt(
        script, FindTableToken(script, piece, name),
        "unknown table '" + name + "'" + DidYouMean(name, candidates),
        "a query reads models and views of this project, and its own common "
        "tables");
  }

  Finding ExplainColumn(const SqlText& script, const SqlPiece& piece,
                        const std::string& subject, Token token) {
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
    return FindingAt(
        script, token,
        "unknown column '" + subject + "'" + DidYouMean(name, near));
  }

  // The first token named `name` at `from` or behind it.
  static Token FindColumnToken(const SqlText& script, const SqlPiece& piece,
                               const Token& from, const std::string& name) {
    for (const Token& token : TokensOf(script, piece)) {
      if (token.offset >= from.offset && IsNameToken(token) &&
          EqualNames(script.Unquoted(token), name)) {
        return token;
      }
    }
    return from;
  }

  // Columns that could be meant: of `table` when it is an object, else of all
  // objects that the text names, and what it calls its own columns.
  std::vector<std::string> ColumnsNear(const SqlText& script,
                                       const SqlPiece& piece,
                                       const std::string& table) {
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

  std::vector<std::string> FunctionNames() {
    std::vector<std::string> names;
    Result<Statement> rows = db_->Prepare(kFunctionsSql);
    while (rows.ok()) {
      const Result<bool> row = rows->Step();
      if (!row.ok() || !*row) break;
      names.emplace_back(rows->text(0));
    }
    return names;
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
  std::map<std::string, std::vector<std::string>> columns_;
  std::map<std::string, std::string> changes_;  // models, by lower case table
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
