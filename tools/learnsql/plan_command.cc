#include <array>
#include <iostream>

#include "engine/base/log.h"
#include "engine/model/plan.h"
#include "engine/query/render.h"
#include "engine/query/text_sink.h"
#include "engine/store/functions.h"
#include "engine/store/warehouse.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/model_options.h"
#include "tools/learnsql/progress.h"
#include "tools/learnsql/seeds.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

void AddPlanFlags(po::options_description* flags) {
  AddSelectionFlags(flags);
  flags->add_options()                        //
      ("full", "plan to rebuild everything")  //
      ("as-of", po::value<std::string>()->value_name("TIME"),
       "what :as_of is in models; now without it")                  //
      ("check", "exit 3 when a build would do or break something")  //
      ("json", "one JSON object");
}

Status Render(const BuildPlan& plan) {
  const std::array<std::string, 6> columns = {"model", "mode",    "change",
                                              "rows",  "seconds", "reason"};
  FileSink out(stdout);
  const std::unique_ptr<Renderer> renderer =
      MakeRenderer({.format = Format::kTable}, &out);
  LEARNSQL_TRY(renderer->Begin(columns));
  for (const PlanItem& item : plan.items) {
    std::string reason = item.reason;
    for (const std::string& change : item.differences) reason += "; " + change;
    LEARNSQL_TRY(renderer->Row(
        std::array{Value::Text(item.model), Value::Text(item.mode),
                   Value::Text(ContractChangeName(item.change)),
                   Value::IntegerOrNull(item.expected_rows),
                   item.expected_seconds ? Value::Real(*item.expected_seconds)
                                         : Value::Null(),
                   Value::Text(reason)}));
  }
  LEARNSQL_TRY(renderer->End());
  return out.Flush();
}

Status RenderBroken(const BuildPlan& plan) {
  const std::array<std::string, 5> columns = {"would break", "kind", "owner",
                                              "place", "why"};
  FileSink out(stdout);
  const std::unique_ptr<Renderer> renderer =
      MakeRenderer({.format = Format::kTable}, &out);
  LEARNSQL_TRY(renderer->Begin(columns));
  for (const BrokenQuery& query : plan.broken) {
    const std::string place = query.place.ToString();
    LEARNSQL_TRY(renderer->Row(std::array{
        Value::Text(query.name), Value::Text(query.kind),
        Value::Text(query.owner), Value::Text(place), Value::Text(query.why)}));
  }
  LEARNSQL_TRY(renderer->End());
  return out.Flush();
}

Status Print(const BuildPlan& plan, bool json) {
  if (json) {
    std::cout << plan.ToJson() << "\n";
    return {};
  }
  if (!plan.empty()) LEARNSQL_TRY(Render(plan));
  return plan.broken.empty() ? Status() : RenderBroken(plan);
}

Status Verdict(const BuildPlan& plan, bool seeds_changed) {
  if (!plan.broken.empty()) {
    std::string names;
    for (const BrokenQuery& query : plan.broken) {
      names += (names.empty() ? "" : ", ") + query.name;
    }
    return Status(Code::kGate, "a build would break " + names);
  }
  if (plan.empty() && seeds_changed) {
    return Status(Code::kGate, "seeds changed; 'learnsql build' loads them");
  }
  if (plan.empty()) return {};
  return Status(Code::kGate, std::to_string(plan.items.size()) +
                                 " models are not up to date; 'learnsql build' "
                                 "rebuilds them");
}

Status RunPlan(const Invocation& call) {
  LEARNSQL_TRY_SET(const Project* const project, call.NeedProject());
  LEARNSQL_TRY_SET(BuildOptions options, GetBuildOptions(call));
  LEARNSQL_TRY_SET(const ModelSet models, LoadProjectModels(*project));
  LEARNSQL_TRY(SelectModels(call, models, &options));
  LEARNSQL_TRY_SET(Connection connection,
                   OpenReadOnly(call.warehouse, call.cancel));
  LEARNSQL_TRY(RegisterFunctions(&connection, FunctionSet::kBuild));
  LEARNSQL_TRY_SET(const BuildPlan plan, Plan(&connection, models, options));
  LEARNSQL_TRY_SET(const bool seeds_changed, SeedsChanged(call, &connection));
  LEARNSQL_TRY(Print(plan, call.Has("json")));
  if (seeds_changed) {
    Log(LogLevel::kInfo,
        "plan: seeds changed; a build loads them first, and makes what reads "
        "them anew as well");
  }
  std::string summary = "plan: " + std::to_string(plan.items.size()) +
                        " to build, " + std::to_string(plan.unchanged) +
                        " unchanged";
  if (!plan.broken.empty()) {
    summary += ", " + std::to_string(plan.broken.size()) + " would break";
  }
  if (plan.expected_seconds) {
    summary += ", about " + ShowSeconds(*plan.expected_seconds);
  }
  Log(LogLevel::kInfo, summary);
  return call.Has("check") ? Verdict(plan, seeds_changed) : Status();
}

}  // namespace

const Command kPlanCommand = {
    .name = "plan",
    .arguments = "[SELECT...]",
    .summary = "what build would do, and why; changes nothing",
    .help =
        "A change of a contract is breaking (a column is gone or another), "
        "additive or neutral. Views and\nquestions that would no longer run "
        "are "
        "listed with their owners.",
    .max_arguments = 1000,
    .add_flags = AddPlanFlags,
    .run = RunPlan,
};

}  // namespace learnsql
