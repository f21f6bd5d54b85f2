#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/tokenizer.h"

namespace learnsql {

// What the parts of a project's SQL are, once read. Plain data: model_file.h
// fills in what stands in the file, resolve.h what SQLite knows about it.

// A column as its contract promises it.
struct Column {
  std::string name;
  std::string document = "";  // its comment, unit and pii taken out
  std::optional<std::string> unit = std::nullopt;  // "percent"
  std::optional<std::string> pii = std::nullopt;   // class of personal data
  // `local: WHY`: a fact about this warehouse and not about the data, such as
  // the time of loading; left blank in published files.
  bool local = false;
  Token token;  // where its name stands

  // From SQLite:
  std::string type = "";  // upper case; empty for a view's column
  bool not_null = false;
  bool generated = false;  // computed by SQLite, so never inserted
  int key_position = 0;    // in the primary key from 1; 0 outside it
};

// A piece of a script that is one statement, or a query within one.
struct SqlPiece {
  std::string sql;
  size_t offset = 0;  // in the script
};

struct IndexText {
  std::string name;
  SqlPiece text;
};

struct ForeignKey {
  std::vector<std::string> columns;
  std::string parent;
  std::vector<std::string> parent_columns;
  bool quarantine = false;  // `-- on orphan COLUMN: quarantine`

  // "foreign key (learner_id) references dim_learners (learner_id)"
  std::string Rule() const;
};

// Where the values of an output column come from, unchanged. Both names of the
// source are empty where SQLite does not tell: an expression, a union.
struct ColumnOrigin {
  std::string column;
  std::string source;
  std::string source_column;
};

enum class ModelKind {
  kTable,        // rebuilt whole whenever it is stale
  kIncremental,  // `-- incremental: KEY`: new raw rows are folded in
  kHistory,      // `-- history: KEY by TIME`: type-2 rows of observations
  kStaging,      // a view over raw tables
  kView,         // a view that people ask
};

// Where in the flow a model stands. Reads go only backwards.
enum class Layer { kRaw, kStaging, kCurated, kView };

// `-- history: KEY by TIME`
struct HistoryRule {
  std::vector<std::string> key;
  std::string time;
};

// A one-line check, `-- expect: rows 80000..90000`.
struct Expectation {
  std::string text;
  bool warn = false;
  Token token;
};

struct Model {
  std::string name;
  ModelKind kind = ModelKind::kTable;
  Layer layer = Layer::kCurated;
  // Shared with nobody; behind a pointer so that tokens can be looked up from
  // a model that moved.
  std::shared_ptr<const SqlText> script;

  // From the header.
  int version = 1;
  std::string document;
  std::string owner;
  std::vector<std::string> tags;
  std::vector<std::string> incremental_key;
  std::optional<HistoryRule> history;
  std::vector<std::pair<std::string, Token>> quarantined;  // columns, as typed
  std::vector<Expectation> expectations;
  Token header_token;  // the first comment; what concerns the whole file

  // From the statements.
  Token name_token;
  SqlPiece definition;  // `create table ...` or `create view ...`
  SqlPiece query;
  std::vector<IndexText> indexes;
  std::vector<Column> columns;

  // From SQLite.
  std::vector<ForeignKey> foreign_keys;
  std::vector<std::vector<std::string>> unique_keys;  // the primary key first
  std::vector<std::vector<std::string>> indexed;      // of all indexes
  std::vector<std::pair<std::string, std::string>> column_reads;  // sorted
  std::vector<ColumnOrigin> origins;  // one for each column of the query
  std::vector<std::string> reads;     // objects, sorted, not itself
  // Raw tables and records of the file (ls_slice), also through staging.
  std::vector<std::string> raw_reads;
  // Those of `reads` whose changes it reads too (NAME__changes), sorted.
  std::vector<std::string> change_reads;
  bool reads_itself = false;
  bool reads_as_of = false;
  bool reads_as_of_date = false;  // only the day of it
  bool reads_since_row = false;

