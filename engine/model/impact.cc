#include "engine/model/impact.h"

#include <algorithm>
#include <set>

#include "engine/store/connection.h"
#include "engine/store/ls_schema.h"

namespace learnsql {
namespace {

constexpr std::string_view kForeignViewsSql = R"(
select name, sql
from sqlite_schema
where type = 'view' and name not in (select model from ls_model)
order by name)";

const Model* ViewOf(const ModelSet& set, const std::string& path) {
  for (const Model& model : set.models) {
    if (model.layer == Layer::kView && model.script->name() == path) {
      return &model;
    }
  }
  return nullptr;
}

const Question* QuestionOf(const ModelSet& set, const std::string& path) {
  for (const Question& question : set.questions) {
    if (question.script->name() == path) return &question;
  }
  return nullptr;
}

// Every object of the project as an empty table, as after a build.
Result<Connection> PlannedSchema(const ModelSet& set) {
  LEARNSQL_TRY_SET(Connection db, Connection::OpenInMemory());
  for (const LsTable& table : LsTables()) LEARNSQL_TRY(db.Execute(table.ddl));
  for (const RawTable& raw : set.raw_tables) {
    LEARNSQL_TRY(db.Execute(raw.definition.sql));
  }
  for (const Model& model : set.models) {
    if (model.stored()) {
      LEARNSQL_TRY(db.Execute(model.definition.sql));
      continue;
    }
    std::string columns;
    for (const Column& column : model.columns) {
      columns += (columns.empty() ? "" : ", ") + QuoteName(column.name);
    }
    LEARNSQL_TRY(db.Execute("create table " + QuoteName(model.name) + " (" +
                            columns + ")"));
  }
  return db;
}

// Whether the planned schema is at fault, not a function of another program.
bool IsOfSchema(const Status& error) {
  return error.message().find("no such column") != std::string::npos ||
         error.message().find("no such table") != std::string::npos;
}

Status AddForeign(Connection* connection, const ModelSet& set,
                  std::vector<BrokenQuery>* broken) {
  LEARNSQL_TRY_SET(Statement rows, connection->Prepare(kForeignViewsSql));
  std::vector<std::pair<std::string, std::string>> views;
  while (true) {
    LEARNSQL_TRY_SET(const bool row, rows.Step());
    if (!row) break;
    if (set.Find(rows.text(0)) != nullptr) continue;
    views.emplace_back(rows.text(0), rows.text(1));
  }
  if (views.empty()) return {};
  LEARNSQL_TRY_SET(Connection planned, PlannedSchema(set));
  // All of them first: they may read each other, in any order.
  for (const auto& [name, sql] : views) LEARNSQL_TRY(planned.Execute(sql));
  for (const auto& [name, sql] : views) {
    const Result<Statement> query =
        planned.Prepare("select * from " + QuoteName(name));
    if (query.ok() || !IsOfSchema(query.status())) continue;
    broken->push_back({name, "foreign", "", {}, query.status().message()});
  }
  return {};
}

}  // namespace

bool IsAboutQuery(const ModelSet& set, const Finding& finding) {
  return ViewOf(set, finding.place.name) != nullptr ||
         QuestionOf(set, finding.place.name) != nullptr;
}

Result<std::vector<BrokenQuery>> FindBroken(Connection* connection,
                                            const ModelSet& set) {
  std::vector<BrokenQuery> broken;
  for (const Finding& finding : set.findings) {
    if (finding.severity != Finding::Severity::kError) continue;
    const std::string& path = finding.place.name;
    if (const Model* const view = ViewOf(set, path)) {
      broken.push_back(
          {view->name, "view", view->owner, finding.place, finding.message});
    } else if (const Question* const question = QuestionOf(set, path)) {
      broken.push_back({question->name, "question", question->owner,
                        finding.place, finding.message});
    }
  }
  LEARNSQL_TRY(AddForeign(connection, set, &broken));
  return broken;
}

}  // namespace learnsql
