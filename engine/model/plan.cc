#include "engine/model/plan.h"

#include <algorithm>
#include <array>

#include "engine/base/clock.h"
#include "engine/model/contract_change.h"
#include "engine/model/json.h"
#include "engine/model/schedule.h"
#include "engine/store/connection.h"

namespace learnsql {
namespace {

// The last runs that made the model in the same way.
constexpr std::string_view kHistorySql = R"(
select avg(seconds), avg(row_count)
from (
    select seconds, row_count
    from ls_model_run
    where model = ?1 and mode = ?2
    order by run_id desc
    limit 5
))";

Status Expect(Connection* connection, PlanItem* item) {
  LEARNSQL_TRY_SET(Statement history, connection->Prepare(kHistorySql));
  LEARNSQL_TRY(history.BindAll(
      std::array{Value::Text(item->model), Value::Text(item->mode)}));
  LEARNSQL_TRY_SET(const bool row, history.Step());
  if (!row || history.is_null(0)) return {};
  item->expected_seconds = history.real(0);
  if (!history.is_null(1)) item->expected_rows = history.integer(1);
  return {};
}

PlanItem ItemOf(const Step& step, const Schedule& schedule) {
  const Model& model = *step.model;
  PlanItem item;
  item.model = model.name;
  item.kind = KindName(model.kind);
  item.mode = StepModeName(step.mode);
  item.reason = step.reason;
  item.owner = model.owner;
  const auto built = schedule.built.find(model.name);
  if (built != schedule.built.end()) {
    ContractDifference difference =
        CompareContract(built->second.script, model);
    item.change = difference.change;
    item.differences = std::move(difference.texts);
  }
  return item;
}

PlanItem DropItem(const std::string& name, const BuiltModel& built) {
  PlanItem item;
  item.model = name;
  item.kind = built.kind;
  item.mode = "drop";
  item.reason = "no longer in the project";
  item.change = ContractChange::kBreaking;
  item.differences = {"the whole " + std::string(built.kind) + " is gone"};
  return item;
}

void AddTotal(BuildPlan* plan) {
  double seconds = 0;
  for (const PlanItem& item : plan->items) {
    const bool cheap = item.mode == "drop" || item.mode == "refresh";
    if (!item.expected_seconds && !cheap) return;
    seconds += item.expected_seconds.value_or(0);
  }
  plan->expected_seconds = seconds;
}

void AppendSeconds(const std::optional<double>& seconds, JsonList* object) {
  AppendJsonValue(seconds ? Value::Real(*seconds) : Value::Null(),
                  object->Member("expected_seconds"));
}

void AppendItem(const PlanItem& item, std::string* json) {
  JsonList object('{', '}', json);
  object.Text("model", item.model);
  object.Text("kind", item.kind);
  object.Text("mode", item.mode);
  object.Text("reason", item.reason);
  object.Text("owner", item.owner);
  object.Text("change", ContractChangeName(item.change));
  AppendJsonArray(item.differences, AppendJsonText,
                  object.Member("differences"));
  AppendJsonValue(Value::IntegerOrNull(item.expected_rows),
                  object.Member("expected_rows"));
  AppendSeconds(item.expected_seconds, &object);
}

void AppendBroken(const BrokenQuery& query, std::string* json) {
  JsonList object('{', '}', json);
  object.Text("name", query.name);
  object.Text("kind", query.kind);
  object.Text("owner", query.owner);
  object.Text("place", query.place.ToString());
  object.Text("why", query.why);
}

// What is wrong with the models themselves.
Status ErrorsOfModels(const ModelSet& set) {
  std::vector<Finding> findings = set.findings;
  std::erase_if(findings, [&set](const Finding& finding) {
    return IsAboutQuery(set, finding);
  });
  return ErrorsOf(findings);
}

bool IsBroken(const BuildPlan& plan, const std::string& name) {
  return std::any_of(
      plan.broken.begin(), plan.broken.end(),
      [&](const BrokenQuery& query) { return query.name == name; });
}

}  // namespace

const char* ContractChangeName(ContractChange change) {
  switch (change) {
    case ContractChange::kNone:
      return "none";
    case ContractChange::kNeutral:
      return "neutral";
    case ContractChange::kAdditive:
      return "additive";
    case ContractChange::kBreaking:
      return "breaking";
  }
  return "none";
}

std::string BuildPlan::ToJson() const {
  std::string json;
  {
    JsonList object('{', '}', &json);
    AppendJsonArray(items, AppendItem, object.Member("items"));
    AppendJsonArray(broken, AppendBroken, object.Member("broken"));
    object.Integer("unchanged", unchanged);
    AppendSeconds(expected_seconds, &object);
  }
  return json;
}

Result<BuildPlan> Plan(Connection* connection, const ModelSet& set,
                       const BuildOptions& options) {
  LEARNSQL_TRY(ErrorsOfModels(set));
  Clock* const clock = options.clock ? options.clock : Clock::System();
  ScheduleOptions asked{.as_of = options.as_of.empty()
                                     ? FormatUtc(clock->NowSeconds())
                                     : options.as_of,
                        .functions_version = options.functions_version,
                        .full = options.full,
                        .select = options.select,
                        .exclude = options.exclude};
  LEARNSQL_TRY_SET(const Schedule schedule,
                   MakeSchedule(connection, set, asked));
  BuildPlan plan;
  LEARNSQL_TRY_SET(plan.broken, FindBroken(connection, set));
  for (const std::string& name : schedule.removed) {
    plan.items.push_back(DropItem(name, schedule.built.at(name)));
  }
  for (const Step& step : schedule.steps) {
    if (IsBroken(plan, step.model->name)) continue;
    if (step.mode == StepMode::kNone) {
      ++plan.unchanged;
      continue;
    }
    plan.items.push_back(ItemOf(step, schedule));
    LEARNSQL_TRY(Expect(connection, &plan.items.back()));
  }
  AddTotal(&plan);
  return plan;
}

}  // namespace learnsql
