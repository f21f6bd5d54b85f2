#include "engine/model/case_runner.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "engine/base/suggest.h"
#include "engine/model/model_sql.h"
#include "engine/model/question.h"
#include "engine/store/connection.h"
#include "engine/store/ls_schema.h"

namespace learnsql {
namespace {

std::string SpellValue(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kInteger:
      return SpellInteger(value.integer);
    case Value::Kind::kReal:
      return SpellReal(value.real);
    case Value::Kind::kNull:
      return "null";
    default:
      return SpellText(value.bytes);
  }
}

class CaseRunner {
 public:
  CaseRunner(const ModelSet& set, const TestCase& test, Connection* db)
      : set_(set), test_(test), db_(db) {}

  Result<std::vector<std::string>> Run() {
    const Status ran = RunSteps();
    if (test_.fails.empty()) LEARNSQL_TRY(ran);
    if (!ran.ok() && ran.message().find(test_.fails) == std::string::npos) {
      return Fail(*ran.place().line, "it fails in another way than '" +
                                         test_.fails + "': " + ran.message());
    }
    if (ran.ok() && !test_.fails.empty()) {
      Say(test_.line, "it does not fail with '" + test_.fails + "'");
    }
    return std::move(differences_);
  }

 private:
  Status RunSteps() {
    for (const CaseTable& table : test_.given) LEARNSQL_TRY(Give(table));
    for (const CaseTable& table : test_.expected) LEARNSQL_TRY(Need(table));
    for (const Model& model : set_.models) {
      if (needed_.contains(LowerCase(model.name))) LEARNSQL_TRY(Make(model));
    }
    for (const CaseTable& table : test_.expected) LEARNSQL_TRY(Compare(table));
    return {};
  }

  Status Fail(uint64_t line, const std::string& message) const {
    return Status(Code::kInvalid, message, {.name = test_.file, .line = line});
  }

  // ---- given

  // The columns and types of a table of the project; none when there is none.
  std::vector<Column> ColumnsOf(const std::string& name) {
    if (const Model* const model = set_.Find(name)) return model->columns;
    if (const RawTable* const raw = set_.FindRaw(name)) return raw->columns;
    for (const LsTable& table : LsTables()) {
      if (EqualNames(table.name, name)) return LedgerColumns(table);
    }
    return {};
  }

  std::vector<Column> LedgerColumns(const LsTable& table) {
    std::vector<Column> columns;
    if (!db_->Execute(table.ddl).ok()) return columns;
    Result<Statement> row = db_->Prepare(
        "select * from " + QuoteName(std::string(table.name)) + " limit 0");
    for (int i = 0; row.ok() && i < row->column_count(); ++i) {
      Column column;
      column.name = row->column_name(i);
      column.type = row->column_declared_type(i);
      columns.push_back(std::move(column));
    }
    return columns;
  }

  std::vector<std::string> Names() const {
    std::vector<std::string> names = set_.ObjectNames();
    for (const LsTable& table : LsTables()) names.emplace_back(table.name);
    return names;
  }

  // A given table has the columns of the contract and none of its rules: a case
  // gives what it is about, all else is null.
  Status Give(const CaseTable& table) {
    const std::vector<Column> columns = ColumnsOf(table.name);
    if (columns.empty()) {
      return Fail(table.line, "no table or view '" + table.name + "'" +
                                  DidYouMean(table.name, Names()));
    }
    std::string list;
    std::vector<std::string> names;
    for (const Column& column : columns) {
      names.push_back(column.name);
      list += (list.empty() ? "" : ", ") + QuoteName(column.name) + " " +
              column.type;
    }
    LEARNSQL_TRY(db_->Execute("drop table if exists " + QuoteName(table.name)));
    LEARNSQL_TRY(db_->Execute("create table " + QuoteName(table.name) + " (" +
                              list + ")"));
    made_.insert(LowerCase(table.name));
    if (!table.sql.empty()) return GiveQuery(table);
    LEARNSQL_TRY(CheckColumns(table, names));
    return GiveRows(table);
  }

  Status CheckColumns(const CaseTable& table,
                      const std::vector<std::string>& names) const {
    for (const std::string& column : table.columns) {
      const bool known = std::any_of(
          names.begin(), names.end(),
          [&column](const std::string& n) { return EqualNames(n, column); });
      if (known) continue;
      return Fail(table.line + 1, "'" + table.name + "' has no column '" +
                                      column + "'" + DidYouMean(column, names));
    }
    return {};
  }

  Status GiveQuery(const CaseTable& table) {
    const std::string query = table.sql.substr(0, table.sql.rfind(';'));
    Result<Statement> rows = db_->Prepare(query);
    if (!rows.ok()) return Fail(table.line, rows.status().message());
    std::vector<std::string> columns;
    for (int i = 0; i < rows->column_count(); ++i) {
      columns.emplace_back(rows->column_name(i));
    }
    const Status filled =
        db_->Execute("insert into " + QuoteName(table.name) + " (" +
                     QuotedList(columns) + ") " + query);
    return filled.ok() ? filled : Fail(table.line, filled.message());
  }

