#include "engine/publish/published_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "engine/publish/model_logic.h"
#include "engine/publish/row_copier.h"
#include "engine/publish/row_rules.h"
#include "engine/store/warehouse.h"

namespace learnsql {
namespace {

using Way = PublishedColumn::Way;

constexpr std::string_view kSelfTest = R"(
create table selftest (
    -- What the sqlite3 shell's .selftest runs.
    tno  integer primary key,
    op   text not null,
    cmd  text not null,
    ans  text
) strict)";

// What the ledger says of the data, without what it says of this warehouse.
constexpr std::string_view kSlices = R"(
select
    source, object, slice_start, slice_end, name,
    case
        when state in ('running', 'failed') and load_id is null then 'expected'
        when state in ('running', 'failed') then 'loaded'
        else state
    end,
    rows_read, rows_loaded, rows_duplicate, rows_conflict, rows_rejected,
    bytes_fetched, bytes_decoded, sha256, unknown_fields, warning
from warehouse.ls_slice
order by source, object, slice_start)";

constexpr std::string_view kWriteSlice = R"(
insert into ls_slice (
    source, object, slice_start, slice_end, name, state,
    rows_read, rows_loaded, rows_duplicate, rows_conflict, rows_rejected,
    bytes_fetched, bytes_decoded, sha256, unknown_fields, warning)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))";

// ?1: whether messages of failed checks go along; they quote rows.
constexpr std::string_view kChecks = R"(
select
    name, model, severity, scope, outcome, failing_count, value,
    case when ?1 or coalesce(failing_count, 0) = 0 then message end
from warehouse.ls_check as last
where run_id = (
    select max(run_id) from warehouse.ls_check as other
    where other.name = last.name)
order by name)";

constexpr std::string_view kWriteCheck = R"(
insert into ls_check (
    run_id, name, model, severity, scope, outcome, failing_count, value,
    message, seconds, fingerprint)
values (0, ?, ?, ?, ?, ?, ?, ?, ?, 0, ''))";

constexpr std::string_view kLineage = R"(
select model, output_column, source, source_column
from warehouse.ls_lineage
order by model, output_column, source, source_column)";

constexpr std::string_view kWriteLineage = R"(
insert into ls_lineage (model, output_column, source, source_column)
values (?, ?, ?, ?))";

constexpr std::string_view kWriteModel = R"(
insert into ls_model (
    model, kind, path, script, version, fingerprint, script_hash, inputs,
    as_of, row_count, query_plan, run_id, built_at)
values (?, ?, ?, ?, ?, ?, ?, '{}', ?, ?, '', 0, ''))";

constexpr std::string_view kWriteTable = R"(
insert into ls_table (
    table_name, kind, document, owner, tags, version, path)
values (?, ?, ?, ?, ?, ?, ?))";

constexpr std::string_view kWriteColumn = R"(
insert into ls_column (
    table_name, column_name, position, type, is_nullable, is_key, document,
    unit, pii, null_share, example)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))";

constexpr std::string_view kWriteState = R"(
insert into ls_state (
    state, model, run_id, row_count, content_hash, cause, committed_at)
values (1, ?, 0, ?, ?, 'published', ''))";

std::string Listed(const std::vector<std::string>& names,
                   std::string_view before = "") {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ", ") + std::string(before) + QuoteName(name);
  }
  return text;
}

// What the dictionary says of a column of the file.
struct ColumnFacts {
  int64_t nulls = 0;
  std::optional<std::string> example;  // the first that is not null
};

std::optional<std::string> ExampleOf(const Value& value) {
  constexpr size_t kMaxExample = 80;
  switch (value.kind) {
    case Value::Kind::kInteger:
      return std::to_string(value.integer);
    case Value::Kind::kReal: {
      std::array<char, 32> text;
      const auto end =
          std::to_chars(text.data(), text.data() + text.size(), value.real);
      return std::string(text.data(), end.ptr);
    }
    case Value::Kind::kText:
      if (value.bytes.size() <= kMaxExample) return std::string(value.bytes);
      [[fallthrough]];
    default:
      return std::nullopt;
  }
}

class FileWriter {
 public:
  FileWriter(Connection* file, const ModelSet& set, const PublishPlan& plan,
             const Edition& edition)
      : file_(file), set_(set), plan_(plan), edition_(edition) {
    for (const PublishedTable& table : plan.tables) tables_.push_back(&table);
    std::sort(tables_.begin(), tables_.end(), [](const auto* a, const auto* b) {
      return a->model->name < b->model->name;
    });
  }

