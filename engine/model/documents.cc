#include "engine/model/documents.h"

#include "engine/model/schedule.h"

namespace learnsql {
namespace {

const Column* FindIn(const std::vector<Column>& columns,
                     const std::string& name) {
  for (const Column& column : columns) {
    if (EqualNames(column.name, name)) return &column;
  }
  return nullptr;
}

const Column* SourceOf(const ModelSet& set, const ColumnOrigin& origin) {
  if (const Model* const model = set.Find(origin.source)) {
    return model->FindColumn(origin.source_column);
  }
  const RawTable* const raw = set.FindRaw(origin.source);
  return raw == nullptr ? nullptr : FindIn(raw->columns, origin.source_column);
}

void Inherit(const Column& from, Column* to) {
  if (to->document.empty()) to->document = from.document;
  if (!to->unit) to->unit = from.unit;
  if (!to->pii) to->pii = from.pii;
}

Finding Missing(const SqlText& script, const Token& token,
                const std::string& what, const std::string& advice) {
  Finding finding = FindingAt(script, token, what, "", advice);
  finding.severity = Finding::Severity::kWarning;
  return finding;
}

void AddColumns(const std::vector<Column>& columns,
                std::vector<std::string>* texts) {
  for (const Column& column : columns) {
    texts->insert(texts->end(),
                  {column.name, column.document, column.unit.value_or(""),
                   column.pii.value_or("")});
  }
}

}  // namespace

std::string HashDocuments(const ModelSet& set) {
  std::vector<std::string> texts;
  for (const RawTable& raw : set.raw_tables) {
    texts.insert(texts.end(), {raw.name, raw.document});
    AddColumns(raw.columns, &texts);
  }
  for (const Model& model : set.models) {
    texts.insert(texts.end(), {model.name, model.document, model.owner});
    AddColumns(model.columns, &texts);
    for (const ColumnOrigin& origin : model.origins) {
      texts.insert(texts.end(), {origin.source, origin.source_column});
    }
  }
  return HashTexts(texts);
}

void InheritDocuments(ModelSet* set) {
  for (Model& model : set->models) {
    for (const ColumnOrigin& origin : model.origins) {
      const Column* const source = SourceOf(*set, origin);
      if (source == nullptr) continue;
      for (Column& column : model.columns) {
        if (EqualNames(column.name, origin.column)) Inherit(*source, &column);
      }
    }
  }
}

std::vector<Finding> FindUndocumented(const ModelSet& set) {
  std::vector<Finding> findings;
  for (const RawTable& raw : set.raw_tables) {
    for (const Column& column : raw.columns) {
      if (!column.document.empty()) continue;
      findings.push_back(
          Missing(*raw.script, column.token,
                  "column '" + column.name + "' is not documented",
                  "column type,  -- what it means"));
    }
  }
  for (const Model& model : set.models) {
    const std::string name = "'" + model.name + "'";
    if (model.document.empty()) {
      findings.push_back(Missing(*model.script, model.name_token,
                                 name + " is not documented",
                                 "-- One row per ...   (above it)"));
    }
    if (model.owner.empty()) {
      findings.push_back(Missing(*model.script, model.name_token,
                                 name + " has no owner", "-- owner: TEAM"));
    }
    for (const Column& column : model.columns) {
      if (!column.document.empty()) continue;
      findings.push_back(
          Missing(*model.script, column.token,
                  "column '" + column.name + "' is not documented",
                  "column type,  -- what it means"));
    }
  }
  return findings;
}

}  // namespace learnsql