  Status GiveRows(const CaseTable& table) {
    if (table.rows.empty()) return {};
    std::string marks;
    for (size_t i = 0; i < table.columns.size(); ++i) {
      marks += i == 0 ? "?" : ", ?";
    }
    LEARNSQL_TRY_SET(
        Statement insert,
        db_->Prepare("insert into " + QuoteName(table.name) + " (" +
                     QuotedList(table.columns) + ") values (" + marks + ")"));
    for (const CaseRow& row : table.rows) {
      const Status inserted = InsertRow(row, &insert);
      if (!inserted.ok()) return Fail(row.line, inserted.message());
    }
    return {};
  }

  static Status InsertRow(const CaseRow& row, Statement* insert) {
    std::vector<std::string> texts;
    texts.reserve(row.values.size());  // bound values point into it
    for (size_t i = 0; i < row.values.size(); ++i) {
      const std::string& text = row.values[i];
      const int at = static_cast<int>(i) + 1;
      const char* const end = text.data() + text.size();
      int64_t integer = 0;
      double real = 0;
      if (text == "null") {
        LEARNSQL_TRY(insert->Bind(at, Value::Null()));
      } else if (!IsSpelledNumber(text)) {
        texts.push_back(UnspellText(text));
        LEARNSQL_TRY(insert->Bind(at, Value::Text(texts.back())));
      } else if (std::from_chars(text.data(), end, integer).ptr == end) {
        LEARNSQL_TRY(insert->Bind(at, Value::Integer(integer)));
      } else {
        std::from_chars(text.data(), end, real);
        LEARNSQL_TRY(insert->Bind(at, Value::Real(real)));
      }
    }
    return insert->Run();
  }

  // ---- models

  Status Need(const CaseTable& table) {
    if (const Model* const model = set_.Find(table.name)) {
      if (table.values.empty()) return NeedModel(*model);
      return Fail(table.line, "'" + table.name + "' has no parameters");
    }
    const Question* const question = set_.FindQuestion(table.name);
    if (question != nullptr) return NeedAll(question->reads);
    std::vector<std::string> names = set_.ObjectNames();
    for (const Question& each : set_.questions) names.push_back(each.name);
    return Fail(table.line, "no model, view or question '" + table.name + "'" +
                                DidYouMean(table.name, names));
  }

  Status NeedModel(const Model& model) {
    const std::string name = LowerCase(model.name);
    if (made_.contains(name) || !needed_.insert(name).second) return {};
    return NeedAll(model.reads);
  }

  Status NeedAll(const std::vector<std::string>& reads) {
    for (const std::string& read : reads) {
      if (made_.contains(LowerCase(read))) continue;
      if (const Model* const input = set_.Find(read)) {
        LEARNSQL_TRY(NeedModel(*input));
      } else {
        LEARNSQL_TRY(MakeEmpty(read));
      }
    }
    return {};
  }

  // A raw table or a record of the file that nothing was given of.
  Status MakeEmpty(const std::string& name) {
    made_.insert(LowerCase(name));
    if (const RawTable* const raw = set_.FindRaw(name)) {
      return db_->Execute(raw->definition.sql);
    }
    for (const LsTable& table : LsTables()) {
      if (EqualNames(table.name, name)) return db_->Execute(table.ddl);
    }
    return {};
  }

  Status Make(const Model& model) {
    const Status made = MakeAndFill(model);
    if (made.ok()) return {};
    return Fail(test_.line, model.name + ": " + made.message());
  }

  Status MakeAndFill(const Model& model) {
    LEARNSQL_TRY(db_->Execute(model.definition.sql));
    if (!model.stored()) return {};
    for (const std::string& name : model.change_reads) {
      LEARNSQL_TRY(db_->Execute(DropChangesViewSql(name)));
      LEARNSQL_TRY(
          db_->Execute(MakeChangesViewSql(*set_.Find(name), Changes::kAll)));
    }
    LEARNSQL_TRY_SET(Statement fill, db_->Prepare(FillSql(model)));
    const std::string day = test_.as_of.substr(0, 10);
    for (int i = 1; i <= fill.parameter_count(); ++i) {
      const std::string_view name = fill.parameter_name(i);
      LEARNSQL_TRY(fill.Bind(i, name == ":since_row" ? Value::Integer(0)
                                : name == ":as_of_date"
                                    ? Value::Text(day)
                                    : Value::Text(test_.as_of)));
    }
    return fill.Run();
  }

  // ---- expected

  using Rows = std::vector<std::vector<std::string>>;

  Status Compare(const CaseTable& table) {
    LEARNSQL_TRY_SET(Rows actual, ReadRows(table));
    const Rows all = actual;
    std::vector<const CaseRow*> missing;
    for (const CaseRow& row : table.rows) {
      const auto found = std::find(actual.begin(), actual.end(), row.values);
      if (found == actual.end()) {
        missing.push_back(&row);
      } else {
        actual.erase(found);
      }
    }
    const bool same = missing.empty() && actual.empty();
    Report(table, KeyOf(table), missing, std::move(actual));
    if (same && table.in_order) CompareOrder(table, all);
    return {};
  }