  Status Write(const PublishProgress& progress) {
    LEARNSQL_TRY(CheckBuilt());
    LEARNSQL_TRY_SET(logic_, ReadModelLogic(file_, kWarehouseName));
    LEARNSQL_TRY(file_->Execute(kSelfTest));
    for (const PublishedTable* table : tables_) LEARNSQL_TRY(Create(*table));
    for (size_t i = 0; i < tables_.size(); ++i) {
      if (progress) progress(tables_[i]->model->name, i, tables_.size());
      LEARNSQL_TRY(Fill(*tables_[i]));
    }
    for (const PublishedTable* table : tables_) LEARNSQL_TRY(Index(*table));
    LEARNSQL_TRY(file_->Execute("drop table if exists temp.changed_rows"));
    for (const Model* view : plan_.views) LEARNSQL_TRY(CreateView(*view));
    LEARNSQL_TRY(WriteRecords());
    LEARNSQL_TRY(file_->Execute("analyze main"));
    return WriteSelfTests();
  }

  PublishedFileReport& report() { return report_; }

 private:
  // The tables must be what the models say: a script that changed since would
  // promise what the rows do not keep.
  Status CheckBuilt() {
    for (const PublishedTable* table : tables_) {
      LEARNSQL_TRY(CheckBuilt(*table->model));
    }
    for (const Model* view : plan_.views) LEARNSQL_TRY(CheckBuilt(*view));
    return {};
  }

  Status CheckBuilt(const Model& model) {
    LEARNSQL_TRY_SET(
        const std::optional<std::string> built,
        file_->QueryText(
            "select script from warehouse.ls_model where model = ?",
            std::array{Value::Text(model.name)}));
    if (built && *built == model.script->text()) return {};
    return Status(
        Code::kInvalid,
        model.name +
            (built ? " has changed since it was built" : " is not built yet") +
            ": 'learnsql build', then publish",
        {model.script->name()});
  }

  // The columns that the file will have.
  static std::vector<PublishedColumn> Left(const PublishedTable& table) {
    std::vector<PublishedColumn> left;
    for (const PublishedColumn& column : table.columns) {
      if (column.way != Way::kDrop) left.push_back(column);
    }
    return left;
  }

  static std::vector<std::string> NamesOf(
      const std::vector<PublishedColumn>& columns) {
    std::vector<std::string> names;
    for (const PublishedColumn& column : columns) names.push_back(column.name);
    return names;
  }

  Status Create(const PublishedTable& table) {
    const Model& model = *table.model;
    LEARNSQL_TRY(file_->Execute(model.definition.sql));
    for (const PublishedColumn& column : table.columns) {
      Report(table, column);
      if (column.way != Way::kDrop) continue;
      const Status dropped =
          file_->Execute("alter table " + QuoteName(model.name) +
                         " drop column " + QuoteName(column.name));
      if (dropped.ok()) continue;
      return Status(Code::kInvalid,
                    model.name + "." + column.name + " (pii: " + column.pii +
                        ") cannot be dropped, hash it: " + dropped.message());
    }
    return {};
  }

  void Report(const PublishedTable& table, const PublishedColumn& column) {
    if (column.pii.empty() && column.way != Way::kBlank) return;
    constexpr const char* kWays[] = {"kept", "blanked", "dropped", "hashed"};
    report_.columns.push_back({table.model->name, column.name, column.pii,
                               kWays[static_cast<int>(column.way)]});
  }

  Result<std::string> SelectText(const PublishedTable& table,
                                 const std::vector<std::string>& columns) {
    LEARNSQL_TRY_SET(const std::string condition, ChosenRows(plan_, table));
    return "select " + Listed(columns, "t0.") + " from " +
           std::string(kWarehouseName) + "." + QuoteName(table.model->name) +
           " as t0" + (condition.empty() ? "" : " where " + condition) +
           " order by " + Listed(table.order, "t0.");
  }

