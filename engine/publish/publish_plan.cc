#include "engine/publish/publish_plan.h"

#include <algorithm>
#include <set>

#include "engine/base/suggest.h"

namespace learnsql {
namespace {

using Way = PublishedColumn::Way;

// What an edition may name: what people read.
bool IsPublishable(const Model& model) {
  return model.layer == Layer::kCurated || model.layer == Layer::kView;
}

// What `model` cannot be read without.
std::vector<std::string> Needs(const Model& model) {
  if (!model.stored()) return model.reads;
  std::vector<std::string> parents;
  for (const ForeignKey& key : model.foreign_keys) {
    parents.push_back(key.parent);
  }
  return parents;
}

class Closure {
 public:
  explicit Closure(const ModelSet& set) : set_(set) {}

  // `wanted_by` is the object that needs it; empty: the edition names it.
  Status Add(const std::string& name, const std::string& wanted_by) {
    if (names_.contains(name)) return {};
    const Model* const model = set_.Find(name);
    if (model == nullptr || !IsPublishable(*model)) {
      return Refuse(name, wanted_by);
    }
    names_.insert(name);
    for (const std::string& need : Needs(*model)) {
      LEARNSQL_TRY(Add(need, name));
    }
    return {};
  }

  bool Has(const std::string& name) const { return names_.contains(name); }

 private:
  Status Refuse(const std::string& name, const std::string& wanted_by) const {
    if (!wanted_by.empty()) {
      return Status(Code::kInvalid,
                    wanted_by + " reads " + name +
                        ", which is not published: let it read curated "
                        "tables, or make it a table (create table)");
    }
    std::vector<std::string> known;
    for (const Model& model : set_.models) {
      if (IsPublishable(model)) known.push_back(model.name);
    }
    return Status(Code::kUsage, "there is no table or view '" + name +
                                    "' to publish" + DidYouMean(name, known));
  }

  const ModelSet& set_;
  std::set<std::string> names_;
};

Result<Way> WayOf(const Model& model, const Column& column,
                  const Edition& edition) {
  if (column.local) return Way::kBlank;
  if (!column.pii) return Way::kKeep;
  const PiiRule rule = edition.RuleOf(*column.pii);
  if (rule == PiiRule::kKeep) return Way::kKeep;
  if (rule == PiiRule::kHash) {
    if (!edition.hash_key.empty()) return Way::kHash;
    return Status(Code::kInvalid,
                  "the edition hashes pii: " + *column.pii + " (" + model.name +
                      "." + column.name +
                      "), and there is no key for it: set the environment "
                      "variable that key_env names");
  }
  if (column.key_position == 0) return Way::kDrop;
  return Status(Code::kInvalid,
                model.name + "." + column.name + " (pii: " + *column.pii +
                    ") is in the primary key and cannot be dropped: hash it");
}

Result<std::vector<PublishedColumn>> ColumnsOf(const Model& model,
                                               const Edition& edition) {
  std::vector<PublishedColumn> columns;
  for (const Column& column : model.columns) {
    if (column.generated) continue;
    PublishedColumn published;
    published.name = column.name;
    published.type = column.type;
    published.pii = column.pii.value_or("");
    published.not_null = column.not_null || column.key_position > 0;
    LEARNSQL_TRY_SET(published.way, WayOf(model, column, edition));
    columns.push_back(std::move(published));
  }
  return columns;
}

// Rows without a key are put in order by all they hold, so that the file does
// not tell in which order they came.
std::vector<std::string> OrderOf(const Model& model) {
  std::vector<std::string> key = model.PrimaryKey();
  return key.empty() ? model.StoredColumns() : key;
}

Result<PublishedTable> TableOf(const Model& model, const Edition& edition) {
  PublishedTable table;
  table.model = &model;
  LEARNSQL_TRY_SET(table.columns, ColumnsOf(model, edition));
  const auto rows = edition.rows.find(model.name);
  if (rows != edition.rows.end()) table.condition = rows->second;
  table.order = OrderOf(model);
  return table;
}

Status CheckRowRules(const PublishPlan& plan, const Edition& edition) {
  std::vector<std::string> tables;
  for (const PublishedTable& table : plan.tables) {
    tables.push_back(table.model->name);
  }
  for (const auto& [table, condition] : edition.rows) {
    if (plan.Find(table) != nullptr) continue;
    return Status(Code::kUsage, "the edition chooses rows of '" + table +
                                    "', which is no table in it" +
                                    DidYouMean(table, tables));
  }
  return {};
}

}  // namespace

const PublishedTable* PublishPlan::Find(const std::string& table) const {
  for (const PublishedTable& published : tables) {
    if (published.model->name == table) return &published;
  }
  return nullptr;
}

Result<PublishPlan> PlanPublish(const ModelSet& set, const Edition& edition) {
  Closure closure(set);
  for (const std::string& name : edition.objects) {
    LEARNSQL_TRY(closure.Add(name, ""));
  }
  if (edition.objects.empty()) {
    for (const Model& model : set.models) {
      if (IsPublishable(model)) LEARNSQL_TRY(closure.Add(model.name, ""));
    }
  }
  PublishPlan plan;
  for (const Model& model : set.models) {
    if (!closure.Has(model.name)) continue;
    if (!model.stored()) {
      plan.views.push_back(&model);
      continue;
    }
    LEARNSQL_TRY_SET(PublishedTable table, TableOf(model, edition));
    plan.tables.push_back(std::move(table));
  }
  LEARNSQL_TRY(CheckRowRules(plan, edition));
  return plan;
}

}  // namespace learnsql