  // As much of the moment `as_of` as the query reads; empty: none of it.
  std::string_view AsOfRead(std::string_view as_of) const {
    return reads_as_of ? as_of : as_of.substr(0, reads_as_of_date ? 10 : 0);
  }

  bool stored() const {
    return kind != ModelKind::kStaging && kind != ModelKind::kView;
  }
  const Column* FindColumn(std::string_view name) const;
  // The columns of the primary key, in its order.
  std::vector<std::string> PrimaryKey() const;
  // Whether an index begins with these columns, in any order.
  bool IsIndexed(const std::vector<std::string>& names) const;
  // Whether new rows are folded into it: new raw rows, or the changes of other
  // models.
  bool folds() const { return reads_since_row || !change_reads.empty(); }
  // Whether others may read what a build changes in it: NAME__changes.
  bool tells_changes() const {
    return stored() && (!incremental_key.empty() || history) &&
           quarantined.empty();
  }
  // The columns that are inserted: all but generated ones.
  std::vector<std::string> StoredColumns() const;
  // The columns that the query must return.
  std::vector<std::string> QueryColumns() const;
};

// A raw table as sql/raw/ declares it.
struct RawTable {
  std::string name;
  std::shared_ptr<const SqlText> script;
  Token name_token;
  SqlPiece definition;
  std::string kind;  // the text after `-- kind:`
  std::string document;
  std::vector<Column> columns;
};

// A query that must return no rows.
struct Check {
  enum class Scope { kAll, kTouched };

  std::string name;   // unique in the project
  std::string model;  // beside which it stands; empty for sql/checks
  std::string document;
  bool warn = false;
  bool info = false;     // of those that warn: only to be known
  std::string category;  // as declared; empty: none
  Scope scope = Scope::kAll;
  std::shared_ptr<const SqlText> script;
  Token name_token;
  SqlPiece query;
  // Made of an `-- expect:` line: the query is the engine's, not the script's.
  bool expectation = false;
  // The query returns one row, a value and 1 where it is as expected.
  bool measures = false;

  // From SQLite.
  std::vector<std::string> reads;
  bool reads_as_of = false;
  bool reads_since_row = false;
  bool reads_changes = false;  // of the model that it stands beside
  std::string not_applicable;  // why it cannot be asked; empty when it can
};

// What a parameter of a question may be.
enum class ParameterType { kInteger, kReal, kText, kBoolean, kDate, kTime };

// `-- param day: date = 2015-01-01; the UTC day`
struct QuestionParameter {
  std::string name;  // without ':'
  ParameterType type = ParameterType::kText;
  std::string default_value;  // as written; "null" for NULL
  std::string least;  // value or parameter that it is not less than; may be ""
  std::string document;
  Token token;
};

// A query of views/ with parameters, which is not stored; question.h.
struct Question {
  std::string name;
  std::shared_ptr<const SqlText> script;
  int version = 1;
  std::string document;
  std::string owner;
  std::vector<std::string> tags;
  std::vector<QuestionParameter> parameters;
  Token header_token;
  SqlPiece query;

  // From SQLite.
  std::vector<std::string> columns;
  std::vector<std::string> reads;  // objects, sorted
  std::vector<std::pair<std::string, std::string>> column_reads;  // sorted
};

// The table that is there while a build runs, with the rows that came into a
// model and went out of it: its columns, and `change`, 1 or -1.
std::string ChangesOf(const std::string& model);
// The model whose changes a table has; empty for other tables.
std::string ModelOfChanges(const std::string& table);

// "table", "incremental": as ls_model says it.
const char* KindName(ModelKind kind);

// Columns of a history that the engine fills in.
inline constexpr const char* kHistoryColumns[] = {"valid_from", "valid_to",
                                                  "seen_until", "is_current"};

// "a, b"
std::string JoinNames(const std::vector<std::string>& names);

}  // namespace learnsql