  Status Fill(const PublishedTable& table) {
    const std::vector<PublishedColumn> columns = Left(table);
    const std::vector<std::string> names = NamesOf(columns);
    LEARNSQL_TRY_SET(const std::string select, SelectText(table, names));
    LEARNSQL_TRY_SET(Statement from, PrepareChoice(table, select));
    RowChange change = ValueChange(columns, edition_.hash_key);
    const std::string order = ChangedOrder(table, columns);
    if (!order.empty()) {
      LEARNSQL_TRY(Shuffle(&from, change, names));
      LEARNSQL_TRY_SET(
          from,
          file_->Prepare("select * from temp.changed_rows order by " + order));
      change = nullptr;
    }
    LEARNSQL_TRY_SET(
        Statement into,
        file_->Prepare("insert into main." + QuoteName(table.model->name) +
                       " (" + Listed(names) + ") values (" +
                       Marks(names.size()) + ")"));
    ContentHash content;
    content.AddNames(names);
    LEARNSQL_TRY_SET(const std::string as_they_lie,
                     AsTheyLie(file_, table.model->name));
    const std::string test_sql = "SELECT " + Listed(names) + " FROM " +
                                 QuoteName(table.model->name) + as_they_lie;
    QueryHash shell(test_sql);
    std::vector<ColumnFacts> facts(columns.size());
    Result<int64_t> count =
        CopyRows(&from, &into, change, [&](std::span<const Value> row) {
          content.AddRow(row);
          shell.AddRow(row);
          Note(row, columns, &facts);
        });
    if (!count.ok()) return count.status().Annotate(table.model->name);
    return Finish(table, columns, facts, *count, content.FinishHex(), test_sql,
                  shell.FinishHex());
  }

  static std::string Marks(size_t count) {
    std::string marks = "?";
    for (size_t i = 1; i < count; ++i) marks += ", ?";
    return marks;
  }

  // The columns that order the rows, where the edition changes one of them:
  // rows stand in the order of what the file holds, which tells nothing of what
  // it does not. Empty where the order stays.
  static std::string ChangedOrder(const PublishedTable& table,
                                  const std::vector<PublishedColumn>& left) {
    std::vector<std::string> order;
    for (const std::string& name : table.order) {
      for (const PublishedColumn& column : left) {
        if (column.name == name) order.push_back(name);
      }
    }
    const auto changes = [&](const PublishedColumn& column) {
      return column.way != Way::kKeep &&
             std::find(table.order.begin(), table.order.end(), column.name) !=
                 table.order.end();
    };
    if (order.empty() ||
        std::none_of(table.columns.begin(), table.columns.end(), changes)) {
      return "";
    }
    return Listed(order);
  }

  // Puts the changed rows into temp.changed_rows.
  Status Shuffle(Statement* from, const RowChange& change,
                 const std::vector<std::string>& names) {
    LEARNSQL_TRY(file_->Execute("drop table if exists temp.changed_rows"));
    LEARNSQL_TRY(file_->Execute("create temp table changed_rows (" +
                                Listed(names) + ")"));
    LEARNSQL_TRY_SET(Statement into,
                     file_->Prepare("insert into temp.changed_rows values (" +
                                    Marks(names.size()) + ")"));
    return StatusOf(CopyRows(from, &into, change, nullptr));
  }

  Result<Statement> PrepareChoice(const PublishedTable& table,
                                  const std::string& select) {
    Result<Statement> from = file_->Prepare(select);
    if (from.ok() || table.condition.empty()) return from;
    return Status(Code::kInvalid, "rows of " + table.model->name + " (" +
                                      table.condition +
                                      "): " + from.status().message());
  }