  void CompareOrder(const CaseTable& table, const Rows& actual) {
    for (size_t i = 0; i < actual.size(); ++i) {
      if (actual[i] == table.rows[i].values) continue;
      return Say(table.rows[i].line, table.name + " has " + Joined(actual[i]) +
                                         " at place " + std::to_string(i + 1));
    }
  }

  // The statement that gives the rows of a model or question, in its order.
  Result<Statement> Ask(const CaseTable& table) {
    const Question* const question = set_.FindQuestion(table.name);
    if (question == nullptr) {
      return db_->Prepare("select * from " + QuoteName(table.name));
    }
    LEARNSQL_TRY_SET(values_, ValuesOf(*question, table.values));
    LEARNSQL_TRY_SET(Statement query, db_->Prepare(question->query.sql));
    for (size_t i = 0; i < values_.size(); ++i) {
      const int at = query.parameter_index(":" + question->parameters[i].name);
      LEARNSQL_TRY(query.Bind(at, values_[i].ToValue()));
    }
    return query;
  }

  Result<Rows> ReadRows(const CaseTable& table) {
    Result<Statement> rows = Ask(table);
    if (!rows.ok()) return Fail(table.line, rows.status().message());
    LEARNSQL_TRY_SET(const std::vector<int> columns, Locate(table, *rows));
    Rows all;
    while (true) {
      const Result<bool> row = rows->Step();
      if (!row.ok()) return Fail(table.line, row.status().message());
      if (!*row) return all;
      std::vector<std::string> values;
      for (const int i : columns) values.push_back(SpellValue(rows->column(i)));
      all.push_back(std::move(values));
    }
  }

  // Where the columns that are compared stand in the rows.
  Result<std::vector<int>> Locate(const CaseTable& table,
                                  const Statement& rows) const {
    std::vector<std::string> names;
    for (int i = 0; i < rows.column_count(); ++i) {
      names.emplace_back(rows.column_name(i));
    }
    LEARNSQL_TRY(CheckColumns(table, names));
    std::vector<int> columns;
    for (const std::string& column : table.columns) {
      for (size_t i = 0; i < names.size(); ++i) {
        if (!EqualNames(names[i], column)) continue;
        columns.push_back(static_cast<int>(i));
        break;
      }
    }
    return columns;
  }

  // The columns by which a row is known: the primary key where the case has it,
  // else the first column.
  std::vector<size_t> KeyOf(const CaseTable& table) const {
    const Model* const model = set_.Find(table.name);
    if (model == nullptr) return {0};
    std::vector<size_t> key;
    for (const std::string& name : model->PrimaryKey()) {
      for (size_t i = 0; i < table.columns.size(); ++i) {
        if (EqualNames(table.columns[i], name)) key.push_back(i);
      }
    }
    if (key.empty() || key.size() != model->PrimaryKey().size()) return {0};
    return key;
  }

  // Rows of one key are one row that changed.
  void Report(const CaseTable& table, const std::vector<size_t>& key,
              const std::vector<const CaseRow*>& missing, Rows extra) {
    for (const CaseRow* const row : missing) {
      const auto same =
          std::find_if(extra.begin(), extra.end(), [&](const auto& values) {
            return std::all_of(key.begin(), key.end(), [&](size_t i) {
              return values[i] == row->values[i];
            });
          });
      if (same == extra.end()) {
        Say(row->line, table.name + " lacks " + Joined(row->values));
        continue;
      }
      Say(row->line, table.name + " has " + Changes(table, *row, *same));
      extra.erase(same);
    }
    for (const auto& values : extra) {
      Say(table.line, table.name + " also has " + Joined(values));
    }
  }

  static std::string Changes(const CaseTable& table, const CaseRow& row,
                             const std::vector<std::string>& actual) {
    std::string text;
    for (size_t i = 0; i < actual.size(); ++i) {
      if (actual[i] == row.values[i]) continue;
      text += (text.empty() ? "" : ", ") + table.columns[i] + " = " +
              actual[i] + ", not " + row.values[i];
    }
    return text + " in " + Joined(actual);
  }

  static std::string Joined(const std::vector<std::string>& values) {
    return "(" + JoinNames(values) + ")";
  }

  void Say(uint64_t line, const std::string& text) {
    differences_.push_back(test_.file + ":" + std::to_string(line) + ": " +
                           text);
  }

  const ModelSet& set_;
  const TestCase& test_;
  Connection* db_;
  std::set<std::string> made_;         // lower case: given, or empty
  std::set<std::string> needed_;       // models, lower case
  std::vector<QuestionValue> values_;  // bound to the question being asked
  std::vector<std::string> differences_;
};

}  // namespace

Result<std::vector<std::string>> RunCase(const ModelSet& set,
                                         const TestCase& test,
                                         const LoadOptions& options) {
  LEARNSQL_TRY_SET(
      Connection db,
      Connection::Open(":memory:", {.mode = Connection::Mode::kCreate,
                                    .foreign_keys = false}));
  if (options.register_functions) {
    LEARNSQL_TRY(options.register_functions(&db));
  }
  return CaseRunner(set, test, &db).Run();
}

}  // namespace learnsql
