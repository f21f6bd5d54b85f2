#include "engine/model/model_sql.h"

#include "engine/store/connection.h"

namespace learnsql {

std::string QuotedList(const std::vector<std::string>& names,
                       const std::string& prefix) {
  std::string list;
  for (const std::string& name : names) {
    list += (list.empty() ? "" : ", ") + prefix + QuoteName(name);
  }
  return list;
}

std::string SelectRowsSql(const Model& model) {
  return "select " + QuotedList(model.StoredColumns()) + " from (\n" +
         model.query.sql + "\n)";
}

std::string FillSql(const Model& model) {
  return "insert into " + QuoteName(model.name) + " (" +
         QuotedList(model.StoredColumns()) + ")\n" + SelectRowsSql(model);
}

std::string OrphansSql(const Model& model, const ForeignKey& key,
                       const std::string& child) {
  std::string present;
  std::string joined;
  for (size_t i = 0; i < key.columns.size(); ++i) {
    const std::string column = "child." + QuoteName(key.columns[i]);
    present += column + " is not null and ";
    joined += (joined.empty() ? "" : " and ") +
              ("parent." + QuoteName(key.parent_columns[i])) + " = " + column;
  }
  return "select " + QuotedList(model.StoredColumns(), "child.") + " from " +
         child + " as child where " + present +
         "not exists (select 1 from main." + QuoteName(key.parent) +
         " as parent where " + joined + ")";
}

}  // namespace learnsql