  static void Note(std::span<const Value> row,
                   const std::vector<PublishedColumn>& columns,
                   std::vector<ColumnFacts>* facts) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (row[i].is_null()) {
        ++(*facts)[i].nulls;
      } else if (columns[i].pii.empty() && !(*facts)[i].example) {
        (*facts)[i].example = ExampleOf(row[i]);
      }
    }
  }

  // Keeps what is said of the table once its rows are in.
  Status Finish(const PublishedTable& table,
                const std::vector<PublishedColumn>& columns,
                const std::vector<ColumnFacts>& facts, int64_t count,
                const std::string& content, const std::string& test_sql,
                const std::string& test_hash) {
    const Model& model = *table.model;
    report_.rows += count;
    contents_ += model.name + " " + content + "\n";
    LEARNSQL_TRY(file_->Execute(
        kWriteState, std::array{Value::Text(model.name), Value::Integer(count),
                                Value::Text(content)}));
    LEARNSQL_TRY(WriteModel(model, count));
    for (size_t i = 0; i < columns.size(); ++i) {
      LEARNSQL_TRY(WriteColumn(model, columns[i].name, i, &facts[i], count));
    }
    AddTest("SELECT count(*) FROM " + QuoteName(model.name),
            std::to_string(count));
    std::string upper = test_hash;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' ? c - 'a' + 'A' : c; });
    AddTest("SELECT hex(sha3_query(" + QuoteText(test_sql) + ",224))", upper);
    return {};
  }

  Status Index(const PublishedTable& table) {
    const bool dropped = Left(table).size() != table.columns.size();
    for (const IndexText& index : table.model->indexes) {
      const Status made = file_->Execute(index.text.sql);
      if (made.ok()) continue;
      if (!dropped) return made.Annotate("index " + index.name);
      report_.notes.push_back("index " + index.name + " of " +
                              table.model->name +
                              " is left out: it needs a dropped column");
    }
    return {};
  }

  // No function of ours is known to this connection: a view that runs here
  // runs in every shell.
  Status CreateView(const Model& view) {
    Status made = file_->Execute(view.definition.sql);
    if (made.ok()) made = TryView(view.name);
    if (!made.ok()) {
      return Status(Code::kInvalid,
                    view.name +
                        " does not run in this file: " + made.message() +
                        "; leave it out of the edition's objects, or keep "
                        "what it reads",
                    {view.script->name()});
    }
    LEARNSQL_TRY(WriteModel(view, std::nullopt));
    for (size_t i = 0; i < view.columns.size(); ++i) {
      LEARNSQL_TRY(WriteColumn(view, view.columns[i].name, i, nullptr, 0));
    }
    return {};
  }

  Status TryView(const std::string& name) {
    LEARNSQL_TRY_SET(Statement statement,
                     file_->Prepare("select * from main." + QuoteName(name)));
    return StatusOf(statement.Step());
  }

  Status WriteModel(const Model& model, std::optional<int64_t> rows) {
    const std::array name{Value::Text(model.name)};
    LEARNSQL_TRY_SET(
        const std::optional<std::string> hash,
        file_->QueryText("select script_hash from warehouse.ls_model where "
                         "model = ?",
                         name));
    std::optional<std::string> as_of;
    if (model.reads_as_of) {
      LEARNSQL_TRY_SET(
          as_of,
          file_->QueryText(
              "select as_of from warehouse.ls_model where model = ?", name));
    }
    LEARNSQL_TRY(file_->Execute(
        kWriteModel,
        std::array{Value::Text(model.name), Value::Text(KindName(model.kind)),
                   Value::Text(model.script->name()),
                   Value::Text(model.script->text()),
                   Value::Integer(model.version),
                   Value::Text(logic_[model.name]), Value::TextOrNull(hash),
                   Value::TextOrNull(as_of), Value::IntegerOrNull(rows)}));
    std::string tags;
    for (const std::string& tag : model.tags) {
      tags += (tags.empty() ? "" : " ") + tag;
    }
    return file_->Execute(
        kWriteTable,
        std::array{Value::Text(model.name), Value::Text(KindName(model.kind)),
                   Value::Text(model.document), Value::Text(model.owner),
                   Value::Text(tags), Value::Integer(model.version),
                   Value::Text(model.script->name())});
  }

  Status WriteColumn(const Model& model, const std::string& name,
                     size_t position, const ColumnFacts* facts, int64_t rows) {
    const Column& column = *model.FindColumn(name);
    const bool key = column.key_position > 0;
    const Value null_share =
        facts == nullptr || rows == 0
            ? Value::Null()
            : Value::Real(static_cast<double>(facts->nulls) /
                          static_cast<double>(rows));
    return file_->Execute(
        kWriteColumn,
        std::array{Value::Text(model.name), Value::Text(name),
                   Value::Integer(static_cast<int64_t>(position) + 1),
                   Value::Text(column.type),
                   Value::Integer(!column.not_null && !key),
                   Value::Integer(key), Value::Text(column.document),
                   Value::TextOrNull(column.unit),
                   Value::TextOrNull(column.pii), null_share,
                   facts == nullptr ? Value::Null()
                                    : Value::TextOrNull(facts->example)});
  }

  bool IsIn(std::string_view name) const {
    const std::string text(name);
    if (plan_.Find(text) != nullptr) return true;
    return std::any_of(plan_.views.begin(), plan_.views.end(),
                       [&](const Model* view) { return view->name == text; });
  }

  // The staging views behind what is in the file: they are not in it, but its
  // lineage leads through them to the sources.
  std::set<std::string, std::less<>> StagingBehind() const {
    std::vector<const Model*> open = plan_.views;
    for (const PublishedTable& table : plan_.tables) {
      open.push_back(table.model);
    }
    std::set<std::string, std::less<>> staging;
    while (!open.empty()) {
      const Model* const model = open.back();
      open.pop_back();
      for (const std::string& name : model->reads) {
        const Model* const source = set_.Find(name);
        if (source == nullptr || source->kind != ModelKind::kStaging) continue;
        if (staging.insert(source->name).second) open.push_back(source);
      }
    }
    return staging;
  }

  // Copies the rows of the file's own records that `wanted` takes.
  Status CopyRecords(std::string_view select, std::string_view insert,
                     const std::function<bool(const Statement&)>& wanted,
                     std::span<const Value> parameters = {}) {
    LEARNSQL_TRY_SET(Statement from, file_->Prepare(select));
    LEARNSQL_TRY(from.BindAll(parameters));
    LEARNSQL_TRY_SET(Statement into, file_->Prepare(insert));
    std::vector<Value> row(static_cast<size_t>(from.column_count()));
    while (true) {
      LEARNSQL_TRY_SET(const bool more, from.Step());
      if (!more) return {};
      if (!wanted(from)) continue;
      for (size_t i = 0; i < row.size(); ++i) {
        row[i] = from.column(static_cast<int>(i));
      }
      LEARNSQL_TRY(into.BindAll(row));
      LEARNSQL_TRY(into.Run());
    }
  }

  Status WriteRecords() {
    LEARNSQL_TRY(CopyRecords(kSlices, kWriteSlice,
                             [](const Statement&) { return true; }));
    std::set<std::string, std::less<>> checks;
    for (const Check& check : set_.checks) checks.insert(check.name);
    const std::array with_messages{Value::Integer(!edition_.HidesPeople())};
    LEARNSQL_TRY(CopyRecords(
        kChecks, kWriteCheck,
        [&](const Statement& row) {
          return checks.contains(row.text(0)) &&
                 (row.text(1).empty() || IsIn(row.text(1)));
        },
        with_messages));
    const std::set<std::string, std::less<>> staging = StagingBehind();
    LEARNSQL_TRY(
        CopyRecords(kLineage, kWriteLineage, [&](const Statement& row) {
          return IsIn(row.text(0)) || staging.contains(row.text(0));
        }));
    report_.content_hash = Sha256::HexOf(contents_);
    LEARNSQL_TRY(WriteMeta("content_hash", report_.content_hash));
    return WriteMeta("edition", edition_.name);
  }

  Status WriteMeta(std::string_view key, std::string_view value) {
    return file_->Execute("insert into ls_meta (key, value) values (?, ?)",
                          std::array{Value::Text(key), Value::Text(value)});
  }

  void AddTest(std::string sql, std::string answer) {
    tests_.emplace_back(std::move(sql), std::move(answer));
  }

  Status WriteSelfTests() {
    LEARNSQL_TRY(file_->Execute(
        "insert into selftest values (1, 'memo', 'written by learnsql', '')"));
    AddTest("PRAGMA integrity_check", "ok");
    AddTest("SELECT count(*) FROM pragma_foreign_key_check", "0");
    int64_t number = 1;
    for (const auto& [sql, answer] : tests_) {
      LEARNSQL_TRY(
          file_->Execute("insert into selftest values (?, 'run', ?, ?)",
                         std::array{Value::Integer(++number), Value::Text(sql),
                                    Value::Text(answer)}));
    }
    return {};
  }

  Connection* file_;
  const ModelSet& set_;
  const PublishPlan& plan_;
  const Edition& edition_;
  std::vector<const PublishedTable*> tables_;  // by name
  std::vector<std::pair<std::string, std::string>> tests_;
  std::map<std::string, std::string> logic_;  // by model
  std::string contents_;                      // "table hash", a line each
  PublishedFileReport report_;
};

}  // namespace

Result<PublishedFileReport> WritePublishedFile(
    const std::string& warehouse, const ModelSet& set, const PublishPlan& plan,
    const Edition& edition, const std::string& path,
    const PublishProgress& progress, const CancelFlag* cancel) {
  LEARNSQL_TRY_SET(Connection file, CreatePublishedFile(path, cancel));
  LEARNSQL_TRY(file.Execute("attach ? as warehouse",
                            std::array{Value::Text(warehouse)}));
  // Not immediate: that would keep others from writing to the warehouse.
  LEARNSQL_TRY(file.Execute("begin"));
  FileWriter writer(&file, set, plan, edition);
  LEARNSQL_TRY(writer.Write(progress));
  LEARNSQL_TRY(file.Execute("commit"));
  LEARNSQL_TRY(file.Execute("detach warehouse"));
  return std::move(writer.report());
}

}  // namespace learnsql
