#include "engine/shell/catalog.h"

#include <algorithm>

#include "engine/query/loose_tokens.h"

namespace learnsql {
namespace {

constexpr const char* kTables = R"(
select schema, name, type = 'view'
from pragma_table_list
where name not like 'sqlite\_%' escape '\'
order by name
)";

constexpr const char* kKeysSql = R"(
select name from pragma_table_info(?1) where pk > 0 order by pk
)";

constexpr const char* kFunctions = R"(
select distinct name, narg
from pragma_function_list
where name glob '[a-z]*'
order by name, narg
)";

// Runs `sql` and calls `on_row` for each row; an error ends it.
template <typename OnRow>
void ForEach(Statement* statement, OnRow on_row) {
  while (true) {
    const Result<bool> row = statement->Step();
    if (!row.ok() || !*row) break;
    on_row(*statement);
  }
  statement->Reset();
}

class Loader {
 public:
  Loader(Connection* connection, Catalog* catalog)
      : connection_(connection), catalog_(catalog) {}

  void Load() {
    Each(kTables, [this](const Statement& row) {
      schemas_.emplace_back(row.text(0));
      catalog_->tables.push_back(
          {std::string(row.text(1)), row.integer(2) != 0, {}});
    });
    LoadColumns();
    LoadForeignKeys();
    Each(kFunctions, [this](const Statement& row) {
      catalog_->functions.push_back(
          {std::string(row.text(0)), static_cast<int>(row.integer(1))});
    });
  }

 private:
  template <typename OnRow>
  void Each(std::string_view sql, OnRow on_row) {
    Result<Statement> statement = connection_->Prepare(sql);
    if (statement.ok()) ForEach(&*statement, on_row);
  }

  // The pragma itself: over 500 tables it takes half as long as a query of its
  // table-valued function, and a person waits for the first Tab.
  void LoadColumns() {
    for (size_t i = 0; i < catalog_->tables.size(); ++i) {
      Catalog::Table& table = catalog_->tables[i];
      // The columns are cid, name, type, notnull, dflt_value, pk, hidden.
      Each("pragma " + QuoteName(schemas_[i]) + ".table_xinfo(" +
               QuoteName(table.name) + ")",
           [&](const Statement& row) {
             if (row.integer(6) != 1) table.columns.emplace_back(row.text(1));
           });
    }
  }

  void LoadForeignKeys() {
    for (const Catalog::Table& table : catalog_->tables) {
      if (table.is_view) continue;
      int64_t last = -1;
      // The columns are id, seq, table, from, to.
      Each("pragma foreign_key_list(" + QuoteName(table.name) + ")",
           [&](const Statement& row) {
             if (row.integer(0) != last) {
               catalog_->foreign_keys.push_back(
                   {table.name, std::string(row.text(2)), {}, {}});
             }
             last = row.integer(0);
             Catalog::ForeignKey& key = catalog_->foreign_keys.back();
             key.columns.emplace_back(row.text(3));
             if (!row.is_null(4)) key.parent_columns.emplace_back(row.text(4));
           });
    }
    NameParentKeys();
  }

  // `references t` without columns means the primary key of t.
  void NameParentKeys() {
    Result<Statement> keys = connection_->Prepare(kKeysSql);
    if (!keys.ok()) return;
    for (Catalog::ForeignKey& key : catalog_->foreign_keys) {
      const Value values[] = {Value::Text(key.parent)};
      if (!key.parent_columns.empty() || !keys->BindAll(values).ok()) continue;
      ForEach(&*keys, [&](const Statement& row) {
        key.parent_columns.emplace_back(row.text(0));
      });
    }
    std::erase_if(catalog_->foreign_keys, [](const Catalog::ForeignKey& key) {
      return key.columns.size() != key.parent_columns.size();
    });
  }

  Connection* const connection_;
  Catalog* const catalog_;
  std::vector<std::string> schemas_;
};

}  // namespace

const Catalog::Table* Catalog::Find(std::string_view name) const {
  for (const Table& table : tables) {
    if (SameName(table.name, name)) return &table;
  }
  return nullptr;
}

const Catalog& CatalogReader::Read() {
  const GuardPause pause(guard_);
  const auto version_of = [this](const char* sql) {
    const Result<std::optional<int64_t>> version =
        connection_->QueryInteger(sql);
    return version.ok() ? version.value().value_or(-1) : -1;
  };
  const std::pair<int64_t, int64_t> version = {
      version_of("pragma main.schema_version"),
      version_of("pragma temp.schema_version")};
  if (version == version_) return catalog_;
  catalog_ = Catalog();
  Loader(connection_, &catalog_).Load();
  version_ = version;
  return catalog_;
}

}  // namespace learnsql
