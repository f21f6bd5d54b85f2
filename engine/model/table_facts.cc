#include "engine/model/table_facts.h"

#include "engine/store/connection.h"

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

class FactsReader {
 public:
  FactsReader(Connection* db, ModelSet* set, ColumnsByObject* columns)
      : db_(db), set_(set), columns_(*columns) {
    for (Model& model : set->models) {
      models_.emplace(LowerCase(model.name), &model);
    }
  }

  Status Run() {
    LEARNSQL_TRY(ReadColumnFacts());
    LEARNSQL_TRY(ReadIndexes());
    return ReadForeignKeys();
  }

 private:
  Model* FindModel(std::string_view name) const {
    const auto found = models_.find(LowerCase(name));
    return found == models_.end() ? nullptr : found->second;
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

  Connection* db_;
  ModelSet* set_;
  ColumnsByObject& columns_;
  std::map<std::string, Model*> models_;  // by lower case name
};

}  // namespace

Status ReadTableFacts(Connection* db, ModelSet* set, ColumnsByObject* columns) {
  return FactsReader(db, set, columns).Run();
}

}  // namespace learnsql
